"""The engine: outcomes, one finding per cause, trials, low confidence."""

from decimal import Decimal

from schemas.report import ClaimKind, Measure, Report
from schemas.validation import Outcome, Severity
from services.validator.check import Result, check
from services.validator.config import Config
from services.validator.samples import Draft

COLUMNS = [("合计", {"fund": "general"}), ("基本支出", {"fund": "general", "nature": "basic"}),
           ("项目支出", {"fund": "general", "nature": "project"})]  # fmt: skip


def statement(total: str = "60.00", first: str = "40.00", basic: str = "30.00", confidence: float = 1.0) -> Draft:
    """Two 类 under one total; by default everything agrees."""
    return Draft().table(
        "general_expenditure",
        COLUMNS,
        [
            ("", "合计", total, "45.00", "15.00"),
            ("201", "一般公共服务支出", first, basic, "10.00"),
            ("208", "社会保障支出", "20.00", "15.00", "5.00"),
        ],
        parents={1: 0, 2: 0},
        confidence=confidence,
    )


def errors(report: Report) -> list[tuple[str | None, str | None]]:
    return [(item.stated, item.expected) for item in check(report).discrepancies if item.severity is Severity.ERROR]


def outcomes(result: Result, rule: str) -> list[Outcome]:
    return [item.outcome for item in result.validation.checks if item.rule == rule]


def test_a_table_that_adds_up_has_no_discrepancy_and_every_number_is_checked() -> None:
    result = check(statement().report())
    assert [item for item in result.discrepancies if item.severity is Severity.ERROR] == []
    assert result.validation.coverage.table_numbers == result.validation.coverage.table_numbers_checked == 9


def test_one_wrong_cell_that_breaks_several_relations_is_one_finding_about_that_cell() -> None:
    result = check(statement(first="46.00").report())
    found = [item for item in result.discrepancies if item.severity is Severity.ERROR]
    assert [(item.stated, item.expected) for item in found] == [("46.00万元", "40.00万元")]
    assert len(found[0].broken) == 2
    assert found[0].stated_interval is not None and found[0].stated_interval.low == Decimal("459950")


def test_the_difference_of_a_last_digit_is_rounding_and_grouped() -> None:
    result = check(statement(total="60.01", first="40.00").report())
    rounding = [item for item in result.discrepancies if item.severity is Severity.ROUNDING]
    assert errors(statement(total="60.01").report()) == []
    assert len(rounding) >= 1 and result.validation.errors == 0


def test_beyond_rounding_is_an_error() -> None:
    assert errors(statement(total="60.06").report()) == [("60.06万元", "60.00万元")]


def fleet(whole: str, last: str, name: str = "其他用车") -> Report:
    draft = Draft().paragraph(f"共有车辆{whole}辆，其中：机要通信用车1辆、{name}{last}辆。")
    total = draft.number(whole, "辆", "asset", item="共有车辆")
    first = draft.number("1", "辆", "asset", item="共有车辆/机要通信用车")
    second = draft.number(last, "辆", "asset", item=f"共有车辆/{name}", occurrence=int(last == whole))
    return draft.claim(ClaimKind.PARTS, whole=total, part=[first, second], partial=True).report()


def test_what_is_counted_one_by_one_is_not_rounded() -> None:
    assert errors(fleet("6", "5")) == []
    assert len(errors(fleet("6", "7"))) == 1


def test_a_count_that_ends_with_all_others_leaves_nothing_out() -> None:
    assert len(errors(fleet("6", "4"))) == 1
    assert errors(fleet("6", "4", "执法执勤用车")) == []


def test_a_number_read_with_low_confidence_is_never_the_basis_of_an_error() -> None:
    result = check(statement(first="46.00", confidence=0.6).report())
    assert [item for item in result.discrepancies if item.severity is Severity.ERROR] == []
    assert Outcome.NOT_CHECKED in outcomes(result, "table.hierarchy")


def test_the_cause_is_named_when_one_hypothesis_fits() -> None:
    found = [item for item in check(statement(first="4.00").report()).discrepancies if item.severity is Severity.ERROR]
    assert found[0].cause is not None and "小数点" in found[0].cause.zh


def test_a_table_whose_columns_were_misread_is_not_a_list_of_errors() -> None:
    rows = [("", f"行{index}", f"{index}0.00", "1.00", "2.00") for index in range(1, 8)]
    result = check(Draft().table("general_expenditure", COLUMNS, rows).report())
    assert [item for item in result.discrepancies if item.rule == "table.columns"] == []
    assert set(outcomes(result, "table.columns")) == {Outcome.NOT_CHECKED}


def test_money_in_yuan_meets_money_in_ten_thousands() -> None:
    draft = Draft().table("income_expenditure", [("决算数", {})], [("", "本年支出合计", "3503499")], unit="元")
    draft.paragraph("本年支出合计350.35万元。")
    draft.claim(ClaimKind.VALUE, value=draft.number("350.35", "万元"))
    assert errors(draft.report()) == []


def test_a_slip_of_the_unit_is_named() -> None:
    draft = Draft().paragraph("年初预算为2.43元，支出决算为2.43万元，完成年初预算的100%。")
    budget = draft.number("2.43", "元", phase=None)
    actual = draft.number("2.43", "万元", occurrence=1)
    rate = draft.number("100", "%", measure=Measure.COMPLETION)
    draft.claim(ClaimKind.COMPLETION, actual=actual, budget=budget, rate=rate)
    found = [item for item in check(draft.report()).discrepancies if item.rule == "claim.completion"]
    assert [(item.category, item.stated) for item in found] == [("unit", "2.43元")]


def test_a_rule_switched_off_is_said_to_be_and_one_lowered_is_lowered() -> None:
    report = statement(total="66.00").report()
    off = check(report, config=Config(off={"table.hierarchy": "not for this source", "table.columns": "same"}))
    assert [item for item in off.discrepancies if item.rule.startswith("table.")] == []
    assert [item.reason for item in off.validation.checks if item.rule == "table.hierarchy"] == [
        "switched off: not for this source"
    ]
    low = check(
        report,
        config=Config(lowered={"table.hierarchy": (Severity.WARNING, "known"), "table.columns": (Severity.WARNING, "known")}),
    )
    assert {item.severity for item in low.discrepancies if item.rule.startswith("table.")} == {Severity.WARNING}


def test_the_same_report_has_the_same_discrepancies() -> None:
    report = statement(first="46.00").report()
    assert check(report) == check(report)


def test_a_line_and_the_line_above_it_with_the_same_slip_are_the_culprits_not_the_lines_under_them() -> None:
    # 10,661.51 printed as 1,066.51 in 类 and 款: 类 = 款 holds, and no item is wrong.
    columns = [("合计", {}), ("基本支出", {"nature": "basic"}), ("项目支出", {"nature": "project"})]
    draft = Draft().table(
        "expenditure",
        columns,
        [
            ("", "合计", "130.00", "117.00", "13.00"),
            ("212", "城乡社区支出", "120.00", "10.70", "13.00"),
            ("21201", "城乡社区管理事务", "120.00", "10.70", "13.00"),
            ("2120101", "行政运行", "40.00", "40.00", ""),
            ("2120104", "城管执法", "80.00", "67.00", "13.00"),
            ("221", "住房保障支出", "10.00", "10.00", ""),
        ],
        parents={1: 0, 2: 1, 3: 2, 4: 2, 5: 0},
    )
    assert errors(draft.report()) == [("10.70万元", "107.00万元")] * 2
