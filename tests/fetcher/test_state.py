"""What is remembered of a URL, in memory and in PostgreSQL alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from services.fetcher.state import MIGRATIONS, MemoryState, PostgresState, State, Version
from services.runtime.database import migrate
from services.runtime.errors import Unavailable

FIRST = Version("http://example.org/决算.pdf", 1, "f" * 64, "a" * 64, "test", datetime(2024, 8, 30, tzinfo=UTC))


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    if request.param == "memory":
        yield MemoryState()
        return
    opened = await PostgresState.open(request.getfixturevalue("database"))
    yield opened
    await opened.close()


async def test_the_latest_version_is_remembered(state: State) -> None:
    assert await state.latest(FIRST.url) is None
    await state.remember(FIRST)
    second = replace(FIRST, number=2, sha256="b" * 64)
    await state.remember(second)
    assert await state.latest(FIRST.url) == second


async def test_remembering_again_changes_nothing(state: State) -> None:
    await state.remember(FIRST)
    await state.remember(replace(FIRST, number=2))
    await state.remember(FIRST)
    latest = await state.latest(FIRST.url)
    assert latest is not None
    assert latest.number == 2


@pytest.mark.postgres
async def test_every_migration_is_applied_once(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await migrate(connection, "fetcher", MIGRATIONS) == sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
        assert await migrate(connection, "fetcher", MIGRATIONS) == []
    finally:
        await connection.close()


async def test_a_database_that_is_away_is_said_to_be_unavailable() -> None:
    with pytest.raises(Unavailable, match="database"):
        await PostgresState.open("postgresql://127.0.0.1:1/none")
