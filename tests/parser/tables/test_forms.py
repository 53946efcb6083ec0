"""Performance forms: labelled boxes and lists of indicators under several header rows."""

from __future__ import annotations

from schemas.report import Phase, RowRole
from tests.parser.tables.grids import budget, final, grid, only, row

REVIEW = """
项目名称 | < | 档案数字化 | < | < | < | < | <
主管部门 | < | 某局 | < | 实施单位 | < | 某馆 | <
项目资金（万元） | < | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 得分
^ | ^ | 年度资金总额 | 100.00 | 90.00 | 81.00 | 10 | 9.00
^ | ^ | 其中：当年财政拨款 | 100.00 | 90.00 | 81.00 | — | —
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 偏差原因 | 分值 | 得分
产出指标 | 数量指标 | 扫描页数 | ≥5000页 | 5200页 | | 50 | 50
^ | 质量指标 | 合格率 | ≥95% | 97.5% | | 40 | 38.5
总分 | < | < | < | < | < | 100 | 97.5
"""


def test_a_review_states_the_projects_money_by_phase() -> None:
    read = final("项目支出绩效自评表", REVIEW)
    assert only(read).kind == "project_performance_review"
    money = [(fact.item, fact.phase, fact.text) for fact in read.facts if fact.unit == "CNY"]
    assert money == [
        ("档案数字化", Phase.INITIAL, "100.00"),
        ("档案数字化", Phase.FULL_YEAR, "90.00"),
        ("档案数字化", Phase.FINAL, "81.00"),
        ("档案数字化·当年财政拨款", Phase.INITIAL, "100.00"),
        ("档案数字化·当年财政拨款", Phase.FULL_YEAR, "90.00"),
        ("档案数字化·当年财政拨款", Phase.FINAL, "81.00"),
    ]
    assert all(fact.concept == "performance" and fact.fund == "all" for fact in read.facts)


def test_weights_and_scores_are_scores_and_targets_keep_their_units() -> None:
    read = final("项目支出绩效自评表", REVIEW)
    scores = {fact.item: fact.value for fact in read.facts if fact.measure == "score"}
    assert scores["档案数字化·扫描页数·分值"] == 50 and scores["档案数字化·合格率·得分"] == row_value("38.5")
    assert {fact.text: fact.unit for fact in read.facts if "指标值" in (fact.item or "")} == {"≥5000页": "页", "≥95%": "percent"}
    table = only(read)
    assert [column.dimensions.get("measure") for column in table.columns][6:] == ["score", "score"]
    assert row(table, "总分").role is RowRole.TOTAL


def row_value(text: str) -> object:
    from decimal import Decimal

    return Decimal(text)


def test_telephones_codes_and_years_are_no_amounts() -> None:
    read = budget(
        "项目支出绩效目标表",
        """
项目名称 | 普法宣传 | 项目代码 | 420100123
联系人 | 某某 | 联系电话 | 85550000
起始年度 | 2024 | 终止年度 | 2026
项目总预算 | 30万元 | 项目当年预算 | 10万元
""",
    )
    assert [fact.text for fact in read.facts] == ["30万元", "10万元"] and read.table_numbers == 2
    assert {fact.scale for fact in read.facts} == {4}
    first, second = read.facts
    assert first.item != second.item  # two different budgets of one project


def test_a_line_of_a_text_copy_that_lost_its_merged_first_cells_is_read_where_it_belongs() -> None:
    read = budget(
        "项目绩效目标表",
        """
一级指标 | 二级指标 | 三级指标 | 指标值 | 说明
产出指标 | 数量指标 | 活动次数 | ≥6次 | 全年
满意度指标 | 群众满意度 | ≥95% | 抽样 |
""",
    )
    assert [fact.item for fact in read.facts] == ["活动次数·指标值", "群众满意度·指标值"]


def test_whole_expenditure_is_one_subject_and_lines_under_a_phase_are_of_that_phase() -> None:
    read = final(
        "部门整体支出绩效自评表",
        """
部门整体支出资金（万元） | 预算数 | 80.00 | 全年执行数 | 78.00
^ | 其中：一般公共预算财政拨款 | 80.00 | 其中：一般公共预算执行数 | 78.00
一级指标 | 二级指标 | 三级指标 | 分值 | 得分
履职效能 | 工作完成 | 完成率 | 20 | 20
""",
    )
    money = [(fact.item, fact.phase) for fact in read.facts if fact.unit == "CNY"]
    assert money[0] == ("整体支出", Phase.INITIAL) and money[1] == ("整体支出", Phase.FINAL)
    assert money[2][1] is Phase.INITIAL and money[3][1] is Phase.FINAL
    assert only(read).unit == "万元" and not only(read).doubts


def test_the_rest_of_a_form_is_about_the_same_project() -> None:
    read = budget(
        "项目支出绩效目标申报表",
        grid("项目名称 | 普法宣传 | 代码 |\n项目总预算 | 30万元 | |"),
        grid("品名 | 数量 | 金额\n印刷费 | 1 | 3万元"),
    )
    assert [table.kind for table in read.tables] == ["project_performance_target"] * 2
    assert [fact.item for fact in read.facts if fact.unit == "CNY"] == ["普法宣传", "普法宣传·印刷费"]


def test_amounts_in_the_sentences_of_a_box_are_facts_of_their_clauses() -> None:
    read = budget(
        "项目支出绩效目标表",
        """
项目名称 | 普法宣传 | 代码 |
预算变动情况 | 2022年年初预算11万元，调减3万元；2022年支出8万元，约30人参加。 | <  | <
""",
    )
    assert [(fact.item, fact.measure.value, fact.value, fact.year) for fact in read.facts] == [
        ("普法宣传", "amount", 110000, 2022),
        ("普法宣传·调减", "change", -30000, 2022),
        ("普法宣传·支出", "amount", 80000, 2022),
    ]
    assert read.bound == read.table_numbers == 3
