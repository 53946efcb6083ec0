"""What a stage is given: a message as it came from the broker, and the event in it with its context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from schemas.base import Contract
from schemas.envelope import Headers

HEADER_BYTES = 16
E = TypeVar("E", bound=Contract)


@dataclass(frozen=True)
class Incoming:
    """A message as it is in the broker. ``timestamp`` is the broker's, Unix seconds."""

    topic: str
    partition: int
    offset: int
    timestamp: float
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def size(self) -> int:
        """Bytes of key, value and headers, with something for each header's packing."""
        headers = sum(len(name.encode()) + len(value) + HEADER_BYTES for name, value in self.headers)
        return len(self.key or b"") + len(self.value or b"") + headers

    @property
    def place(self) -> tuple[str, int]:
        """Topic and partition."""
        return self.topic, self.partition

    def header(self, name: str) -> str | None:
        """The text of the first header called ``name``."""
        return next((value.decode("utf-8", "replace") for key, value in self.headers if key == name), None)


@dataclass(frozen=True)
class Context:
    """Where an event came from. ``attempt`` is 1, and one more each time the message was replayed from the dead letters."""

    stage: str
    message: Incoming
    attempt: int
    trace_id: str | None


@dataclass(frozen=True)
class Received(Generic[E]):
    """One event and where it came from."""

    event: E
    context: Context
