"""``python -m benchmarks.mutation [--number 12] [--seed 1] [--list] [--only report|file] [--json FILE] [DOCUMENT ...]``

Of every document of the corpus (``GOUJI_CORPUS``), a seeded sample of ``--number`` amounts a kind of mistake is made wrong, one
at a time, in the Report (checked again) and, of text documents, in the file itself (read and checked again): a digit changed,
two transposed, ten times, a tenth, 元 for 万元 or the reverse, a direction word turned round, a line of a table without lines
under it left out. *Found* is a mistake after which an error stands that did not stand before and whose evidence shows the number
(of a line left out: a number that was checked together with it). Printed are the shares by document and by kind, then the
survivors by reason; *alone* are those that no other number could contradict, because they are printed once and part of nothing:
they are counted in the share.

Exit code: 1 where less is found than 90 % of the table amounts or 80 % of the narrative amounts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy import corpus
from benchmarks.mutation.candidates import (
    NARRATIVE,
    RATE,
    SOURCES,
    TABLE,
    Drop,
    Slip,
    Turn,
    directions,
    lines,
    printed,
    wrong_numbers,
)
from benchmarks.mutation.in_file import edit, spot
from benchmarks.mutation.in_report import changed
from benchmarks.mutation.verdict import Fate, covers, fate, partners, reasons, shows
from schemas.report import Report
from services.parser.report import build_report
from services.validator.check import Result, check

KINDS = ("digit", "transposed", "ten times", "a tenth", "unit", "direction", "row dropped")
BARS = {TABLE: 0.9, NARRATIVE: 0.8}


@dataclass(frozen=True)
class Trial:
    """One mistake and what became of it."""

    document: str
    where: str  # report | file
    source: str
    kind: str
    fate: Fate
    told: str


def chosen(report: Report, number: int, chance: random.Random) -> list[Slip | Turn | Drop]:
    """At most ``number`` mistakes of each kind in each kind of place, each at another number."""
    slips = list(wrong_numbers(printed(report), chance))
    turns = list({(turn.paragraph, turn.offset): turn for turn in directions(report)}.values())
    groups: dict[tuple[str, str], list[Slip | Turn | Drop]] = {}
    for each in (*slips, *turns, *lines(report)):
        groups.setdefault((each.source, each.kind), []).append(each)
    return [each for _, group in sorted(groups.items()) for each in chance.sample(group, min(number, len(group)))]


def trials(path: Path, number: int, seed: int, where: Iterable[str]) -> Iterator[Trial]:
    """Every mistake of the sample of one document, tried."""
    body = path.read_bytes()
    report = build_report(body, name=path.name)
    before = check(report)
    for what in chosen(report, number, random.Random(f"{seed} {path.name}")):
        if "report" in where:
            yield Trial(path.name, "report", what.source, what.kind, *_in_report(report, before, what))
        if "file" in where and path.suffix == ".txt":
            made = _in_file(path, body, report, before, what)
            if made is not None:
                yield Trial(path.name, "file", what.source, what.kind, *made)


def _in_report(report: Report, before: Result, what: Slip | Turn | Drop) -> tuple[Fate, str]:
    wrong = changed(report, what)
    after = check(wrong)
    mine = {fact.id for fact in _facts(what)}
    wanted = partners(before, what.facts) if isinstance(what, Drop) else mine
    found = fate(before, after, shows(wrong, [fact for fact in wrong.facts if fact.id in wanted]), mine, wanted)
    return found, _told(what, before, after, wanted)


def _in_file(path: Path, body: bytes, report: Report, before: Result, what: Slip | Turn | Drop) -> tuple[Fate, str] | None:
    made = edit(report, body, what)
    if made is None:
        return None
    wrong = build_report(made.applied(body), name=path.name)
    after = check(wrong)
    mine = {fact.id for fact in _facts(what)}
    numbers = partners(before, what.facts) if isinstance(what, Drop) else mine
    spots = [each for fact in report.facts if fact.id in numbers and (each := spot(fact.place, made))]
    if isinstance(what, Slip):
        spots = [(made.start, made.start + len(what.printed.before + what.number))]  # without the unit, which may have shrunk
    if isinstance(what, Turn):
        spots.append((made.start, made.start + len(made.text)))
    new = {
        fact.id
        for fact in wrong.facts
        if fact.place.start is not None and any(fact.place.start <= start < (fact.place.end or 0) for start, _ in spots)
    }
    return fate(before, after, covers(spots), mine, new), _told(what, before, after, new)


def _facts(what: Slip | Turn | Drop) -> Iterable:
    return what.printed.facts if isinstance(what, Slip) else what.facts


def _told(what: Slip | Turn | Drop, before: Result, after: Result, new: set[str]) -> str:
    if isinstance(what, Slip):
        fact = what.printed.facts[0]
        words = f"{fact.text} → {what.text}"
        subject = "/".join(filter(None, (fact.concept, fact.fund, fact.nature, fact.function, fact.economy, fact.item)))
    elif isinstance(what, Turn):
        words, subject = f"{what.word} {what.facts[0].text}", what.claim.quote[:40]
    else:
        words, subject = f"without {what.line.label}", " ".join(fact.text for fact in what.facts)
    return f"{words} {subject} {'; '.join(reasons(before, after, new))[:160]}"


def share(some: Iterable[Trial]) -> str:
    """``found/tried = share``, with the share of those that anything could contradict."""
    tried = list(some)
    if not tried:
        return "–"
    found, alone = (sum(trial.fate is each for trial in tried) for each in (Fate.FOUND, Fate.ALONE))
    rest = f", {alone} alone" if alone else ""
    return f"{found}/{len(tried)} = {found / len(tried):.1%}{rest}"


def table(title: str, rows: Iterable[str], done: list[Trial], where: str, by: str) -> str:
    """Shares as a table in Markdown, a line each of ``rows``."""
    names = {TABLE: "table amounts", NARRATIVE: "narrative amounts", RATE: "rates in the text"}
    out = [f"| {title} | " + " | ".join(names[source] for source in SOURCES) + " |", "|---" * 4 + "|"]
    for row in (*rows, "all"):
        mine = [trial for trial in done if trial.where == where and row in (getattr(trial, by), "all")]
        if mine:
            out.append(f"| {row} | " + " | ".join(share(t for t in mine if t.source == source) for source in SOURCES) + " |")
    return "\n".join(out)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=12, help="mistakes of each kind, in each kind of place, a document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["report", "file"], help="only mistakes in the Report, or in the file")
    parser.add_argument("--list", action="store_true", help="print every mistake that was not found")
    parser.add_argument("--json", type=Path, help="write every mistake that was not found as a line of JSON")
    parser.add_argument("documents", nargs="*", help="only documents whose name contains one of these")
    options = parser.parse_args()
    files = sorted(path for path in corpus().iterdir() if path.is_file())
    files = [path for path in files if not options.documents or any(word in path.name for word in options.documents)]
    done: list[Trial] = []
    for path in files:
        for trial in trials(path, options.number, options.seed, [options.only] if options.only else ["report", "file"]):
            done.append(trial)
            if options.list and trial.fate is not Fate.FOUND:
                print(f"  {trial.document} {trial.where} {trial.source} {trial.kind}: {trial.fate}: {trial.told}", flush=True)
    for where in ("report", "file"):
        if any(trial.where == where for trial in done):
            print(f"\nin the {where}\n")
            print(table("document", sorted({trial.document for trial in done}), done, where, "document"))
            print("\n" + table("kind", KINDS, done, where, "kind"))
            print("\nnot found, by reason:")
            for (source, reason), count in Counter((t.source, t.fate) for t in done if t.where == where).most_common():
                if reason is not Fate.FOUND:
                    print(f"  {source:9} {count:4} {reason}")
    if options.json:
        lost = [trial for trial in done if trial.fate is not Fate.FOUND]
        told = "".join(json.dumps(trial.__dict__, ensure_ascii=False) + "\n" for trial in lost)
        options.json.write_text(told, encoding="utf-8")
    return int(any(_below(done, where, source) for where in ("report", "file") for source in BARS))


def _below(done: list[Trial], where: str, source: str) -> bool:
    mine = [trial for trial in done if (trial.where, trial.source) == (where, source)]
    return bool(mine) and sum(trial.fate is Fate.FOUND for trial in mine) < BARS[source] * len(mine)


if __name__ == "__main__":
    sys.exit(main())
