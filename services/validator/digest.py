"""The key figures of a report: what other documents of the same issuer must meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from schemas.base import Contract
from schemas.place import Evidence
from schemas.report import ClaimKind, Fact, Identity, Measure, Phase, Report
from schemas.trusted import trusted
from schemas.validation import Discrepancy, Severity, Text
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


_made = trusted(Figure)


class Implied(Contract):
    """A value of the year before that follows from this year's and the stated change. ``previous`` bears its dimensions."""

    previous: Fact
    current: Figure
    delta: Figure


class Defect(Contract):
    """A discrepancy, shown somewhere, as another year's document may have it too: years in ``subject`` and ``stated`` are
    relative to the document's own. ``numeric``: a relation between numbers fails, which then need not be the same numbers."""

    rule: str
    subject: str
    stated: str
    numeric: bool
    message: Text
    evidence: Evidence


class Digest(Contract):
    """The key figures of one version of a report. ``bodies_below`` is how many units the body has besides its own office, null
    where the document does not say it, or in two ways."""

    report_id: str
    document: str
    identity: Identity
    url: str | None = None
    source: str | None = None
    figures: tuple[Figure, ...] = ()
    implied: tuple[Implied, ...] = ()
    bodies_below: int | None = None
    defects: tuple[Defect, ...] = ()


def digest(report: Report, found: Iterable[Discrepancy] = (), view: View | None = None) -> Digest:
    """Every amount that another document may state too, once; what follows for the year before; what was ``found`` wrong.

    ``view`` is the report's, where there is one already."""
    view = view or View(report)
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
        source=report.source,
        figures=kept,
        implied=tuple(_implied(view)),
        bodies_below=_bodies_below(view),
        defects=tuple(_defects(report, found)),
    )


_NONE_BELOW = re.compile("(?:无|没有|未设)(?:下属|所属|下级)[^，。；;]{0,8}单位")


def _bodies_below(view: View) -> int | None:
    counts = {
        int(fact.value)
        for fact in view.by_concept.get("staff", ())
        if fact.item == "下属单位" and fact.measure is Measure.COUNT and fact.confidence >= 1
    }
    if any(view.search(_NONE_BELOW)):
        counts.add(0)
    return counts.pop() if len(counts) == 1 else None


def _defects(report: Report, found: Iterable[Discrepancy]) -> Iterator[Defect]:
    year = report.identity.fiscal_year
    for item in found:
        if item.evidence and item.severity is not Severity.ROUNDING and year is not None:
            yield Defect(
                rule=item.rule,
                subject=_relative(item.subject, year),
                stated=_relative(item.stated or "", year),
                numeric=item.stated_interval is not None,
                message=item.message,
                evidence=item.evidence[0],
            )


def _relative(text: str, year: int) -> str:
    return re.sub(r"20\d\d", lambda match: f"<{int(match[0]) - year:+d}>", text)


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
    return _made(fact=fact, name=name(view, fact), evidence=view.fact_evidence(fact))


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
