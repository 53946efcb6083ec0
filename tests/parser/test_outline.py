"""Outlines: numbering of every depth, the contents page told from the body, titles without a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.place import Place
from schemas.report import Section, SectionKind
from services.parser.outline import Outline, heading_of, outline

CONTENTS = (
    "青山县水务局2022年度部门决算",
    "目  录",
    "第一部分 青山县水务局概况 …………… 1",
    "一、主要职责........2",
    "二、机构设置",
    "第二部分 2022年度部门决算表",
    "第三部分 2022年度部门决算情况说明",
    "一、收入支出决算总体情况说明",
    "第四部分 名词解释",
)
BODY = (
    "第一部分 青山县水务局概况",
    "一、主要职责",
    "（一）拟订水资源规划，并组织实施。",
    "二、机构设置",
    "第三部分 2022年度部门决算情况说明",
    "一、收入支出决算总体情况说明",
    "2022年度收、支总计1.00万元。",
    "1.基本支出1.00万元，占100%。",
    "第四部分 名词解释",
    "一、财政拨款收入：指从本级财政取得的资金。",
)


def read(*lines: str, marked: tuple[int, ...] = ()) -> Outline:
    places = [Place(paragraph=index) for index in range(len(lines))]
    return outline(lines, places, [index in marked for index in range(len(lines))])


def shown(sections: list[Section]) -> list[tuple[str, str | None, str]]:
    return [(section.kind.value, section.number, section.title) for section in sections]


@pytest.mark.parametrize(
    ("line", "level", "ordinal", "title"),
    [
        ("第三部分 决算情况说明", 1, 3, "决算情况说明"),
        ("# 第十二部分：附表", 1, 12, "附表"),
        ("十一、其他重要事项", 2, 11, "其他重要事项"),
        ("**二十、其他**", 2, 20, "其他"),
        ("（二）财政拨款支出决算结构情况。", 3, 2, "财政拨款支出决算结构情况"),
        ("(三) 情况", 3, 3, "情况"),
        ("4．2025年部门财政拨款收支预算总表", 4, 4, "2025年部门财政拨款收支预算总表"),
        ("12、住房公积金", 4, 12, "住房公积金"),
        ("（2）死亡抚恤4.73万元，主要是丧葬费。", 5, 2, "死亡抚恤4.73万元"),
        ("附件1：绩效自评表", 1, 1, "绩效自评表"),
    ],
)
def test_numbers_of_every_depth_are_headings(line: str, level: int, ordinal: int, title: str) -> None:
    heading = heading_of(0, line)
    assert heading is not None
    assert (heading.level, heading.ordinal, heading.title) == (level, ordinal, title)


@pytest.mark.parametrize("line", ["2022年度收入", "3.5万元用于维修", "2025.1.1-2025.12.31", "一般公共预算", "二级预算单位"])
def test_a_number_that_numbers_nothing_is_no_heading(line: str) -> None:
    assert heading_of(0, line) is None


def test_the_contents_page_is_not_the_body() -> None:
    found = read(*CONTENTS, *BODY)
    assert found.sections[0].kind is SectionKind.COVER
    contents = [section for section in found.sections if section.kind is SectionKind.CONTENTS]
    assert contents[0].first == 1 and contents[0].last == len(CONTENTS)
    assert contents[2].title == "主要职责"
    body = [section for section in found.sections if section.kind not in (SectionKind.COVER, SectionKind.CONTENTS)]
    assert shown(body)[:4] == [
        ("part", "第一部分", "青山县水务局概况"),
        ("section", "一、", "主要职责"),
        ("item", "(一)", "拟订水资源规划"),
        ("section", "二、", "机构设置"),
    ]
    assert body[0].first == len(CONTENTS)
    assert [section.ordinal for section in body if section.level == 1] == [1, 3, 4]


def test_a_contents_page_needs_no_word_for_itself() -> None:
    lines = [line for line in CONTENTS if "录" not in line]
    contents = [section for section in read(*lines, *BODY).sections if section.kind is SectionKind.CONTENTS]
    assert contents[0].last == len(lines)


def test_a_document_without_contents_has_none() -> None:
    assert not [section for section in read("说明", *BODY).sections if section.kind is SectionKind.CONTENTS]


def test_sections_nest_and_end_where_the_next_of_their_level_begins() -> None:
    found = read(*BODY)
    explained = next(section for section in found.sections if section.number == "第三部分")
    assert (explained.first, explained.last) == (4, 8)
    assert [section.title for section in found.path(6)] == ["2022年度部门决算情况说明", "收入支出决算总体情况说明"]
    item = found.path(7)[-1]
    assert (item.kind, item.title) == (SectionKind.ITEM, "基本支出1.00万元")


def test_the_glossary_is_known() -> None:
    assert read(*BODY).path(9)[0].kind is SectionKind.GLOSSARY
    assert read("说明", "名词解释", "基本支出：指日常支出。").path(2)[0].kind is SectionKind.GLOSSARY


def test_titles_without_a_number_are_known_by_the_contents_page() -> None:
    contents = (
        "目录",
        "一、部门主要职能",
        "二、部门机构设置",
        "三、名词解释",
        "四、部门预算编制说明",
        "五、部门预算表",
        "六、其他相关情况说明",
    )
    body = (
        "青山县水务局主要职能",
        "负责全县水务工作，并组织实施。",
        "2023年部门预算编制说明",
        "收入预算1.00万元。",
        "其他相关情况说明",
        "一、三公经费",
    )
    found = read(*contents, *body)
    assert [section.title for section in found.path(8)] == ["青山县水务局主要职能"]
    assert [section.title for section in found.path(12)] == ["其他相关情况说明", "三公经费"]


def test_parts_without_numbers_and_without_a_contents_page_are_known_by_their_titles() -> None:
    found = read(
        "青山县水务局主要职能",
        "负责水务。",
        "名词解释",
        "（一）基本支出：指支出。",
        "2023年部门预算编制说明",
        "收入预算1.00万元。",
    )
    assert [section.title for section in found.path(5)] == ["2023年部门预算编制说明"]


def test_a_title_that_only_the_files_type_marks_begins_a_part_when_sections_follow() -> None:
    found = read("说明", "第一部分 概况", "防汛专项经费情况说明", "一、项目概述", "保障防汛。", marked=(2,))
    assert [section.title for section in found.path(4)] == ["防汛专项经费情况说明", "项目概述"]


@given(st.lists(st.text(alphabet="第一二三部分章、（）()1234.．目录附件年度说明，。 .…\t#*", max_size=24), max_size=40))
def test_any_lines_make_an_outline_in_which_every_paragraph_lies_in_its_sections(lines: list[str]) -> None:
    found = read(*lines)
    assert len(found.of_paragraph) == len(lines)
    for index in range(len(lines)):
        for section in found.path(index):
            assert section.first <= index < section.last


def test_the_sentences_under_the_title_of_a_short_note_are_no_cover() -> None:
    lines = (
        "2022年一般公共预算“三公”经费决算执行情况说明",
        "日期：2023-11-17",
        "我县三公经费合计10.00万元，其中：公务接待费10.00万元。",
        "1、增加的原因",
    )
    found = outline(lines, [Place() for _ in lines], [False] * len(lines))
    assert [(section.kind, section.last) for section in found.sections][:1] == [(SectionKind.COVER, 2)]
