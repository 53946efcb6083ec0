"""Relations across the documents of one issuer: last year's values, the published budget, the department and its unit.

A finding belongs to the document of the later year, of the later phase (final accounts after budget), or to the
department; so it is the same whichever document comes first. Restated figures are common and explained elsewhere: these
findings are warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.ids import discrepancy_id
from schemas.report import Kind, Phase, Scope
from schemas.validation import Category, Discrepancy, Severity, Text
from services.validator.arithmetic import span
from services.validator.digest import Digest, Figure, Implied, dimensions
from services.validator.interval import Span
from services.validator.naming import amount, bounds, key, stated

RULES = {"history.last-year": 1, "history.budget": 1, "history.unit": 1}
"""The rules of this module with their versions."""

_TITLES = {
    "history.last-year": Text(zh="上年数应与上年公开的文件一致", en="last year's value is that of last year's document"),
    "history.budget": Text(zh="决算中的年初预算应与公开的预算一致", en="the initial budget is that of the published budget"),
    "history.unit": Text(zh="部门数不应小于其本级单位数", en="a department is not less than its own unit"),
}


def across(owner: Digest, relatives: Iterable[Digest]) -> tuple[Discrepancy, ...]:
    """What the owner's figures say against those of the issuer's other reports, in a deterministic order."""
    found: dict[str, Discrepancy] = {}
    for other in relatives:
        if other.report_id == owner.report_id:
            continue
        for discrepancy in _against(owner, other):
            found.setdefault(discrepancy.discrepancy_id, discrepancy)
    return tuple(found[identifier] for identifier in sorted(found))


def _against(owner: Digest, other: Digest) -> Iterator[Discrepancy]:
    mine, theirs = owner.identity, other.identity
    if mine.fiscal_year is None or theirs.fiscal_year is None or mine.kind is None or theirs.kind is None:
        return
    if mine.scope is theirs.scope:
        if mine.kind is theirs.kind and mine.fiscal_year == theirs.fiscal_year + 1:
            yield from _same(owner, other, "history.last-year", theirs.fiscal_year)
            yield from _last_year(owner, other)
        elif mine.kind is Kind.FINAL_ACCOUNTS and theirs.kind is Kind.BUDGET and mine.fiscal_year == theirs.fiscal_year:
            yield from _same(owner, other, "history.budget", mine.fiscal_year)
    elif (mine.scope, theirs.scope) == (Scope.DEPARTMENT, Scope.UNIT) and (mine.kind, mine.fiscal_year) == (
        theirs.kind,
        theirs.fiscal_year,
    ):
        yield from _unit(owner, other)


def _pairs(owner: Digest, other: Digest) -> Iterator[tuple[Figure, Figure]]:
    theirs = {dimensions(figure.fact): figure for figure in other.figures}
    for figure in owner.figures:
        counterpart = theirs.get(dimensions(figure.fact))
        if counterpart is not None:
            yield figure, counterpart


def _same(owner: Digest, other: Digest, rule: str, year: int) -> Iterator[Discrepancy]:
    for mine, theirs in _pairs(owner, other):
        if mine.fact.year != year or (rule == "history.budget" and mine.fact.phase is not Phase.INITIAL):
            continue
        if not span(mine.fact).meets(span(theirs.fact)):
            yield _finding(owner, other, rule, mine, theirs, span(theirs.fact))


def _last_year(owner: Digest, other: Digest) -> Iterator[Discrepancy]:
    theirs = {dimensions(figure.fact): figure for figure in other.figures}
    for implied in owner.implied:
        counterpart = theirs.get(dimensions(implied.previous))
        if counterpart is None or _implied_span(implied).meets(span(counterpart.fact)):
            continue
        yield _finding(
            owner,
            other,
            "history.last-year",
            implied.delta,
            counterpart,
            span(implied.current.fact) - span(counterpart.fact),
            implied,
        )


def _implied_span(implied: Implied) -> Span:
    return span(implied.current.fact) - span(implied.delta.fact)


def _unit(owner: Digest, other: Digest) -> Iterator[Discrepancy]:
    for mine, theirs in _pairs(owner, other):
        if mine.fact.year == owner.identity.fiscal_year and span(theirs.fact).above(span(mine.fact)):
            yield _finding(owner, other, "history.unit", mine, theirs, span(theirs.fact))


def _finding(
    owner: Digest, other: Digest, rule: str, mine: Figure, theirs: Figure, expected: Span, implied: Implied | None = None
) -> Discrepancy:
    fact = mine.fact
    subject = f"{key(fact)} {other.identity.kind} {other.identity.fiscal_year} {other.identity.scope}"
    title = (
        other.identity.title
        or f"{other.identity.issuer}{other.identity.fiscal_year}年度{'预算' if other.identity.kind is Kind.BUDGET else '决算'}"
    )
    sum_zh = "" if implied is None else f"由{stated(implied.current.fact)}与增减额{stated(fact)}推得的上年数不是该数；"
    return Discrepancy(
        discrepancy_id=discrepancy_id(owner.report_id, rule, subject),
        report_id=owner.report_id,
        document=owner.document,
        identity=owner.identity,
        url=owner.url,
        rule=rule,
        rule_version=RULES[rule],
        category=Category.YEAR_ON_YEAR if rule == "history.last-year" else Category.CROSS_DOCUMENT,
        severity=Severity.WARNING,
        subject=subject,
        stated=stated(fact),
        expected=("≥" if rule == "history.unit" else "") + amount(expected.centre, fact),
        difference=amount(fact.value - expected.centre, fact),
        stated_interval=span(fact).published(),
        expected_interval=expected.published(),
        message=Text(
            zh=f"{_TITLES[rule].zh}：本文件“{mine.name}”为{stated(fact)}，《{title}》“{theirs.name}”为{stated(theirs.fact)}；{sum_zh}"
            f"所载区间{bounds(span(fact), fact)}与应有区间{bounds(expected, fact)}不相交。",
            en=f"{_TITLES[rule].en}: here “{mine.name}” is {stated(fact)}, in “{title}” “{theirs.name}” {stated(theirs.fact)}; "
            f"the stated interval {bounds(span(fact), fact)} and the expected interval {bounds(expected, fact)} do not meet.",
        ),
        evidence=(mine.evidence, *(() if implied is None else (implied.current.evidence,))),
    )
