"""Identity: issuer, place, scope, kind and year from cover, labels, titles, headings and names, with what disagreed."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.place import Place
from schemas.report import Identity, Kind, Scope
from services.parser.identity import identify
from services.parser.layout import Grid, GridCell, Layout, TextBlock
from services.parser.outline import outline
from services.parser.regions import region_of
from services.parser.report import build_report

REST = (
    "目录",
    "第一部分 概况",
    "一、主要职责",
    "二、机构设置",
    "第二部分 决算表",
    "第三部分 情况说明",
    "第一部分 概况",
    "一、主要职责",
    "负责水务，并组织实施。",
)


def read(*lines: str, name: str | None = None, title: str | None = None, published: str | None = None) -> Identity:
    layout = Layout("text", blocks=[TextBlock(line) for line in lines])
    sections = outline(lines, [Place() for _ in lines], [False] * len(lines))
    return identify(layout, sections, name=name, title=title, published=published)


@pytest.mark.parametrize(
    ("cover", "issuer", "scope", "kind", "year"),
    [
        (("2022年度武汉市青山区水务局", "部门决算"), "武汉市青山区水务局", Scope.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2022),
        (("武汉市青山区水务局", "2022年度单位决算"), "武汉市青山区水务局", Scope.UNIT, Kind.FINAL_ACCOUNTS, 2022),
        (("青山县水务局2023年部门预算公开说明",), "青山县水务局", Scope.DEPARTMENT, Kind.BUDGET, 2023),
        (("青山县水务局（本级）2023年度单位预算",), "青山县水务局", Scope.UNIT, Kind.BUDGET, 2023),
        (("二〇二三年青山县水务局部门预算",), "青山县水务局", Scope.DEPARTMENT, Kind.BUDGET, 2023),
        (
            ("上海市青浦区2025年区级部门预算", "预算主管部门：上海市青浦区水务局"),
            "上海市青浦区水务局",
            Scope.DEPARTMENT,
            Kind.BUDGET,
            2025,
        ),
        (("上海市青浦区2025年区级单位预算", "预算单位：上海市青浦区水务局"), "上海市青浦区水务局", Scope.UNIT, Kind.BUDGET, 2025),
        (
            ("上海市青浦区规划和自然", "资源局", "2024年度部门决算"),
            "上海市青浦区规划和自然资源局",
            Scope.DEPARTMENT,
            Kind.FINAL_ACCOUNTS,
            2024,
        ),
        (("附件：2022年度青山县水务局单位决算公开文本",), "青山县水务局", Scope.UNIT, Kind.FINAL_ACCOUNTS, 2022),
        (("青山县水务局机关2022年决算公开",), "青山县水务局", Scope.UNIT, Kind.FINAL_ACCOUNTS, 2022),
        (("2023年部门预算公开（青山县水务局）",), "青山县水务局", Scope.DEPARTMENT, Kind.BUDGET, 2023),
        (("中共青山县委办公室2022年度部门决算",), "中共青山县委办公室", Scope.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2022),
    ],
)
def test_a_cover_says_who_what_and_when(cover: tuple[str, ...], issuer: str, scope: Scope, kind: Kind, year: int) -> None:
    found = read(*cover, *REST)
    assert (found.issuer, found.scope, found.kind, found.fiscal_year) == (issuer, scope, kind, year)
    assert found.conflicts == ()


@pytest.mark.parametrize(
    ("lines", "issuer", "kind", "year"),
    [
        (("青山县临江镇人民政府", "2021年“三公”经费决算汇总情况"), "青山县临江镇人民政府", Kind.FINAL_ACCOUNTS, 2021),
        (("2022年“三公”经费预算公开", "一、2022年“三公”经费预算", "二、2021年“三公”经费决算情况"), None, Kind.BUDGET, 2022),
        (("2017年青山县水务局“三公”经费增减情况说明",), None, None, 2017),
        (("行政经费及“三公”经费2019年预算情况",), None, Kind.BUDGET, 2019),
        (("第二部分 2022年度单位决算情况说明",), None, Kind.FINAL_ACCOUNTS, 2022),
    ],
)
def test_a_note_on_the_three_public_expenses_says_whose_and_when(
    lines: tuple[str, ...], issuer: str | None, kind: Kind | None, year: int
) -> None:
    found = read(*lines, "“三公”经费支出35.00万元。")
    assert (found.issuer, found.kind, found.fiscal_year) == (issuer, kind, year)


def test_a_heading_that_names_another_body_is_a_conflict_and_no_new_identity() -> None:
    found = read("青山县水务局2022年度部门决算", "第一部分 青山县水务局概况", "第三部分 青山县财政局2022年度部门决算情况说明")
    assert found.issuer == "青山县水务局"
    assert found.conflicts == ("标题所称的单位是青山县财政局 / the heading names 青山县财政局",)


def test_a_fuller_name_elsewhere_completes_the_short_one() -> None:
    found = read("青山区水务局2022年度部门决算", *REST, "第四部分 武汉市青山区水务局概况")
    assert found.issuer == "武汉市青山区水务局"
    assert found.region == ("湖北省", "武汉市", "青山区")


def test_a_blank_form_has_no_issuer_and_says_why() -> None:
    found = read("上海市XX局", "2024年度部门决算", *REST)
    assert found.issuer is None
    assert found.conflicts[0] == "单位名称未填写：上海市XX局 / no name was filled in: 上海市XX局"
    assert (found.region, found.kind, found.fiscal_year) == (("上海市",), Kind.FINAL_ACCOUNTS, 2024)


def test_the_page_speaks_where_the_document_does_not() -> None:
    found = read("收入1.00万元。", title="青山县水务局2022年度部门决算公开", published="2023-09-15 10:20")
    assert (found.issuer, found.fiscal_year, found.published) == ("青山县水务局", 2022, date(2023, 9, 15))


def test_the_name_of_the_file_is_the_last_to_be_asked() -> None:
    found = read("部门决算公开", "收入1.00万元。", name="青山县水务局2022年度部门决算.pdf")
    assert (found.issuer, found.fiscal_year) == ("青山县水务局", 2022)


def test_two_titles_with_two_years_are_a_conflict() -> None:
    found = read("青山县水务局2022年度部门决算", *REST, title="青山县水务局2021年度部门决算")
    assert found.fiscal_year == 2022
    assert found.conflicts == ("标题中的年度是2021 / a title says 2021",)


def test_last_years_figures_do_not_make_the_year() -> None:
    sentence = "2024年当年预算执行数为1.00万元，2025年预算安排2.00万元，比2024年预算执行数增加100%。"
    found = read("上海市青浦区2025年区级部门预算", "预算主管部门：上海市青浦区水务局", *REST, sentence, sentence)
    assert (found.fiscal_year, found.conflicts) == (2025, ())


def test_nothing_known_is_said_to_be_unknown() -> None:
    found = read("关于做好春季造林工作的通知", "各乡镇：请抓紧实施。")
    assert (found.issuer, found.kind, found.fiscal_year, found.region) == (None, None, None, ())


def test_units_of_money_come_from_tables_and_text_the_commonest_first() -> None:
    cells = [GridCell(0, 0, "单位：元")]
    layout = Layout("text", blocks=[TextBlock("收入1.00万元，支出1.00万元。"), Grid(1, 1, cells)])
    found = identify(layout, outline(["收入1.00万元，支出1.00万元。"], [Place()], [False]))
    assert found.money_units == ("万元", "元")


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        (("青山县水务局2022年度部门决算", "发布时间：2023-09-15 10:20"), date(2023, 9, 15)),
        (("青山县水务局2022年度部门决算", "2023 年 9 月 15 日", *REST), date(2023, 9, 15)),
        (("青山县水务局2022年度部门决算", "发布日期：2023-19-45"), None),
    ],
)
def test_the_day_of_publication_is_that_of_the_page_else_of_the_cover(lines: tuple[str, ...], published: date | None) -> None:
    assert read(*lines).published == published


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("上海市普陀区人民政府万里街道办事处", ("上海市", "普陀区", "万里街道")),
        ("湖南省长沙市芙蓉区教育局", ("湖南省", "长沙市", "芙蓉区")),
        ("随州市大数据中心", ("湖北省", "随州市")),
        ("凉山彝族自治州水利局", ("四川省", "凉山彝族自治州")),
        ("内蒙古自治区财政厅", ("内蒙古自治区",)),
        ("西安市城市管理和综合执法局", ("陕西省", "西安市")),
        ("盘锦市市场监督管理局", ("辽宁省", "盘锦市")),
        ("昆山市住房和城乡建设局", ("昆山市",)),
        ("云溪市青禾区河湖管理中心", ("云溪市", "青禾区")),
        ("兰考县谷营镇人民政府", ("兰考县", "谷营镇")),
        ("社区服务中心", ()),
        ("中华全国总工会", ()),
    ],
)
def test_a_body_lies_where_its_name_says(name: str, region: tuple[str, ...]) -> None:
    assert region_of(name) == region


@pytest.mark.parametrize("words", ["final-2024.pdf 部门决算", "2024.docx", "附件1.xlsx部门预算"])
def test_a_files_name_as_the_words_of_a_link_is_no_body(words):
    report = build_report(
        "2024年度部门决算\n\n一、收入支出决算总体情况\n\n本年收入合计1万元。\n".encode(), name="x.txt", title=words
    )
    assert report.identity.issuer is None
