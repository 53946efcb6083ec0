"""Rules across the documents of one issuer: last year's values, the published budget, the department and its unit.

A finding belongs to the document of the later year, of the later phase (final accounts after budget), or to the
department; so it is the same whichever document comes first. Restated figures are common and explained elsewhere: these
findings are warnings.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from schemas.ids import discrepancy_id
from schemas.place import Evidence
from schemas.report import Kind, Phase, Report, Scope
from schemas.validation import Category, Discrepancy, Severity, Text
from services.validator.across_samples import accounts, budget, unfinished
from services.validator.arithmetic import span
from services.validator.config import Config
from services.validator.digest import Defect, Digest, Figure, Implied, dimensions
from services.validator.interval import Span
from services.validator.naming import amount, bounds, key, stated

Found = Iterator[Discrepancy]
Pair = tuple[Report, Report]
"""The document that a finding belongs to, and the one that it is held against."""


@dataclass(frozen=True, slots=True)
class AcrossRule:
    """A rule over two documents, as it is listed, explained and run."""

    id: str
    version: int
    category: Category
    title: Text
    explanation: str
    body: Callable[[Digest, Digest], Found]
    passing: Callable[[], Pair]
    failing: Callable[[], Pair]
    severity: Severity = Severity.WARNING
    basis: str = "财预〔2016〕143号：预决算公开的真实性；公开的各年文件应相互衔接"
    aspect: None = None


def across(owner: Digest, relatives: Iterable[Digest], config: Config | None = None) -> tuple[Discrepancy, ...]:
    """What the owner says against the issuer's other reports, in a deterministic order."""
    config = config or Config()
    found: dict[str, Discrepancy] = {}
    for other in relatives:
        if other.report_id == owner.report_id or not _dated(owner) or not _dated(other):
            continue
        for rule in ACROSS:
            for item in rule.body(owner, other) if rule.id not in config.off else ():
                lowered = item.model_copy(update={"severity": config.severity(rule.id, item.severity)})
                found.setdefault(item.discrepancy_id, lowered)
    return tuple(found[identifier] for identifier in sorted(found))


def _dated(digest: Digest) -> bool:
    return digest.identity.fiscal_year is not None and digest.identity.kind is not None


def _year_after(owner: Digest, other: Digest) -> bool:
    mine, theirs = owner.identity, other.identity
    return (mine.scope, mine.kind, mine.fiscal_year) == (theirs.scope, theirs.kind, (theirs.fiscal_year or 0) + 1)


def _last_year(owner: Digest, other: Digest) -> Found:
    """A value that a document gives of the year before is the one in that year's document of the same kind: printed (上年数,
    2023年支出 …), or what follows from this year's value and the change (比上年增加 …)."""
    if not _year_after(owner, other):
        return
    yield from _same("history.last-year", owner, other, other.identity.fiscal_year)
    theirs = {dimensions(figure.fact): figure for figure in other.figures}
    for implied in owner.implied:
        counterpart = theirs.get(dimensions(implied.previous))
        if counterpart is None:
            continue
        current, delta, before = span(implied.current.fact), span(implied.delta.fact), span(counterpart.fact)
        if not (current - delta).meets(before):
            yield _differs("history.last-year", owner, other, implied.delta, counterpart, current - before, implied)


def _published_budget(owner: Digest, other: Digest) -> Found:
    """年初预算 in final accounts is the budget that was published for that year."""
    mine, theirs = owner.identity, other.identity
    kinds = (mine.kind, theirs.kind) == (Kind.FINAL_ACCOUNTS, Kind.BUDGET)
    if kinds and (mine.scope, mine.fiscal_year) == (theirs.scope, theirs.fiscal_year):
        yield from _same("history.budget", owner, other, mine.fiscal_year, Phase.INITIAL)


def _own_unit(owner: Digest, other: Digest) -> Found:
    """A department's figures contain those of its own unit (本级) of the same year and kind of document, and are not less. Where
    it has no other unit, as it says itself (下属0个单位, 无下属单位), they are equal."""
    mine, theirs = owner.identity, other.identity
    scopes = (mine.scope, theirs.scope) == (Scope.DEPARTMENT, Scope.UNIT)
    if not scopes or (mine.kind, mine.fiscal_year) != (theirs.kind, theirs.fiscal_year):
        return
    alone = owner.bodies_below == 0
    for here, there in _pairs(owner, other):
        a, b = span(here.fact), span(there.fact)
        if here.fact.year == mine.fiscal_year and (b.above(a) or (alone and a.above(b))):
            yield _differs("history.unit", owner, other, here, there, b, bound="" if alone else "≥")


def _carried_over(owner: Digest, other: Digest) -> Found:
    """What was wrong in last year's document of the same kind and is wrong in this one again: the same words, or the same
    relation between numbers. Last year's text was kept with its mistakes. One finding a document, which names them; each is also
    reported by its own rule."""
    if not _year_after(owner, other):
        return
    before = {(each.rule, each.subject): each for each in other.defects}
    again = [each for each in owner.defects if _is_again(each, before.get((each.rule, each.subject)))]
    if not again:
        return
    rule, year = _rule("history.carried-over"), other.identity.fiscal_year
    subject = f"{other.identity.kind} {year} {other.identity.scope}"
    rest = f"等{len(again)}处" if len(again) > 3 else f"共{len(again)}处"
    yield _discrepancy(
        rule,
        owner,
        subject,
        stated=f"{len(again)}处",
        message=Text(
            zh=f"《{_title(other)}》中的差错在本文件中依旧存在，{rest}：" + "；".join(each.message.zh[:80] for each in again[:3]),
            en=f"{len(again)} defect(s) of “{_title(other)}” stand in this document again: "
            + "; ".join(each.message.en[:120] for each in again[:3]),
        ),
        broken=tuple(f"{each.rule}: {each.subject}" for each in again),
        evidence=tuple(each.evidence for each in again)[:12],
    )


def _is_again(now: Defect, then: Defect | None) -> bool:
    return then is not None and (now.stated == then.stated or (now.numeric and then.numeric))


def _pairs(owner: Digest, other: Digest) -> Iterator[tuple[Figure, Figure]]:
    theirs = {dimensions(figure.fact): figure for figure in other.figures}
    for figure in owner.figures:
        counterpart = theirs.get(dimensions(figure.fact))
        if counterpart is not None:
            yield figure, counterpart


def _same(rule: str, owner: Digest, other: Digest, year: int | None, phase: Phase | None = None) -> Found:
    for mine, theirs in _pairs(owner, other):
        if mine.fact.year != year or phase not in (None, mine.fact.phase):
            continue
        if not span(mine.fact).meets(span(theirs.fact)):
            yield _differs(rule, owner, other, mine, theirs, span(theirs.fact))


def _differs(
    rule: str,
    owner: Digest,
    other: Digest,
    mine: Figure,
    theirs: Figure,
    expected: Span,
    implied: Implied | None = None,
    bound: str = "",
) -> Discrepancy:
    fact = mine.fact
    subject = f"{key(fact)} {other.identity.kind} {other.identity.fiscal_year} {other.identity.scope}"
    title = _rule(rule).title
    zh = en = ""
    proof: tuple[Evidence, ...] = (mine.evidence,)
    if implied is not None:
        current = stated(implied.current.fact)
        zh = f"由{current}与增减额{stated(fact)}推得的上年数不是该数；"
        en = f"{current} and a change of {stated(fact)} do not lead back to it; "
        proof = (mine.evidence, implied.current.evidence)
    return _discrepancy(
        _rule(rule),
        owner,
        subject,
        stated=stated(fact),
        expected=bound + amount(expected.centre, fact),
        difference=amount(fact.value - expected.centre, fact),
        stated_interval=span(fact).published(),
        expected_interval=expected.published(),
        message=Text(
            zh=f"{title.zh}：本文件“{mine.name}”为{stated(fact)}，《{_title(other)}》“{theirs.name}”为{stated(theirs.fact)}；"
            f"{zh}所载区间{bounds(span(fact), fact)}与应有区间{bounds(expected, fact)}不相交。",
            en=f"{title.en}: here “{mine.name}” is {stated(fact)}, in “{_title(other)}” “{theirs.name}” {stated(theirs.fact)}; "
            f"{en}the stated interval {bounds(span(fact), fact)} and the expected interval {bounds(expected, fact)} do not meet.",
        ),
        evidence=proof,
    )


def _title(digest: Digest) -> str:
    """How the document is called, whatever the file or the link to it is called."""
    identity = digest.identity
    scope = {Scope.DEPARTMENT: "部门", Scope.UNIT: "单位", None: ""}[identity.scope]
    return f"{identity.issuer}{identity.fiscal_year}年度{scope}{'预算' if identity.kind is Kind.BUDGET else '决算'}"


def _discrepancy(rule: AcrossRule, owner: Digest, subject: str, **content: object) -> Discrepancy:
    return Discrepancy.model_validate(
        {
            "discrepancy_id": discrepancy_id(owner.report_id, rule.id, subject),
            "report_id": owner.report_id,
            "document": owner.document,
            "identity": owner.identity,
            "url": owner.url,
            "rule": rule.id,
            "rule_version": rule.version,
            "category": rule.category,
            "severity": rule.severity,
            "basis": rule.basis,
            "subject": subject,
            **content,
        }
    )


def _rule(identifier: str) -> AcrossRule:
    return next(rule for rule in ACROSS if rule.id == identifier)


def _across(
    identifier: str,
    category: Category,
    body: Callable[[Digest, Digest], Found],
    title: Text,
    passing: Callable[[], Pair],
    failing: Callable[[], Pair],
) -> AcrossRule:
    return AcrossRule(identifier, 1, category, title, inspect.getdoc(body) or "", body, passing, failing)


ACROSS = (
    _across(
        "history.budget",
        Category.CROSS_DOCUMENT,
        _published_budget,
        Text(zh="决算中的年初预算应与公开的预算一致", en="the initial budget is that of the published budget"),
        lambda: (accounts(2023, "50.00"), budget(2023, "50.00")),
        lambda: (accounts(2023, "52.00"), budget(2023, "50.00")),
    ),
    _across(
        "history.carried-over",
        Category.CROSS_DOCUMENT,
        _carried_over,
        Text(zh="上年文件中的差错未改", en="a defect of last year's document stands here again"),
        lambda: (unfinished(2024, "人员增加"), unfinished(2023, "XX")),
        lambda: (unfinished(2024, "XX"), unfinished(2023, "XX")),
    ),
    _across(
        "history.last-year",
        Category.YEAR_ON_YEAR,
        _last_year,
        Text(zh="上年数应与上年公开的文件一致", en="last year's value is that of last year's document"),
        lambda: (budget(2024, "70.00", more="20.00"), budget(2023, "50.00")),
        lambda: (budget(2024, "70.00", more="26.00"), budget(2023, "50.00")),
    ),
    _across(
        "history.unit",
        Category.CROSS_DOCUMENT,
        _own_unit,
        Text(zh="部门数不应小于其本级单位数", en="a department is not less than its own unit"),
        lambda: (budget(2024, "60.00", below="2"), budget(2024, "50.00", scope=Scope.UNIT)),
        lambda: (budget(2024, "60.00", below="0"), budget(2024, "50.00", scope=Scope.UNIT)),
    ),
)
"""Every rule of this module, by id. Each has a page in docs/rules; its examples are its tests."""
