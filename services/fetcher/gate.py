"""How often and how much at once a host is asked, whoever asks: a page's redirects and a robots.txt as much as a task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Pace = Callable[[str, float], Awaitable[float]]
"""Takes a host's next turn, over all processes, given the pause after it; the seconds until the turn comes."""


@dataclass
class _Host:
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    active: int = 0
    waiting: int = 0
    opens: float = 0.0


_HOSTS_MOST = 5000  # remembered; then those are forgotten that nobody waits for


class Closed(Exception):
    """Nothing more is asked of any host."""


class Gate:
    """One queue per host of this process; the pace is one for all processes (``state.hosts``).

    A turn is taken when an address is claimed, and a request that is late by then must not crowd the next one: so the requests
    of this process leave a pause apart, too.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._hosts: dict[str, _Host] = {}
        self._closed = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether nothing more is let through."""
        return self._closed.is_set()

    def close(self) -> None:
        """Send away everybody who waits, and who comes; who is through finishes."""
        self._closed.set()

    @asynccontextmanager
    async def turn(self, host: str, *, pause: float, concurrency: int, taken: bool) -> AsyncIterator[None]:
        """Wait until fewer than ``concurrency`` requests to ``host`` are under way and its turn has come, unless that is
        ``taken`` already; the request counts as under way until the block is left. Raises Closed."""
        queue = self._hosts.setdefault(host, _Host())
        queue.waiting += 1
        try:
            async with queue.changed:
                await queue.changed.wait_for(lambda: queue.active < concurrency or self.closed)
                queue.active += 1
            try:
                await self._wait(0.0 if taken or self.closed else await self._pace(host, pause))
                now = asyncio.get_running_loop().time()
                leaves = max(now, queue.opens)
                queue.opens = leaves + pause
                await self._wait(leaves - now)
                yield
            finally:
                queue.active -= 1
                async with queue.changed:
                    queue.changed.notify_all()
        finally:
            queue.waiting -= 1
            if len(self._hosts) > _HOSTS_MOST:
                self._hosts = {name: known for name, known in self._hosts.items() if known.waiting}

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), seconds)
        if self.closed:
            raise Closed
