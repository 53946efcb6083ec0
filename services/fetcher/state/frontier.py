"""The polls that go on and their addresses, in PostgreSQL: shared by all fetchers, and taken over from one that was killed.

Whoever claims locks a host first (``FOR UPDATE SKIP LOCKED``), then one of its addresses: so a host's turn and its number of
requests at once hold over all processes. Whoever finishes locks the poll, so that a poll never asks for more than it may.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from pydantic import TypeAdapter

from services.fetcher.address import host_of
from services.fetcher.backoff import DOWN_AFTER
from services.fetcher.found import Kept, Missed, Outcome, Result, Trail
from services.fetcher.state import sql
from services.fetcher.state.model import Done, Ending, Memory, Poll, Task, Terms
from services.runtime.database import available

_TRAIL: TypeAdapter[Trail] = TypeAdapter(Trail)
_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)
_SOON = 0.2
_LATEST = 1.0

Connection = asyncpg.pool.PoolConnectionProxy


class PostgresFrontier:
    """See ``Frontier``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def enrol(self, sources: Collection[str]) -> dict[str, datetime | None]:
        names = sorted(sources)
        await available(lambda: self._pool.execute(sql.ENROL, names))
        query = "SELECT source, success FROM fetcher.timetable WHERE source = ANY($1)"
        return {row["source"]: row["success"] for row in await available(lambda: self._pool.fetch(query, names))}

    async def due(self, sources: Collection[str]) -> dict[str, float]:
        rows = await available(lambda: self._pool.fetch(sql.DUE, list(sources)))
        return {row["source"]: float(row["late"]) for row in rows}

    async def begin(self, source: str, starts: Sequence[Trail], terms: Terms, *, due: bool) -> bool:
        async def begin() -> bool:
            async with self._pool.acquire() as connection, connection.transaction():
                values = (source, due, terms.duration, terms.pause, terms.concurrency, terms.pages)
                if await connection.fetchval(sql.BEGIN, *values) is None:
                    return False
                await _add(connection, source, starts)
                return True

        return await available(begin)

    async def going_on(self, sources: Collection[str]) -> set[str]:
        query = "SELECT source FROM fetcher.polls WHERE source = ANY($1)"
        return {row["source"] for row in await available(lambda: self._pool.fetch(query, list(sources)))}

    async def claim(self, owner: str, sources: Collection[str], room: int, lease: float) -> tuple[list[Task], float]:
        async def claim() -> tuple[list[Task], float]:
            async with self._pool.acquire() as connection:
                async with connection.transaction():
                    hosts = [row["host"] for row in await connection.fetch(sql.READY_HOSTS, list(sources), room)]
                    rows = await connection.fetch(sql.CLAIM, list(sources), hosts, owner, lease) if hosts else []
                if rows:
                    return [_task(row) for row in rows], 0.0
                soonest = await connection.fetchval(sql.SOONEST, list(sources))
            return [], _LATEST if soonest is None else min(max(float(soonest), 0.0) or _SOON, _LATEST)

        return await available(claim)

    async def renew(self, owner: str, tasks: Collection[tuple[str, str]], polls: Collection[str], lease: float) -> None:
        async def renew() -> None:
            names, urls = [source for source, _ in tasks], [url for _, url in tasks]
            await self._pool.execute(sql.RENEW_TASKS, owner, names, urls, lease)
            await self._pool.execute(sql.RENEW_POLLS, owner, list(polls), lease)

        await available(renew)

    async def finish(self, owner: str, task: Task, outcome: Outcome, onward: Sequence[Trail], memory: Memory | None) -> Done:
        source, url, what = task.source, task.trail.url, _json(_OUTCOME, outcome)

        async def leaf() -> Done:
            known = _columns(memory) if memory else (None,) * 7
            (row,) = await self._pool.fetch(sql.FINISH_LEAF, source, task.poll, url, owner, what, *known)
            return Done(left=row["left"]) if row["done"] else Done(lost=True)

        async def fork() -> Done:
            async with self._pool.acquire() as connection, connection.transaction():
                statement = "SELECT pages FROM fetcher.polls WHERE source = $1 AND number = $2 FOR UPDATE"
                pages = await connection.fetchval(statement, source, task.poll)
                if not await connection.fetchval(sql.FINISH, source, task.poll, url, owner, what):
                    return Done(lost=True)
                dropped = await _add(connection, source, onward, pages)
                if memory:
                    await connection.execute(sql.KEEP, source, url, *_columns(memory))
                return Done(dropped=dropped, left=await connection.fetchval(sql.LEFT, source))

        return await available(fork if onward else leaf)

    async def postpone(self, owner: str, task: Task, wait: float, *, failed: bool) -> None:
        values = (task.source, task.trail.url, owner, wait, int(failed))
        await available(lambda: self._pool.execute(sql.POSTPONE, *values))

    async def settled(self, sources: Collection[str]) -> list[str]:
        rows = await available(lambda: self._pool.fetch(sql.SETTLED, list(sources), DOWN_AFTER))
        return [row["source"] for row in rows]

    async def close(self, owner: str, source: str, lease: float) -> Poll | None:
        async def close() -> Poll | None:
            async with self._pool.acquire() as connection:
                row = await connection.fetchrow(sql.CLOSE, source, DOWN_AFTER, owner, lease)
                if row is None:
                    return None
                why = "deadline" if row["over"] else "circuit"
                results = await connection.fetch(sql.RESULTS, source)
                pages = await connection.fetch("SELECT url FROM fetcher.addresses WHERE source = $1 AND is_page", source)
                return Poll(
                    source,
                    row["number"],
                    row["begun"],
                    row["dropped"],
                    row["probed"],
                    row["doubts"],
                    row["failures"],
                    row["changed"],
                    tuple(_result(result, why) for result in results),
                    frozenset(page["url"] for page in pages),
                )

        return await available(close)

    async def probe(self, poll: Poll, probes: Sequence[Trail]) -> None:
        async def probe() -> None:
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchval(sql.PROBED, poll.source, poll.number):
                    await _add(connection, poll.source, probes)

        await available(probe)

    async def end(self, poll: Poll, ending: Ending) -> None:
        async def end() -> None:
            async with self._pool.acquire() as connection, connection.transaction():
                statement = "SELECT begun FROM fetcher.polls WHERE source = $1 AND number = $2 FOR UPDATE"
                begun = await connection.fetchval(statement, poll.source, poll.number)
                if begun is not None:
                    await connection.execute(sql.SEEN, poll.source)
                    await connection.execute("DELETE FROM fetcher.polls WHERE source = $1", poll.source)
                    values = (ending.next_in, ending.complete, ending.changed, ending.failures, ending.doubts)
                    await connection.execute(sql.TIMETABLE, poll.source, begun, *values)
                    await connection.execute(sql.FORGET, poll.source)

        await available(end)


async def _add(connection: Connection, source: str, trails: Sequence[Trail], most: int | None = None) -> int:
    """Put addresses into the frontier that are not there, as long as it has fewer than ``most``; how many it had no room for."""
    known = await connection.fetch(sql.KNOWN, source, [trail.url for trail in trails])
    fresh = [trail for trail in trails if trail.url not in {row["url"] for row in known}]
    if not fresh:
        return 0
    if most is not None:
        room = max(0, most - await connection.fetchval("SELECT count(*) FROM fetcher.frontier WHERE source = $1", source))
        if dropped := len(fresh[room:]):
            await connection.execute("UPDATE fetcher.polls SET dropped = dropped + $2 WHERE source = $1", source, dropped)
    else:
        room, dropped = len(fresh), 0
    taken = fresh[:room]
    hosts = [host_of(trail.url) for trail in taken]
    await connection.execute(sql.ADD_HOSTS, sorted(set(hosts)))
    columns = [trail.url for trail in taken], hosts, [trail.turn for trail in taken], [_json(_TRAIL, trail) for trail in taken]
    await connection.execute(sql.ADD, source, *columns)
    return dropped


def _task(row: asyncpg.Record) -> Task:
    memory = None
    if row["read"] is not None:
        kept = _KEPT.validate_json(row["kept"]) if row["kept"] else None
        memory = Memory(row["read"], row["is_page"], row["final"], row["etag"], row["modified"], kept, row["body"])
    return Task(row["source"], row["number"], _TRAIL.validate_json(row["trail"]), row["attempt"], row["failures"], memory)


def _columns(memory: Memory) -> tuple[object, ...]:
    kept = _json(_KEPT, memory.kept) if memory.kept else None
    return memory.read, memory.is_page, memory.final, memory.etag, memory.modified, kept, memory.body


def _result(row: asyncpg.Record, why: str) -> Result:
    outcome = _OUTCOME.validate_json(row["outcome"]) if row["outcome"] else Missed(refused=False, reason=why)
    return Result(_TRAIL.validate_json(row["trail"]), outcome)


def _json(adapter: TypeAdapter[Any], value: object) -> str:
    # jsonb takes no NUL, and no half of a surrogate pair
    text = json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False).replace("\\u0000", "\ufffd")
    return text.encode("utf-8", "replace").decode()
