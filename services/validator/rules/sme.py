"""What small and middle-sized enterprises are said to have been awarded, out of what was reserved for them and bought at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas.report import Fact, Measure
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span
from services.validator.interval import ZERO, Span
from services.validator.naming import amount, bounds, stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财库〔2020〕46号《政府采购促进中小企业发展管理办法》；财预〔2016〕143号：政府采购支出情况说明"
_PARTS = ("procurement.goods", "procurement.works", "procurement.services")


def _reserved(won: str) -> Draft:
    draft = Draft().paragraph(
        f"面向中小企业预留政府采购项目预算金额225.10万元，面向小微企业预留164.87万元；在面向中小企业预留的项目中由中小企业中标的，采购金额{won}万元。"
    )
    draft.number("225.10", "万元", "other", item="面向中小企业预留政府采购项目")
    draft.number("164.87", "万元", "other", item="面向小微企业预留")
    draft.number(won, "万元", "other", item="在面向中小企业预留的项目中由中小企业中标的采购金额", occurrence=int(won == "225.10"))
    return draft


@rule(
    "procurement.reserved",
    category=Category.NARRATIVE_ARITHMETIC,
    severity=Severity.WARNING,
    title=Text(zh="面向中小企业预留和成交的金额应逐级包含", en="what was reserved for small enterprises, and won by them"),
    basis=BASIS,
    passing=lambda: _reserved("225.10").report(),
    failing=lambda: _reserved("522.10").report(),
)
def reserved(view: View) -> Iterator[Relation]:
    """小微企业 are among the 中小企业: what is reserved for them, or won by them, is not more. What enterprises win of the
    projects reserved for them is not more than their budget.
    """
    for facts in view.by_paragraph.values():
        money = [
            fact for fact in facts if fact.measure is Measure.AMOUNT and fact.concept == "other" and "预留" in (fact.item or "")
        ]
        kept = {kind: fact for fact in reversed(money) if not _won(fact) and (kind := _kind(fact))}
        won = {kind: fact for fact in reversed(money) if _won(fact) and (kind := _kind(fact))}
        for subject, whole, part in (
            ("reserved", kept.get("中小企业"), kept.get("小微企业")),
            ("won by 中小企业", kept.get("中小企业"), won.get("中小企业")),
            ("won by 小微企业", kept.get("小微企业"), won.get("小微企业")),
        ):
            if whole is not None and part is not None:
                yield Relation(subject=subject, left=(Term(whole),), right=(Term(part),), operator=Operator.GE)


def _won(fact: Fact) -> bool:
    return any(word in (fact.item or "") for word in ("中标", "成交"))


def _kind(fact: Fact) -> str | None:
    """Whose the amount is: the kind named last before the number."""
    words = fact.item or ""
    named = {kind: words.rfind(kind) for kind in ("中小企业", "小微企业") if kind in words}
    return max(named, key=lambda kind: named[kind], default=None)


def _shares(services: str) -> Draft:
    draft = Draft().paragraph(
        f"政府采购货物支出11.88万元、服务支出922.50万元。授予中小企业合同金额24.80万元，货物占100%，服务占{services}%。"
    )
    draft.number("11.88", "万元", "procurement.goods")
    draft.number("922.50", "万元", "procurement.services")
    draft.number("24.80", "万元", "procurement.sme")
    for rate, part in (("100", "procurement.goods"), (services, "procurement.services")):
        draft.number(rate, "%", "other", item="授予中小企业合同金额", measure=Measure.SHARE, base=part)
    return draft


@rule(
    "procurement.sme-shares",
    category=Category.NARRATIVE_ARITHMETIC,
    severity=Severity.WARNING,
    title=Text(
        zh="各类采购授予中小企业的比例应与授予总额相符", en="the shares awarded of goods, works and services fit their total"
    ),
    basis=BASIS,
    passing=lambda: _shares("1.40").report(),
    failing=lambda: _shares("41.00").report(),
)
def sme_shares(view: View) -> Iterator[Finding | Passed]:
    """货物（工程、服务）采购授予中小企业合同金额占货物（工程、服务）支出金额的 P%: each share of what was bought of a kind is
    an amount, and those amounts make up what 中小企业 were awarded. A kind of which nothing was bought needs no share.
    """
    awarded = _only(fact for fact in view.by_concept.get("procurement.sme", ()) if _now(view, fact, Measure.AMOUNT))
    if awarded is None:
        return
    bought = {part: _only(fact for fact in view.by_concept.get(part, ()) if _now(view, fact, Measure.AMOUNT)) for part in _PARTS}
    shares = {
        part: _only(
            fact
            for fact in view.by_concept.get("other", ())
            if fact.base == part and "中小企业" in (fact.item or "") and _now(view, fact, Measure.SHARE)
        )
        for part in _PARTS
    }
    pairs = [(rate, money) for part in _PARTS if (rate := shares[part]) is not None and (money := bought[part]) is not None]
    rest = [part for part in _PARTS if shares[part] is None and (money := bought[part]) is not None and money.value]
    if len(pairs) < 2 or rest:
        return
    yield _verdict(view, awarded, pairs)


def _now(view: View, fact: Fact, measure: Measure) -> bool:
    return fact.measure is measure and fact.year == view.year


def _only(facts: Iterator[Fact]) -> Fact | None:
    """What is stated, where it is stated once or always alike."""
    found = list(facts)
    return found[0] if found and len({fact.value for fact in found}) == 1 else None


def _verdict(view: View, awarded: Fact, pairs: Sequence[tuple[Fact, Fact]]) -> Finding | Passed:
    added = Span.exactly(ZERO)
    for rate, money in pairs:
        product = span(rate).times(span(money))
        added += Span(product.low / 100, product.high / 100)
    facts = (awarded, *(fact for pair in pairs for fact in pair))
    identifiers = tuple(fact.id for fact in facts)
    if added.meets(span(awarded)):
        return Passed("shares awarded", identifiers)
    terms = " + ".join(f"{stated(money)}×{stated(rate)}" for rate, money in pairs)
    return Finding(
        subject="shares awarded",
        stated=stated(awarded),
        expected=amount(added.centre, awarded),
        message=Text(
            zh=f"授予中小企业合同金额{stated(awarded)}，与各类比例不符："
            f"{terms} = {amount(added.centre, awarded)}，区间{bounds(added, awarded)}。",
            en=f"{stated(awarded)} awarded, but {terms} = {amount(added.centre, awarded)}.",
        ),
        evidence=tuple(view.fact_evidence(fact) for fact in facts),
        facts=identifiers,
    )
