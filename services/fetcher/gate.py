"""How often and how much at once a host is asked, over all crawls of this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class _Host:
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    active: int = 0
    next_start: float = 0.0


class Closed(Exception):
    """Nothing more is asked of any host."""


class Gate:
    """One queue per host. Two sources on one host share it, so that together they are no less gentle than one."""

    def __init__(self) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._closed = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether nothing more is let through."""
        return self._closed.is_set()

    def close(self) -> None:
        """Send away everybody who waits, and who comes; who is through finishes."""
        self._closed.set()

    @asynccontextmanager
    async def turn(self, host: str, *, pause: float, concurrency: int) -> AsyncIterator[None]:
        """Wait until fewer than ``concurrency`` requests to ``host`` are under way and the last one started ``pause`` seconds
        ago; the request counts as under way until the block is left. Raises Closed."""
        queue = self._hosts[host]
        async with queue.changed:
            await queue.changed.wait_for(lambda: queue.active < concurrency or self.closed)
            queue.active += 1
            now = asyncio.get_running_loop().time()
            start = max(now, queue.next_start)
            queue.next_start = start + pause
        try:
            await self._wait(start - now)
            yield
        finally:
            queue.active -= 1
            async with queue.changed:
                queue.changed.notify_all()

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), seconds)
        if self.closed:
            raise Closed
