"""What waits for its delivery, in the forwarder's own schema of a PostgreSQL database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from schemas.validation import Discrepancy
from services.forwarder.news import News, news
from services.forwarder.subscriptions import Subscription
from services.runtime import Received
from services.runtime.database import available

T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
KEPT = timedelta(days=7)
"""How long a settled event is remembered, so that a repeat of it is recognised; and the waiting ones of a subscription that
is no longer in the file are kept four times as long."""


@dataclass(frozen=True)
class Waiting:
    """An event that waits; ``attributes`` are HTTP headers, ``attempts`` those that failed."""

    id: int
    event: str
    report: str
    attributes: dict[str, str]
    body: bytes
    attempts: int


@dataclass(frozen=True)
class GivenUp:
    """An event that failed for too long, and where it was read."""

    id: int
    topic: str
    partition: int
    offset: int
    attempts: int


async def receive(pool: asyncpg.Pool, subscriptions: Sequence[Subscription], batch: Sequence[Received[Discrepancy]]) -> None:
    """Put what is news to somebody into the outbox, and remember that it was told. All or nothing; repeats change nothing.

    Raises asyncpg's errors.
    """
    async with pool.acquire() as connection, connection.transaction():
        ids = [received.event.discrepancy_id for received in batch]
        query = "SELECT subscription, discrepancy, mark FROM forwarder.told WHERE discrepancy = ANY ($1)"
        told = {(row["subscription"], row["discrepancy"]): row["mark"] for row in await connection.fetch(query, ids)}
        found = news(subscriptions, told, batch)
        await connection.executemany(
            'INSERT INTO forwarder.outbox (subscription, event, report, topic, partition, "offset", attributes, body) '
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            [_row(each) for each in found if each.subscription.webhook],
        )
        await connection.executemany(
            "INSERT INTO forwarder.told AS t VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT (subscription, discrepancy) DO UPDATE SET mark = excluded.mark, updated = excluded.updated, "
            "content = excluded.content",
            [(n.subscription.id, n.found.discrepancy_id, n.mark, n.updated, n.message.value) for n in found],
        )
        # a dead letter that was sent back: whoever never got it is tried again
        replayed = [received.context.message.header("ce_id") for received in batch if received.context.attempt > 1]
        await connection.execute(
            "UPDATE forwarder.outbox SET settled = NULL, outcome = NULL, failing_since = NULL, attempts = 0, enqueued = now(), "
            "due = now() WHERE event = ANY ($1) AND outcome = 'given_up'",
            replayed,
        )


def _row(each: News) -> tuple[Any, ...]:
    message = each.message
    origin = (message.topic, message.partition, message.offset)
    return (each.subscription.id, each.event, each.found.report_id, *origin, each.attributes, message.value)


async def forget(pool: asyncpg.Pool, subscriptions: Collection[str]) -> int:
    """Forget what was settled long ago, and what waits for a subscription that has long been gone; how much of the latter."""
    await pool.execute("DELETE FROM forwarder.outbox WHERE settled < now() - $1::interval", KEPT)
    gone = await pool.execute(
        "DELETE FROM forwarder.outbox WHERE subscription <> ALL ($1) AND settled IS NULL AND enqueued < now() - $2::interval",
        list(subscriptions),
        KEPT * 4,
    )
    return int(gone.split()[-1])


class Outbox:
    """One subscription's part of it, over a connection of its own. Every method raises Unavailable."""

    def __init__(self, connection: asyncpg.Connection, subscription: str) -> None:
        self._connection = connection
        self._subscription = subscription

    async def mine(self) -> bool:
        """Whether this process is the one that delivers for the subscription: the first to ask, until its connection ends."""
        key = int.from_bytes(hashlib.sha256(f"forwarder/{self._subscription}".encode()).digest()[:8], "big", signed=True)
        return bool(await self._do(lambda: self._connection.fetchval("SELECT pg_try_advisory_lock($1)", key)))

    async def failures(self) -> int:
        """Failures since the last success."""
        query = "SELECT failures FROM forwarder.endpoint WHERE subscription = $1"
        return await self._do(lambda: self._connection.fetchval(query, self._subscription)) or 0

    async def heads(self, most: int) -> list[Waiting]:
        """The first waiting event of each report, those that are due, the longest due first."""
        query = (
            "SELECT id, event, report, attributes, body, attempts FROM forwarder.outbox JOIN ("
            "SELECT DISTINCT ON (report) id FROM forwarder.outbox WHERE subscription = $1 AND settled IS NULL ORDER BY report, id"
            ") head USING (id) WHERE due <= now() ORDER BY due, id LIMIT $2"
        )
        rows = await self._do(lambda: self._connection.fetch(query, self._subscription, most))
        return [Waiting(**{**row, "attributes": json.loads(row["attributes"])}) for row in rows]

    async def delivered(self, event: Waiting) -> None:
        """Settle an event; its endpoint works."""
        statement = (
            "WITH well AS (DELETE FROM forwarder.endpoint WHERE subscription = $2) "
            "UPDATE forwarder.outbox SET settled = now(), outcome = 'delivered' WHERE id = $1"
        )
        await self._do(lambda: self._connection.execute(statement, event.id, self._subscription))

    async def failed(self, event: Waiting, wait: timedelta) -> None:
        """Count a failure of an event, due again after ``wait``, and of its endpoint."""
        statement = (
            "WITH ill AS (INSERT INTO forwarder.endpoint AS e VALUES ($2, 1, now()) "
            "ON CONFLICT (subscription) DO UPDATE SET failures = e.failures + 1) "
            "UPDATE forwarder.outbox SET attempts = attempts + 1, due = now() + $3::interval, "
            "failing_since = coalesce(failing_since, now()) WHERE id = $1"
        )
        await self._do(lambda: self._connection.execute(statement, event.id, self._subscription, wait))

    async def hopeless(self, limit: timedelta, most: int) -> list[GivenUp]:
        """What has waited, and it or its whole endpoint failed, for longer than ``limit``."""
        query = (
            "SELECT o.id, o.topic, o.partition, o.offset, o.attempts FROM forwarder.outbox o "
            "LEFT JOIN forwarder.endpoint e USING (subscription) "
            "WHERE o.subscription = $1 AND o.settled IS NULL AND o.enqueued < now() - $2::interval "
            "AND (o.failing_since < now() - $2::interval OR e.failing_since < now() - $2::interval) ORDER BY o.id LIMIT $3"
        )
        return [GivenUp(**row) for row in await self._do(lambda: self._connection.fetch(query, self._subscription, limit, most))]

    async def give_up(self, events: Sequence[GivenUp]) -> None:
        """Settle events that became dead letters."""
        statement = "UPDATE forwarder.outbox SET settled = now(), outcome = 'given_up' WHERE id = ANY ($1)"
        await self._do(lambda: self._connection.execute(statement, [event.id for event in events]))

    async def waiting(self) -> tuple[int, float]:
        """How many events wait, and the age of the oldest in seconds."""
        query = (
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(enqueued)), 0)::float8 "
            "FROM forwarder.outbox WHERE subscription = $1 AND settled IS NULL"
        )
        row = await self._do(lambda: self._connection.fetchrow(query, self._subscription))
        assert row is not None
        return row[0], row[1]

    async def _do(self, operation: Callable[[], Awaitable[T]]) -> T:
        return await available(operation)


async def latest(pool: asyncpg.Pool, subscription: str, most: int) -> list[tuple[datetime, bytes]]:
    """When, and the event: what a subscription was last told of each discrepancy, the latest first. Raises Unavailable."""
    query = "SELECT updated, content FROM forwarder.told WHERE subscription = $1 ORDER BY updated DESC, discrepancy LIMIT $2"
    return [(row["updated"], row["content"]) for row in await available(lambda: pool.fetch(query, subscription, most))]
