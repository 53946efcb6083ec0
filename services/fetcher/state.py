"""What the fetcher knows of each URL: the versions that the broker has acknowledged.

In PostgreSQL, in a schema of the fetcher's own, or in memory for a single process without a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import asyncpg

from services.runtime.database import available, open_pool

MIGRATIONS = Path(__file__).parent / "migrations"


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
        return cls(await open_pool(database_url, "fetcher", MIGRATIONS))

    async def close(self) -> None:
        await self._pool.close()

    async def latest(self, url: str) -> Version | None:
        query = "SELECT * FROM fetcher.versions WHERE url = $1 ORDER BY number DESC LIMIT 1"
        row = await available(lambda: self._pool.fetchrow(query, url))
        return Version(**row) if row else None

    async def remember(self, version: Version) -> None:
        statement = "INSERT INTO fetcher.versions VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
        values = (version.url, version.number, version.fingerprint, version.sha256, version.source, version.seen)
        await available(lambda: self._pool.execute(statement, *values))
