"""A database with the store's schema, and events to put into it."""

from __future__ import annotations

import asyncpg
import pytest

from schemas.generate import HOME
from schemas.topics import TOPICS
from services.store.columns import COLUMNS
from services.store.migrate import upgrade
from services.store.writer import prepare


@pytest.fixture
def store(database):
    """DSN of a database that has the store's schema."""
    upgrade(database)
    return database


@pytest.fixture
async def connection(store):
    connection = await asyncpg.connect(store)
    await prepare(connection)
    yield connection
    await connection.close()


@pytest.fixture
def examples():
    """One event of each kind, by its model's name."""
    return {
        topic.model.__name__: topic.model.model_validate_json(
            (HOME / "examples" / f"{topic.event}.json").read_text(encoding="utf-8")
        )
        for topic in TOPICS
    }


async def contents(connection):
    """Every row of every table, without the time of storing; of reports also which version counts."""
    more = {"report": ("latest",), "report_version": ("superseded_by",)}
    out = {}
    for table, columns in COLUMNS.items():
        names = ", ".join(f'"{name}"' for name in (*columns, *more.get(table, ())))
        rows = await connection.fetch(f"SELECT {names} FROM disclosures.{table}")
        out[table] = sorted(map(repr, map(tuple, rows)))
    return out
