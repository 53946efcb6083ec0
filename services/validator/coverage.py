"""How much of what was found took part in at least one relation that was executed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from schemas.report import Fact
from schemas.validation import Coverage, Outcome
from services.validator.arithmetic import RATES
from services.validator.engine import Run
from services.validator.results import Passed
from services.validator.view import View

EXECUTED = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.ROUNDING})


def coverage(view: View, run: Run) -> Coverage:
    """Numbers and, of these, amounts: found and checked, in tables and in the text.

    What is printed once counts once, also where it is two facts (收、支总计均为 ...). A number that could not be bound counts as
    an amount: nobody knows that it is none.
    """
    report, touched = view.printed_report, executed(run)
    tables = Counter([(is_amount(fact), fact.id in touched) for fact in view.tabled])
    texts = Counter(
        [
            (any(map(is_amount, same)), not touched.isdisjoint([fact.id for fact in same]))
            for same in _printed_once(view.said).values()
        ]
    )
    unbound = Counter(mention.source == "table" for mention in report.reading.unbound)
    return Coverage(
        table_numbers=max(report.reading.table_numbers, tables.total()),
        table_numbers_checked=tables[True, True] + tables[False, True],
        table_amounts=tables[True, True] + tables[True, False] + unbound[True],
        table_amounts_checked=tables[True, True],
        narrative_numbers=max(report.reading.narrative_numbers, texts.total()),
        narrative_numbers_checked=texts[True, True] + texts[False, True],
        narrative_amounts=texts[True, True] + texts[True, False] + unbound[False],
        narrative_amounts_checked=texts[True, True],
    )


def _printed_once(said: Iterable[Fact]) -> dict[object, list[Fact]]:
    """The facts of the text by where they are printed."""
    found: dict[object, list[Fact]] = defaultdict(list)
    for fact in said:
        place = fact.place
        found[fact.id if place.offset is None else (place.paragraph, place.offset)].append(fact)
    return found


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
