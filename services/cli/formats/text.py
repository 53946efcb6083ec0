"""For people in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from schemas.place import Evidence
from schemas.validation import Discrepancy, Severity
from schemas.validation import Outcome as CheckOutcome
from services.cli.outcome import Outcome
from services.cli.plain import plain
from services.cli.words import Words
from services.cli.words import words as words_of

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.ROUNDING: "dim"}


def write_text(outcomes: Sequence[Outcome], language: str, out: TextIO, *, rounding: bool, colour: bool = False) -> None:
    """A short verdict a document, then each discrepancy with place, quotes, arithmetic, cause and basis."""
    console = Console(file=out, highlight=False, soft_wrap=True, force_terminal=colour or None)
    words = words_of(language)
    for outcome in outcomes:
        console.print(plain(outcome.name, style="bold underline"))
        if outcome.problem is not None:
            why = f"[{outcome.problem.code}]: {outcome.problem.said(language)}"
            console.print(plain(f"{words['cannot']} {why}\n", style="bold red"))
            continue
        _verdict(console, outcome, words)
        shown = [d for d in outcome.discrepancies if rounding or d.severity is not Severity.ROUNDING]
        order = list(_STYLE)
        titles = {table.index: table.title for table in outcome.report.tables if table.title} if outcome.report else {}
        for d in sorted(shown, key=lambda d: order.index(d.severity)):
            write_discrepancy(console, d, titles, words, language)
        if not shown:
            console.print(_nothing_found(outcome, words))
        console.print()


def _nothing_found(outcome: Outcome, words: Words) -> Text:
    """Where there was no number to check, that nothing was found says nothing."""
    assert outcome.report is not None
    return plain(words["clean"], "green") if outcome.report.facts else plain(words["no_numbers"], "yellow")


def _verdict(console: Console, outcome: Outcome, words: Words) -> None:
    assert outcome.report is not None and outcome.validation is not None
    identity, coverage = outcome.report.identity, outcome.validation.coverage
    who = (identity.issuer, identity.fiscal_year, words[identity.kind or "unknown"], words[identity.scope or "unknown"])
    console.print(plain(" · ".join(str(part or words["unknown"]) for part in who)))
    severities = Counter(d.severity for d in outcome.discrepancies)
    obligations = Counter(o.outcome for o in outcome.validation.obligations)
    numbers = words["verdict"].format(
        found=coverage.table_numbers + coverage.narrative_numbers,
        checked=coverage.table_numbers_checked + coverage.narrative_numbers_checked,
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        roundings=severities[Severity.ROUNDING],
        failed=obligations[CheckOutcome.FAILED],
        not_checked=obligations[CheckOutcome.NOT_CHECKED],
    )
    console.print(plain(numbers, style="dim"))
    for setting in outcome.validation.settings:
        change = words["switched_off"] if setting.change == "off" else words["lowered"].format(words[setting.change])
        console.print(plain(f"{setting.rule}: {change} ({setting.reason})", style="yellow"))
    if outcome.report.reading.unreadable_pages:
        console.print(plain(words["pages"].format(", ".join(map(str, outcome.report.reading.unreadable_pages))), style="yellow"))


def write_discrepancy(console: Console, d: Discrepancy, titles: Mapping[int, str], words: Words, language: str) -> None:
    """Message, places with quotes, what is stated and expected, cause and basis; ``titles`` of the document's tables by index."""
    head = Text()
    head.append(f"{words[d.severity]} ", style=_STYLE[d.severity])
    head.append(plain(getattr(d.message, language)))
    head.append(f"  [{d.rule}]", style="dim")
    console.print()
    console.print(head)
    shown = dict.fromkeys(f"{_place(evidence, titles, words)}  「{evidence.quote}」" for evidence in d.evidence)
    for line in shown:  # several numbers of one sentence quote it once
        console.print(plain(f"    {line}"))
    if d.stated or d.expected:
        console.print(plain(f"    {words['stated']} {d.stated or '—'}   {words['expected']} {d.expected or '—'}"))
    if d.cause:
        console.print(plain(f"    {words['cause']}: {getattr(d.cause, language)}", style="cyan"))
    if d.basis:
        console.print(plain(f"    {words['basis']}: {d.basis}", style="dim"))


def _place(evidence: Evidence, titles: Mapping[int, str], words: Words) -> str:
    parts = []
    if evidence.page is not None:
        parts.append(words["page"].format(evidence.page))
    elif evidence.start is not None:
        parts.append(words["chars"].format(evidence.start + 1))
    if evidence.table is not None:
        parts.append(f"{words['table']} {titles.get(evidence.table) or evidence.table + 1}")
    return " ".join(parts)
