"""How much of what was found took part in at least one relation that was executed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from schemas.report import Fact, Report
from schemas.validation import Coverage, Outcome
from services.validator.arithmetic import RATES
from services.validator.engine import Run
from services.validator.results import Passed

EXECUTED = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.ROUNDING})


def coverage(report: Report, run: Run) -> Coverage:
    """Numbers and, of these, amounts: found and checked, in tables and in the text.

    What is printed once counts once, also where it is two facts (收、支总计均为 ...). A number that could not be bound counts as
    an amount: nobody knows that it is none.
    """
    touched = executed(run)
    found = {
        source: (_places(facts), _places(fact for fact in facts if fact.id in touched))
        for source, facts in (
            ("table", [fact for fact in report.facts if fact.source == "table"]),
            ("narrative", [fact for fact in report.facts if fact.source != "table"]),
        )
    }
    unbound = {source: sum(mention.source == source for mention in report.reading.unbound) for source in found}
    (tables, tables_checked), (texts, texts_checked) = found["table"], found["narrative"]
    return Coverage(
        table_numbers=max(report.reading.table_numbers, len(tables)),
        table_numbers_checked=len(tables_checked),
        table_amounts=sum(tables.values()) + unbound["table"],
        table_amounts_checked=sum(tables_checked.values()),
        narrative_numbers=max(report.reading.narrative_numbers, len(texts)),
        narrative_numbers_checked=len(texts_checked),
        narrative_amounts=sum(texts.values()) + unbound["narrative"],
        narrative_amounts_checked=sum(texts_checked.values()),
    )


def executed(run: Run) -> set[str]:
    """The ids of the facts that took part in something that was executed."""
    touched: set[str] = set()
    for judged in run.judged:
        if judged.decision.outcome in EXECUTED:
            touched.update(judged.numbers)
    for _, finding in run.findings:
        touched.update(finding.facts)
    for _, settled in run.settled:
        if isinstance(settled, Passed):
            touched.update(settled.facts)
    return touched


def is_amount(fact: Fact) -> bool:
    """Money, or a rate of money: a change, a share, a completion. Persons and things, areas, points of a score, and percentages
    that measure anything else (满意率, indicators) are numbers, but no amounts."""
    return fact.unit == "CNY" or fact.measure in RATES


def _places(facts: Iterable[Fact]) -> dict[Hashable, bool]:
    """Where numbers are printed, and whether an amount is."""
    found: dict[Hashable, bool] = {}
    for fact in facts:
        place = fact.place
        where = fact.id if fact.source == "table" or place.offset is None else (place.paragraph, place.offset)
        found[where] = found.get(where, False) or is_amount(fact)
    return found
