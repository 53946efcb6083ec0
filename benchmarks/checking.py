"""How fast a parsed report is checked, and whether time and memory grow with its length: ``python -m benchmarks.checking``.

One process, CPU time. Every report is checked in turn, round after round, after one round that loads vocabularies and rules; the
median and the fastest round are printed: on a busy machine the fastest is the nearest to what the work takes. Then the longest
report is put together with itself, 5, 10 and 20 times over: time and peak memory (``tracemalloc``, what checking itself takes) by
relation must stay what they were. (By fact they are more than for the report alone: all copies of a fact are compared.)
``GOUJI_CORPUS`` names the corpus directory; FILE... are other documents.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy import corpus
from schemas.place import Place
from schemas.report import Report
from services.parser.report import build_report
from services.validator.check import check

TIMES = (1, 5, 10, 20)


def repeated(report: Report, times: int) -> Report:
    """The report ``times`` over in one: every part again, its numbers, places and sections moved behind those before it."""
    parts = [_moved(report, turn) for turn in range(times)]

    def joined(field: str) -> tuple[object, ...]:
        return tuple(item for part in parts for item in getattr(part, field))

    fields = ("outline", "paragraphs", "tables", "facts", "claims")
    reading = report.reading.model_copy(
        update={
            "pages": report.reading.pages * times,
            "table_numbers": report.reading.table_numbers * times,
            "narrative_numbers": report.reading.narrative_numbers * times,
            "unbound": report.reading.unbound * times,
        }
    )
    return report.model_copy(update={"reading": reading} | {field: joined(field) for field in fields})


def _moved(report: Report, turn: int) -> Report:
    """The report as the ``turn``-th part of a longer one."""
    sections, paragraphs, tables = (turn * len(group) for group in (report.outline, report.paragraphs, report.tables))

    def name(identifier: str) -> str:
        return f"{turn}.{identifier}"

    def place(old: Place) -> Place:
        moved = {"paragraph": paragraphs, "table": tables}
        return old.model_copy(update={key: getattr(old, key) + by for key, by in moved.items() if getattr(old, key) is not None})

    return report.model_copy(
        update={
            "outline": tuple(
                section.model_copy(
                    update={
                        "first": section.first + paragraphs,
                        "last": section.last + paragraphs,
                        "parent": None if section.parent is None else section.parent + sections,
                    }
                )
                for section in report.outline
            ),
            "paragraphs": tuple(
                item.model_copy(update={"section": None if item.section is None else item.section + sections})
                for item in report.paragraphs
            ),
            "tables": tuple(
                table.model_copy(
                    update={
                        "index": table.index + tables,
                        "after_paragraph": table.after_paragraph + paragraphs,
                        "cells": tuple(
                            cell.model_copy(update={"fact": None if cell.fact is None else name(cell.fact)})
                            for cell in table.cells
                        ),
                    }
                )
                for table in report.tables
            ),
            "facts": tuple(fact.model_copy(update={"id": name(fact.id), "place": place(fact.place)}) for fact in report.facts),
            "claims": tuple(
                claim.model_copy(
                    update={
                        "id": name(claim.id),
                        "place": place(claim.place),
                        "roles": {role: tuple(map(name, ids)) for role, ids in claim.roles.items()},
                    }
                )
                for claim in report.claims
            ),
        }
    )


def seconds(reports: Sequence[Report], rounds: int) -> list[list[float]]:
    """CPU seconds of every check, by report; the reports take turns."""
    taken: list[list[float]] = [[] for _ in reports]
    for turn in range(rounds + 1):
        for report, times in zip(reports, taken, strict=True):
            start = time.process_time()
            check(report)
            if turn:
                times.append(time.process_time() - start)
    return taken


def peak(report: Report) -> int:
    """Bytes that checking takes at most, beside the report."""
    tracemalloc.start()
    check(report)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    files = options.files or sorted(path for path in corpus().iterdir() if path.is_file())
    reports = [build_report(path.read_bytes(), name=path.name) for path in files]
    print(f"{'document':40} {'pages':>5} {'facts':>6} {'median ms':>9} {'fastest':>8}")
    for path, report, times in zip(files, reports, seconds(reports, options.rounds), strict=True):
        pages, facts = report.reading.pages or "–", len(report.facts)
        print(f"{path.name:40} {pages:>5} {facts:>6} {1000 * statistics.median(times):9.1f} {1000 * min(times):8.1f}")
    longest = max(reports, key=lambda report: len(report.facts))
    lengths = [repeated(longest, times) for times in TIMES]
    heads = f"{'relations':>9} {'fastest ms':>10} {'µs/relation':>11} {'peak MiB':>8} {'KiB/relation':>12}"
    print(f"\n{'the longest':12} {'facts':>6} {heads}")
    for number, report, times in zip(TIMES, lengths, seconds(lengths, max(2, options.rounds // 6)), strict=True):
        relations, fastest, most = len(check(report).validation.checks), min(times), peak(report)
        print(
            f"{f'{number} times':12} {len(report.facts):>6} {relations:>9} {1000 * fastest:10.1f} "
            f"{1e6 * fastest / relations:11.1f} {most / 2**20:8.1f} {most / relations / 1024:12.2f}"
        )


if __name__ == "__main__":
    main()
