"""What each production states, and what is done with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from services.parser.narrative.amounts import distribution, value
from services.parser.narrative.changes import change, changes
from services.parser.narrative.comparisons import comparison, reason
from services.parser.narrative.grammar import Match
from services.parser.narrative.lists import Amounts, OpenList
from services.parser.narrative.memory import Memory, texts
from services.parser.narrative.ratios import completion, share
from services.parser.narrative.resolver import BUDGETS
from services.parser.narrative.subjects import BALANCES, INCOME_SIDE, Subject
from services.parser.narrative.tokens import Token

_NAMING = re.compile("([^为是]{2,20}?)(?:主要)?[为是]")
"""How a sentence begins that says what something is: 事业收入为医疗收入."""


def open_list(memory: Memory, match: Match) -> None:
    """其中, 主要包括, 如下: the amounts that follow are parts of what is named here, or was stated before."""
    token = match.one("list")
    assert token is not None
    text = texts(match.groups.get("subject", ()))
    whole = memory.stated
    named = _NAMING.match(texts(memory.pending)) if not text and memory.opening is not None else None
    if named is not None and whole is not None:  # 其他收入1万元。事业收入为医疗收入，其中：…: of what the sentence is about
        about = memory.resolve(named[1])
        if about.known and not about.weak and about.key != whole.subject.key:
            whole = memory.amounts(about)
    if text:
        said = memory.resolve(text)
        if said.known and not said.weak:
            whole = memory.amounts(said)
            if whole is None and said.bare:
                whole = memory.amounts(replace(said, concept=f"{said.concept}_total"))
        elif not said.weak:
            return
    elif memory.opening is not None and (_of_all(memory, token) or (memory.within and not memory.lists)):
        whole = memory.opening
    if not text and whole is not None and not memory.follows(token):
        whole = _spent(memory, whole)
    top = memory.lists.top
    if top is not None and top.implied and not top.waiting and not top.parts and top.whole is whole:
        top.words, top.implied, top.naming = token.text, False, True  # （其中：…）: the list that the bracket opened
        memory.pending = []
    elif whole is not None and whole.values and memory.reason is None and not memory.by_unit:
        opened = OpenList(token.text, Amounts(whole.subject, dict(whole.values)))
        last = memory.last
        if not text and last is not None and whole.values.get(last.phase) is last and memory.follows(token):
            opened.stage, opened.year = last.phase, last.year
        opened.counted = memory.counted if not text else None
        if whole.subject.concept in ("income", "expenditure"):
            opened.total = memory.amounts(replace(whole.subject, concept=f"{whole.subject.concept}_total"))
        memory.lists.open(opened)
        memory.pending = []


def _spent(memory: Memory, whole: Amounts) -> Amounts:
    """政府性基金本年收入5万元，本年支出5万元。其中：…: of one budget's money it is the spending that is divided."""
    subject = whole.subject
    funds = [subject.fund] if memory.opening is None else [subject.fund, memory.opening.subject.fund]
    fund = next((fund for fund in funds if fund in BUDGETS), None)
    if fund is None or (subject.concept not in INCOME_SIDE and subject.concept not in BALANCES):
        return whole
    spending = Subject("expenditure", fund)
    spent = memory.ledger.stated(spending.key, (memory.stage,), memory.year, since=memory.first)
    return whole if spent is None else Amounts(spending, {memory.stage: spent})


def _of_all(memory: Memory, token: Token) -> bool:
    """…。具体情况如下：; …。具体为：: a list of what the paragraph began with, not of the amount just before it."""
    return "如下" in token.text or (token.text.startswith("具体") and not memory.follows(token))


def blank(memory: Memory, match: Match) -> None:
    """A placeholder in the place of an amount states nothing."""
    memory.pending = []


STATEMENTS: Mapping[str, Callable[[Memory, Match], None]] = {
    "value": value,
    "distribution": distribution,
    "change": change,
    "changes": changes,
    "share": share,
    "completion": completion,
    "comparison": comparison,
    "reason": reason,
    "list": open_list,
    "blank": blank,
}
"""What a production states → what is done with it."""
