"""What is news to whom: plain functions, no database in sight."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.validation import Discrepancy
from services.forwarder.subscriptions import Subscription
from services.runtime import Incoming, Received

Told = Mapping[tuple[str, str], bytes]
"""The mark of what was last told, by subscription and discrepancy."""


@dataclass(frozen=True)
class News:
    """An event that a subscriber is to be told. ``event`` is its CloudEvents id, the same however often it is received;
    ``attributes`` are its CloudEvents attributes and trace context, by header name without ``ce_``."""

    subscription: Subscription
    found: Discrepancy
    mark: bytes
    event: str
    message: Incoming

    @property
    def updated(self) -> datetime:
        """When the event was published."""
        return datetime.fromtimestamp(self.message.timestamp, UTC)

    @property
    def attributes(self) -> str:
        """CloudEvents attributes and trace context as a JSON object of header name → value, as they are in HTTP."""
        names = {name: name.replace("ce_", "ce-", 1) for name, _ in self.message.headers if name.startswith("ce_")}
        names |= {"traceparent": "traceparent", "tracestate": "tracestate"}
        return json.dumps({http: text for kafka, http in names.items() if (text := self.message.header(kafka)) is not None})


def news(subscriptions: Iterable[Subscription], told: Told, batch: Sequence[Received[Discrepancy]]) -> list[News]:
    """What of a batch is news, in order, to each subscriber.

    An event that says what the last one said is none: every new version of a document repeats the discrepancies that stay.
    """
    known = dict(told)
    found: list[News] = []
    for received in batch:
        event, message = received.event, received.context.message
        mark = mark_of(event)
        for subscription in subscriptions:
            key = (subscription.id, event.discrepancy_id)
            if known.get(key) != mark and subscription.wants(event, told=key in known):
                known[key] = mark
                found.append(News(subscription, event, mark, message.header("ce_id") or mark.hex(), message))
    return found


def mark_of(event: Discrepancy) -> bytes:
    """Tells whether two events say the same of a discrepancy, whatever version of the document they were found in."""
    said = event.model_dump_json(include=set(event.content) | {"state"})
    return hashlib.sha256(said.encode()).digest()
