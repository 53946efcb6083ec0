"""What the fetcher knows: versions of documents, polls that go on, hosts. ``PostgresState`` for as many processes as there are,
``MemoryState`` for one and till its end."""

from __future__ import annotations

from pathlib import Path

import asyncpg

from services.fetcher.state.frontier import PostgresFrontier
from services.fetcher.state.hosts import PostgresHosts
from services.fetcher.state.memory import MemoryState
from services.fetcher.state.model import State, Version
from services.fetcher.state.versions import PostgresVersions
from services.runtime.database import open_pool

__all__ = ["MIGRATIONS", "MemoryState", "PostgresState", "State", "Version"]
MIGRATIONS = Path(__file__).parent.parent / "migrations"


class PostgresState:
    """In the schema ``fetcher`` of a PostgreSQL database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.versions = PostgresVersions(pool)
        self.frontier = PostgresFrontier(pool)
        self.hosts = PostgresHosts(pool)

    @classmethod
    async def open(cls, database_url: str) -> PostgresState:
        """Connect, and bring the schema up to date. Raises Unavailable."""
        return cls(await open_pool(database_url, "fetcher", MIGRATIONS, stateless=True))

    async def close(self) -> None:
        await self._pool.close()
