"""An event with the CloudEvents attributes that its rows need: when it was said, and its id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from schemas.base import Contract
from schemas.envelope import Headers, seal
from services.runtime import Received


@dataclass(frozen=True)
class Told:
    """``time`` orders events about one thing, ``id`` is equal for a repeat."""

    event: Contract
    time: datetime
    id: str

    @property
    def mark(self) -> tuple[datetime, str]:
        """What said_at and event_id of its rows are; orders the events with one key."""
        return self.time, self.id


def heard(received: Received[Any]) -> Told:
    """The event of a message. NUL, which JSON may hold and PostgreSQL may not, becomes U+FFFD."""
    message = received.context.message
    event: Contract = received.event
    if b"\\u0000" in (message.value or b""):
        event = type(event).model_validate(_without_nul(event.model_dump()))
    return _told(event, message.headers, datetime.fromtimestamp(message.timestamp, UTC))


def tell(event: Contract, time: datetime) -> Told:
    """The event as it would arrive if it were said at ``time``."""
    message = seal(event, source="tell")
    headers = tuple((name, value) for name, value in message.headers if name != "ce_time")
    return _told(event, headers, time)


def _told(event: Contract, headers: Headers, otherwise: datetime) -> Told:
    attributes = {name: value.decode() for name, value in headers if name in ("ce_time", "ce_id")}
    time = datetime.fromisoformat(attributes["ce_time"]) if "ce_time" in attributes else otherwise
    return Told(event, time, attributes["ce_id"])


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\0", "�")
        case dict():
            return {_without_nul(key): _without_nul(item) for key, item in value.items()}
        case list() | tuple():
            return [_without_nul(item) for item in value]
        case _:
            return value
