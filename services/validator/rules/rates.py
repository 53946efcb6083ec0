"""Shares and completion rates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemas.report import Claim, ClaimKind, Fact, Measure
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.interval import ZERO
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, NotChecked, Passed
from services.validator.rules.parts import balances_of
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.view import View


def _share(rate: str) -> Draft:
    draft = Draft().paragraph(f"本年支出合计80.00万元，其中：基本支出20.00万元，占{rate}%。")
    whole = draft.number("80.00", "万元")
    part = draft.number("20.00", "万元", nature="basic")
    return draft.claim(
        ClaimKind.SHARE, part=part, whole=whole, rate=draft.number(rate, "%", nature="basic", measure=Measure.SHARE)
    )


@rule(
    "claim.share",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="占比应等于部分除以整体", en="a share is the part divided by the whole"),
    basis="财预〔2016〕143号：收支结构说明；占比＝部分÷整体",
    passing=lambda: _share("25.00").report(),
    failing=lambda: _share("35.00").report(),
)
def share(view: View) -> Iterator[Relation]:
    """占 P% is the part divided by the whole that the sentence names. A rate printed without decimals may have been cut off
    instead of rounded."""
    for claim in view.claims_by_kind[ClaimKind.SHARE]:
        part, whole, rate = (view.played(claim, role) for role in ("part", "whole", "rate"))
        if part and len(whole) == 1 and len(rate) == 1:
            yield Relation(
                subject=about(view, claim),
                left=(Term(rate[0]),),
                right=tuple(Term(fact) for fact in part),
                base=(Term(whole[0]),),
            )


def _above(rate: str) -> Draft:
    draft = Draft().paragraph(f"货物支出20.00万元，货物采购授予中小企业合同金额占货物支出金额的{rate}%。")
    whole = draft.number("20.00", "万元", "procurement.goods")
    return draft.claim(ClaimKind.SHARE, whole=whole, rate=draft.number(rate, "%", "other", measure=Measure.SHARE))


@rule(
    "claim.share-above-whole",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="占比不应超过100%", en="a part is not more than its whole"),
    basis="占比＝部分÷整体",
    passing=lambda: _above("90").report(),
    failing=lambda: _above("110").report(),
)
def share_above_whole(view: View) -> Iterator[Finding | Passed]:
    """Where the part itself is not stated, its share of a whole that is spent in the same year is at least not above 100 %."""
    for claim in view.claims_by_kind[ClaimKind.SHARE]:
        part, whole, rate = (view.played(claim, role) for role in ("part", "whole", "rate"))
        if part or len(whole) != 1 or len(rate) != 1 or whole[0].year != rate[0].year or whole[0].value <= 0:
            continue
        if span(rate[0]).low <= Decimal(100):
            yield Passed(about(view, claim), (rate[0].id, whole[0].id))
        else:
            yield Finding(
                subject=about(view, claim),
                stated=stated(rate[0]),
                message=Text(
                    zh=f"“{claim.quote}”：部分不应超过整体{stated(whole[0])}。", en="A part cannot be more than its whole."
                ),
                evidence=(view.fact_evidence(rate[0]), view.fact_evidence(whole[0])),
                facts=(rate[0].id, whole[0].id),
            )


def _shares(last: str) -> Draft:
    draft = Draft().paragraph(f"基本支出占25.00%；项目支出占{last}%。")
    first = draft.number("25.00", "%", nature="basic", measure=Measure.SHARE)
    return draft.claim(ClaimKind.SHARES, rate=[first, draft.number(last, "%", nature="project", measure=Measure.SHARE)])


@rule(
    "claim.shares",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="各部分占比之和应为百分之百", en="the shares of one whole add to 100 %"),
    passing=lambda: _shares("75.00").report(),
    failing=lambda: _shares("76.00").report(),
)
def shares(view: View) -> Iterator[Relation | NotChecked]:
    """The shares of all parts of one whole add to 100 % within the rounding of each; the shares of some parts do not
    exceed it; nor do those of a total of which a balance is the rest. A sum that is far from 100 % is not of one whole (two
    groups in one sentence, a part of the list): it is not judged."""
    for claim in view.claims_by_kind[ClaimKind.SHARES]:
        rates = view.played(claim, "rate")
        added = sum((rate.value for rate in rates), ZERO)
        if len(rates) > 1 and not _LOW < added < _HIGH:
            yield NotChecked("the shares are not those of one whole", about(view, claim), tuple(rate.id for rate in rates))
        elif len(rates) > 1:
            balance = any(fact.value for whole in view.played(claim, "whole") for fact in balances_of(view, whole))
            yield Relation(
                subject=about(view, claim),
                left=tuple(Term(rate) for rate in rates),
                right=(),
                constant=Decimal(100),
                operator=Operator.LE if claim.partial or (balance and added < _ALL) else Operator.EQ,
            )


_ALL = Decimal(100)
_LOW, _HIGH = Decimal(95), Decimal(105)


def _completion(rate: str, budget: str = "40.00") -> Draft:
    draft = Draft().paragraph(f"年初预算为{budget}万元，支出决算为50.00万元，完成年初预算的{rate}%。")
    base = draft.number(budget, "万元", phase=None)
    actual = draft.number("50.00", "万元")
    return draft.claim(ClaimKind.COMPLETION, actual=actual, budget=base, rate=draft.number(rate, "%", measure=Measure.COMPLETION))


@rule(
    "claim.completion",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="预算完成率应等于决算数除以预算数", en="a completion rate is the outturn divided by the budget"),
    basis="财预〔2016〕143号：支出决算具体情况说明；完成率＝决算数÷预算数",
    passing=lambda: _completion("125.00").report(),
    failing=lambda: _completion("80.00").report(),
)
def completion(view: View) -> Iterator[Relation]:
    """完成 ... 预算的 P% is the outturn divided by the budget that the sentence names (年初, 调整, 全年). 0 of 0 is a
    convention."""
    for claim in view.claims_by_kind[ClaimKind.COMPLETION]:
        actual, budget, rate = (view.played(claim, role) for role in ("actual", "budget", "rate"))
        if actual and len(budget) == 1 and len(rate) == 1:
            yield Relation(subject=about(view, claim), left=(Term(rate[0]),), right=(Term(actual[0]),), base=(Term(budget[0]),))


@rule(
    "claim.completion-of-zero",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="预算数或决算数为零时完成率没有意义", en="a budget or an outturn of zero has no completion rate"),
    passing=lambda: _completion("0", "0.00").report(),
    failing=lambda: _completion("100", "0.00").report(),
)
def completion_of_zero(view: View) -> Iterator[Finding]:
    """Money was spent against a budget of zero, and yet a completion rate (usually 100%) is printed. A printed 0% is taken
    as the convention for "none". And where nothing was spent, nothing was completed, whatever the budget: there only 0% and
    100% (of none) are conventions.
    """
    for claim in view.claims_by_kind[ClaimKind.COMPLETION]:
        actual, budget, rate = (view.played(claim, role) for role in ("actual", "budget", "rate"))
        if not actual or len(budget) > 1 or len(rate) != 1 or not rate[0].value:
            continue
        if budget and not budget[0].value and actual[0].value:
            numbers: tuple[Fact, ...] = (rate[0], budget[0], actual[0])
            zh = f"预算数为{stated(budget[0])}，决算数为{stated(actual[0])}，完成率“{stated(rate[0])}”无从计算。"
            en = f"{stated(actual[0])} of {stated(budget[0])}: a completion rate of {stated(rate[0])} is undefined."
        elif not (budget and budget[0].value) and not actual[0].value and rate[0].value != _WHOLE:
            numbers = (rate[0], actual[0])
            zh = f"决算数为{stated(actual[0])}，完成率却为“{stated(rate[0])}”。"
            en = f"nothing was spent ({stated(actual[0])}), yet {stated(rate[0])} was completed."
        else:
            continue
        yield Finding(
            subject=about(view, claim),
            stated=stated(rate[0]),
            message=Text(zh=zh, en=en),
            evidence=tuple(view.fact_evidence(fact) for fact in numbers),
            facts=tuple(fact.id for fact in numbers),
        )


def _direction(rate: str) -> Draft:
    draft = Draft().paragraph(f"支出决算为36.00万元，完成年初预算的{rate}%，决算数小于年初预算数。")
    actual = draft.number("36.00", "万元")
    draft.claim(
        ClaimKind.COMPLETION,
        rate=draft.number(rate, "%", measure=Measure.COMPLETION),
        actual=actual,
        quote=f"完成年初预算的{rate}%",
    )
    return draft.claim(ClaimKind.COMPARISON, relation="lt", left=actual, quote="决算数小于年初预算数")


@rule(
    "claim.completion-direction",
    category=Category.WORDING_DIRECTION,
    title=Text(zh="完成率应与“大于、小于、等于”一致", en="a completion rate fits larger, smaller and equal"),
    basis="完成率高于100%即决算数大于预算数",
    passing=lambda: _direction("90.00").report(),
    failing=lambda: _direction("109.00").report(),
)
def completion_direction(view: View) -> Iterator[Finding | Passed]:
    """Where the budget itself is not stated: a rate above 100 % says that the outturn is larger than the budget, one below that
    it is smaller. A rate printed as 100 % may be either, and fits 等于.
    """
    told: dict[tuple[int | None, str], Claim] = {}
    for claim in sorted(view.report.claims, key=lambda claim: (claim.place.paragraph or 0, claim.place.offset or 0)):
        here = (claim.place.paragraph, claim.subject)
        if claim.kind is ClaimKind.COMPLETION:
            told[here] = claim
        if claim.kind is not ClaimKind.COMPARISON or claim.roles.get("right") or here not in told:
            continue
        completion = told[here]
        rate = view.played(completion, "rate")
        if len(rate) != 1 or _other_stage(completion, claim):
            continue
        low, high = span(rate[0]).low, span(rate[0]).high
        fits = {"gt": high >= _WHOLE, "lt": low <= _WHOLE, "eq": low <= _WHOLE <= high}.get(claim.relation or "", True)
        if fits:
            yield Passed(about(view, claim), (rate[0].id,))
            continue
        yield Finding(
            subject=about(view, claim),
            stated=f"{stated(rate[0])}，{claim.words}",
            message=Text(
                zh=f"完成率为{stated(rate[0])}，却称“{claim.words}”。",
                en=f"completed to {stated(rate[0])}, but said “{claim.words}”.",
            ),
            evidence=(view.fact_evidence(rate[0]), view.evidence(claim.place, claim.quote)),
            facts=(rate[0].id,),
        )


_WHOLE = Decimal(100)


def _other_stage(completion: Claim, comparison: Claim) -> bool:
    """完成全年预算的98%，决算数大于年初预算数: two budgets."""
    stages = ("年初", "全年", "调整")
    said = {stage for stage in stages if stage in completion.words}
    return bool(said) and bool(other := {stage for stage in stages if stage in comparison.words}) and said != other
