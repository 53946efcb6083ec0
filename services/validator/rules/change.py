"""Changes and rates of change: 比上年增加 D，增长 P%."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from operator import attrgetter

from schemas.report import Claim, ClaimKind, Fact, Measure, Phase
from schemas.validation import Category, Outcome, Severity, Text
from services.validator.arithmetic import decide, facts, solve, span
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, NotChecked
from services.validator.rules.same_fact import category
from services.validator.samples import Draft
from services.validator.slips import slip
from services.validator.subjects import about
from services.validator.view import View


def _example(rate: str) -> Draft:
    draft = Draft().paragraph(f"支出总计120.00万元，与上年相比增加20.00万元，增长{rate}%。")
    current = draft.number("120.00", "万元", "expenditure_total")
    delta = draft.number("20.00", "万元", "expenditure_total", occurrence=1)
    return draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year", current=current, delta=delta,
                       rate=draft.number(rate, "%", "expenditure_total"))  # fmt: skip


@rule(
    "claim.growth",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="增减率应以上年数为基数", en="a rate of change is measured on last year's value"),
    basis="财预〔2016〕143号：收支增减变化情况说明；增减率＝增减额÷上年数",
    passing=lambda: _example("20.00").report(),
    failing=lambda: _example("16.67").report(),
)
def growth(view: View) -> Iterator[Relation | NotChecked]:
    """A stated rate of change is the change divided by the value of the year before: P = D ÷ (V − D), or D ÷ previous where
    the sentence states the previous value. Dividing by this year's value is the commonest error.

    A rate printed without decimals may have been cut off instead of rounded. A change from zero has no rate. Where the
    sentence does not repeat this year's value it is taken from where the document states it. Where the rate fits another
    total of the document exactly (收入 said of 收入总计), the change is of that one, and nothing is concluded; but where it fits
    what the same paragraph and a table give of the very code, the amount beside the rate is the wrong one.
    """
    for claim, (current, delta, rate, previous) in changes(view):
        if rate is None:
            continue
        top: tuple[Term, ...] = ()
        if delta is not None:
            top = (Term(delta),)
        elif current is not None and previous is not None:
            top = (Term(current), Term(previous, -1))
        if previous is not None:
            base: tuple[Term, ...] = (Term(previous),)
        elif current is not None and delta is not None:
            base = (Term(current), Term(delta, -1))
        else:
            continue
        if not top:
            continue
        if (
            current is not None
            and delta is not None
            and current.year == (view.year or 0) - 1
            and current.value == abs(delta.value)
        ):
            continue  # 2022年支出1.50万元，2023年无支出，减少1.50万元，下降100%
        relation = Relation(subject=about(view, claim), left=(Term(rate),), right=top, base=base)
        again = None if current is None else _restated(view, relation, current)
        if current is not None and again is not None:
            yield Relation(subject=about(view, claim), left=(Term(current),), right=(Term(again),))
        elif current is not None and _of_another_amount(view, relation, current):
            yield NotChecked("the change is of another amount", relation.subject, tuple(fact.id for fact in facts(relation)))
        else:
            yield relation


_SHARP = Decimal("0.002")
_TOTALS = {"income": "income", "income_total": "income", "expenditure": "expenditure", "expenditure_total": "expenditure"}


def _restated(view: View, relation: Relation, current: Fact) -> Fact | None:
    """The other amount of the same code in the paragraph that the rate fits, and that a table has as well."""
    if current.function is None or decide(relation).outcome is not Outcome.FAILED:
        return None
    wanted = solve(relation, current)
    if wanted is None:
        return None
    fitting = [fact for fact in view.amounts_like(current) if span(fact).meets(wanted) and not span(fact).meets(span(current))]
    held = any(fact.place.table is not None for fact in fitting)
    return next((fact for fact in fitting if held and fact.place.paragraph == current.place.paragraph), None)


def _of_another_amount(view: View, relation: Relation, current: Fact) -> bool:
    """The rate is wrong for this amount, and right for another amount that the document gives of the same subject, for the
    other total of the same money, or for it without what was brought forward."""
    if decide(relation).outcome is not Outcome.FAILED:
        return False
    wanted = solve(relation, current)
    if wanted is not None and any(
        other.value != current.value and span(other).meets(wanted) for other in view.amounts_like(current)
    ):
        return True
    if current.concept not in _TOTALS:
        return False
    if wanted is None or wanted.centre <= 0 or (wanted.high - wanted.low) / wanted.centre > _SHARP:
        return False
    side = _TOTALS[current.concept]
    totals = [
        fact
        for concept in (side, f"{side}_total")
        for fact in _of_year(view, concept, current)
        if fact.fund == current.fund and _whole(fact)
    ]
    fitting = [fact for fact in totals if span(fact).meets(wanted)]
    if fitting:
        return not any(slip(fact, current) for fact in fitting)
    opening = [fact for fact in _of_year(view, "opening_balance", current) if fact.value]
    return any((span(current) - span(fact)).meets(wanted) for fact in opening)


def _of_year(view: View, concept: str, like: Fact) -> list[Fact]:
    """The amounts of a concept of the year of another amount."""
    return [
        fact
        for fact in view.by_concept.get(concept, ())
        if fact.measure is Measure.AMOUNT and fact.year == like.year and not fact.item
    ]


def _whole(fact: Fact) -> bool:
    return fact.function is None and fact.economy is None and fact.nature == "total"


@rule(
    "claim.growth-from-zero",
    category=Category.YEAR_ON_YEAR,
    severity=Severity.WARNING,
    title=Text(zh="上年数为零时增减率没有意义", en="a change from zero has no rate"),
    passing=lambda: _from_zero("0.00").report(),
    failing=lambda: _from_zero("100.00").report(),
)
def growth_from_zero(view: View) -> Iterator[Finding]:
    """Where the year before is zero and this year is not, a rate of change is undefined; a document that prints one (usually
    100%) is pointed out as a warning. 0 of 0 is a convention."""
    for claim, (current, delta, rate, previous) in changes(view):
        if rate is None or rate.value == 0 or current is None or current.value == 0:
            continue
        base = previous.value if previous is not None else None if delta is None else current.value - delta.value
        if base == 0:
            yield Finding(
                subject=about(view, claim),
                stated=f"{rate.text.rstrip('%％')}%",
                message=Text(zh=f"上年数为0，增减率“{rate.text.rstrip('%％')}%”无从计算。",
                             en=f"last year's value is 0: the rate of {rate.text.rstrip('%％')}% is undefined."),
                evidence=tuple(view.fact_evidence(fact) for fact in (rate, current)),
                facts=tuple(fact.id for fact in (rate, current, delta, previous) if fact is not None),
            )  # fmt: skip


def _from_zero(rate: str) -> Draft:
    draft = Draft().paragraph(f"2022年支出为0.00万元，2023年支出25.00万元，增长{rate}%。")
    previous = draft.number("0.00", "万元", year=2022)
    current = draft.number("25.00", "万元")
    return draft.claim(
        ClaimKind.CHANGE,
        relation="increase",
        current=current,
        previous=previous,
        rate=draft.number(rate, "%", occurrence=int(rate == "0.00")),
    )


@rule(
    "claim.change",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="增减额应等于本年数减上年数", en="a change is this year's value less last year's"),
    passing=lambda: _change("20.00").report(),
    failing=lambda: _change("26.00").report(),
)
def change(view: View) -> Iterator[Relation]:
    """Where a sentence states this year's and last year's value, the stated change is their difference, and its direction
    word fits: 增加 needs this year's value to be the larger one, 减少 the smaller, 持平 the same."""
    for claim, (current, delta, rate, previous) in changes(view):
        if current is None or previous is None:
            continue
        if delta is not None:
            yield Relation(
                subject=about(view, claim),
                left=(Term(delta),),
                right=(Term(current), Term(previous, -1)),
                category=category(current, previous) if previous.source == "table" else None,
            )
        elif rate is None:
            operator = {"increase": Operator.GE, "decrease": Operator.LE, "unchanged": Operator.EQ}.get(claim.relation or "")
            if operator is not None:
                yield Relation(
                    subject=about(view, claim),
                    left=(Term(current),),
                    right=(Term(previous),),
                    operator=operator,
                    category=Category.WORDING_DIRECTION,
                )


def _change(delta: str) -> Draft:
    draft = Draft().paragraph(f"2022年支出为100.00万元，2023年支出120.00万元，增加{delta}万元。")
    previous = draft.number("100.00", "万元", year=2022)
    current = draft.number("120.00", "万元")
    return draft.claim(
        ClaimKind.CHANGE, relation="increase", current=current, previous=previous, delta=draft.number(delta, "万元")
    )


Roles = tuple[Fact | None, Fact | None, Fact | None, Fact | None]


def changes(view: View) -> list[tuple[Claim, Roles]]:
    """Every change that the text states, with its current value, difference, rate and previous value, as far as known."""
    return view.once(_changes)


def _changes(view: View) -> list[tuple[Claim, Roles]]:
    return [(claim, _roles(view, claim)) for claim in view.claims_by_kind[ClaimKind.CHANGE]]


def _roles(view: View, claim: Claim) -> Roles:
    """current, delta, rate and previous; current is looked up where the sentence does not state it."""
    current, delta, rate, previous = (_one(view, claim, role) for role in ("current", "delta", "rate", "previous"))
    if current is None and "current" not in claim.roles and delta is not None:
        current = view.amount_of(delta)
    if previous is None and current is not None and claim.base in ("initial", "full_year"):
        previous = _budget_of(view, current)
    return current, delta, rate, previous


def _budget_of(view: View, actual: Fact) -> Fact | None:
    """比年初预算减少1万元: the budget of what was spent, where all that is stated of it, in text and tables, is one amount."""
    if actual.phase not in (Phase.FINAL, Phase.EXECUTION) or actual.concept == "other":
        return None
    like = attrgetter("concept", "measure", "fund", "nature", "function", "economy", "item", "year", "unit")
    stated = [
        fact
        for fact in view.by_concept.get(actual.concept, ())
        if fact.phase in (Phase.INITIAL, Phase.FULL_YEAR) and like(fact) == like(actual)
    ]
    return stated[0] if stated and all(fact.value == stated[0].value for fact in stated) else None


def _one(view: View, claim: Claim, role: str) -> Fact | None:
    """The fact of a role; where several play it (收、支总计均为 ...) the first, if they all agree."""
    facts = view.played(claim, role)
    if not facts or any(not span(fact).meets(span(facts[0])) for fact in facts[1:]):
        return None
    return facts[0]
