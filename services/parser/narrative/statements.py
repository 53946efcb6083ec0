"""The productions' meanings: each makes facts of its quantities and a claim of what it says about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from schemas.report import ClaimKind, Fact, Measure, Phase
from services.parser.narrative.counts import counted
from services.parser.narrative.grammar import Match
from services.parser.narrative.lists import Amounts, OpenList
from services.parser.narrative.memory import Memory, texts
from services.parser.narrative.subjects import Subject
from services.parser.narrative.tokens import AMOUNTS, NUMBER, TEXT, Token

_ACTUAL = (Phase.FINAL, Phase.EXECUTION)
_BEFORE = {
    "initial": (Phase.INITIAL,),
    "full_year": (Phase.FULL_YEAR,),
    "last_year_budget": (Phase.INITIAL, Phase.FULL_YEAR),
    "last_year_execution": (Phase.EXECUTION,),
    "last_year_final": (Phase.FINAL,),
}
_TOTAL = re.compile(r"总支出|总收入|支出总额|收入总额")
_CHANGED = re.compile(r"增加|减少|增长|下降|上年|去年")
_LONGEST_REASON = 600
_REMEMBERED = 6  # words of a sentence that counted something
_NEXT_POINT = re.compile(r"。|;(?![二三四五六七八九十]是)")


# -- amounts ------------------------------------------------------------------------------------------------------


def _value(memory: Memory, match: Match) -> None:
    amount = match.one("amount")
    assert amount is not None
    state_amount(memory, match.groups.get("subject", ()), amount)


def state_amount(memory: Memory, tokens: Sequence[Token], amount: Token) -> None:
    """An amount, a count or a rate of a subject; ``tokens`` are the words before it."""
    subject, year = memory.subject(tokens)
    if amount.kind == NUMBER:
        last = memory.last
        if not (amount.decimals and last is not None and last.unit == "CNY" and not subject.weak and tokens):
            return
        amount = replace(amount, unit="CNY", scale=last.scale, guessed=True)
        memory.ledger.numbers += 1
    if amount.unit == "CNY":
        _money(memory, subject, year, amount)
        memory.pending = []
    else:
        _count(memory, subject, year, amount, tokens)
        # 共涉及项目12个，资金1119.59万元: what was counted says what the next amount is of
        memory.pending = [*memory.pending, *(token for token in tokens if token.kind == TEXT)][-_REMEMBERED:]


def _money(memory: Memory, subject: Subject, year: int | None, amount: Token) -> None:
    memory.lists.resume(subject)
    if not subject.known and not subject.item:
        memory.orphan(amount)
        return
    subject = memory.distinct(subject)
    phase, when = memory.phase(subject), year or memory.year
    if phase in (Phase.INITIAL, Phase.FULL_YEAR) and not subject.budget:
        memory.budgeted = phase
    assert memory.running is not None
    facts = [memory.ledger.fact(memory.running, amount, subject, Measure.AMOUNT, phase=phase, year=when)]
    if subject.both:
        other = replace(subject, concept=subject.concept.replace("income", "expenditure"))
        facts.append(memory.ledger.fact(memory.running, amount, other, Measure.AMOUNT, phase=phase, year=when))
    memory.ledger.bound += 1
    fact = facts[0]
    if memory.stated is None or memory.stated.subject.key != subject.key:
        memory.stated = Amounts(replace(subject, phase=None, budget=False), {})
    memory.stated.values[phase] = fact
    memory.last, memory.current = fact, memory.stated.subject
    if memory.opening is None:
        memory.opening = memory.stated
    memory.claim(ClaimKind.VALUE, {"value": facts}, amount, amount, subject)
    if not memory.lists and subject.concept.startswith("expenditure") and subject.function is None:
        if memory.total is None:
            memory.total = Amounts(memory.stated.subject, {})
        if memory.total.subject.key == subject.key:
            memory.total.values.setdefault(phase, fact)
    memory.lists.part(fact, subject)


def _count(memory: Memory, subject: Subject, year: int | None, amount: Token, tokens: Sequence[Token]) -> None:
    """A number of things, points or percent."""
    measure = Measure.OTHER if amount.unit == "percent" else Measure.SCORE if amount.unit == "分" else Measure.COUNT
    of = counted(memory, subject, amount, tokens)
    if of is None:
        memory.orphan(amount)
        return
    assert memory.running is not None
    fact = memory.ledger.fact(memory.running, amount, of, measure, phase=None, year=year or memory.year)
    memory.ledger.bound += 1
    memory.claim(ClaimKind.VALUE, {"value": [fact]}, amount, amount, of)
    if measure is Measure.COUNT:
        memory.lists.resume(of)
        memory.lists.part(fact, of)
        memory.stated = Amounts(of, {None: fact})


def _distribution(memory: Memory, match: Match) -> None:
    """A、B、C分别为 x、y、z: to each name its amount."""
    names = match.groups["subject"][0].text.split("、")
    amounts = [token for token in match.tokens if token.kind in AMOUNTS or token.kind == NUMBER]
    for index, amount in enumerate(amounts):
        name = (Token(TEXT, names[index], amount.start, amount.start),) if len(names) == len(amounts) else ()
        state_amount(memory, name, amount)


def _rate(
    memory: Memory, token: Token, subject: Subject, measure: Measure, phase: Phase | None, sign: int, base: str | None
) -> Fact:
    """A change or rate as a fact; one printed without its unit (增长13.95) is still one."""
    if token.kind == NUMBER:
        memory.ledger.numbers += 1
    memory.ledger.bound += 1
    assert memory.running is not None
    unit = token.unit or "percent"
    when = memory.said_year or memory.year
    return memory.ledger.fact(memory.running, token, subject, measure, phase=phase, year=when, sign=sign, base=base, unit=unit)


# -- changes ------------------------------------------------------------------------------------------------------


def _change(memory: Memory, match: Match) -> None:
    base = memory.base = match.one("base2") or match.one("base") or memory.base
    unchanged, direction = match.one("unchanged"), match.one("direction")
    if unchanged is not None and memory.reason is not None:
        return
    subject, year = memory.subject(match.groups.get("subject", ()))
    measured = _measured(memory, base)
    if unchanged is not None and base is not None and base.year is None and measured in ("initial", "full_year"):
        _compare(memory, subject, match, "eq", measured)
        return
    if not subject.known and not subject.item:
        for token in match.tokens:
            if token.kind in AMOUNTS:
                memory.orphan(token)
        return
    words, delta, rate = match.groups.get("subject", ()), match.one("delta"), match.one("rate")
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
    when = year or memory.year
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
        roles["delta"] = [_rate(memory, money, subject, Measure.CHANGE, phase, sign, measured)]
    if rate is not None:
        sign = sign if second is None else -1 if second.sense == "decrease" else 1
        roles["rate"] = [_rate(memory, rate, subject, Measure.GROWTH, phase, sign, measured)]
    draft = memory.claim(ClaimKind.CHANGE, roles, match.tokens[0], match.tokens[-1], subject)
    draft.relation, draft.base = relation, measured
    draft.words = "".join(token.text for token in (direction, second, unchanged) if token is not None)
    draft.wanted["current"] = (subject.key, (phase, memory.stage), when)
    if memory.reason is None:
        memory.change = draft
        if not subject.weak:
            memory.current = replace(subject, phase=None, budget=False)
    elif delta is not None and relation == memory.reason.relation and roles["delta"][0].unit == "CNY":
        memory.reasons.append(roles["delta"][0])
    memory.pending = []


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
    said = base.sense or ""
    if "执行" in said:
        return "last_year_execution"
    if base.year not in (None, memory.year) or "上" in said or "去年" in said:
        if "预算" in said:
            return "last_year_budget"
        return "last_year_final" if "决算" in said or not memory.is_budget else "last_year"
    if "全年" in said or "调整" in said:
        return "full_year"
    return "initial" if "预算" in said or "年初" in said else "last_year"


# -- shares and completion ----------------------------------------------------------------------------------------


def _share(memory: Memory, match: Match) -> None:
    rate = match.one("rate")
    assert rate is not None
    tokens, words = match.groups.get("subject", ()), match.groups.get("whole", ())
    part, subject = memory.last, memory.stated.subject if memory.stated is not None else None
    if texts(tokens):
        subject, _ = memory.subject(tokens)
        part = memory.ledger.stated(subject.key, (memory.stage,), memory.year)
    if subject is None or not (subject.known or subject.item):
        memory.orphan(rate)
        return
    phase = part.phase if part is not None else memory.stage
    whole, name, wanted = _whole(memory, words, subject, phase)
    if part is not None and _TOTAL.search(texts(words)):
        whole, wanted = _fitting(memory, subject, part, rate, whole), None
    fact = _rate(memory, rate, subject, Measure.SHARE, phase, 1, name)
    roles = {"rate": [fact], "part": [part] if part is not None else [], "whole": [whole] if whole is not None else []}
    draft = memory.claim(ClaimKind.SHARE, roles, match.tokens[0], match.tokens[-1], subject)
    draft.words = texts(words)
    if wanted is not None:
        draft.wanted["whole"] = (wanted.key, (memory.stage,), memory.year)
    if part is not None:
        memory.lists.share(fact, part)
    memory.pending = []


def _whole(
    memory: Memory, words: Sequence[Token], part: Subject, phase: Phase | None
) -> tuple[Fact | None, str | None, Subject | None]:
    """The whole of a share, its name as a dimension, and its subject where words say it; else that of the open list.

    A functional subject outside of any list is a part of all the spending of its fund.
    """
    if texts(words):
        subject, year = memory.whole(words)
        fund = subject.fund if subject.fund != "all" else ""
        name = subject.item or ".".join(filter(None, (subject.concept, fund)))
        whole = memory.ledger.stated(subject.key, (phase or memory.stage, memory.stage), year or memory.year)
        return whole, name, subject if subject.known else None
    for opened in memory.lists.inside_out():
        if phase in opened.whole.values:
            whole = opened.whole.values[phase]
            return whole, whole.item or whole.concept, None
    if part.function:
        spending = Subject("expenditure", part.fund)
        return memory.ledger.stated(spending.key, (phase or memory.stage,), memory.year), spending.concept, spending
    return None, None, None


def _fitting(memory: Memory, subject: Subject, part: Fact, rate: Token, total: Fact | None) -> Fact | None:
    """总支出 may be all spending or the year's: of what was stated, the one that the rate fits; null where that is open."""
    listed = [opened.whole.values.get(part.phase) for opened in memory.lists.inside_out()[:1]]
    fund = "all" if total is None else total.fund
    phases = (part.phase or memory.stage,)
    sums = [
        memory.ledger.stated(Subject(subject.concept, of).key, phases, memory.year) for of in dict.fromkeys((fund, subject.fund))
    ]
    stated = [fact for fact in (*listed, *sums, total) if fact is not None and fact.value and fact.id != part.id]
    if len({fact.value for fact in stated}) == 1:
        return stated[0]
    assert rate.value is not None
    near = Decimal(1).scaleb(-rate.decimals)
    return next((fact for fact in stated if abs(part.value / fact.value * 100 - rate.value) <= near), None)


def _completion(memory: Memory, match: Match) -> None:
    rate = match.one("rate")
    assert rate is not None
    subject, _ = memory.subject(match.groups.get("subject", ()))
    of = texts(match.groups.get("of", ()))
    stage = memory.resolve(of)
    if stage.phase is not None and not stage.budget:
        phases: tuple[Phase, ...] = (stage.phase,)
    elif memory.budgeted is Phase.FULL_YEAR:
        phases = (Phase.FULL_YEAR, Phase.INITIAL)
    else:
        phases = (Phase.INITIAL, Phase.FULL_YEAR)
    if not subject.known and not subject.item:
        for token in match.tokens:
            if token.kind in AMOUNTS or token is rate:
                memory.orphan(token)
        return
    actual = memory.ledger.stated(subject.key, _ACTUAL, memory.year)
    amount = match.one("budget")
    if amount is not None:
        _money(memory, replace(subject, phase=phases[0], budget=stage.budget), None, amount)
    budget = memory.ledger.stated(subject.key, phases, memory.year)
    base = (budget.phase if budget is not None and budget.phase else phases[0]).value
    fact = _rate(memory, rate, subject, Measure.COMPLETION, Phase.FINAL, 1, base)
    roles = {"rate": [fact], "actual": [actual] if actual is not None else [], "budget": [budget] if budget is not None else []}
    draft = memory.claim(ClaimKind.COMPLETION, roles, match.tokens[0], match.tokens[-1], subject)
    draft.base, draft.words = base, of
    draft.wanted = {"actual": (subject.key, _ACTUAL, memory.year), "budget": (subject.key, phases, memory.year)}
    memory.pending = []


# -- comparisons and reasons --------------------------------------------------------------------------------------


def _comparison(memory: Memory, match: Match) -> None:
    subject, _ = memory.subject(match.groups.get("left", ()))
    sign = match.one("comparison")
    assert sign is not None
    right = memory.resolve(texts(match.groups.get("right", ())))
    _compare(memory, subject, match, sign.sense or "eq", right.phase.value if right.phase and not right.budget else "initial")


def _compare(memory: Memory, subject: Subject, match: Match, relation: str, against: str) -> None:
    budgets = (Phase.FULL_YEAR, Phase.INITIAL) if against == "full_year" else (Phase.INITIAL, Phase.FULL_YEAR)
    left = memory.ledger.stated(subject.key, _ACTUAL, memory.year)
    right = memory.ledger.stated(subject.key, budgets, memory.year)
    roles = {name: [fact] for name, fact in (("left", left), ("right", right)) if fact is not None}
    if not roles and not subject.known:
        return
    draft = memory.claim(ClaimKind.COMPARISON, roles, match.tokens[0], match.tokens[-1], subject)
    draft.relation, draft.words = relation, "".join(token.text for token in match.tokens)
    draft.wanted = {"left": (subject.key, _ACTUAL, memory.year), "right": (subject.key, budgets, memory.year)}
    memory.comparison, memory.pending = draft, []


def _reason(memory: Memory, match: Match) -> None:
    """主要原因: of the change or comparison before it, as its words or else the order say."""
    change, comparison = memory.change, memory.comparison
    draft = change or comparison
    said = "".join(token.text for token in match.tokens)
    if comparison is not None and change is not None and match.one("base") is None and not _CHANGED.search(said):
        draft = max(change, comparison, key=lambda draft: draft.order)
    token = match.one("reason")
    if draft is None or token is None:
        return
    assert memory.running is not None
    rest = memory.running.text[token.end : token.end + _LONGEST_REASON]
    draft.reason = (_NEXT_POINT.split(rest)[0] if memory.lists else rest.split("。")[0]).strip(":") or None
    memory.reason, memory.pending = draft, []


# -- lists --------------------------------------------------------------------------------------------------------


def _list(memory: Memory, match: Match) -> None:
    token = match.one("list")
    assert token is not None
    text = texts(match.groups.get("subject", ()))
    whole = memory.stated
    if text:
        said = memory.resolve(text)
        if said.known and not said.weak:
            whole = memory.amounts(said)
            if whole is None and said.bare:
                whole = memory.amounts(replace(said, concept=f"{said.concept}_total"))
        elif not said.weak:
            return
    elif "如下" in token.text and memory.opening is not None:
        whole = memory.opening
    if whole is not None and whole.values and memory.reason is None:
        memory.lists.open(OpenList(token.text, Amounts(whole.subject, dict(whole.values))))
        memory.pending = []


def _blank(memory: Memory, match: Match) -> None:
    """A placeholder in the place of an amount states nothing."""
    memory.pending = []


STATEMENTS: Mapping[str, Callable[[Memory, Match], None]] = {
    "value": _value,
    "distribution": _distribution,
    "change": _change,
    "share": _share,
    "completion": _completion,
    "comparison": _comparison,
    "reason": _reason,
    "list": _list,
    "blank": _blank,
}
"""What a production states → what is done with it."""
