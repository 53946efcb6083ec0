"""Reasons that say the opposite of what they explain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.place import Evidence
from schemas.report import Claim, ClaimKind, Fact, Measure
from schemas.validation import Category, Text
from services.validator.naming import directed
from services.validator.prose import fold
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.rules.opposite import ways
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.view import View

_BARE = deferred(
    r"^(?:[^，,。；;、]{0,40})(?:经费|支出|费用|费|预算|资金|收入|补贴|补助)(?:有所|略有)?(?P<word>增加|增长|减少|下降|保持不变|不变|持平)$"
)
_WAYS = {"增加": "increase", "增长": "increase", "减少": "decrease", "下降": "decrease"}
_SAID = {"increase": "增加", "decrease": "减少", "unchanged": "持平"}
_VERBS = {"增加": "rise", "减少": "fall", "持平": "stand still"}
_ELSEWHERE = deferred("上年|去年|以前年度|结转|人员(?:增加|减少)|压减|导致|由于")


def _example(word: str) -> Draft:
    draft = Draft().paragraph(f"比2022年执行数减少2.98%。主要原因是：宣传业务经费{word}。")
    rate = draft.number("2.98", "%", sign=-1)
    return draft.claim(ClaimKind.CHANGE, rate=rate, relation="decrease", reason=f"宣传业务经费{word}")


@rule(
    "text.opposite-reason",
    category=Category.WORDING_DIRECTION,
    title=Text(zh="增减原因的方向应与增减一致", en="the reason points the same way as the change"),
    basis="财预〔2016〕143号：收支增减变化应说明原因",
    passing=lambda: _example("减少").report(),
    failing=lambda: _example("增加").report(),
)
def opposite_reason(view: View) -> Iterator[Finding | Passed]:
    """比上年减少 ...，主要原因是：某经费增加. The reason is nothing but an amount that moved, and it moved the other way; or it
    moved and the figures are said to be 持平, or it 保持不变 and they changed.

    Judged are a bare reason, one clause without anything else, and a reason of which every clause tells of more (or of less)
    money, staff or projects; one that tells of anything else too (上年结转 ...) may well name something that moved the other way,
    and a balance falls because spending rose, 项目支出 because 基本支出 did.
    """
    for claim in view.claims_by_kind[ClaimKind.CHANGE]:
        if claim.relation not in _SAID or not claim.reason or _balance(view, claim) or _of_other_money(view, claim):
            continue
        reason = claim.reason.strip().strip("：:。；;，, ")
        facts = tuple(identifier for ids in claim.roles.values() for identifier in ids)
        match = _BARE.match(reason)
        if match is None or _ELSEWHERE.search(reason):
            if claim.relation == "unchanged":
                continue
            told = ways(fold(reason), fold(_sentence(view, claim)))
            if len(told) != 1 or "追加" in reason or not _follows(view, claim, reason):
                continue
            word, agrees = "", told == {claim.relation}
        else:
            word, agrees = match["word"], _WAYS.get(match["word"], "unchanged") == claim.relation
        if agrees:
            yield Passed(about(view, claim), facts)
            continue
        said = _SAID[claim.relation]
        yield Finding(
            subject=about(view, claim),
            stated=reason,
            expected=reason.removesuffix(word) + ("保持不变" if said == "持平" else said) if word else None,
            message=Text(
                zh=f"数字为{said}，原因却写“{reason}”。",
                en=f"the figures {_VERBS[said]}, but the reason says “{reason}”.",
            ),
            evidence=tuple(_evidence(view, claim, reason)),
            facts=facts,
            direction_of=facts,
        )


_EXPLAINED = deferred("(?P<word>增加|增长|上升|减少|下降|降低)的?(?:主要)?原因(?:是|为|：|:)")
_EXPLAINS = deferred(f"(?:^|[，,。；;])(?P<subject>[^，,。；;：:]{{2,40}}?){_EXPLAINED.pattern}")
_OF = (
    (re.compile("出国"), "three_public.abroad"),
    (re.compile("购置及运行"), "three_public.vehicles"),
    (re.compile("公务用?车.{0,4}购置"), "three_public.vehicle_purchase"),
    (re.compile("公务用?车.{0,4}运行"), "three_public.vehicle_running"),
    (re.compile("公务接待"), "three_public.reception"),
    (re.compile("三公"), "three_public"),
    (re.compile("机关运行"), "agency_operating"),
    (re.compile("财政拨款收入|财政拨款支出|收入支出|收、支|收支"), "total"),
)
_TOTALS = ("income", "expenditure")
_NEAR = 3


def _explained(word: str) -> Draft:
    draft = Draft().paragraph("财政拨款收入7630.61万元，比上年减少2163.37万元。")
    draft.number("2163.37", "万元", "income", measure=Measure.CHANGE, sign=-1, base="last_year")
    return draft.paragraph(f"财政拨款收入支出{word}的主要原因是项目变动。")


@rule(
    "text.reason-direction",
    category=Category.WORDING_DIRECTION,
    title=Text(zh="“增加（减少）的原因”应与所述增减一致", en="a reason given for a rise explains a rise"),
    basis="财预〔2016〕143号：收支增减变化应说明原因",
    passing=lambda: _explained("减少").report(),
    failing=lambda: _explained("增加").report(),
)
def reason_direction(view: View) -> Iterator[Finding | Passed]:
    """某经费增加的主要原因是 ...: the changes of that figure stated just before are rises. Judged only for the figures of the
    account, and only where all that were stated in the last paragraphs went the other way.
    """
    for index, paragraph in enumerate(view.paragraphs):
        for match in _EXPLAINS.finditer(paragraph.text) if _EXPLAINED.search(paragraph.text) else ():
            concept = next((name for pattern, name in _OF if pattern.search(match["subject"])), None)
            deltas = _deltas(view, index, match.start(), concept) if concept else []
            rose = match["word"] in ("增加", "增长", "上升")
            if not deltas or any((delta.value > 0) == rose for delta in deltas):
                if deltas:
                    yield Passed(f"{concept} 原因", tuple(delta.id for delta in deltas))
                continue
            yield Finding(
                subject=f"{concept} 原因",
                stated=match["word"],
                message=Text(
                    zh=f"所述为{directed(deltas[0].value, deltas[0])}，原因却写“{match['word']}的原因”。",
                    en=f"it {'fell' if rose else 'rose'}, but the reason explains why it {'rose' if rose else 'fell'}.",
                ),
                evidence=(view.quote(index, match.start("subject"), match.end()), view.fact_evidence(deltas[0])),
                facts=tuple(delta.id for delta in deltas),
            )


def _deltas(view: View, paragraph: int, offset: int, concept: str) -> list[Fact]:
    """The changes of the figure against the year before that are stated in the last paragraphs before a place."""
    return [
        fact
        for near in range(max(0, paragraph - _NEAR), paragraph + 1)
        for fact in view.by_paragraph.get(near, ())
        if fact.measure is Measure.CHANGE
        and fact.value
        and (fact.base or "").startswith("last_year")
        and (near < paragraph or (fact.place.offset or 0) < offset)
        and (
            fact.concept == concept
            or (concept == "total" and fact.concept.removesuffix("_total") in _TOTALS and not fact.function)
        )
    ]


_OTHERWISE = deferred("大于|小于|高于|低于|超过|完成|预算数?的")


def _follows(view: View, claim: Claim, reason: str) -> bool:
    """Does the reason follow the change with no other comparison between the two?"""
    place = claim.place
    if place.paragraph is None:
        return False
    text = view.paragraphs[place.paragraph].text
    at = text.find(reason, place.offset or 0)
    return at >= 0 and _OTHERWISE.search(text[(place.offset or 0) + len(claim.quote) : at]) is None


def _sentence(view: View, claim: Claim) -> str:
    """What is said before the change, in its sentence."""
    place = claim.place
    if place.paragraph is None or place.offset is None:
        return claim.quote
    text = view.paragraphs[place.paragraph].text
    return text[text.rfind("。", 0, place.offset) + 1 : place.offset] + claim.quote


def _balance(view: View, claim: Claim) -> bool:
    facts = [fact for role in ("current", "delta", "rate") for fact in view.played(claim, role)]
    if any("balance" in fact.concept or "surplus" in fact.concept for fact in facts):
        return True
    subject = re.split("[。；;，,]", _sentence(view, claim).removesuffix(claim.quote))[0]
    return _LEFT_OVER.search(subject) is not None


def _of_other_money(view: View, claim: Claim) -> bool:
    """项目支出减少，原因是基本支出增加: the reason names what the subject is not, and moves the other way for that."""
    fact = next((fact for role in ("current", "delta", "rate") for fact in view.played(claim, role)), None)
    beside = None if fact is None else _BESIDE.get(fact.nature) or _BESIDE.get(fact.fund)
    return beside is not None and beside.search(claim.reason or "") is not None


_BESIDE = {
    "project": re.compile("基本支出|人员经费|公用经费"),
    "basic": re.compile("项目(?:支出|经费)"),
    "personnel": re.compile("项目(?:支出|经费)|公用经费"),
    "operating": re.compile("项目(?:支出|经费)|人员经费"),
    "general": re.compile("政府性基金|国有资本"),
    "gov_fund": re.compile("一般公共预算|国有资本"),
}
_LEFT_OVER = deferred("(?:结转|结余|余额)(?:资金)?(?:为|共|合计)?[\\d.,]*[万亿]?元?$")


def _evidence(view: View, claim: Claim, reason: str) -> Iterator[Evidence]:
    place = claim.place
    if place.paragraph is not None:
        at = view.paragraphs[place.paragraph].text.find(reason, place.offset or 0)
        if at >= 0:
            yield view.quote(place.paragraph, at, at + len(reason))
    for identifier in (*claim.roles.get("rate", ()), *claim.roles.get("delta", ())):
        if identifier in view.facts:
            yield view.fact_evidence(view.facts[identifier])
    yield Evidence(quote=claim.quote, page=place.page, start=place.start, end=place.end)
