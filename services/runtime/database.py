"""What the services that keep something in PostgreSQL share: what counts as unavailable, and small schemas of their own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import asyncpg

from services.runtime import metrics
from services.runtime.errors import Unavailable

T = TypeVar("T")

_LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg's own word when the server goes away between two steps of its protocol
)
"""The connection is gone, without a word of the server."""

_PASSING = (
    "08",  # connection exception
    "28",  # who we are is not accepted (any more)
    "40",  # deadlock, serialization failure
    "53",  # insufficient resources: disk full, out of memory, too many connections
    "57",  # operator intervention: shutdown, starting up, statement timeout
    "58",  # system error: the server cannot read or write its files
    "25006",  # read-only: a standby, or an administrator's switch
    "55P03",  # a lock was not to be had in time
    "3D000",  # no such database
    "3F000",  # no such schema: somebody migrates
    "42P01",  # no such table: the same
    "42501",  # a privilege is missing
)
"""SQLSTATE classes and codes (PostgreSQL, appendix A) that are never the message's fault: they pass by waiting, or when an
administrator has done something."""


async def available(operation: Callable[[], Awaitable[T]]) -> T:
    """The operation's result. Raises Unavailable where waiting may help, else what the operation raises."""
    try:
        return await operation()
    except Exception as error:
        if not passes(error):
            raise
        raise _unavailable(error) from error


def passes(error: Exception) -> bool:
    """Whether waiting may help."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_PASSING)
    return isinstance(error, _LOST)


def _unavailable(error: Exception) -> Unavailable:
    condition = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(error).__name__.removesuffix("Error")).lower()
    metrics.DATABASE.labels(condition).inc()
    return Unavailable(f"database: {condition}: {error}")


async def open_pool(database_url: str, schema: str, migrations: Path, *, stateless: bool = False) -> asyncpg.Pool:
    """A pool of connections to a database in which a service's own schema is up to date. Raises Unavailable.

    ``stateless``: the service leaves nothing in its sessions (locks, settings), so that a connection need not be cleaned, at the
    cost of a round trip, whenever it is given back.
    """

    async def connect() -> asyncpg.Pool:
        reset = _nothing if stateless else None
        pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4, command_timeout=60, reset=reset)
        try:
            async with pool.acquire() as connection, connection.transaction():
                await migrate(connection, schema, migrations)
        except BaseException:
            pool.terminate()
            raise
        return pool

    return await available(connect)


async def _nothing(connection: asyncpg.Connection) -> None:
    return


async def migrate(connection: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy, schema: str, migrations: Path) -> list[str]:
    """Apply the ``*.sql`` files of a folder that this schema has not seen, in order, within the caller's transaction.

    Returns their names. Only one process migrates a schema at a time. For the state of one service that nobody else reads;
    the store's tables, which people query, have a real migration tool.
    """
    lock = int.from_bytes(hashlib.sha256(schema.encode()).digest()[:7], "big")
    await connection.execute("SELECT pg_advisory_xact_lock($1)", lock)
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    await connection.execute(
        f"CREATE TABLE IF NOT EXISTS {schema}.migrations (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
    )
    applied = {row["name"] for row in await connection.fetch(f"SELECT name FROM {schema}.migrations")}  # noqa: S608 - our constant
    fresh = {name: statements for name, statements in _scripts(migrations).items() if name not in applied}
    for name, statements in fresh.items():
        await connection.execute(statements)
        await connection.execute(f"INSERT INTO {schema}.migrations (name) VALUES ($1)", name)  # noqa: S608 - our constant
    return list(fresh)


def _scripts(migrations: Path) -> dict[str, str]:
    """The scripts of a folder by name, in order."""
    return {path.stem: path.read_text("utf-8") for path in sorted(migrations.glob("*.sql"))}
