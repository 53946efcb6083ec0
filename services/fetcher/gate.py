"""How often and how much at once a host is asked, over all crawls of this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class _Host:
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    active: int = 0
    next_start: float = 0.0


class Gate:
    """One queue per host. Two sources on one host share it, so that together they are no less gentle than one."""

    def __init__(self) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    @asynccontextmanager
    async def turn(self, host: str, *, pause: float, concurrency: int) -> AsyncIterator[None]:
        """Wait until fewer than ``concurrency`` requests to ``host`` are under way and the last one started ``pause`` seconds
        ago; the request counts as under way until the block is left."""
        queue = self._hosts[host]
        async with queue.changed:
            await queue.changed.wait_for(lambda: queue.active < concurrency)
            queue.active += 1
            now = asyncio.get_running_loop().time()
            start = max(now, queue.next_start)
            queue.next_start = start + pause
        try:
            await asyncio.sleep(start - now)
            yield
        finally:
            queue.active -= 1
            async with queue.changed:
                queue.changed.notify_all()
