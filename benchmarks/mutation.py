"""Mutation: change one amount of a document at a time; the validator must report an error at that number.

Usage: ``python -m benchmarks.mutation [--number 100] [--seed 1] [--list] [DOCUMENT ...]``. A seeded sample of amounts of each
document of the corpus is changed in the Report (a digit changed, two transposed, ten times, a tenth); found are those after
which an error stands that was not there before and that shows the changed number. Prints one line a document.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from decimal import Decimal

from benchmarks.accuracy import corpus
from schemas.report import Fact, Measure, Report
from schemas.validation import Severity
from services.parser.report import build_report
from services.validator.check import Result, check

_MONEY = frozenset({Measure.AMOUNT, Measure.CHANGE})


def mutations(fact: Fact) -> Iterator[tuple[str, Decimal]]:
    """Ways to be wrong: ``(name, new value)``, each different from the value beyond rounding."""
    unit = fact.half_width * 2
    digits = str(int(abs(fact.value) / unit))
    sign = -1 if fact.value < 0 else 1
    if len(digits) >= 3:
        at = len(digits) // 2 - 1
        changed = digits[:at] + str((int(digits[at]) + 3) % 10) + digits[at + 1 :]
        yield "digit", Decimal(changed) * unit * sign
        if digits[at] != digits[at + 1]:
            yield "transposed", Decimal(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]) * unit * sign
    yield "ten times", fact.value * 10
    yield "a tenth", (fact.value / 10).quantize(unit) if fact.decimals >= 0 else fact.value / 10


def mutated(report: Report, index: int, value: Decimal) -> Report:
    """The report with another value for one fact, in its cell too."""
    fact = report.facts[index]
    text = f"{abs(value).scaleb(-fact.scale):.{max(0, fact.decimals + fact.scale)}f}"
    changed = fact.model_copy(update={"value": value, "text": text})
    facts = (*report.facts[:index], changed, *report.facts[index + 1 :])
    tables = list(report.tables)
    place = fact.place
    if place.table is not None:
        table = tables[place.table]
        cells = tuple(
            cell.model_copy(update={"text": text, "value": value.scaleb(-fact.scale)}) if cell.fact == fact.id else cell
            for cell in table.cells
        )
        tables[place.table] = table.model_copy(update={"cells": cells})
    return report.model_copy(update={"facts": facts, "tables": tuple(tables)})


def shown(result: Result, fact: Fact) -> set[tuple[str, str | None]]:
    """The errors that bear on a fact: those whose check it took part in."""
    errors = {item.discrepancy_id: item for item in result.discrepancies if item.severity is Severity.ERROR}
    return {
        (check_.discrepancy, errors[check_.discrepancy].stated)
        for check_ in result.validation.checks
        if check_.discrepancy in errors and fact.id in check_.facts
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=60, help="amounts of each kind a document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="print the mutations that were not found")
    parser.add_argument("documents", nargs="*", help="only documents whose name contains one of these")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    for path in sorted(path for path in corpus().iterdir() if path.is_file()):
        if options.documents and not any(word in path.name for word in options.documents):
            continue
        report = build_report(path.read_bytes(), name=path.name)
        before = check(report)
        line = path.name
        for source in ("table", "narrative"):
            indexes = [
                at for at, fact in enumerate(report.facts) if fact.source == source and fact.measure in _MONEY and fact.value
            ]
            tried = found = 0
            for at in chance.sample(indexes, min(options.number, len(indexes))):
                fact = report.facts[at]
                name, value = chance.choice(list(mutations(fact)))
                after = check(mutated(report, at, value))
                tried += 1
                if shown(after, fact) - shown(before, fact):
                    found += 1
                elif options.list:
                    subject = (fact.concept, fact.fund, fact.nature, fact.function, fact.economy, fact.item)
                    print(f"  {source} {fact.text} {name} {subject}")
            line += f"  {source} {found}/{tried}" + (f" ({100 * found / tried:.0f} %)" if tried else "")
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
