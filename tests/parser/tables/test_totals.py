"""Statements of totals, as budgets and final accounts of several provinces draw them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.report import ColumnRole, Phase, RowRole
from tests.parser.tables.grids import budget, facts, final, only, parent, row

TOTALS = """
收入 | < | < | 支出 | < | <
项目 | 行次 | 决算数 | 项目 | 行次 | 决算数
栏次 | | 1 | 栏次 | | 2
一、一般公共预算财政拨款收入 | 1 | 900.00 | 一、一般公共服务支出 | 9 | 700.00
五、事业收入 | 5 | 50.00 | 八、社会保障和就业支出 | 16 | 240.00
本年收入合计 | 6 | 950.00 | 本年支出合计 | 20 | 940.00
年初结转和结余 | 7 | 10.00 | 年末结转和结余 | 21 | 20.00
总计 | 8 | 960.00 | 总计 | 22 | 960.00
"""


def test_a_statement_of_two_sides_gives_each_side_its_own_lines_and_concepts() -> None:
    read = final("收入支出决算总表", "公开01表 单位：万元", TOTALS)
    assert only(read).kind == "income_expenditure"
    assert facts(read) == [
        "income general 900.00",
        "income undertaking 50.00",
        "income 950.00",
        "opening_balance 10.00",
        "income_total 960.00",
        "expenditure 201 700.00",
        "expenditure 208 240.00",
        "expenditure 940.00",
        "closing_balance 20.00",
        "expenditure_total 960.00",
    ]
    assert read.bound == read.table_numbers == 10  # neither line numbers nor column numbers are amounts


FILLED = """
收入 | < | 支出 | < | <
项目 | 金额 | 项目 | 合计 | 一般公共预算财政拨款
一、一般公共预算财政拨款 | 900.00 | 一、一般公共服务支出 | 900.00 | 900.00
 | @ | 二、外交支出 | @ | @
 | @ | 三、国防支出 | @ | @
 | @ | 四、公共安全支出 | @ | @
本年收入合计 | 900.00 | 本年支出合计 | 900.00 | 900.00
年初财政拨款结转和结余 | 30.00 | 年末财政拨款结转和结余 | 30.00 | 30.00
一般公共预算财政拨款 | 30.00 | | @ | @
总计 | 930.00 | 总计 | 930.00 | 930.00
"""


@pytest.mark.parametrize("filling", ["-", "——", "0.00"])
def test_a_table_filled_up_with_dashes_or_zeros_says_what_it_says_with_blanks(filling: str) -> None:
    blank, filled = (final("财政拨款收入支出决算总表", "单位：万元", FILLED.replace("@", text)) for text in ("", filling))
    assert [fact for fact in facts(filled) if not fact.endswith(" 0.00")] == facts(blank)
    assert not filled.unbound
    assert {fact for fact in facts(filled) if fact.endswith(" 0.00")} == (
        {f"expenditure{fund} {code} 0.00" for fund in (" fiscal", " general") for code in ("202", "203", "204")}
        if filling == "0.00"
        else set()
    )


def test_line_and_column_numbers_are_kept() -> None:
    table = only(final("收入支出决算总表", "单位：万元", TOTALS))
    assert [column.number for column in table.columns] == [None, None, "1", None, None, "2"]
    assert [column.role for column in table.columns][:3] == [ColumnRole.LABEL, ColumnRole.ROW_NUMBER, ColumnRole.VALUE]
    assert row(table, "年初结转和结余").number == "7"


def test_the_total_of_the_year_includes_the_items_and_the_grand_total_the_balances() -> None:
    table = only(final("收入支出决算总表", "单位：万元", TOTALS))
    assert parent(table, "五、事业收入") == "本年收入合计"
    assert parent(table, "本年收入合计") == parent(table, "年初结转和结余") == "总计"
    assert parent(table, "总计", side=1) is None
    assert row(table, "总计", side=0).role is RowRole.TOTAL


def test_values_are_in_yuan_with_the_decimals_that_are_printed() -> None:
    fact = final("收入支出决算总表", "单位：万元", TOTALS).facts[0]
    assert (fact.value, fact.scale, fact.decimals, fact.unit, fact.phase, fact.year) == (
        Decimal("9000000.00"),
        4,
        -2,
        "CNY",
        Phase.FINAL,
        2023,
    )
    assert fact.half_width == 50


def test_the_national_form_of_a_fiscal_statement_nests_sources_under_income_and_balance() -> None:
    read = budget(
        "财政拨款收支总表",
        "单位：元",
        """
收入 | < | 支出 | < | < | < | <
项目 | 金额 | 项目 | 合计 | 一般公共预算 | 政府性基金预算 | 国有资本经营预算
一、本年收入 | 1,200 | 一、本年支出 | 1,300 | 1,000 | 300 |
（一）一般公共预算拨款 | 950 | （一）一般公共服务支出 | 1,000 | 1,000 | |
（二）政府性基金预算拨款 | 250 | （二）城乡社区支出 | 300 | | 300 |
二、上年结转 | 100 | 二、结转下年 | | | |
（一）一般公共预算拨款 | 50 | | | | |
（二）政府性基金预算拨款 | 50 | | | | |
收入总计 | 1,300 | 支出总计 | 1,300 | 1,000 | 300 |
""",
    )
    table = only(read)
    assert table.kind == "fiscal"
    assert facts(read) == [
        "income fiscal 1,200",
        "income general 950",
        "income gov_fund 250",
        "opening_balance fiscal 100",
        "opening_balance general 50",
        "opening_balance gov_fund 50",
        "income_total fiscal 1,300",
        "expenditure fiscal 1,300",
        "expenditure general 1,000",
        "expenditure gov_fund 300",
        "expenditure fiscal 201 1,000",
        "expenditure general 201 1,000",
        "expenditure fiscal 212 300",
        "expenditure gov_fund 212 300",
        "expenditure_total fiscal 1,300",
        "expenditure_total general 1,000",
        "expenditure_total gov_fund 300",
    ]
    assert parent(table, "（一）一般公共服务支出".replace("（", "(").replace("）", ")")) == "一、本年支出"
    balances = [line for line in table.rows if line.label == "(二)政府性基金预算拨款"]
    assert [table.rows[line.parent or 0].label for line in balances] == ["一、本年收入", "二、上年结转"]
    assert parent(table, "一、本年收入") == parent(table, "二、上年结转") == "收入总计"


def test_sources_without_numbers_below_a_balance_are_its_sources_and_not_added_to_it() -> None:
    read = final(
        "财政拨款收入支出决算总表",
        "单位：万元",
        """
        收入 | < | 支出 | <
        项目 | 金额 | 项目 | 合计
        一、一般公共预算财政拨款 | 90 | 一、科学技术支出 | 95
        本年收入合计 | 90 | 本年支出合计 | 95
        年初财政拨款结转和结余 | 10 | 年末财政拨款结转和结余 | 5
        一般公共预算财政拨款 | 8 | |
        政府性基金预算财政拨款 | 2 | |
        总计 | 100 | 总计 | 100
        """,
    )
    table = only(read)
    assert "opening_balance gov_fund 2" in facts(read)
    below = [line for line in table.rows if line.label in ("一般公共预算财政拨款", "政府性基金预算财政拨款")]
    assert [table.rows[line.parent or 0].label for line in below] == ["年初财政拨款结转和结余"] * 2


def test_a_total_without_balances_is_the_income_of_the_year() -> None:
    read = budget(
        "部门收支总表",
        "单位：万元",
        """
收入 | < | 支出 | <
项目 | 预算数 | 项目 | 预算数
一、财政拨款收入 | 90 | 一、教育支出 | 100
其中：一般公共预算 | 80 | |
二、事业收入 | 10 | |
收入总计 | 100 | 支出总计 | 100
""",
    )
    assert facts(read) == [
        "income fiscal 90",
        "income general 80",
        "income undertaking 10",
        "income 100",
        "expenditure 205 100",
        "expenditure 100",
    ]
    table = only(read)
    assert row(table, "其中:一般公共预算").of_which and parent(table, "其中:一般公共预算") == "一、财政拨款收入"
