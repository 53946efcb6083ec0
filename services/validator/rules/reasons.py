"""Reasons that say the opposite of what they explain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.place import Evidence
from schemas.report import Claim, ClaimKind
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.view import View

_BARE = re.compile(
    r"^(?:[^，,。；;、]{0,40})(?:经费|支出|费用|费|预算|资金|收入|补贴|补助)(?:有所|略有)?(?P<word>增加|增长|减少|下降)$"
)
_WAYS = {"增加": "increase", "增长": "increase", "减少": "decrease", "下降": "decrease"}
_ELSEWHERE = re.compile("上年|去年|以前年度|结转|人员(?:增加|减少)|压减|导致|由于")


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
    """比上年减少 ...，主要原因是：某经费增加. The reason is nothing but an amount that moved, and it moved the other way.

    Only a bare reason is judged, one clause without anything else; a reason that explains (人员增加, 上年结转 ...) may well
    name something that moved the other way, and a balance falls because spending rose.
    """
    for claim in view.claims_by_kind[ClaimKind.CHANGE]:
        if claim.relation not in ("increase", "decrease") or not claim.reason or _balance(view, claim):
            continue
        reason = claim.reason.strip().strip("：:。；;，, ")
        match = _BARE.match(reason)
        if match is None or _ELSEWHERE.search(reason):
            continue
        facts = tuple(identifier for ids in claim.roles.values() for identifier in ids)
        if _WAYS[match["word"]] == claim.relation:
            yield Passed(about(view, claim), facts)
            continue
        said = "减少" if claim.relation == "decrease" else "增加"
        yield Finding(
            subject=about(view, claim),
            stated=reason,
            expected=reason.removesuffix(match["word"]) + said,
            message=Text(
                zh=f"数字为{said}，原因却写“{reason}”。",
                en=f"the figures {'fall' if said == '减少' else 'rise'}, but the reason says “{reason}”.",
            ),
            evidence=tuple(_evidence(view, claim, reason)),
            facts=facts,
        )


def _balance(view: View, claim: Claim) -> bool:
    facts = [fact for role in ("current", "delta", "rate") for fact in view.played(claim, role)]
    return any("balance" in fact.concept or "surplus" in fact.concept for fact in facts)


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
