"""The page of ``gouji check --format html``: verdict, obligations, discrepancies, and every number with its fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.place import Evidence
from schemas.report import Report
from schemas.validation import Discrepancy, Obligation, Severity
from schemas.validation import Outcome as CheckOutcome
from services.cli.outcome import Outcome
from services.cli.pages.document import Block, Finder, Number, Numbers, Quote, lay_out
from services.cli.pages.fates import Fates, fates, stands_at, worst
from services.cli.pages.panel import checks_data, numbers_data
from services.cli.pages.render import page
from services.validator.registry import rules

ASPECTS = ("完整性", "细化程度", "及时性", "公开方式", "真实性")
"""The five words of the inspections, in their order; an aspect that has no other name here still is listed."""


@dataclass(frozen=True)
class Proof:
    """One quote of a discrepancy: where it stands, in words, and the anchor it links to (None: it could not be found)."""

    evidence: Evidence
    table: str | None
    anchor: str | None


@dataclass(frozen=True)
class Found:
    """A discrepancy as it is shown."""

    discrepancy: Discrepancy
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Aspect:
    """The obligations of one inspection word; ``open`` are those that failed or were not checked."""

    name: str
    counts: Counter[CheckOutcome]
    open: tuple[Obligation, ...]


@dataclass(frozen=True)
class Checked:
    """One document of the page. ``fates`` is by number index."""

    index: int
    outcome: Outcome
    found: tuple[Found, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    blocks: tuple[Block, ...] = ()
    fates: dict[int, str] | None = None
    counts: Counter[str] | None = None


def check_page(outcomes: Sequence[Outcome], language: str) -> str:
    """One page of all documents."""
    titles = {rule.id: (rule.title.zh, rule.title.en) for rule in rules()}
    numbers: list[dict[str, Any]] = []
    checks: list[dict[str, Any]] = []
    documents = [_checked(index, outcome, titles, numbers, checks) for index, outcome in enumerate(outcomes)]
    return page(
        "check.html.j2",
        language,
        documents=documents,
        titles=titles,
        known_aspects=ASPECTS,
        data={"numbers": numbers, "checks": checks},
    )


def _checked(
    index: int,
    outcome: Outcome,
    titles: dict[str, tuple[str, str]],
    numbers: list[dict[str, Any]],
    checks: list[dict[str, Any]],
) -> Checked:
    """One document; what its numbers and relations are is added to those of the page."""
    report, validation = outcome.report, outcome.validation
    if report is None or validation is None:
        return Checked(index, outcome)
    known = fates(report, validation, outcome.discrepancies)
    finder = Finder(report)
    quotes = {
        (found.discrepancy_id, at): finder.find(evidence, f"q{index}-{number}-{at}")
        for number, found in enumerate(outcome.discrepancies)
        for at, evidence in enumerate(found.evidence)
        if evidence.table is None
    }
    laid = Numbers(first=len(numbers))
    blocks = lay_out(report, laid, [quote for quote in quotes.values() if quote])
    of_fact = {fact: number for number in laid.all for fact in number.facts}
    shift = len(checks)
    relations = {fact: [at + shift for at in indexes] for fact, indexes in known.relations.items()}
    numbers += numbers_data(laid.all, {fact.id: fact for fact in report.facts}, relations)
    checks += checks_data(validation.checks, titles, of_fact)
    fate = {number.index: worst(known.fate.get(fact, "unchecked") for fact in number.facts) for number in laid.all}
    order = list(Severity)
    return Checked(
        index,
        outcome,
        tuple(
            Found(each, _proofs(each, report, known, of_fact, quotes, index))
            for each in sorted(outcome.discrepancies, key=lambda each: order.index(each.severity))
        ),
        _aspects(validation.obligations),
        tuple(blocks),
        fate,
        Counter(fate.values()),
    )


def _proofs(
    found: Discrepancy,
    report: Report,
    known: Fates,
    of_fact: dict[str, Number],
    quotes: dict[tuple[str, int], Quote | None],
    document: int,
) -> tuple[Proof, ...]:
    """The quotes, each once, linked to the number that stands there, else to the words, else to the table."""
    facts = {fact.id: fact for fact in report.facts}
    suspects = [facts[fact] for fact in known.suspects.get(found.discrepancy_id, ()) if fact in of_fact]
    proofs: dict[tuple[str, str | None], Proof] = {}
    for at, evidence in enumerate(found.evidence):
        table = report.tables[evidence.table] if evidence.table is not None and evidence.table < len(report.tables) else None
        title = None if table is None else table.title or str(table.index + 1)
        quote = quotes.get((found.discrepancy_id, at))
        number = next((of_fact[fact.id] for fact in suspects if stands_at(fact, evidence)), None)
        if number is None and table is not None:
            number = next((of_fact[fact.id] for fact in report.facts if fact.id in of_fact and stands_at(fact, evidence)), None)
        anchor = f"n{number.index}" if number else quote.anchor if quote else f"t{document}-{table.index}" if table else None
        proofs.setdefault((evidence.quote, title), Proof(evidence, title, anchor))
    return tuple(proofs.values())


def _aspects(obligations: Sequence[Obligation]) -> tuple[Aspect, ...]:
    names = [*ASPECTS, *sorted({each.aspect for each in obligations} - set(ASPECTS))]
    grouped = {name: [each for each in obligations if each.aspect == name] for name in names}
    wanting = (CheckOutcome.FAILED, CheckOutcome.NOT_CHECKED)
    return tuple(
        Aspect(name, Counter(each.outcome for each in members), tuple(each for each in members if each.outcome in wanting))
        for name, members in grouped.items()
    )
