"""The life of a discrepancy over the versions of its report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from schemas.validation import Discrepancy, State


def succeed(
    earlier: Iterable[Discrepancy],
    found: Iterable[Discrepancy],
    *,
    rules: Mapping[str, int],
    seen: datetime | None = None,
    document: str | None = None,
) -> tuple[Discrepancy, ...]:
    """What a new check of a report says in the light of the one before: every discrepancy with its state.

    *opened*: not there before, or resolved then. *changed*: there before, with other numbers or words. One that stays as it
    was keeps the state that it had. *resolved*: gone from the document. *withdrawn*: gone because its rule (``rules``: id →
    version) has another version now or is not run any more, or from the very ``document`` in which it was seen: whoever published
    that has corrected nothing, we see it otherwise. Those gone stay, with their last content. ``last_seen`` moves with the state
    and with the document, not where a document that is known is checked again. Deterministic: told the same twice, it says the
    same.
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
        again = old is not None and (old.document, old.content) == (item.document, item.content) and state is old.state
        last = old.last_seen if old is not None and again else seen
        result.append(item.model_copy(update={"state": state, "first_seen": first, "last_seen": last}))
    for old in before.values():
        if old.state in (State.RESOLVED, State.WITHDRAWN):
            result.append(old)
            continue
        corrected = rules.get(old.rule) == old.rule_version and old.document != document
        state = State.RESOLVED if corrected else State.WITHDRAWN
        result.append(old.model_copy(update={"state": state, "last_seen": seen}))
    return tuple(result)
