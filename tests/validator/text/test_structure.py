"""Contents, numbering, names in headings, brackets and stops: what is out of order and what only looks so."""

import pytest

from schemas.report import Reading, Report, SectionKind
from schemas.validation import Severity
from services.validator.rules.text_issuer import other_body, plain
from services.validator.samples import Draft
from tests.validator.text.conftest import Find


def document(
    contents: list[str], headings: list[str], *, after: dict[str, str] | None = None, reading: Reading | None = None
) -> Report:
    """A contents page and a body whose headings are parts (第…) and sections (一、)."""
    draft = Draft("某市某区档案馆", reading=reading).section("目录", kind=SectionKind.CONTENTS, level=1)
    for line in contents:
        draft.paragraph(line)
    for line in headings:
        number, _, title = line.rpartition(" ")
        part = number.startswith("第")
        kind = SectionKind.PART if part or not number else SectionKind.SECTION
        draft.section(title, kind=kind, level=1 if part or not number else 2, number=number or None)
        draft.paragraph((after or {}).get(title, "正文。"))
    return draft.report()


def test_year_issuer_page_and_explanation_do_not_make_another_title(find: Find) -> None:
    contents = ["第一部分 某市某区档案馆概况……1", "第二部分 某市某区档案馆2023年度部门决算表", "一、收入决算情况说明 5"]
    headings = ["第一部分 概况", "第二部分 2023年度部门决算表", "一、 2023年度收入决算情况"]
    assert find("text.contents", document(contents, headings)) == ()


def test_a_heading_broken_over_two_lines_is_whole(find: Find) -> None:
    report = document(["第一部分 某市某区档案馆概况"], ["第一部分 某市某区档案馆"], after={"某市某区档案馆": "概况"})
    assert find("text.contents", report) == ()


def test_missing_parts_are_one_finding_that_shows_the_bare_title_too(find: Find) -> None:
    report = document(
        ["第一部分 概况", "第二部分 某市某区档案馆2023年度部门决算表", "第三部分 名词解释"],
        ["第一部分 概况", "某市某区档案馆2023年度部门决算表"],
    )
    (found,) = find("text.contents", report)
    assert found.severity is Severity.WARNING
    assert [evidence.quote for evidence in found.evidence] == [
        "第二部分 某市某区档案馆2023年度部门决算表",
        "某市某区档案馆2023年度部门决算表",
        "第三部分 名词解释",
    ]


def test_a_title_worded_otherwise_is_a_finding_and_another_list_under_the_same_number_is_none(find: Find) -> None:
    reworded = document(["第一部分 概况", "一、其他重要事项说明"], ["第一部分 概况", "一、 其他重要事项的情况说明"])
    (found,) = find("text.contents", reworded)
    assert len(found.evidence) == 2
    assert find("text.contents", document(["第一部分 概况", "一、部门主要职能"], ["第一部分 概况", "一、 加强党的建设"])) == ()


def test_nothing_is_missing_where_pages_could_not_be_read(find: Find) -> None:
    report = document(["第一部分 概况"], [], reading=Reading(pages=3, unreadable_pages=(2,)))
    assert find("text.contents", report) == ()


def test_a_part_that_stands_somewhere_is_not_missing(find: Find) -> None:
    draft = Draft().section("概况", kind=SectionKind.PART, level=1, number="第一部分", ordinal=1)
    draft.paragraph("附表见第二部分。").section("说明", kind=SectionKind.PART, level=1, number="第三部分", ordinal=3)
    assert find("text.part-numbering", draft.report()) == ()


def test_sections_may_begin_again_and_repeat_nothing(find: Find) -> None:
    assert len(find("text.section-numbering", sections(1, 2, 4))) == 1
    assert len(find("text.section-numbering", sections(1, 2, 2, 3))) == 1
    assert find("text.section-numbering", sections(1, 2, 3)) == ()
    assert find("text.section-numbering", sections(3, 5, 9)) == ()


def sections(*ordinals: int) -> Report:
    draft = Draft().section("情况说明", kind=SectionKind.PART, level=1, number="第一部分", ordinal=1)
    for ordinal in ordinals:
        draft.section("内容", number=f"{'零一二三四五六七八九'[ordinal]}、", ordinal=ordinal).paragraph("正文。")
    return draft.report()


SAME = [
    "某区规划和自然资源局2024年度部门决算表",
    "规划与自然资源局2024年度部门决算表",
    "某市某区规划和自然资源局（本级）2024年度部门决算情况说明",
    "某市某区人民政府规划和自然资源局2024年部门预算",
    "本部门2024年度部门决算表",
    "2024年度部门决算表",
    "关于某市某区规划和自然资源局2024年部门预算的说明",
]
OTHER = ["第二部分 某市规划和自然资源局2024年度部门决算表", "某市财政局2024年度部门决算情况说明", "某市某县档案馆2024年部门预算"]


@pytest.mark.parametrize("title", SAME)
def test_a_shorter_or_longer_form_of_the_name_is_the_same_body(title: str) -> None:
    folded = title.replace("（", "(").replace("）", ")")
    assert other_body(folded, plain("某市某区规划和自然资源局")) is None


@pytest.mark.parametrize("title", OTHER)
def test_a_region_left_out_or_another_organ_is_another_body(title: str) -> None:
    assert other_body(title.replace(" ", ""), plain("某市某区规划和自然资源局")) is not None


def test_a_unit_that_the_document_lists_may_have_a_part_of_its_own(find: Find) -> None:
    draft = Draft("某市某区档案局").paragraph("某市某区档案局2024年度部门决算").paragraph("某市某区档案局下属单位：")
    draft.paragraph("1.某市某区史志研究中心").paragraph("某市某区史志研究中心2024年度单位决算表")
    assert find("text.foreign-heading", draft.report()) == ()


def test_one_spelling_of_the_name(find: Find) -> None:
    draft = Draft("某区规划和自然资源局").paragraph("某区规划与自然资源局无预算。").paragraph("某区规划与自然资源局共有车辆0辆。")
    (found,) = find("text.issuer-spelling", draft.report())
    assert len(found.evidence) == 2


def test_a_bracket_torn_by_a_page_is_closed_on_the_next(find: Find) -> None:
    torn = "得分（其中，优39个；良0个。\n不合格0个）。整改0个。"
    assert find("text.bracket-open", torn) == ()
    assert len(find("text.bracket-open", "得分（其中，优39个；良0个。\n二、其他事项")) == 1
    assert find("text.bracket-open", "1）甲；2）乙。") == ()


def test_stops_are_asked_of_sentences_only(find: Find) -> None:
    listed = "".join(f"{number}、办理{number}类建设事项的审批，并对实施情况监督。\n" for number in "一二三")
    assert find("text.full-stop", listed + "四、政府性基金预算支出决算情况说明") == ()
    assert find("text.full-stop", listed + "四、办理丁类建设事项的审批，其中包括：\n（一）审批") == ()
    assert len(find("text.full-stop", listed + "四、办理丁类建设事项的审批，并对实施情况监督\n五、其他。")) == 1


def test_recognised_text_is_not_blamed_for_the_reader(find: Find) -> None:
    draft = Draft(reading=Reading(pages=1, ocr_pages=(1,)))
    draft.paragraph("住房保障支出（类)住房改革支出（款)", page=1).paragraph("负责征收集体士地。", page=1)
    for rule in ("text.bracket-width", "text.typo", "text.full-stop", "text.marks", "text.doubled"):
        assert find(rule, draft.report()) == ()
