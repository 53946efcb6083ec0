"""What was measured, as Markdown: the section of docs/benchmarks.md, and docs/plans.md."""

from __future__ import annotations

import os
import platform
import statistics
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- benchmarks.storing: begin -->", "<!-- benchmarks.storing: end -->"
WAYS = {
    ("rows", "COPY"): "rows that are ready, plain COPY",
    ("rows", "stored"): "rows that are ready, stored",
    ("events", "COPY"): "events made rows on the way, plain COPY",
    ("events", "stored"): "events made rows on the way, stored",
}


@dataclass
class Spent:
    """Seconds by the clock, and of the CPU."""

    wall: float
    cpu: float


@dataclass
class Asked:
    """A query: what each warm run took, rows, plan."""

    took: list[Spent]
    rows: int
    plan: str


@dataclass
class Measured:
    """Everything of one run: ``ways`` by (from, to); ``growth`` as ``(facts stored, facts a batch, seconds)``; ``asked`` by
    number of facts and query; ``sizes`` as ``(table, rows, MiB, MiB of indexes)``."""

    server: str = ""
    batch: int = 0
    ways: dict[tuple[str, str], list[Spent]] = field(default_factory=lambda: {way: [] for way in WAYS})
    growth: list[tuple[int, int, Spent]] = field(default_factory=list)
    asked: dict[int, dict[str, Asked]] = field(default_factory=dict)
    sizes: list[tuple[str, int, float, float]] = field(default_factory=list)

    def ratio(self, of: str, clock: str) -> float:
        """Rows a second stored / copied."""
        copied, stored = (statistics.median(getattr(spent, clock) for spent in self.ways[of, way]) for way in ("COPY", "stored"))
        return copied / stored


def section(measured: Measured) -> str:
    """The section of docs/benchmarks.md."""
    load = " / ".join(f"{each:.1f}" for each in os.getloadavg())
    lines = [
        f"`python -m benchmarks.storing`: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"PostgreSQL {measured.server},",
        f"load of the machine at the end {load}. Medians; CPU is that of the client and its server process.",
        "",
        f"| batches of {measured.batch:,} rows, {len(measured.ways['rows', 'COPY'])} each, in turns | rows/s | rows/s of CPU |",
        "|---|---|---|",
    ]
    for way, name in WAYS.items():
        wall, cpu = (statistics.median(getattr(spent, clock) for spent in measured.ways[way]) for clock in ("wall", "cpu"))
        lines.append(f"| {name} | {measured.batch / wall:,.0f} | {measured.batch / cpu:,.0f} |")
    for of in ("rows", "events"):
        lines.append(f"| stored / COPY, from {of} | {measured.ratio(of, 'wall'):.2f} | {measured.ratio(of, 'cpu'):.2f} |")
    if measured.growth:
        lines += ["", "| facts in the database | ms a batch | ms of CPU | facts/s |", "|---|---|---|---|"]
    for facts, batch, spent in measured.growth:
        lines.append(f"| {facts:,} | {spent.wall * 1000:.0f} | {spent.cpu * 1000:.0f} | {batch / spent.wall:,.0f} |")
    numbers = list(measured.asked)
    heads = [f"ms at {number:,} facts | of CPU" for number in numbers]
    lines += ["", f"| query | {' | '.join(heads)} | rows |", "|---" * (2 * len(numbers) + 2) + "|"]
    for name, last in measured.asked[numbers[-1]].items():
        times = []
        for number in numbers:
            took = measured.asked[number][name].took
            times.append(f"{statistics.median(each.wall for each in took) * 1000:.1f}")
            times.append(f"{statistics.mean(each.cpu for each in took) * 1000:.0f}")  # a process' clock ticks in 10 ms
        lines.append(f"| `{name}` | {' | '.join(times)} | {last.rows} |")
    lines += ["", f"| table at {numbers[-1]:,} facts | rows | MiB | MiB of indexes |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {rows:,} | {size:,.0f} | {indexes:,.0f} |" for name, rows, size, indexes in measured.sizes]
    return "\n".join(lines) + "\n"


def plans(measured: Measured) -> str:
    """docs/plans.md."""
    number = next(iter(measured.asked))
    head = (
        "# How the documented queries are answered\n\n"
        f"`EXPLAIN (ANALYZE)` of every query of [querying](querying.md) with {number:,} facts in the database, asked of a body\n"
        "of that database. Written by `python -m benchmarks.storing --write`; what they take is in\n"
        "[benchmarks](benchmarks.md#storing).\n"
    )
    return head + "".join(f"\n## {name}\n\n```text\n{asked.plan}\n```\n" for name, asked in measured.asked[number].items())


def put(measured: Measured) -> None:
    """Write both."""
    page = DOCS / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{section(measured)}{END}{after}", encoding="utf-8")
    (DOCS / "plans.md").write_text(plans(measured), encoding="utf-8")
