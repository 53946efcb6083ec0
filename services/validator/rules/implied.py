"""What sentences imply without stating it: the budget behind a completion rate, last year's value behind a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.report import ClaimKind, Fact, Measure
from schemas.taxonomy.codes import LEVELS
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span
from services.validator.interval import ZERO, Span
from services.validator.naming import amount, bounds, stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, Passed
from services.validator.rules.change import changes
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.view import View

_HUNDRED = Decimal(100)
_FEW = 3


@dataclass(frozen=True, slots=True)
class _Budget:
    """A budget as a sentence states or implies it, with the numbers that say so and the amount that was spent of it."""

    actual: Fact
    value: Span
    numbers: tuple[Fact, ...]


def _completed(basic: str) -> Draft:
    draft = Draft().paragraph(
        f"财政拨款支出100.00万元，其中：基本支出40.00万元，项目支出60.00万元。支出完成年初预算的80.00%，其中：基本支出完成年初预算的{basic}%，"
        "项目支出完成年初预算的75.00%。"
    )
    for text, nature, rate in (("100.00", "total", "80.00"), ("40.00", "basic", basic), ("60.00", "project", "75.00")):
        actual = draft.number(text, "万元", fund="fiscal", nature=nature)
        said = draft.number(rate, "%", fund="fiscal", nature=nature, measure=Measure.COMPLETION)
        draft.claim(ClaimKind.COMPLETION, base="initial", actual=actual, rate=said)
    return draft


@rule(
    "claim.implied-budget",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="各部分完成率与总完成率应相容", en="the completion rates of the parts fit that of the whole"),
    basis="完成率＝决算数÷预算数；预算数＝各部分预算数之和",
    passing=lambda: _completed("88.89").report(),
    failing=lambda: _completed("134.63").report(),
)
def implied_budget(view: View) -> Iterator[Finding | Passed]:
    """完成年初预算的 P% says what the budget was, also where the sentence does not print it: what was spent, divided by P. Those
    budgets add up like any other: 基本 and 项目 to the whole, the items (项) explained one by one to no more than it. Every rate
    is good to its last digit, and a budget is only as sharp as its rate.
    """
    for (concept, base, year), told in _budgets(view).items():
        subject = f"{concept} {base} {year}"
        for whole in told:
            of = whole.actual
            natures = {
                other.actual.nature: other
                for other in told
                if (other.actual.function, other.actual.fund) == (of.function, of.fund) and other.actual.economy is None
            }
            if of.nature == "total" and {"basic", "project"} <= natures.keys():
                yield _verdict(
                    view, f"{subject} {of.fund} {of.function or ''}".strip(), whole, [natures["basic"], natures["project"]]
                )
        yield from _items(view, f"{subject} items", told)


def _items(view: View, subject: str, told: Sequence[_Budget]) -> Iterator[Finding | Passed]:
    """The items of the appropriations' spending, at least some of them, do not exceed it."""
    wholes = [
        each for each in told if each.actual.function is None and each.actual.nature == "total" and each.actual.fund in _FUNDS
    ]
    items = {each.actual.function: each for each in told if len(each.actual.function or "") == LEVELS["项"]}
    if len(wholes) == 1 and len(items) >= _FEW:
        yield _verdict(view, subject, wholes[0], list(items.values()), complete=False)


Money = tuple[str, str, int | None]
_FUNDS = ("general", "fiscal")


def _budgets(view: View) -> dict[Money, list[_Budget]]:
    """By concept, base and year: the budgets that completions imply, each subject once."""
    found: dict[Money, dict[object, _Budget]] = defaultdict(dict)
    for claim in view.claims_by_kind[ClaimKind.COMPLETION]:
        actual, budget, rate = (view.played(claim, role) for role in ("actual", "budget", "rate"))
        if len(rate) != 1 or not actual or claim.base is None or actual[0].item:
            continue
        spent = actual[0]
        implied = (span(spent) * _HUNDRED).over(span(rate[0])) if not budget else span(budget[0])
        if implied is not None:
            numbers = (rate[0], spent) if not budget else (budget[0],)
            key = (spent.fund, spent.function, spent.nature, spent.economy)
            found[spent.concept, claim.base, spent.year].setdefault(key, _Budget(spent, implied, numbers))
    return {money: list(told.values()) for money, told in found.items() if any(len(each.numbers) > 1 for each in told.values())}


def _verdict(view: View, subject: str, whole: _Budget, parts: Sequence[_Budget], *, complete: bool = True) -> Finding | Passed:
    added = sum((part.value for part in parts), Span.exactly(ZERO))
    numbers = (*whole.numbers, *(fact for part in parts for fact in part.numbers))
    identifiers = tuple(fact.id for fact in numbers)
    if added.meets(whole.value) if complete else not added.above(whole.value):
        return Passed(subject, identifiers)
    like = whole.actual
    said = "、".join(stated(fact) for fact in numbers if fact.measure is Measure.COMPLETION)
    return Finding(
        subject=subject,
        stated=said,
        severity=None if complete else Severity.WARNING,
        message=Text(
            zh=f"按完成率推算，整体预算为{bounds(whole.value, like)}，"
            f"各部分预算之和为{bounds(added, like)}，二者不符（{said}）。",
            en=f"the rates imply a budget of {amount(whole.value.centre, like)} for the whole and of "
            f"{amount(added.centre, like)} for its parts together ({said}).",
        ),
        evidence=tuple(view.fact_evidence(fact) for fact in numbers[:12]),
        facts=identifiers,
    )


def _increased(delta: str) -> Draft:
    draft = Draft().paragraph(f"机关运行经费支出17.24万元，比上年增加{delta}万元。")
    current = draft.number("17.24", "万元", "agency_operating")
    more = draft.number(delta, "万元", "agency_operating", measure=Measure.CHANGE)
    return draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_final", current=current, delta=more)


@rule(
    "claim.increase",
    category=Category.NARRATIVE_ARITHMETIC,
    severity=Severity.WARNING,
    title=Text(zh="增加额不应大于本年数", en="an increase is not more than what it led to"),
    passing=lambda: _increased("2.43").report(),
    failing=lambda: _increased("243.00").report(),
)
def increase(view: View) -> Iterator[Relation]:
    """Where a sentence states an increase and neither last year's value nor a rate, this much can be said: last year's value,
    this year's less the increase, is not below zero. Mostly it is 元 for 万元, or another line's change.
    """
    for claim, (current, delta, rate, previous) in changes(view):
        if current is not None and delta is not None and rate is None and previous is None and delta.value > 0:
            yield Relation(subject=about(view, claim), left=(Term(current),), right=(Term(delta),), operator=Operator.GE)
