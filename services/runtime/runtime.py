"""What a running service has: its settings, its health, the way out to the broker, and the wish to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from schemas.base import Contract
from schemas.envelope import Message
from services.runtime.health import Health
from services.runtime.producer import Producer
from services.runtime.retry import Persistence
from services.runtime.settings import Settings

S = TypeVar("S", bound=Settings)
T = TypeVar("T")
log = structlog.get_logger()


class Runtime(Generic[S]):
    """One per process. ``stopping`` is set when the service was asked to end, or has to."""

    def __init__(self, name: str, settings: S) -> None:
        self.name = name
        self.settings = settings
        self.health = Health()
        self.stopping = asyncio.Event()
        self.producer = Producer(name, settings)
        self._persist = Persistence(self.health, first=settings.retry_first_seconds, most=settings.retry_most_seconds)

    async def publish(self, events: Sequence[Contract | Message]) -> None:
        """Send events, or messages sealed already, to their topics and wait until the broker has them, however long that takes.

        Raises BadInput (``output_too_large``) where one of them is larger than a message may be.
        """
        await self.persist("broker", lambda: self.producer.publish(events))

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        """Repeat ``operation`` while it raises ``Unavailable``; meanwhile the service is not ready."""
        return await self._persist(what, operation)

    @property
    def waiting(self) -> bool:
        """Whether something unavailable is being waited for."""
        return self._persist.waiting > 0

    def fail(self, reason: str) -> None:
        """End the process, non-zero: only a restart can help."""
        log.error("service fails", reason=reason)
        self.health.fail(reason)
        self.stopping.set()
