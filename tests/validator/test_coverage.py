"""What counts as found and as checked."""

from __future__ import annotations

from schemas.place import Place
from schemas.report import ClaimKind, Measure, Mention, Report
from services.validator.check import check
from services.validator.samples import Draft


def _report() -> Report:
    draft = Draft().paragraph("收、支总计均为50.00万元，其中：基本支出20.00万元，占40.00%。车辆3辆。满意率98%。")
    whole = draft.number("50.00", "万元", "income_total")
    draft.number("50.00", "万元", "expenditure_total")  # the same printed number
    part = draft.number("20.00", "万元", nature="basic")
    draft.claim(ClaimKind.SHARE, part=part, whole=whole, rate=draft.number("40.00", "%", nature="basic", measure=Measure.SHARE))
    draft.number("3", "辆", "asset", item="车辆", measure=Measure.COUNT)
    draft.number("98", "%", "other", item="满意率", measure=Measure.OTHER)
    return draft.report()


def test_a_number_printed_once_counts_once_and_things_are_no_amounts() -> None:
    found = check(_report()).validation.coverage
    assert (found.narrative_numbers, found.narrative_numbers_checked) == (5, 3)
    assert (found.narrative_amounts, found.narrative_amounts_checked) == (3, 3)


def test_a_number_that_belongs_to_nothing_is_an_amount_that_is_not_checked() -> None:
    report = _report()
    unbound = (Mention(text="7.00万元", place=Place(paragraph=0), source="narrative"),)
    reading = report.reading.model_copy(update={"unbound": unbound, "narrative_numbers": 6})
    found = check(report.model_copy(update={"reading": reading})).validation.coverage
    assert (found.narrative_numbers, found.narrative_numbers_checked) == (6, 3)
    assert (found.narrative_amounts, found.narrative_amounts_checked) == (4, 3)
