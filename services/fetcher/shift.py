"""One fetcher's part of the work that all of them share: begin what is due, claim addresses, visit them, close what is settled.

Nothing here is remembered: whatever a killed process had in hand is another's once its lease is over.
"""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from services.fetcher import metrics
from services.fetcher.backoff import Backoff
from services.fetcher.closing import Closing
from services.fetcher.desk import Desk
from services.fetcher.sources import Source
from services.fetcher.state.model import Task, Terms
from services.fetcher.step import starts
from services.fetcher.visit import Fetch, Visits
from services.runtime.guard import Resolve

K = TypeVar("K")
log = structlog.get_logger()
_LOOK = 1.0  # seconds between two looks at what other fetchers may have done
_PAUSE = 0.01  # seconds between two claims, so that under load one claim serves several
_LAG = 5.0  # seconds between two measurements of what is due
_CLOSINGS = 4


@dataclass(frozen=True)
class Share:
    """How much one process takes on: addresses in hand at once; seconds for which they are its own unless it says so again."""

    requests: int = 16
    lease: float = 60.0


class Shift:
    """The work of one process, over all of its sources."""

    def __init__(self, sources: Sequence[Source], desk: Desk, share: Share, backoff: Backoff, resolve: Resolve) -> None:
        self._sources: Mapping[str, Source] = {source.id: source for source in sources}
        self._state = desk.state
        self._out = desk.out
        self._share = share
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._visits = Visits(self._owner, desk, backoff, resolve)
        self._closing = Closing(desk)
        self._in_hand: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._closings: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()  # something was finished: there may be more to claim, or a poll to close
        self._settled: set[str] = set()
        self._looked = 0.0
        self._stopping = False

    def stop(self) -> None:
        """Claim and begin nothing more."""
        self._stopping = True
        self._news.set()

    async def work(self, fetch: Fetch, *, once: bool) -> None:
        """Until ``stop``; or ``once``: until every source was polled from now on, or an unfinished poll of it was finished."""
        known = await self._out.persist("database", lambda: self._state.frontier.enrol(self._sources))
        for source, success in known.items():
            metrics.INTERVAL.labels(source).set(self._sources[source].schedule.pause_at(datetime.now(UTC)).total_seconds())
            if success:
                metrics.LAST_SUCCESS.labels(source).set(success.timestamp())
        keeping = [asyncio.create_task(self._renew()), asyncio.create_task(self._measure())]
        todo = list(self._sources) if once else None
        try:
            while not self._stopping:
                wait = await self._go_on(fetch, todo)
                if todo == [] and not self._in_hand and not self._closings and not await self._going_on():
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), wait)
                self._news.clear()
                await asyncio.sleep(_PAUSE)
                for task in keeping:
                    if task.done():  # without renewal, what is in hand here would be done twice
                        task.result()
            await asyncio.gather(*self._in_hand.values(), *self._closings.values(), return_exceptions=True)
        finally:
            for task in (*keeping, *self._in_hand.values(), *self._closings.values()):
                task.cancel()

    async def _go_on(self, fetch: Fetch, todo: list[str] | None) -> float:
        """Take as much as there is room for; the seconds until it is worth looking again."""
        wait = _LOOK
        if room := self._share.requests - len(self._in_hand):
            tasks, wait = await self._out.persist(
                "database", lambda: self._state.frontier.claim(self._owner, self._sources, room, self._share.lease)
            )
            for task in tasks:
                self._start(self._in_hand, (task.source, task.trail.url), self._visit(task, fetch))
            if tasks or await self._begin(room, todo):
                wait = 0.0
        await self._close_settled()
        return wait

    async def _visit(self, task: Task, fetch: Fetch) -> None:
        done = await self._visits.visit(self._sources[task.source], task, fetch)
        if not done.left:
            self._settled.add(task.source)

    async def _begin(self, room: int, todo: list[str] | None) -> bool:
        """Begin polls that are due (or to be done once), as many as there is room for; whether any was begun."""
        some = await self._due() if todo is None else todo
        chosen = some[:room]
        del some[:room]
        for name in chosen:
            await self._begin_one(self._sources[name], due=todo is None)
        return bool(chosen)

    async def _begin_one(self, source: Source, *, due: bool) -> None:
        limits = source.limits
        terms = Terms(limits.pause.total_seconds(), limits.concurrency, limits.pages, limits.duration.total_seconds())
        begin = starts(source)
        await self._out.persist("database", lambda: self._state.frontier.begin(source.id, begin, terms, due=due))

    async def _due(self) -> list[str]:
        now = datetime.now(UTC)
        due = await self._out.persist("database", lambda: self._state.frontier.due(self._sources))
        return [name for name in due if self._sources[name].schedule.opens(now) <= now]

    async def _going_on(self) -> set[str]:
        return await self._out.persist("database", lambda: self._state.frontier.going_on(self._sources))

    async def _close_settled(self) -> None:
        """Close what seems to be settled by what was finished here; now and then look at everything."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._looked + _LOOK:
            self._looked = loop.time()
            self._settled.update(await self._out.persist("database", lambda: self._state.frontier.settled(self._sources)))
        for name in sorted(self._settled - self._closings.keys())[: _CLOSINGS - len(self._closings)]:
            self._settled.discard(name)
            self._start(self._closings, name, self._close(name))

    async def _close(self, name: str) -> None:
        poll = await self._out.persist("database", lambda: self._state.frontier.close(self._owner, name, self._share.lease))
        if poll is None:
            return
        try:
            await self._closing.close(self._sources[name], poll)
        except Exception:
            log.exception("a poll could not be closed", source=name)
            metrics.FAILED.labels(name, "defect").inc()
            await self._closing.give_up(self._sources[name], poll)

    def _start(self, registry: dict[K, asyncio.Task[None]], key: K, work: Coroutine[Any, Any, None]) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            registry.pop(key, None)
            self._news.set()
            if not task.cancelled() and (error := task.exception()):
                log.error("work failed", of=str(key), error=repr(error), exc_info=error)

        if key in registry:  # the lease was lost and claimed again, and the work still goes on
            work.close()
            return
        registry[key] = asyncio.create_task(work)
        registry[key].add_done_callback(ended)

    async def _renew(self) -> None:
        """Say again and again what is in hand."""
        while True:
            await asyncio.sleep(self._share.lease / 3)
            await self._out.persist(
                "database",
                lambda: self._state.frontier.renew(self._owner, list(self._in_hand), list(self._closings), self._share.lease),
            )

    async def _measure(self) -> None:
        while True:
            late = await self._out.persist("database", lambda: self._state.frontier.due(self._sources))
            for name in self._sources:
                metrics.LAG.labels(name).set(late.get(name, 0.0))
            metrics.IN_HAND.set(len(self._in_hand))
            await asyncio.sleep(_LAG)
