"""Titles, codes and names of tables."""

import pytest

from schemas.report import Kind, Reading, Report, SectionKind
from schemas.validation import Severity
from services.validator.samples import Draft
from tests.validator.text.conftest import Find

TITLES = ("一、收入支出决算总表", "二、收入决算表", "三、支出决算表")


def bare(*lines: str, reading: Reading | None = None) -> Report:
    draft = Draft(reading=reading)
    for line in lines:
        draft.paragraph(line)
    return draft.paragraph("第三部分 情况说明").report()


def test_titles_over_nothing_are_one_finding(find: Find) -> None:
    (found,) = find("text.announced-tables", bare(*TITLES))
    assert [evidence.quote for evidence in found.evidence] == list(TITLES)
    assert found.severity is Severity.WARNING


def test_a_title_over_the_word_that_there_is_nothing_announces_no_table(find: Find) -> None:
    lines = [line for title in TITLES for line in (title, "本单位当年无此项收入支出。")]
    assert find("text.announced-tables", bare(*lines)) == ()


def test_a_title_with_unit_and_body_before_its_table_is_filled(find: Find) -> None:
    draft = Draft()
    for title in TITLES:
        draft.paragraph(title).paragraph("部门：某区档案馆").paragraph("单位：万元").table(
            None, [("合计", {})], [("", "合计", "1.00")]
        )
    assert find("text.announced-tables", draft.report()) == ()


def test_where_the_body_names_no_tables_the_contents_do(find: Find) -> None:
    draft = Draft().section("目录", kind=SectionKind.CONTENTS, level=1)
    for title in TITLES:
        draft.paragraph(f"{title}（表1）")
    assert len(find("text.announced-tables", draft.section("概况", level=1).paragraph("正文。").report())) == 1


def test_no_table_is_missed_where_pages_could_not_be_read(find: Find) -> None:
    assert find("text.announced-tables", bare(*TITLES, reading=Reading(pages=9, unreadable_pages=(4,)))) == ()


def test_sentences_about_tables_announce_none(find: Find) -> None:
    assert find("text.announced-tables", bare("注：详见附表", "本表反映收入情况，见下表", "请填列本表", "各项支出情况见表")) == ()


def test_performance_forms_need_no_year(find: Find) -> None:
    draft = Draft(kind=Kind.BUDGET, year=2024)
    for name, kind in (("收支预算总表", "income_expenditure"), ("收入预算总表", "income"), ("支出预算总表", "expenditure")):
        draft.table(kind, [("合计", {})], [("", "合计", "1.00")], title=f"2024年部门{name}")
    draft.table("fiscal", [("合计", {})], [("", "合计", "1.00")], title="2024年财政拨款收支预算总表")
    draft.table("whole_performance_target", [("分值", {})], [("", "合计", "1.00")], title="部门整体支出绩效目标表")
    assert find("text.table-title-year", draft.report()) == ()


@pytest.mark.parametrize(
    ("code", "label", "severity"),
    [
        ("2101101", "行政单位医疗", None),
        ("2101102", "行政单位医疗", Severity.ERROR),
        ("210", "医疗卫生与计划生育支出", Severity.WARNING),
        ("222", "粮油物资储备", None),
        ("222", "粮油物资管理支出", Severity.WARNING),
        ("2010350", "事业运行（政府办公厅）", None),
        ("2019999", "从未见过的科目", None),
        ("2101101", "某医院大楼建设", None),
    ],
)
def test_a_code_bears_its_name_of_the_year(find: Find, code: str, label: str, severity: Severity | None) -> None:
    report = Draft(year=2023).table("general_expenditure", [("合计", {})], [(code, label, "1.00")]).report()
    assert [item.severity for item in find("text.code-label", report)] == ([severity] if severity else [])


def test_the_name_of_an_earlier_year_was_right_then(find: Find) -> None:
    report = Draft(year=2018).table("general_expenditure", [("合计", {})], [("210", "医疗卫生与计划生育支出", "1.00")]).report()
    assert find("text.code-label", report) == ()


def test_projects_under_a_code_have_names_of_their_own(find: Find) -> None:
    report = Draft(year=2023).table("project", [("合计", {})], [("2101102", "行政单位医疗", "1.00")]).report()
    assert find("text.code-label", report) == ()
