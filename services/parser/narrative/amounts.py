"""Amounts, counts and rates of a subject become facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from schemas.report import ClaimKind, Fact, Measure, Phase
from services.parser.narrative.counts import counted
from services.parser.narrative.grammar import Match
from services.parser.narrative.lists import Amounts
from services.parser.narrative.memory import ACTUAL, BUDGETED, Memory, texts
from services.parser.narrative.subjects import Subject, normal
from services.parser.narrative.tokens import AMOUNTS, NUMBER, TEXT, Token

_REMEMBERED = 6  # words of a sentence that counted something
_DIFFERENCES = frozenset(("差值", "差额", "差异", "差异额", "差异数", "相差"))
_DIFFERENCE_RATES = frozenset(("预决算差异率", "预决算差异比率", "差异率", "偏离率", "预决算偏离度", "偏离度"))
_COUNTING = ("asset", "staff")
_ONLY_A_SOURCE = re.compile("(?:本年度?|今年|当年|中央|[省市区县本]级|本部|机关)(?:预算|财政|拨款|资金|安排)*")
"""Words that say of an amount only which year, level or office it is of, not what it is."""

_ADJUSTED = re.compile("(?:年中|当年|本年|年度中)?(?:追加|调[增减]|核[增减]|压减)(?:预算|资金|经费)?(?:数|为)?")
_SCORES = ("得分", "评分", "总分", "自评分")
"""Words after which a number without a unit is points."""


def value(memory: Memory, match: Match) -> None:
    """基本支出387.20万元."""
    amount = match.one("amount")
    assert amount is not None
    state_amount(memory, match.groups.get("subject", ()), amount)


def state_amount(memory: Memory, tokens: Sequence[Token], amount: Token) -> None:
    """An amount, a count or a rate of a subject; ``tokens`` are the words before it."""
    if amount.unit == "CNY" and normal(texts(tokens)) in _DIFFERENCES and _difference(memory, amount):
        return
    if amount.unit == "percent" and normal(texts(tokens)) in _DIFFERENCE_RATES and _difference(memory, amount):
        return
    subject, year = memory.subject(tokens)
    of_all = subject
    if amount.unit == "CNY":
        subject = memory.apart(subject, texts(tokens), amount)
    if amount.kind == NUMBER and texts(tokens).endswith(_SCORES):
        memory.ledger.numbers += 1
        amount = replace(amount, unit="分", guessed=True)
    elif amount.kind == NUMBER:
        last = memory.last
        listed = memory.lists.dividing and subject.economy is not None and memory.setting.concept not in _COUNTING
        if not ((amount.decimals or listed) and last is not None and last.unit == "CNY" and not subject.weak and tokens):
            return
        amount = replace(amount, unit="CNY", scale=last.scale, guessed=True)
        memory.ledger.numbers += 1
    if amount.unit != "CNY":
        _count(memory, subject, year, amount, tokens)
        # 共涉及项目12个，资金1119.59万元: what was counted says what the next amount is of
        memory.pending = [*memory.pending, *(token for token in tokens if token.kind == TEXT)][-_REMEMBERED:]
        return
    before = (memory.current, memory.stated, memory.last)
    words = normal(texts(tokens))
    if _stated_already(memory, subject, year) and _says_only_whose(memory, words):
        subject = Subject(item=f"{words}/{memory.first}")  # what follows is of this, whatever it is
    state_money(memory, subject, year, amount)
    memory.pending = []
    if memory.by_unit and of_all.known and not of_all.both and memory.last is not None:
        memory.units.setdefault(of_all, []).append(memory.last)
    if memory.stated is not None and _ADJUSTED.fullmatch((memory.stated.subject.item or "").rpartition("/")[2]):
        memory.current, memory.stated, memory.last = before  # 年初预算8万元，追加2万元，决算9万元: of what is adjusted


def _says_only_whose(memory: Memory, words: str) -> bool:
    """Words of a year, a level or an office, or the body's own name: 本年5万元, 某局（本级）5万元."""
    return _ONLY_A_SOURCE.fullmatch(words) is not None or (bool(words) and not memory.resolver.plain(words))


def _stated_already(memory: Memory, subject: Subject, year: int | None) -> bool:
    """本年收入80万元，…；本年70万元: words that only say a year, after the amount of what they would be of."""
    stated = memory.stated
    before = stated.values.get(memory.phase(subject)) if stated is not None and stated.subject.key == subject.key else None
    return before is not None and before.year == memory.when(year)


def _difference(memory: Memory, amount: Token) -> bool:
    """支出2.05万元，年初预算为2.95万元，差值为0.9万元; 预决算差异率-5.08%: of the outturn from the budget beside it."""
    stated = memory.stated
    actual = next((stated.values[phase] for phase in ACTUAL if phase in stated.values), None) if stated is not None else None
    budget = next((stated.values[phase] for phase in BUDGETED if phase in stated.values), None) if stated is not None else None
    if stated is None or actual is None or budget is None:
        return False
    less = actual.value < budget.value
    base = "initial" if budget.phase is Phase.INITIAL else "full_year"
    assert amount.value is not None
    sign = -1 if less and amount.value > 0 else 1
    role, measure = ("delta", Measure.CHANGE) if amount.unit == "CNY" else ("rate", Measure.GROWTH)
    moved = state_rate(memory, amount, stated.subject, measure, actual.phase, sign, base)
    roles = {"current": [actual], "previous": [budget], role: [moved]}
    draft = memory.claim(ClaimKind.CHANGE, roles, amount, amount, stated.subject)
    draft.relation, draft.base = "decrease" if less else "increase", base
    return True


def state_money(memory: Memory, subject: Subject, year: int | None, amount: Token) -> None:
    """An amount of money of a subject, of the stage that its words or else the document say."""
    memory.lists.resume(subject)
    if not subject.known and not subject.item:
        memory.orphan(amount)
        memory.last = memory.stated = None  # a share that follows is of this amount
        return
    subject = memory.distinct(subject)
    phase, when = memory.phase(subject), memory.when(year)
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
        memory.stated = memory.counted = Amounts(of, {None: fact})


def distribution(memory: Memory, match: Match) -> None:
    """A、B、C分别为 x、y、z: to each name its amount."""
    names = match.groups["subject"][0].text.split("、")
    amounts = [token for token in match.tokens if token.kind in AMOUNTS or token.kind == NUMBER]
    for index, amount in enumerate(amounts):
        name = (Token(TEXT, names[index], amount.start, amount.start),) if len(names) == len(amounts) else ()
        state_amount(memory, name, amount)


def state_rate(
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
