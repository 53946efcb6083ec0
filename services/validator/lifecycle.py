"""The life of a discrepancy over the versions of its report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from schemas.validation import Discrepancy, State


def succeed(
    earlier: Iterable[Discrepancy], found: Iterable[Discrepancy], *, rules: Mapping[str, int], seen: datetime | None = None
) -> tuple[Discrepancy, ...]:
    """What a new check of a report says in the light of the one before: every discrepancy with its state.

    *opened*: not there before, or resolved then. *changed*: there before, with other numbers or words. One that stays as it
    was keeps the state that it had. *resolved*: gone from the document. *withdrawn*: gone because its rule (``rules``: id →
    version) has another version now or is not run any more. Those gone stay, with
    their last content. Deterministic: told the same
    twice, it says the same.
    """
    before = {item.discrepancy_id: item for item in earlier}
    result: list[Discrepancy] = []
    for item in found:
        old = before.pop(item.discrepancy_id, None)
        first = seen if old is None else old.first_seen
        if old is None or old.state in (State.RESOLVED, State.WITHDRAWN):
            state = State.OPENED
        elif old.content == item.content:
            state = old.state
        else:
            state = State.CHANGED
        result.append(item.model_copy(update={"state": state, "first_seen": first, "last_seen": seen}))
    for old in before.values():
        if old.state in (State.RESOLVED, State.WITHDRAWN):
            result.append(old)
            continue
        state = State.RESOLVED if rules.get(old.rule) == old.rule_version else State.WITHDRAWN
        result.append(old.model_copy(update={"state": state, "last_seen": seen}))
    return tuple(result)
