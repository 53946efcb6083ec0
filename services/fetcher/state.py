"""What the fetcher knows of each URL: the versions that the broker has acknowledged.

In PostgreSQL, in a schema of the fetcher's own, or in memory for a single process without a database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import asyncpg

from services.runtime.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x676F756A69F7  # advisory lock of the migration: any number that nobody else uses
_AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError,
         asyncpg.InsufficientResourcesError)  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True)
class Version:
    """One version of the document at ``url``; ``fingerprint`` stands for its bytes and its annexes' bytes."""

    url: str
    number: int
    fingerprint: str
    sha256: str
    source: str
    seen: datetime


class State(Protocol):
    """Remembers versions. Both methods raise ``Unavailable`` while they cannot; both may be repeated at will."""

    async def latest(self, url: str) -> Version | None:
        """The last version remembered of ``url``."""
        ...

    async def remember(self, version: Version) -> None:
        """Keep a version that was published. Keeping it again changes nothing."""
        ...


class MemoryState:
    """For one process, forgotten at its end."""

    def __init__(self) -> None:
        self._latest: dict[str, Version] = {}

    async def latest(self, url: str) -> Version | None:
        return self._latest.get(url)

    async def remember(self, version: Version) -> None:
        known = self._latest.get(version.url)
        if known is None or known.number < version.number:
            self._latest[version.url] = version


class PostgresState:
    """In the schema ``fetcher`` of a PostgreSQL database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, database_url: str) -> PostgresState:
        """Connect, and bring the schema up to date. Raises Unavailable."""

        async def connect() -> PostgresState:
            pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4, command_timeout=30)
            try:
                async with pool.acquire() as connection, connection.transaction():
                    await migrate(connection)
            except BaseException:
                pool.terminate()
                raise
            return cls(pool)

        return await _available(connect)

    async def close(self) -> None:
        await self._pool.close()

    async def latest(self, url: str) -> Version | None:
        query = "SELECT * FROM fetcher.versions WHERE url = $1 ORDER BY number DESC LIMIT 1"
        row = await _available(lambda: self._pool.fetchrow(query, url))
        return Version(**row) if row else None

    async def remember(self, version: Version) -> None:
        statement = "INSERT INTO fetcher.versions VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
        values = (version.url, version.number, version.fingerprint, version.sha256, version.source, version.seen)
        await _available(lambda: self._pool.execute(statement, *values))


async def migrate(connection: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy) -> list[str]:
    """Apply the files of ``migrations`` that this database has not seen, in order, within the caller's transaction.

    Returns their names. Only one process migrates at a time.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    await connection.execute("CREATE SCHEMA IF NOT EXISTS fetcher")
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS fetcher.migrations (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
    )
    applied = {row["name"] for row in await connection.fetch("SELECT name FROM fetcher.migrations")}
    fresh = [path for path in sorted(MIGRATIONS.glob("*.sql")) if path.stem not in applied]
    for path in fresh:
        await connection.execute(path.read_text("utf-8"))
        await connection.execute("INSERT INTO fetcher.migrations (name) VALUES ($1)", path.stem)
    return [path.stem for path in fresh]


async def _available(operation: Callable[[], Awaitable[T]]) -> T:
    try:
        return await operation()
    except (*_AWAY, TimeoutError) as error:
        raise Unavailable(f"database: {type(error).__name__}: {error}") from error
