"""Relations across the documents of one issuer."""

from schemas.report import ClaimKind, Kind, Measure, Phase, Report, Scope
from services.validator.across import across
from services.validator.check import check
from services.validator.digest import digest
from services.validator.samples import Draft


def final(year: int, spent: str, budgeted: str) -> Report:
    draft = Draft(year=year).paragraph(f"年初预算为{budgeted}万元，支出决算为{spent}万元。")
    draft.number(budgeted, "万元", phase=Phase.INITIAL)
    draft.number(spent, "万元", occurrence=int(spent == budgeted))
    return draft.report().model_copy(update={"report_id": f"final {year}"})


def budget(year: int, amount: str, scope: Scope = Scope.DEPARTMENT, more: str | None = None) -> Report:
    draft = Draft(kind=Kind.BUDGET, scope=scope, year=year).paragraph(
        f"支出预算{amount}万元，比上年预算增加{more or '0.00'}万元。"
    )
    current = draft.number(amount, "万元", phase=Phase.INITIAL)
    if more:
        delta = draft.number(more, "万元", phase=Phase.INITIAL, measure=Measure.CHANGE)
        draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_budget", current=current, delta=delta)
    return draft.report().model_copy(update={"report_id": f"budget {year} {scope}"})


def unfinished(year: int, *sentences: str) -> Report:
    draft = Draft(year=year)
    for sentence in sentences:
        draft.paragraph(sentence)
    return draft.report().model_copy(update={"report_id": f"final {year}"})


def carried(owner: Report, other: Report) -> list[str]:
    digests = [digest(report, check(report).discrepancies) for report in (owner, other)]
    return [item.message.en for item in across(digests[0], digests[1:])]


def found(owner: Report, *others: Report) -> list[tuple[str, str | None]]:
    return [(item.rule, item.stated) for item in across(digest(owner), [digest(other) for other in others])]


def test_the_initial_budget_of_the_accounts_is_the_published_one() -> None:
    assert found(final(2023, "48.00", "50.00"), budget(2023, "50.00")) == []
    assert found(final(2023, "48.00", "52.00"), budget(2023, "50.00")) == [("history.budget", "52.00万元")]


def test_a_finding_belongs_to_the_accounts_not_to_the_budget() -> None:
    assert found(budget(2023, "50.00"), final(2023, "48.00", "52.00")) == []


def test_the_value_that_follows_for_last_year_is_that_of_last_years_document() -> None:
    assert found(budget(2024, "70.00", more="20.00"), budget(2023, "50.00")) == []
    assert found(budget(2024, "70.00", more="26.00"), budget(2023, "50.00")) == [("history.last-year", "26.00万元")]


def test_only_the_year_before_counts() -> None:
    assert found(budget(2025, "70.00", more="26.00"), budget(2023, "50.00")) == []


def test_a_department_is_not_less_than_its_own_unit() -> None:
    unit = budget(2024, "60.00", Scope.UNIT)
    assert found(budget(2024, "60.00"), unit) == found(budget(2024, "90.00"), unit) == []
    assert found(budget(2024, "50.00"), unit) == [("history.unit", "50.00万元")]


def test_a_department_without_other_units_is_its_own_unit() -> None:
    unit, said = budget(2024, "60.00", Scope.UNIT), "本部门无下属单位。"
    department = Draft(kind=Kind.BUDGET, year=2024).paragraph(said).paragraph("支出预算90.00万元。")
    department.number("90.00", "万元", phase=Phase.INITIAL)
    assert found(department.report().model_copy(update={"report_id": "alone"}), unit) == [("history.unit", "90.00万元")]


def test_a_defect_of_last_year_that_stands_again_is_told_once_with_the_years_moved_on() -> None:
    before = unfinished(2023, "2023年度支出增加的主要原因是XX。", "2023年度收入增加的主要原因是人员增加。")
    again = unfinished(2024, "2024年度支出增加的主要原因是XX。", "2024年度收入增加的主要原因是XX。")
    (told,) = carried(again, before)
    assert told.startswith("1 defect(s) of")
    assert carried(before, again) == [] and carried(unfinished(2025, "支出增加的主要原因是XX。"), before) == []


def test_a_figure_that_a_document_states_in_two_ways_is_not_held_against_another() -> None:
    draft = Draft(kind=Kind.BUDGET, year=2023).paragraph("支出预算50.00万元。支出预算80.00万元。")
    draft.number("50.00", "万元", phase=Phase.INITIAL)
    draft.number("80.00", "万元", phase=Phase.INITIAL)
    assert found(final(2023, "48.00", "52.00"), draft.report().model_copy(update={"report_id": "twofold"})) == []
