"""Whether a mistake was reported as an error at its number; where not, why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from schemas.place import Evidence
from schemas.report import Fact, Report
from schemas.validation import Check, Discrepancy, Outcome, Severity
from services.validator.check import Result
from services.validator.coverage import EXECUTED
from services.validator.view import View


class Fate(StrEnum):
    """``FOUND``: a new error shows the number. All others are reasons why none does."""

    FOUND = "found"
    ALONE = "stated once, part of nothing"
    ROUNDING = "rounding hides it"
    BOUNDED = "within the bounds of what it is held against"
    NOT_CHECKED = "not checked"
    WARNED = "a warning only"
    ELSEWHERE = "an error that does not show the number"
    BEFORE = "an error stood there before"
    UNBOUND = "not read as the same number any more"


Holds = Callable[[Evidence], bool]


def executed(result: Result) -> dict[str, list[Check]]:
    """By the id of a number, the checks it took part in that were executed."""
    found: dict[str, list[Check]] = {}
    for check in result.validation.checks:
        if check.outcome in EXECUTED:
            for fact in check.facts:
                found.setdefault(fact, []).append(check)
    return found


def partners(result: Result, facts: Iterable[Fact]) -> set[str]:
    """The ids of all numbers that are checked together with these."""
    wanted = {fact.id for fact in facts if fact.value}
    return {
        each
        for check in result.validation.checks
        if check.outcome in EXECUTED and wanted & set(check.facts)
        for each in check.facts
    } - wanted  # fmt: skip


def shows(report: Report, facts: Iterable[Fact]) -> Holds:
    """Whether evidence holds one of the numbers, as the report has them."""
    view = View(report)
    cells = {(fact.place.table, fact.place.row, fact.place.column) for fact in facts if fact.place.table is not None}
    rows = {cell[:2] for cell in cells}
    words = [
        (report.paragraphs[fact.place.paragraph].text, fact.text, view.fact_evidence(fact).quote)
        for fact in facts
        if fact.place.table is None and fact.place.paragraph is not None
    ]

    def holds(evidence: Evidence) -> bool:
        if evidence.table is not None:
            whole = evidence.column is None and (evidence.table, evidence.row) in rows
            return whole or (evidence.table, evidence.row, evidence.column) in cells
        return any(evidence.quote == own or (evidence.quote in text and number in evidence.quote) for text, number, own in words)

    return holds


def covers(spots: Iterable[tuple[int, int]]) -> Holds:
    """Whether evidence holds one of these stretches of the document's decoded text."""
    known = list(spots)

    def holds(evidence: Evidence) -> bool:
        start, end = evidence.start, evidence.end
        return start is not None and end is not None and any(start <= first and last <= end for first, last in known)

    return holds


def fate(before: Result, after: Result, holds: Holds, old: set[str], new: set[str]) -> Fate:
    """What became of a mistake. ``old`` are the ids of its numbers before (of a dropped line: in it), ``new`` afterwards."""
    added = _added(before, after, Severity.ERROR)
    if any(holds(evidence) for item in added for evidence in item.evidence):
        return Fate.FOUND
    if old.isdisjoint(executed(before)):
        return Fate.ALONE
    if added:
        return Fate.ELSEWHERE
    if any(holds(evidence) for item in _added(before, after, Severity.WARNING) for evidence in item.evidence):
        return Fate.WARNED
    if not new:
        return Fate.UNBOUND
    mine = [check for check in after.validation.checks if new & set(check.facts)]
    if any(check.outcome is Outcome.FAILED for check in mine):
        return Fate.BEFORE
    if _more(Outcome.NOT_CHECKED, before, old, mine):
        return Fate.NOT_CHECKED
    return Fate.ROUNDING if _more(Outcome.ROUNDING, before, old, mine) else Fate.BOUNDED


def _added(before: Result, after: Result, severity: Severity) -> list[Discrepancy]:
    known = {(item.discrepancy_id, item.stated, item.expected) for item in before.discrepancies if item.severity is severity}
    return [
        item
        for item in after.discrepancies
        if item.severity is severity and (item.discrepancy_id, item.stated, item.expected) not in known
    ]


def _more(outcome: Outcome, before: Result, old: set[str], mine: list[Check]) -> bool:
    then = sum(check.outcome is outcome and bool(old & set(check.facts)) for check in before.validation.checks)
    return sum(check.outcome is outcome for check in mine) > then


def reasons(before: Result, after: Result, new: set[str]) -> list[str]:
    """What the checks of a number say that were not checked."""
    return sorted(
        {
            f"{check.rule}: {check.reason}"
            for check in after.validation.checks
            if new & set(check.facts) and check.outcome is Outcome.NOT_CHECKED
        }
    )
