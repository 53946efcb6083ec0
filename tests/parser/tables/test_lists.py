"""“三公”, projects, procurement: tables whose lines or columns are the subjects."""

from __future__ import annotations

from schemas.report import Phase, RowRole
from tests.parser.tables.grids import budget, facts, final, only, parent, row


def test_three_public_in_columns_with_budget_and_final_figures() -> None:
    read = final(
        "“三公”经费支出决算表",
        "单位：万元",
        """
预算数 | < | < | < | < | < | 决算数 | < | < | < | < | <
合计 | 因公出国 | 公务用车购置及运行维护费 | < | < | 公务接待费 | 合计 | 因公出国 | 公务用车购置及运行维护费 | < | < | 公务接待费
^ | ^ | 小计 | 公务用车购置费 | 公务用车运行维护费 | ^ | ^ | ^ | 小计 | 公务用车购置费 | 公务用车运行维护费 | ^
1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12
9.00 | 0.00 | 8.00 | 0.00 | 8.00 | 1.00 | 7.50 | 0.00 | 7.00 | 0.00 | 7.00 | 0.50
""",
        "1栏=（2+3+6）栏；3栏=（4+5）栏；7栏=（8+9+12）栏；9栏=（10+11）栏。",
    )
    assert facts(read)[:6] == [
        "three_public 9.00",
        "three_public.abroad 0.00",
        "three_public.vehicles 8.00",
        "three_public.vehicle_purchase 0.00",
        "three_public.vehicle_running 8.00",
        "three_public.reception 1.00",
    ]
    assert [fact.phase for fact in read.facts] == [Phase.INITIAL] * 6 + [Phase.FINAL] * 6
    assert [column.number for column in only(read).columns] == [str(number) for number in range(1, 13)]
    assert len(only(read).identities) == 4


def test_three_public_in_lines_with_counts() -> None:
    read = final(
        "“三公”经费、机关运行经费支出表",
        "单位：万元",
        """
项目 | 年初预算数 | 全年预算数 | 决算数
“三公”经费合计 | 9.00 | 9.00 | 7.50
1.因公出国（境）费 | 0.00 | 0.00 | 0.00
2.公务用车购置及运行维护费 | 8.00 | 8.00 | 7.00
（1）公务用车购置费 | 0.00 | 0.00 | 0.00
（2）公务用车运行维护费 | 8.00 | 8.00 | 7.00
3.公务接待费 | 1.00 | 1.00 | 0.50
其中：外宾接待 | | | 0.20
公务用车保有量（辆） | | | 2
国内公务接待批次（个） | | | 6
""",
    )
    table = only(read)
    assert parent(table, "(2)公务用车运行维护费") == "2.公务用车购置及运行维护费"
    assert parent(table, "2.公务用车购置及运行维护费") == "三公经费合计"
    assert parent(table, "其中:外宾接待") == "3.公务接待费" and row(table, "其中:外宾接待").of_which
    counts = [fact for fact in read.facts if fact.measure == "count"]
    assert [(fact.concept, fact.item, fact.value, fact.unit) for fact in counts] == [
        ("three_public.vehicles", "保有量", 2, "辆"),
        ("three_public.reception", "批次", 6, "个"),
    ]
    assert [fact.phase for fact in read.facts[:3]] == [Phase.INITIAL, Phase.FULL_YEAR, Phase.FINAL]


def test_three_public_beside_the_operating_expenses_with_all_that_is_counted() -> None:
    read = final(
        "“三公”经费、行政参公单位机关运行经费情况表",
        "单位：万元",
        """
项目 | 行次 | 年初预算数 | 决算统计数
一、“三公”经费支出 | 1 | — | —
（一）支出合计 | 2 | 9.00 | 7.50
1．因公出国（境）费 | 3 | 0.00 | 0.00
2．公务用车购置及运行维护费 | 4 | 8.00 | 7.00
3．公务接待费 | 5 | 1.00 | 0.50
（1）国内接待费 | 6 | — | 0.30
其中：外事接待费 | 7 | — | 0.10
（2）国（境）外接待费 | 8 | — | 0.20
（二）相关统计数 | 9 | — | —
1．因公出国（境）团组数（个） | 10 | — | 0
2．因公出国（境）人次数（人） | 11 | — | 0
3．国内公务接待批次（个） | 12 | — | 6
其中：外事接待批次（个） | 13 | — | 2
4．国（境）外公务接待人次（人） | 14 | — | 3
二、机关运行经费 | 15 | — | 40.00
（一）行政单位 | 16 | — | 30.00
（二）参照公务员法管理事业单位 | 17 | — | 10.00
""",
    )
    table = only(read)
    assert parent(table, "3.公务接待费") == "(一)支出合计"
    assert parent(table, "其中:外事接待费") == "(1)国内接待费"
    assert parent(table, "(2)国(境)外接待费") == "3.公务接待费"
    assert parent(table, "(一)行政单位") == "二、机关运行经费"
    assert {fact.concept for fact in read.facts if fact.text in ("9.00", "7.50")} == {"three_public"}
    counts = [(fact.concept, fact.item, fact.value, fact.unit) for fact in read.facts if fact.measure == "count"]
    assert counts == [
        ("three_public.abroad", "团组", 0, "个"),
        ("three_public.abroad", "人次", 0, "人"),
        ("three_public.reception", "批次", 6, "个"),
        ("three_public.reception_foreign", "外事接待批次", 2, "个"),
        ("three_public.reception", "国(境)外公务接待人次", 3, "人"),
    ]


def test_a_line_beside_the_three_public_expenses_is_no_part_of_them() -> None:
    read = budget(
        "行政经费及“三公”经费预算情况",
        "单位：万元",
        """
项目 | 合计 | 一般公共预算 | 政府性基金预算
行政经费 | 40.00 | 40.00 | 0.00
“三公”经费 | 3.00 | 3.00 | 0.00
其中：（一）因公出国（境）支出 | 0.00 | 0.00 | 0.00
（二）公务用车购置及运行维护支出 | 2.00 | 2.00 | 0.00
（三）公务接待费支出 | 1.00 | 1.00 | 0.00
""",
    )
    table = only(read)
    assert parent(table, "行政经费") is None
    assert parent(table, "(三)公务接待费支出") == "三公经费"


def test_three_public_by_body_over_two_years() -> None:
    read = budget(
        "“三公”经费支出表",
        "单位：万元",
        """
单位名称 | 2023年预算数 | < | < | < | < | < | 2024年预算数 | < | < | < | < | <
^ | 合计 | 因公出国 | 公务用车购置及运行费 | < | < | 公务接待费 | 合计 | 因公出国 | 公务用车购置及运行费 | < | < | 公务接待费
^ | ^ | ^ | 小计 | 购置费 | 运行费 | ^ | ^ | ^ | 小计 | 购置费 | 运行费 | ^
合计 | 5.0 | | 4.0 | | 4.0 | 1.0 | 6.0 | | 5.0 | | 5.0 | 1.0
某中心 | 5.0 | | 4.0 | | 4.0 | 1.0 | 6.0 | | 5.0 | | 5.0 | 1.0
""",
    )
    assert facts(read)[0] == "three_public 5.0" and read.facts[0].year == 2023
    assert "three_public.vehicle_running 某中心 5.0" in facts(read)
    assert [fact.year for fact in read.facts[:8]] == [2023] * 4 + [2024] * 4
    assert row(only(read), "合计").role is RowRole.TOTAL and parent(only(read), "某中心") == "合计"


def test_projects_are_named_and_their_total_is_the_expenditure_on_projects() -> None:
    read = budget(
        "项目支出表",
        "单位：万元",
        """
序号 | 单位名称 | 项目名称 | 合计 | 本年拨款 | < | 财政拨款结转结余 | 其他资金
^ | ^ | ^ | ^ | 一般公共预算 | 政府性基金预算 | ^ | ^
 | | 合计 | 30.00 | 25.00 | | 5.00 |
1 | 某局 | 设备更新 | 20.00 | 15.00 | | 5.00 |
2 | 某局 | 普法宣传 | 10.00 | 10.00 | | |
""",
    )
    table = only(read)
    assert facts(read)[:2] == ["expenditure project 30.00", "expenditure general project 25.00"]
    assert "project 设备更新 20.00" in facts(read) and "project general 设备更新 15.00" in facts(read)
    assert parent(table, "普法宣传") == "合计"
    assert row(table, "设备更新").number == "1"


def test_the_same_project_listed_twice_is_two_items() -> None:
    read = budget(
        "项目支出预算表",
        "单位：万元",
        """
单位名称 | 项目名称 | 金额
甲中心 | 运行维护 | 3.00
乙中心 | 运行维护 | 4.00
""",
    )
    assert facts(read) == ["project 运行维护·甲中心 3.00", "project 运行维护·乙中心 4.00"]


def test_procurement_quantities_and_prices_are_not_its_amount() -> None:
    read = budget(
        "政府采购预算表",
        "单位：元",
        """
采购项目 | 采购目录 | 数量 | 单价 | 采购金额 | 备注
台式计算机 | 货物 | 10 | 5,000.00 | 50,000.00 |
合计 | | 10 | | 50,000.00 |
""",
    )
    assert facts(read) == [
        "procurement 台式计算机·数量 count 10",
        "procurement 台式计算机·单价 5,000.00",
        "procurement 台式计算机 50,000.00",
        "procurement 数量 count 10",
        "procurement 50,000.00",
    ]
    assert parent(only(read), "台式计算机") == "合计"


def test_a_list_of_bodies_has_no_amounts() -> None:
    read = final("部门决算单位构成", "序号 | 单位名称 | 备注\n1 | 某局本级 | 行政\n2 | 某中心 | 事业")
    assert only(read).kind == "units" and read.table_numbers == 0
    assert [line.label for line in only(read).rows if line.role is RowRole.DATA] == ["某局本级", "某中心"]


def test_subtotals_of_bodies_stand_between_the_total_and_the_projects() -> None:
    read = budget(
        "项目支出表",
        "单位：万元",
        """
单位名称 | 项目名称 | 金额
合计 | | 30.00
甲中心 | | 20.00
 | 设备更新 | 15.00
 | 普法宣传 | 5.00
乙中心 | | 10.00
 | 档案整理 | 10.00
""",
    )
    table = only(read)
    assert parent(table, "普法宣传") == "甲中心" and parent(table, "乙中心") == "合计"


def test_a_list_of_projects_above_its_total_stays_a_list_of_its_total() -> None:
    table = only(budget("项目支出表", "单位：万元", "项目名称 | 金额\n甲 | 5.00\n乙 | 6.00\n丙 | 7.00\n合计 | 17.00"))
    assert parent(table, "甲") == parent(table, "丙") == "合计"
