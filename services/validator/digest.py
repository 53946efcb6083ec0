"""The key figures of a report: what other documents of the same issuer must meet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemas.base import Contract
from schemas.place import Evidence
from schemas.report import ClaimKind, Fact, Identity, Measure, Phase, Report
from services.validator.arithmetic import span
from services.validator.naming import name
from services.validator.view import View

_KEY = frozenset(
    {"income", "expenditure", "income_total", "expenditure_total", "agency_operating", "opening_balance", "closing_balance"}
)
_PHASES = {
    "last_year_final": Phase.FINAL,
    "last_year_budget": Phase.INITIAL,
    "last_year_execution": Phase.EXECUTION,
}


class Figure(Contract):
    """A key figure: the fact, what it is called, and where it stands."""

    fact: Fact
    name: str
    evidence: Evidence


class Implied(Contract):
    """A value of the year before that follows from this year's and the stated change. ``previous`` bears its dimensions."""

    previous: Fact
    current: Figure
    delta: Figure


class Digest(Contract):
    """The key figures of one version of a report."""

    report_id: str
    document: str
    identity: Identity
    url: str | None = None
    figures: tuple[Figure, ...] = ()
    implied: tuple[Implied, ...] = ()


def digest(report: Report) -> Digest:
    """Every amount that another document may state too, once; what follows for the year before."""
    view = View(report)
    figures: dict[tuple[object, ...], Figure] = {}
    doubtful: set[tuple[object, ...]] = set()
    for fact in sorted(_shared(report), key=lambda fact: fact.source != "table"):
        here = dimensions(fact)
        if here in figures:
            if not span(figures[here].fact).meets(span(fact)):
                doubtful.add(here)
            continue
        figures[here] = _figure(view, fact)
    kept = tuple(figure for here, figure in figures.items() if here not in doubtful)
    return Digest(
        report_id=report.report_id,
        document=report.document,
        identity=report.identity,
        url=report.url,
        figures=kept,
        implied=tuple(_implied(view)),
    )


def dimensions(fact: Fact) -> tuple[object, ...]:
    """What makes two statements the same fact."""
    money = (fact.concept, fact.measure, fact.fund, fact.nature, fact.function, fact.economy, fact.item)
    return (*money, fact.phase, fact.year, fact.unit)


def _shared(report: Report) -> Iterator[Fact]:
    for fact in report.facts:
        if (
            fact.measure is Measure.AMOUNT
            and fact.unit == "CNY"
            and fact.year is not None
            and not fact.item
            and fact.confidence >= 1
        ):
            whole = fact.concept in _KEY and not fact.economy and len(fact.function or "") in (0, 3, 7)
            if whole or fact.concept.startswith("three_public"):
                yield fact


def _figure(view: View, fact: Fact) -> Figure:
    return Figure(fact=fact, name=name(view, fact), evidence=view.fact_evidence(fact))


def _implied(view: View) -> Iterator[Implied]:
    for claim in view.claims_by_kind[ClaimKind.CHANGE]:
        phase = _PHASES.get(claim.base or "")
        current, delta = view.played(claim, "current"), view.played(claim, "delta")
        if phase is None or len(current) != 1 or len(delta) != 1 or view.played(claim, "previous") or current[0].year is None:
            continue
        if current[0].item or current[0].unit != "CNY":
            continue
        value = current[0].value - delta[0].value
        half = current[0].half_width + delta[0].half_width
        if value <= 0 or half > Decimal(10_000):
            continue
        previous = current[0].model_copy(update={"value": value, "phase": phase, "year": current[0].year - 1})
        yield Implied(previous=previous, current=_figure(view, current[0]), delta=_figure(view, delta[0]))
