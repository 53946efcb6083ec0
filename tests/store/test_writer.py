"""Whatever the order and however often, the same events make the same rows."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from schemas.validation import State
from services.store.rows import COLUMNS
from services.store.writer import write

TABLES = [table for table in COLUMNS if table != "source"]


async def contents(connection):
    """Every row of every table, without the time of storing."""
    out = {}
    for table in TABLES:
        names = ", ".join(f'"{name}"' for name in COLUMNS[table])
        rows = await connection.fetch(f"SELECT {names} FROM disclosures.{table} ORDER BY {names}")
        out[table] = [tuple(row) for row in rows]
    return out


def life_of(discrepancy):
    """The events of a discrepancy that is opened, changed and resolved by three versions, and of one that stays."""
    later = discrepancy.last_seen
    events = []
    for i, state in enumerate((State.OPENED, State.CHANGED, State.RESOLVED)):
        seen = later + timedelta(days=i)
        events.append(discrepancy.model_copy(update={"state": state, "document": f"{i:064d}", "last_seen": seen}))
    return [*events, discrepancy.model_copy(update={"discrepancy_id": "stays"})]


def batch_of(examples):
    raw, report = examples["RawDocument"], examples["Report"]
    return [
        *examples.values(),
        raw.model_copy(update={"version": 2, "sha256": "1" * 64}),
        report.model_copy(update={"document": "1" * 64, "version": 2}),
        *life_of(examples["Discrepancy"]),
    ]


async def test_one_of_each_event_is_stored_with_all_that_belongs_to_it(connection, examples):
    await write(connection, list(examples.values()))
    found = await contents(connection)
    empty = [table for table, rows in found.items() if not rows]
    assert empty == []
    fact = examples["Report"].facts[0]
    stored = await connection.fetchrow("SELECT * FROM disclosures.fact WHERE fact_id = $1", fact.id)
    assert (stored["value"], stored["decimals"], stored["unit"]) == (fact.value, fact.decimals, "CNY")


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_and_any_number_of_repeats_give_the_same_rows(connection, examples, seed):
    events = batch_of(examples)
    await write(connection, events)
    straight = await contents(connection)
    for table in reversed(COLUMNS):
        await connection.execute(f"DELETE FROM disclosures.{table}")

    chance = random.Random(seed)
    shuffled = events + chance.choices(events, k=len(events) // 2)
    chance.shuffle(shuffled)
    while shuffled:
        size = chance.randint(1, 4)
        await write(connection, shuffled[:size])
        shuffled = shuffled[size:]
    assert await contents(connection) == straight


async def test_a_discrepancy_does_not_come_back_to_life_when_an_old_event_is_repeated(connection, examples):
    opened, changed, resolved, _ = life_of(examples["Discrepancy"])
    await write(connection, [opened, changed, resolved])
    await write(connection, [opened])
    assert await connection.fetchval("SELECT state FROM disclosures.discrepancy") == "resolved"
    assert await connection.fetchval("SELECT count(*) FROM disclosures.discrepancy_event") == 3
    assert await connection.fetchval("SELECT count(*) FROM disclosures.open_discrepancies") == 0


async def test_a_new_reading_of_the_same_bytes_replaces_the_old_one(connection, examples):
    report = examples["Report"]
    await write(connection, [report])
    await write(connection, [report.model_copy(update={"facts": report.facts[:1], "parser_version": "next"})])
    assert await connection.fetchval("SELECT count(*) FROM disclosures.fact") == 1
    assert await connection.fetchval("SELECT parser_version FROM disclosures.report_version") == "next"


async def test_a_batch_is_stored_whole_or_not_at_all(connection, examples):
    broken = examples["Report"].model_copy(update={"facts": (examples["Report"].facts[0],) * 2})  # one key twice
    with pytest.raises(Exception, match="duplicate key"):
        await write(connection, [examples["RawDocument"], broken])
    assert await connection.fetchval("SELECT count(*) FROM disclosures.document_version") == 0
