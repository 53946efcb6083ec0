"""Statements by code and by body, as budgets and final accounts of several provinces draw them."""

from __future__ import annotations

from schemas.report import Phase
from tests.parser.tables.grids import budget, facts, final, only, parent


def test_income_by_code_splits_over_sources_and_a_bare_total_beside_balances_includes_them() -> None:
    read = budget(
        "收入预算总表",
        "单位：万元",
        """
科目编码 | 科目名称 | 合计 | 上年结转 | 一般公共预算拨款收入 | 财政专户管理资金收入 | 事业收入
205 | 教育支出 | 110 | 10 | 80 | 15 | 5
20502 | 普通教育 | 110 | 10 | 80 | 15 | 5
 | 合计 | 110 | 10 | 80 | 15 | 5
""",
    )
    assert facts(read)[:5] == [
        "income_total 205 110",
        "opening_balance 205 10",
        "income general 205 80",
        "income special_account 205 15",
        "income undertaking 205 5",
    ]


def test_codes_spread_over_columns_may_drop_a_leading_zero_or_leave_upper_levels_blank() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        """
科目编码 | < | < | 科目名称 | 本年支出合计 | 基本支出 | 项目支出
类 | 款 | 项 | ^ | ^ | ^ | ^
208 | | | 社会保障和就业支出 | 30.00 | 30.00 | 0.00
208 | 5 | | 行政事业单位养老支出 | 30.00 | 30.00 | 0.00
 | | 5 | 机关事业单位基本养老保险缴费支出 | 20.00 | 20.00 | 0.00
 | | 06 | 机关事业单位职业年金缴费支出 | 10.00 | 10.00 |
合计 | < | < | < | 30.00 | 30.00 | 0.00
""",
    )
    table = only(read)
    assert [line.code for line in table.rows if line.code] == ["208", "20805", "2080505", "2080506"]
    assert parent(table, "机关事业单位职业年金缴费支出") == "行政事业单位养老支出"
    assert parent(table, "社会保障和就业支出") == "合计"
    assert "expenditure project 208 0.00" in facts(read)  # 0.00 is stated
    assert not [fact for fact in read.facts if fact.function == "2080506" and fact.nature == "project"]  # a blank is not


def test_a_missing_level_does_not_lose_the_line_its_parent() -> None:
    table = only(
        final(
            "支出决算表",
            "单位：万元",
            """
功能分类科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出
 | 合计 | 5.00 | 5.00 |
210 | 卫生健康支出 | 5.00 | 5.00 |
2101101 | 行政单位医疗 | 5.00 | 5.00 |
""",
        )
    )
    assert parent(table, "行政单位医疗") == "卫生健康支出" and parent(table, "卫生健康支出") == "合计"


def test_codes_before_names_in_one_cell_are_codes() -> None:
    read = budget(
        "一般公共预算支出表",
        "单位：万元",
        """
功能分类科目 | 合计 | 基本支出 | 项目支出
[201]一般公共服务支出 | 7.50 | 7.50 |
[20106]财政事务 | 7.50 | 7.50 |
2010601 行政运行 | 7.50 | 7.50 |
合计 | 7.50 | 7.50 |
""",
    )
    assert facts(read)[4] == "expenditure general 2010601 7.50"
    assert parent(only(read), "行政运行") == "财政事务"


def test_years_in_the_header_are_the_years_of_the_figures() -> None:
    read = budget(
        "一般公共预算支出表",
        "单位：万元",
        """
科目编码 | 科目名称 | 2023年执行数 | 2024年预算数 | < | < | 2024年预算数比2023年执行数 | <
^ | ^ | ^ | 小计 | 基本支出 | 项目支出 | 增减额 | 增减%
204 | 公共安全支出 | 90.00 | 100.00 | 60.00 | 40.00 | 10.00 | 11.11
""",
    )
    assert [(fact.year, fact.phase, fact.measure.value, fact.nature) for fact in read.facts] == [
        (2023, Phase.EXECUTION, "amount", "total"),
        (2024, Phase.INITIAL, "amount", "total"),
        (2024, Phase.INITIAL, "amount", "basic"),
        (2024, Phase.INITIAL, "amount", "project"),
        (2024, Phase.INITIAL, "change", "total"),
        (2024, Phase.INITIAL, "growth", "total"),
    ]
    assert read.facts[-1].unit == "percent"


def test_a_fund_statement_has_balances_income_and_expenditure_in_its_columns() -> None:
    read = final(
        "政府性基金预算财政拨款收入支出决算表",
        "金额单位：万元",
        """
项目 | < | 年初结转和结余 | 本年收入 | 本年支出 | < | < | 年末结转和结余
科目编码 | 科目名称 | ^ | ^ | 小计 | 基本支出 | 项目支出 | ^
栏次 | < | 1 | 2 | 3 | 4 | 5 | 6
合计 | < | 1.00 | 9.00 | 8.00 | | 8.00 | 2.00
212 | 城乡社区支出 | 1.00 | 9.00 | 8.00 | | 8.00 | 2.00
""",
        "6栏各行=（1+2-3）栏各行；3栏各行=（4+5）栏各行。",
    )
    assert facts(read)[:5] == [
        "opening_balance gov_fund 1.00",
        "income gov_fund 9.00",
        "expenditure gov_fund 8.00",
        "expenditure gov_fund project 8.00",
        "closing_balance gov_fund 2.00",
    ]
    first, second = only(read).identities
    assert (first.axis, first.result, first.terms) == ("column", "6", ((1, "1"), (1, "2"), (-1, "3")))
    assert (second.result, second.terms) == ("3", ((1, "4"), (1, "5")))


def test_basic_expenditure_stands_in_three_sides_with_totals_that_span_two_of_them() -> None:
    read = final(
        "一般公共预算财政拨款基本支出决算明细表",
        "单位：万元",
        """
人员经费 | < | < | 公用经费 | < | < | < | < | <
科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数
301 | 工资福利支出 | 60.00 | 302 | 商品和服务支出 | 8.00 | 310 | 资本性支出 | 2.00
30101 | 基本工资 | 60.00 | 30201 | 办公费 | 8.00 | 31002 | 办公设备购置 | 2.00
人员经费合计 | < | 60.00 | 公用经费合计 | < | < | < | < | 10.00
""",
    )
    table = only(read)
    assert table.kind == "general_basic"
    assert "expenditure general personnel 60.00" in facts(read) and "expenditure general operating 10.00" in facts(read)
    assert parent(table, "资本性支出") == parent(table, "商品和服务支出") == "公用经费合计"
    assert parent(table, "工资福利支出") == "人员经费合计" and parent(table, "办公费") == "商品和服务支出"
    assert [line.code for line in table.rows if line.side == 2 and line.code] == ["310", "31002"]


def test_an_amount_of_a_total_over_two_sides_is_its_own_where_blanks_are_filled_up_with_zeros() -> None:
    read = final(
        "一般公共预算财政拨款基本支出决算明细表",
        "单位：万元",
        """
人员经费 | < | < | 公用经费 | < | < | < | < | <
科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数
301 | 工资福利支出 | 60.00 | 302 | 商品和服务支出 | 8.00 | 310 | 资本性支出 | 2.00
30101 | 基本工资 | 60.00 | 30201 | 办公费 | 8.00 | 31002 | 办公设备购置 | 2.00
30102 | 津贴补贴 | 0.00 | | | 0.00 | | | 0.00
人员经费合计 | | 60.00 | 公用经费合计 | | 0.00 | | | 10.00
""",
    )
    amounts = [fact for fact in facts(read) if "personnel" in fact or "operating" in fact]
    assert amounts == ["expenditure general personnel 60.00", "expenditure general operating 10.00"]


def test_basic_expenditure_with_both_economic_classifications_is_read_by_the_departmental_one() -> None:
    read = budget(
        "一般公共预算基本支出表",
        "单位：万元",
        """
政府预算支出经济分类科目 | < | 部门预算支出经济分类科目 | < | 本年一般公共预算基本支出 | < | <
科目编码 | 科目名称 | 科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费
501 | 机关工资福利支出 | 301 | 工资福利支出 | 9 | 9 |
50101 | 工资奖金津补贴 | 30101 | 基本工资 | 9 | 9 |
合计 | < | < | < | 9 | 9 |
""",
    )
    assert facts(read) == [
        "expenditure general basic 301 9",
        "expenditure general personnel 301 9",
        "expenditure general basic 30101 9",
        "expenditure general personnel 30101 9",
        "expenditure general basic 9",
        "expenditure general personnel 9",
    ]


def test_lines_by_body_are_told_apart_by_the_bodys_name() -> None:
    read = budget(
        "部门支出总表",
        "单位：万元",
        """
单位编码 | 单位名称 | 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
101001 | 局本级 | 2010601 | 行政运行 | 5.00 | 5.00 |
101002 | 核算中心 | 2010601 | 行政运行 | 3.00 | 3.00 |
""",
    )
    assert facts(read)[0] == "expenditure 2010601 局本级 5.00"
    assert facts(read)[2] == "expenditure 2010601 核算中心 3.00"
    assert read.bound == read.table_numbers == 4  # 101001 is no amount


def test_zeros_at_the_end_of_a_code_stand_for_levels_that_are_not_given() -> None:
    table = only(
        final(
            "支出决算表",
            "单位：万元",
            """
科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出
2080000 | 社会保障和就业支出 | 5.00 | 5.00 |
2080500 | 行政事业单位养老支出 | 5.00 | 5.00 |
2080505 | 机关事业单位基本养老保险缴费支出 | 5.00 | 5.00 |
""",
        )
    )
    assert [line.code for line in table.rows[1:]] == ["208", "20805", "2080505"]
    assert parent(table, "机关事业单位基本养老保险缴费支出") == "行政事业单位养老支出"


def test_economic_classes_may_be_columns() -> None:
    read = budget(
        "支出预算总表",
        "单位：万元",
        """
科目编码 | 科目名称 | 合计 | 基本支出 | < | < | 项目支出
^ | ^ | ^ | 小计 | 工资福利支出 | 商品和服务支出 | ^
205 | 教育支出 | 10 | 9 | 7 | 2 | 1
""",
    )
    assert facts(read) == [
        "expenditure 205 10",
        "expenditure basic 205 9",
        "expenditure basic 205 301 7",
        "expenditure basic 205 302 2",
        "expenditure project 205 1",
    ]


def test_line_numbers_without_a_heading_are_no_amounts() -> None:
    read = budget(
        "支出预算总表",
        "单位：万元",
        """
 | 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
1 | 205 | 教育支出 | 10 | 9 | 1
2 | 20502 | 普通教育 | 10 | 9 | 1
3 | 2050201 | 学前教育 | 10 | 9 | 1
""",
    )
    assert read.table_numbers == 9 and [line.number for line in only(read).rows[1:]] == ["1", "2", "3"]


def test_a_detailed_statement_crosses_functions_with_economic_items() -> None:
    read = final(
        "一般公共预算财政拨款支出决算明细表",
        "单位：万元",
        """
项目 | < | 合计 | 工资福利支出 | < | 商品和服务支出 | < | <
科目编码 | 科目名称 | ^ | 小计 | 基本工资 | 小计 | 公务接待费 | 培训费
合计 | < | 9.00 | 6.00 | 6.00 | 3.00 | 1.00 | 2.00
2010601 | 行政运行 | 9.00 | 6.00 | 6.00 | 3.00 | 1.00 | 2.00
""",
    )
    assert only(read).kind == "general_expenditure"
    assert facts(read)[6:] == [
        "expenditure general 2010601 9.00",
        "expenditure general 2010601 301 6.00",
        "expenditure general 2010601 30101 6.00",
        "expenditure general 2010601 302 3.00",
        "expenditure general 2010601 30217 1.00",
        "expenditure general 2010601 30216 2.00",
    ]


def test_projects_listed_by_function_are_expenditure_on_projects_of_the_fund_in_the_title() -> None:
    read = final(
        "一般公共预算财政拨款项目支出决算表",
        "单位：万元",
        """
科目编码 | 科目名称 | 合计
205 | 教育支出 | 7.00
20502 | 普通教育 | 7.00
合计 | < | 7.00
""",
    )
    assert facts(read) == [
        "expenditure general project 205 7.00",
        "expenditure general project 20502 7.00",
        "expenditure general project 7.00",
    ]
    assert parent(only(read), "普通教育") == "教育支出"


UNMARKED = """
功能分类科目 | 合计 | 基本支出 | 项目支出
一般公共服务 | 10.00 | 10.00 |
财政事务 | 10.00 | 10.00 |
机关运转 | 6.00 | 6.00 |
综合事务 | 4.00 | 4.00 |
合计 | {total} | {total} |
"""


def test_lines_of_unprinted_levels_are_not_all_added_together() -> None:
    table = only(final("支出决算表", "单位：万元", UNMARKED.format(total="10.00")))
    assert {line.parent for line in table.rows} == {None}
    assert any("levels" in doubt for doubt in table.doubts)


def test_unmarked_lines_that_add_up_belong_to_their_total() -> None:
    table = only(final("支出决算表", "单位：万元", UNMARKED.format(total="30.00")))
    assert parent(table, "综合事务") == "合计" and not table.doubts


def test_a_list_of_codes_that_runs_on_over_the_next_side_keeps_its_class() -> None:
    table = only(
        final(
            "一般公共预算财政拨款基本支出决算表",
            "单位：万元",
            """
编码 | 科目名称 | 决算数 | 编码 | 科目名称 | 决算数 | 编码 | 科目名称 | 决算数
301 | 工资福利支出 | 5.00 | 302 | 商品和服务支出 | 6.00 | 30228 | 工会经费 | 2.00
30101 | 基本工资 | 5.00 | 30201 | 办公费 | 4.00 | 310 | 资本性支出 | 1.00
 | | | | | | 31002 | 办公设备购置 | 1.00
""",
        )
    )
    assert parent(table, "工会经费", side=2) == parent(table, "办公费", side=1) == "商品和服务支出"
    assert parent(table, "办公设备购置", side=2) == "资本性支出"


def test_codes_under_a_heading_that_only_says_item_are_no_amounts() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        """
项目 | | | | 本年支出合计 | 基本支出 | 项目支出
类 | 款 | 项 | 栏次 | 1 | 2 | 3
 | | | 合计 | 110.00 | 80.00 | 30.00
205 | | | 教育支出 | 110.00 | 80.00 | 30.00
20502 | | | 普通教育 | 110.00 | 80.00 | 30.00
2050203 | | | 初中教育 | 110.00 | 80.00 | 30.00
""",
    )
    assert facts(read)[:4] == [
        "expenditure 110.00",
        "expenditure basic 80.00",
        "expenditure project 30.00",
        "expenditure 205 110.00",
    ]
    assert read.bound == read.table_numbers == 12
