"""The recorded vocabulary: codes by year, table kinds by title, and what parsed reports teach about it."""

from __future__ import annotations

import pytest

from schemas.report import Identity, Report, RowRole, Table, TableRow
from schemas.taxonomy.codes import economy, functions
from schemas.taxonomy.harvest import harvest
from schemas.taxonomy.tables import kind_of_title, table_kinds


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("210", 2018, "医疗卫生与计划生育支出"),
        ("210", 2019, "卫生健康支出"),
        ("20805", 2019, "行政事业单位离退休"),
        ("20805", 2020, "行政事业单位养老支出"),
        ("207", 2018, "文化体育与传媒支出"),
        ("207", 2024, "文化旅游体育与传媒支出"),
        ("2010101", 2024, "行政运行"),
        ("2999999", 2024, None),
    ],
)
def test_a_code_has_the_name_of_its_year(code: str, year: int, name: str | None) -> None:
    assert functions().name(code, year) == name


def test_no_code_has_two_names_in_one_year() -> None:
    for codes in (functions(), economy()):
        for entry in codes.entries:
            for year in range(2018, 2027):
                names = {other.name for other in codes.names(entry.code) if other.valid(year)}
                assert len(names) <= 1, (entry.code, year, names)


def test_every_entry_says_where_it_is_known_from_and_has_a_code_of_its_classification() -> None:
    for entry in functions().entries:
        assert entry.source and len(entry.code) in (3, 5, 7) and entry.code.startswith("2")
    for entry in economy().entries:
        assert entry.source and len(entry.code) in (3, 5) and entry.code[0] in "35"


@pytest.mark.parametrize(
    ("printed", "year", "code"),
    [
        ("八、社会保障和就业支出", 2023, "208"),
        ("一、 一般公共服务", 2023, "201"),
        ("九、医疗卫生与计划生育支出", 2023, "210"),  # an old name kept by mistake still says which code is meant
        ("（二十一）住房保障支出", 2023, "221"),
        ("城乡社区支出（类）", 2023, "212"),
        ("幸福支出", 2023, None),
    ],
)
def test_a_class_is_found_by_its_printed_name(printed: str, year: int, code: str | None) -> None:
    assert functions().code(printed, year, digits=3) == code


def test_a_name_of_many_codes_needs_the_code_above_it() -> None:
    assert functions().code("行政运行", 2024) is None
    assert functions().code("行政运行", 2024, under="20111") == "2011101"


def test_full_and_half_width_spellings_of_an_economic_item_are_one() -> None:
    assert economy().code("维修(护)费", 2024, under="3") == economy().code("维修（护） 费", 2024, under="3") == "30213"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("收入支出决算总表", "income_expenditure"),
        ("2025年部门财务收支预算总表", "income_expenditure"),
        ("部门收支总体情况表", "income_expenditure"),
        ("部门公开表2 收入总表", "income"),
        ("部门支出总体情况表", "expenditure"),
        ("财政拨款收支总体情况表", "fiscal"),
        ("一般公共预算支出情况表（续）", "general_expenditure"),
        ("公开05表 一般公共预算财政拨款支出决算表", "general_expenditure"),
        ("一般公共预算支出表（按政府预算经济分类）", "general_economy"),
        ("一般公共预算财政拨款基本支出决算明细表", "general_basic"),
        ("一般公共预算财政拨款“三公”经费支出决算表（表 7）", "three_public"),
        ("政府性基金预算财政拨款收入支出决算表", "gov_fund"),
        ("国有资本经营预算支出表", "state_capital"),
        ("项目支出预算表", "project"),
        ("项目支出（绩效目标）申报表", "project_performance_target"),
        ("部门整体支出绩效自评表", "whole_performance_review"),
        ("政府采购预算表", "procurement"),
        ("政府购买服务预算表", "service_purchase"),
        ("重点工作任务一览", None),
    ],
)
def test_a_title_names_its_kind_whatever_stands_around_it(title: str, kind: str | None) -> None:
    found = kind_of_title(title)
    assert (found.id if found else None) == kind


def test_every_kind_is_recognised_by_its_own_usual_titles() -> None:
    for kind in table_kinds().values():
        for label in kind.label:
            found = kind_of_title(label)
            assert found is not None and found.id == kind.id, label


def _report(document: str, year: int, code: str, name: str) -> Report:
    row = TableRow(row=1, role=RowRole.DATA, label=name, code=code)
    table = Table(index=0, kind="expenditure", n_rows=2, n_columns=3, rows=(row,))
    identity = Identity(fiscal_year=year)
    return Report(report_id=document, document=document, identity=identity, tables=(table,))


def test_harvesting_tells_the_known_from_the_new_the_conflicting_and_the_disputed() -> None:
    found = harvest(
        [
            _report("a", 2024, "208", "社会保障和就业支出"),
            _report("a", 2024, "210", "医疗卫生与计划生育支出"),
            _report("a", 2024, "2299901", "彩虹支出"),
            _report("a", 2024, "2299902", "彩虹支出"),
            _report("b", 2024, "2299902", "彩霞支出"),
        ]
    )
    assert {item.code: item.status for item in found} == {
        "208": "known",
        "210": "conflict",
        "2299901": "new",
        "2299902": "disputed",
    }
    disputed = next(item for item in found if item.code == "2299902")
    assert disputed.names == {"彩虹支出": ("a",), "彩霞支出": ("b",)}
