"""Shares of a whole, completion of a budget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from schemas.report import ClaimKind, Fact, Measure, Phase
from services.parser.narrative.amounts import state_money, state_rate
from services.parser.narrative.grammar import Match
from services.parser.narrative.memory import ACTUAL, BUDGETED, Memory, texts
from services.parser.narrative.resolver import BUDGETS
from services.parser.narrative.subjects import SPENT_NOTHING, Subject, describe, divides, normal
from services.parser.narrative.tokens import AMOUNTS, Token

_TOTAL = re.compile(r"总支出|总收入|支出总额|收入总额")
_INCOME = Subject("income")
_SIDES = ("income", "expenditure")
_SUM = re.compile("(?:金额|总额)?的?$")
_AIM = re.compile("目标|指标|任务|计划")
_NOTHING_SAID = re.compile("比重|比例|百分比|总额|总数|总量|合计|总计|全部|[比的为约其]")


def share(memory: Memory, match: Match) -> None:
    """占本年支出合计的99.86%."""
    rate = match.one("rate")
    assert rate is not None
    tokens, words = match.groups.get("subject", ()), match.groups.get("whole", ())
    stage = memory.resolve(texts(words)) if texts(words) and not memory.is_budget else Subject()
    if stage.weak and stage.phase in BUDGETED:  # 占年初预算的90%
        completion(memory, replace(match, groups={"subject": tokens, "of": words, "rate": (rate,)}))
        return
    part, subject = memory.last, memory.stated.subject if memory.stated is not None else None
    if not texts(tokens) and SPENT_NOTHING.search(normal(texts(memory.pending))):  # 经营支出为零，占本年支出0%
        memory.orphan(rate)
        return
    if texts(tokens):
        subject, _ = memory.subject(tokens)
        part = memory.ledger.stated(subject.key, (memory.stage,), memory.year)
    if subject is None or not (subject.known or subject.item):
        memory.orphan(rate)
        return
    phase = part.phase if part is not None else memory.stage
    whole, name, wanted = _whole(memory, words, subject, phase, part, rate)
    if part is not None and _TOTAL.search(texts(words)) and (wanted is None or wanted.concept.startswith(_SIDES)):
        named = Subject(subject.concept, wanted.fund, wanted.nature) if wanted is not None else Subject()
        whole, wanted = _fitting(memory, subject, part, rate, whole, named), None
    fact = state_rate(memory, rate, subject, Measure.SHARE, phase, 1, name)
    roles = {"rate": [fact], "part": [part] if part is not None else [], "whole": [whole] if whole is not None else []}
    draft = memory.claim(ClaimKind.SHARE, roles, match.tokens[0], match.tokens[-1], subject)
    draft.words = texts(words)
    if part is not None:
        memory.shared[part.id] = (fact, whole)
    if wanted is not None:
        draft.wanted["whole"] = (wanted.key, (memory.stage,), memory.year)
    if part is not None:
        memory.lists.share(fact, part)
    memory.pending = []


def _whole(
    memory: Memory, words: Sequence[Token], part: Subject, phase: Phase | None, last: Fact | None, rate: Token
) -> tuple[Fact | None, str | None, Subject | None]:
    """The whole of a share, its name as a dimension, and its subject where words say it; else that of the open list.

    A functional subject outside of any list is a part of all the spending of its fund.
    """
    if texts(words) and not (memory.lists and _says_nothing(texts(words))):
        subject, year = memory.whole(words)
        if subject.key == part.key and subject.fund != "all":
            subject = replace(subject, fund="all")  # 占支出合计: what a fund's total is a part of is the total of all funds
        fund = subject.fund if subject.fund != "all" else ""
        name = subject.item or ".".join(filter(None, (subject.concept, fund)))
        phases, when = (phase or memory.stage, memory.stage), year or memory.year
        whole = memory.ledger.stated(subject.key, phases, when)
        if whole is None and subject.item:  # 预留5万元，…占预留金额的50%
            bare = replace(subject, item=_SUM.sub("", subject.item))
            whole = memory.ledger.stated(bare.key, phases, when, since=memory.first)
        return whole, name, subject if subject.known else None
    for opened in memory.lists.inside_out():
        if phase in opened.whole.values and opened.whole.subject.key != part.key:  # 基本支出5万元（占50%）: not of itself
            whole = _outer(memory, opened.whole.values[phase], last, rate)
            return whole, whole.item or whole.concept if whole is not None else "", None
    if part.function:
        spending = _spending(memory, part, phase, last, rate)
        return memory.ledger.stated(spending.key, (phase or memory.stage,), memory.year), spending.concept, spending
    for total in (memory.total, memory.above):
        if total is not None and phase in total.values and divides(total.subject, part) and _cuts(total.subject, part):
            return total.values[phase], total.subject.concept, None
    opening = memory.opening  # 本年收入100万元。①财政拨款收入80万元，占80%
    if opening is not None and opening.subject.key == _INCOME.key and phase in opening.values and part.concept == "income":
        return opening.values[phase], "income", None
    return None, None, None


def _spending(memory: Memory, part: Subject, phase: Phase | None, last: Fact | None, rate: Token) -> Subject:
    """All the spending of the money of a part; 一般公共预算支出100万元，占本年的80%。按功能分类：教育支出60万元，占60%: of the
    money that the paragraph began with, where the rate fits that."""
    spending, opening = Subject("expenditure", part.fund), memory.opening
    if opening is None or last is None or opening.subject.fund not in BUDGETS or opening.subject.concept != "expenditure":
        return spending
    own = opening.values.get(phase or memory.stage)
    assert rate.value is not None
    fits = own is not None and own.value and abs(last.value / own.value * 100 - rate.value) <= Decimal(1).scaleb(-rate.decimals)
    return Subject("expenditure", opening.subject.fund) if fits else spending


def _outer(memory: Memory, whole: Fact, part: Fact | None, rate: Token) -> Fact | None:
    """财政拨款收入80万元，占80%，其中：一般公共预算60万元，占60%: of what the whole of the list was said to be a share of, where
    the rate fits that and not the list's own whole; null where it is stated nowhere."""
    known = memory.shared.get(whole.id)
    if known is None or part is None or not whole.value:
        return whole
    assert rate.value is not None
    near = Decimal(1).scaleb(-rate.decimals)
    own = part.value / whole.value * 100
    outer = part.value / whole.value * known[0].value  # the share of a share
    return known[1] if abs(outer - rate.value) <= near < abs(own - rate.value) else whole


def _says_nothing(words: str) -> bool:
    """占比为5%, 占总额的5%: of what, only the list says."""
    return not _NOTHING_SAID.sub("", words)


def _cuts(total: Subject, part: Subject) -> bool:
    """按支出性质分类，基本支出占60%: a part by nature of the total that the section began with, of the same money."""
    return total.nature == "total" and part.nature != "total" and part.fund == total.fund and part.concept == "expenditure"


def _fitting(memory: Memory, subject: Subject, part: Fact, rate: Token, total: Fact | None, named: Subject) -> Fact | None:
    """总支出 may be all spending or the year's: of what was stated, the one that the rate fits; else the one whose fund
    is ``named`` with it, null where none is.
    """
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
    own = memory.ledger.stated(named.key, phases, memory.year) if named.fund in BUDGETS else None
    return next((fact for fact in stated if abs(part.value / fact.value * 100 - rate.value) <= near), own)


def completion(memory: Memory, match: Match) -> None:
    """完成年初预算的103.19%."""
    rate = match.one("rate")
    assert rate is not None
    subject, _ = memory.subject(match.groups.get("subject", ()))
    of = texts(match.groups.get("of", ()))
    if memory.stated is not None and None in memory.stated.values and _AIM.search(of):
        subject = Subject(item=f"{describe(memory.stated.subject)}/{normal(of)}")  # 更新教室42间，完成年度目标的105%
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
    actual = memory.ledger.stated(subject.key, ACTUAL, memory.year)
    amount = match.one("budget")
    if amount is not None:
        state_money(memory, replace(subject, phase=phases[0], budget=stage.budget), None, amount)
    budget = memory.ledger.stated(subject.key, phases, memory.year)
    base = (budget.phase if budget is not None and budget.phase else phases[0]).value
    fact = state_rate(memory, rate, subject, Measure.COMPLETION, Phase.FINAL, 1, base)
    roles = {"rate": [fact], "actual": [actual] if actual is not None else [], "budget": [budget] if budget is not None else []}
    draft = memory.claim(ClaimKind.COMPLETION, roles, match.tokens[0], match.tokens[-1], subject)
    draft.base, draft.words = base, of
    draft.wanted = {"actual": (subject.key, ACTUAL, memory.year), "budget": (subject.key, phases, memory.year)}
    if memory.reason is None and subject.known and not subject.weak:
        memory.current = replace(subject, phase=None, budget=False)
    memory.pending = []
