"""Comparisons in words, and the reasons given for changes and differences."""

from __future__ import annotations

import re

from schemas.report import ClaimKind, Measure, Phase
from services.parser.narrative.amounts import state_rate
from services.parser.narrative.grammar import Match
from services.parser.narrative.memory import ACTUAL, Memory, texts
from services.parser.narrative.subjects import Subject
from services.parser.narrative.tokens import Token

_CHANGED = re.compile(r"增加|减少|增长|下降|上年|去年")
_LONGEST_REASON = 600
_BUDGETS = ((Phase.INITIAL, Phase.FULL_YEAR), (Phase.FULL_YEAR, Phase.INITIAL))
_NEXT_POINT = re.compile(r"。|;(?![二三四五六七八九十]是)")


def comparison(memory: Memory, match: Match) -> None:
    """支出决算数大于年初预算数."""
    subject, _ = memory.subject(match.groups.get("left", ()))
    sign = match.one("comparison")
    assert sign is not None
    right = memory.resolve(texts(match.groups.get("right", ())))
    against = right.phase.value if right.phase and not right.budget else "initial"
    delta, relation = match.one("delta"), sign.sense or "eq"
    if delta is not None and relation != "eq" and (subject.known or subject.item):
        _by_how_much(memory, subject, match, delta, against, less=relation == "lt")
    compare(memory, subject, match, relation, against)


def _by_how_much(memory: Memory, subject: Subject, match: Match, delta: Token, against: str, *, less: bool) -> None:
    """决算数大于年初预算数0.39万元: the difference of the accounts from the budget."""
    moved = state_rate(memory, delta, subject, Measure.CHANGE, memory.stage, -1 if less else 1, against)
    roles = {"delta": [moved]}
    for role, phases in (("current", ACTUAL), ("previous", _BUDGETS[against == "full_year"])):
        fact = memory.ledger.stated(subject.key, phases, memory.year)
        if fact is not None:
            roles[role] = [fact]
    draft = memory.claim(ClaimKind.CHANGE, roles, match.tokens[0], match.tokens[-1], subject)
    draft.relation, draft.base = "decrease" if less else "increase", against


def compare(memory: Memory, subject: Subject, match: Match, relation: str, against: str) -> None:
    """The accounts of a subject against its budget of the stage ``against``."""
    budgets = _BUDGETS[against == "full_year"]
    left = memory.ledger.stated(subject.key, ACTUAL, memory.year)
    right = memory.ledger.stated(subject.key, budgets, memory.year)
    roles = {name: [fact] for name, fact in (("left", left), ("right", right)) if fact is not None}
    if not roles and not subject.known:
        return
    draft = memory.claim(ClaimKind.COMPARISON, roles, match.tokens[0], match.tokens[-1], subject)
    draft.relation, draft.words = relation, "".join(token.text for token in match.tokens)
    draft.wanted = {"left": (subject.key, ACTUAL, memory.year), "right": (subject.key, budgets, memory.year)}
    memory.comparison, memory.pending = draft, []


def reason(memory: Memory, match: Match) -> None:
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
