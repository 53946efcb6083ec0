"""What is unavailable is tried again, for ever."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from services.runtime import metrics
from services.runtime.errors import Unavailable
from services.runtime.health import Health

T = TypeVar("T")
log = structlog.get_logger()


def waits(first: float, most: float, attempt: int) -> float:
    """Seconds to wait after failure number ``attempt`` (from 1): doubled each time up to ``most``, half of it random.

    The random half keeps several services from returning to what was away all at once.
    """
    whole = min(most, first * 2.0 ** min(attempt - 1, 60))
    return whole * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, hides nothing


class Persistence:
    """Repeats an operation while it raises ``Unavailable``, and says so: not ready, counted, logged."""

    def __init__(self, health: Health, *, first: float, most: float) -> None:
        self._health = health
        self._first = first
        self._most = most
        self._waiting: Counter[str] = Counter()

    async def __call__(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        """The operation's result. ``what`` names it in logs, metrics and readiness."""
        attempt = 0
        try:
            while True:
                try:
                    return await operation()
                except Unavailable as error:
                    attempt += 1
                    if attempt == 1:
                        self._begin(what)
                    self._health.lacks(what, error.reason)
                    metrics.RETRIES.labels(what).inc()
                    wait = waits(self._first, self._most, attempt)
                    log.warning("unavailable", what=what, reason=error.reason, attempt=attempt, wait_seconds=round(wait, 2))
                await asyncio.sleep(wait)
        finally:
            if attempt:
                self._end(what, attempt)

    @property
    def waiting(self) -> int:
        """How many operations wait for something that is away."""
        return self._waiting.total()

    def _begin(self, what: str) -> None:
        self._waiting[what] += 1

    def _end(self, what: str, attempts: int) -> None:
        self._waiting[what] -= 1
        if not self._waiting[what]:
            self._health.has(what)
            log.info("no longer waiting", what=what, attempts=attempts)
