"""Changes against a base: what changed, by how much, at what rate, from what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from schemas.report import ClaimKind, Fact, Measure, Phase
from services.parser.narrative.amounts import state_amount, state_rate
from services.parser.narrative.comparisons import compare
from services.parser.narrative.grammar import Match
from services.parser.narrative.memory import Memory, texts
from services.parser.narrative.subjects import Subject, ends
from services.parser.narrative.tokens import AMOUNTS, BASE, NUMBER, TEXT, YEAR, Token

_SIDE_NAMES = {"all": "", "fiscal": "财政拨款"}
_SEVERAL = 2
_AGO = ("同比", "环比")
_BEFORE = {
    "initial": (Phase.INITIAL,),
    "full_year": (Phase.FULL_YEAR,),
    "last_year_budget": (Phase.INITIAL, Phase.FULL_YEAR),
    "last_year_adjusted": (Phase.FULL_YEAR,),
    "last_year_execution": (Phase.EXECUTION,),
    "last_year_final": (Phase.FINAL,),
}


def change(memory: Memory, match: Match) -> None:
    """与2018年相比，收、支总计各减少65.21万元，下降4.26%."""
    if _on_two_bases(memory, match):
        return
    said = match.groups.get("subject", ())
    ago = next((token for token in said[-1:] if token.kind == TEXT and token.text.endswith(_AGO)), None)
    named = said if ago is None else [*said[:-1], *([replace(ago, text=ago.text[:-2])] if len(ago.text) > 2 else ())]
    nameless = match.one("base") is not None and not texts(named)
    if memory.reason is not None and nameless and not memory.moved():
        memory.end_reason()  # 主要原因是…，与上年相比减少1万元: the statement goes on after its reason
    base = memory.base = (
        match.one("base2") or match.one("base") or (replace(ago, kind=BASE, sense="上年") if ago is not None else memory.base)
    )
    unchanged, direction = match.one("unchanged"), match.one("direction")
    if unchanged is not None and memory.reason is not None:
        return
    subject, year = memory.subject(named)
    measured = _measured(memory, base)
    if unchanged is not None and base is not None and base.year is None and measured in ("initial", "full_year"):
        compare(memory, subject, match, "eq", measured)
        if subject.known and not subject.weak:
            memory.current = replace(subject, phase=None, budget=False)
        return
    if not subject.known and not subject.item:
        for token in match.tokens:
            if token.kind in AMOUNTS:
                memory.orphan(token)
        return
    subject = _total_just_stated(memory, subject)
    if not texts(named) and unchanged is None:
        subject = _listed_or_whole(memory, subject, match)
    words, delta, rate = named, match.one("delta"), match.one("rate")
    counted = memory.stated
    if (
        not texts(words)
        and delta is not None
        and delta.unit not in ("", "CNY")
        and counted is not None
        and None in counted.values
    ):
        # 在职人员40人，减少1人: of what was just counted
        state_rate(memory, delta, counted.subject, Measure.CHANGE, None, -1 if _falls(direction) else 1, measured)
        return
    if (
        not subject.known
        and direction is not None
        and delta is not None
        and rate is None
        and base is None
        and memory.reason is None
    ):
        # 支持外贸稳增长30.00万元: the direction is a part of the name
        name = replace(direction, kind=TEXT)
        state_amount(memory, (*words, name), delta)
        return
    subject, phase = memory.distinct(subject), subject.phase or memory.stage
    when = _changed_year(memory, subject, phase, year if any(token.kind == YEAR for token in named) else None, year)
    roles = _surroundings(memory, subject, phase, when, measured)
    before = match.one("before")
    if before is not None:
        roles["previous"] = [_before(memory, before, subject, phase, measured)]
    if unchanged is not None and base is None and not roles:
        return
    relation = "unchanged" if direction is None else direction.sense
    sign = -1 if relation == "decrease" else 1
    second = match.one("direction2")
    if delta is not None:
        scale = memory.last.scale if memory.last is not None else 4
        money = replace(delta, unit="CNY", scale=scale, guessed=True) if delta.kind == NUMBER else delta
        roles["delta"] = [state_rate(memory, money, subject, Measure.CHANGE, phase, sign, measured)]
    if rate is not None:
        sign = sign if second is None else -1 if second.sense == "decrease" else 1
        roles["rate"] = [state_rate(memory, rate, subject, Measure.GROWTH, phase, sign, measured)]
    draft = memory.claim(ClaimKind.CHANGE, roles, match.tokens[0], match.tokens[-1], subject)
    told = memory.change
    if (
        delta is None
        and rate is not None
        and told is not None
        and "rate" not in told.roles
        and (told.subject, told.base, told.relation) == (draft.subject, measured, relation)
    ):
        draft.roles["delta"] = told.roles.get("delta", [])  # 较上年增加20万元，较上年增长20%
    draft.relation, draft.base = relation, measured
    draft.words = "".join(token.text for token in (direction, second, unchanged) if token is not None)
    draft.wanted["current"] = (subject.key, (phase, memory.stage), when)
    if memory.reason is None:
        memory.change = draft
        if not subject.weak:
            memory.current = replace(subject, phase=None, budget=False)
    elif (
        delta is not None
        and relation == memory.reason.relation
        and roles["delta"][0].unit == "CNY"
        and not _turned(memory, subject)
    ):
        memory.reasons.append(roles["delta"][0])
    memory.pending = []


def _on_two_bases(memory: Memory, match: Match) -> bool:
    """比年初预算减少2万元，同比下降20%: the amount is measured on the budget, the rate on last year. True if so read."""
    again, delta = match.one("again"), match.one("delta")
    base = match.one("base2") or match.one("base") or memory.base
    if again is None or delta is None or not again.text.endswith(_AGO) or _measured(memory, base) not in ("initial", "full_year"):
        return False
    first = {role: tokens for role, tokens in match.groups.items() if role not in ("again", "direction2", "rate")}
    second = {"subject": (again,), "direction": match.groups["direction2"], "rate": match.groups["rate"]}
    at = list(match.tokens).index(again)
    change(memory, replace(match, tokens=match.tokens[:at], groups=first))
    change(memory, replace(match, tokens=match.tokens[at:], groups=second))
    return True


def changes(memory: Memory, match: Match) -> None:
    """收入、支出总计各增加2万元、3万元，增长4%、6%: the income changed by the first, the expenditure by the second."""
    subject, _ = memory.subject(match.groups.get("subject", ()))
    first, second, rate = match.one("first"), match.one("second"), match.one("rate")
    assert first is not None and second is not None
    name = _SIDE_NAMES.get(subject.fund) if subject.both else None
    if name is None:
        groups = {role: tokens for role, tokens in match.groups.items() if role not in ("rate", "rate2", "direction2")}
        change(
            memory,
            replace(match, tokens=match.tokens[: list(match.tokens).index(first) + 1], groups={**groups, "delta": (first,)}),
        )
        for token in filter(None, (second, rate, match.one("rate2"))):
            memory.orphan(token)
        return
    whole = "总计" if subject.concept.endswith("_total") else "合计"
    at = match.tokens[0].start
    for side, delta, growth in (("收入", first, rate), ("支出", second, match.one("rate2"))):
        amount = delta if delta.unit else replace(delta, unit=second.unit, scale=second.scale, kind=second.kind)
        groups = {**match.groups, "subject": (Token(TEXT, f"{name}{side}{whole}", at, at),), "delta": (amount,)}
        groups["rate"] = (growth,) if growth is not None else ()
        change(memory, replace(match, groups=groups))


def _turned(memory: Memory, subject: Subject) -> bool:
    """收入总计增加5万元，主要原因是…，支出总计增加5万元: the other side's total is no part of the reason."""
    return memory.current is not None and subject.concept.endswith("_total") and ends(memory.current, subject)


def _falls(direction: Token | None) -> bool:
    return direction is not None and direction.sense == "decrease"


def _total_just_stated(memory: Memory, subject: Subject) -> Subject:
    """收入总计12万元，与上年相比，今年收入增加1万元: a bare side is the total of it that the sentence before stated."""
    current = memory.current
    if subject.bare and current is not None and current.concept == f"{subject.concept}_total":
        return replace(current, phase=subject.phase)
    return subject


def _listed_or_whole(memory: Memory, subject: Subject, match: Match) -> Subject:
    """净值300万元，其中房屋200万元，车辆60万元；较上年增加20万元，增长7.14%: after a list a change that names nothing is of its
    last part or of the whole: of the whole where its rate fits that only."""
    top, delta, rate = memory.lists.top, match.one("delta"), match.one("rate")
    if top is None or top.waiting or len(top.subjects) < _SEVERAL or delta is None or rate is None:
        return subject
    last, whole = memory.last, top.whole.values.get(memory.stage)
    if last is None or whole is None or whole.unit != "CNY" or _fits(last, match) or not _fits(whole, match):
        return subject
    return top.whole.subject


def _fits(amount: Fact, match: Match) -> bool:
    delta, rate = match.one("delta"), match.one("rate")
    assert delta is not None and delta.value is not None and rate is not None and rate.value is not None
    change = abs(delta.value.scaleb(delta.scale))
    before = amount.value + change if _falls(match.one("direction")) else amount.value - change
    return before > 0 and abs(change / before * 100 - abs(rate.value)) <= Decimal(1).scaleb(-rate.decimals)


def _changed_year(memory: Memory, subject: Subject, phase: Phase, said: int | None, year: int | None) -> int | None:
    """2023年支出8万元，2022年支出7万元，同比增加1万元: what changed is this year's, where the paragraph states both."""
    if said is None and year is not None and memory.year is not None and year == memory.year - 1:
        now = memory.ledger.stated(subject.key, (phase, memory.stage), memory.year, since=memory.first)
        return memory.year if now is not None else year
    return year or memory.year


def _surroundings(memory: Memory, subject: Subject, phase: Phase, year: int | None, base: str | None) -> dict[str, list[Fact]]:
    """The amount that changed and, where this paragraph states it, what it is measured against."""
    roles: dict[str, list[Fact]] = {}
    current = memory.ledger.stated(subject.key, (phase, memory.stage), year)
    if current is not None:
        roles["current"] = [current]
    phases = _BEFORE.get(base or "", (Phase.FINAL, Phase.EXECUTION, Phase.INITIAL))
    ago = 0 if base in ("initial", "full_year") else 1
    before = memory.ledger.stated(subject.key, phases, memory.year - ago, since=memory.first) if memory.year else None
    if before is not None and before is not current:
        roles["previous"] = [before]
    return roles


def _before(memory: Memory, amount: Token, subject: Subject, phase: Phase, base: str | None) -> Fact:
    """比年初预算8.00万元: the amount printed after what a change is measured against is of that stage and year."""
    memory.ledger.bound += 1
    assert memory.running is not None
    when = memory.year if base in ("initial", "full_year") or memory.year is None else memory.year - 1
    stage = _BEFORE.get(base or "", (phase,))[0]
    return memory.ledger.fact(memory.running, amount, subject, Measure.AMOUNT, phase=stage, year=when)


def _measured(memory: Memory, base: Token | None) -> str | None:
    """What a change is measured against, in the words of ``Claim.base``."""
    if base is None:
        return None
    if base.sense is None:  # 按可比口径比上年: no figure of a year
        return None
    said = base.sense
    if "执行" in said:
        return "last_year_execution"
    if base.year not in (None, memory.year) or "上" in said or "去年" in said:
        if "预算" in said:
            return "last_year_adjusted" if "调整" in said else "last_year_budget"
        return "last_year_final" if "决算" in said or not memory.is_budget else "last_year"
    if "全年" in said or "调整" in said:
        return "full_year"
    return "initial" if "预算" in said or "年初" in said else "last_year"
