"""How many numbers of each document take part in a relation: ``python -m benchmarks.coverage [--list] [WORD...]``.

For every document of the corpus (``GOUJI_CORPUS``) whose name contains one of the words: amounts (money and rates of money) and
all numbers, of the tables and of the text, that took part in at least one executed relation; and how many amounts are only held
by a bound, which catches less than an equation. ``--list`` prints every number that no relation touches, with its words.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from benchmarks.accuracy import corpus
from schemas.report import Fact, Report
from schemas.validation import Coverage
from services.parser.report import build_report
from services.validator.check import checked_rules
from services.validator.config import Config
from services.validator.coverage import EXECUTED, coverage, executed, is_amount
from services.validator.engine import Run, run
from services.validator.relations import Operator
from services.validator.view import View

_BEFORE = 24


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} % ({part}/{whole})" if whole else "–"


def bounded(report: Report, outcome: Run) -> int:
    """Amounts that only an inequality holds."""
    firm: set[str] = set()
    for judged in outcome.judged:
        if judged.decision.outcome in EXECUTED and judged.relation.operator is Operator.EQ:
            firm.update(judged.numbers)
    loose: set[str] = set()
    for judged in outcome.judged:
        if judged.decision.outcome in EXECUTED and judged.relation.operator is not Operator.EQ:
            loose.update(judged.numbers)
    for _, finding in outcome.findings:
        firm.update(finding.facts)
    for _, settled in outcome.settled:
        firm.update(getattr(settled, "facts", ()))
    return sum(is_amount(fact) and fact.id in loose - firm for fact in report.facts)


def line(found: Coverage, loose: int) -> str:
    return (
        f"amounts: tables {share(found.table_amounts_checked, found.table_amounts)}, "
        f"text {share(found.narrative_amounts_checked, found.narrative_amounts)}, only bounded {loose}; "
        f"all numbers: tables {share(found.table_numbers_checked, found.table_numbers)}, "
        f"text {share(found.narrative_numbers_checked, found.narrative_numbers)}"
    )


def untouched(report: Report, outcome: Run) -> Iterator[tuple[str, Fact, str]]:
    """The numbers that no relation touches: what kind of number, the fact, and where it stands."""
    touched = executed(outcome)
    places = {(fact.place.paragraph, fact.place.offset) for fact in report.facts if fact.id in touched and fact.source != "table"}
    for fact in report.facts:
        place = fact.place
        if fact.id in touched or (fact.source != "table" and (place.paragraph, place.offset) in places):
            continue
        kind = "amount" if is_amount(fact) else fact.measure.value
        if place.paragraph is None or place.offset is None:
            yield kind, fact, f"table {place.table} row {place.row} column {place.column}"
        else:
            text = report.paragraphs[place.paragraph].text
            words = text[max(0, place.offset - _BEFORE) : place.offset]
            yield kind, fact, f"paragraph {place.paragraph} …{''.join(words.split())}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    for path in sorted(path for path in corpus().iterdir() if path.is_file()):
        if options.words and not any(word in path.name for word in options.words):
            continue
        report = build_report(path.read_bytes(), name=path.name)
        view = View(report)
        outcome = run(view, checked_rules(view), Config())
        rest = list(untouched(report, outcome))
        kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(kind for kind, _, _ in rest).most_common())
        print(f"{path.name}: {line(coverage(report, outcome), bounded(report, outcome))}; untouched: {kinds or 'none'}")
        for kind, fact, where in rest if options.list else ():
            names = "/".join(filter(None, (fact.concept, fact.fund, fact.nature, fact.function, fact.economy, fact.item)))
            print(f"    {kind:8} {where}[{fact.text}] {names} {fact.measure} {fact.phase} {fact.year}")


if __name__ == "__main__":
    main()
