"""2,000 events in any order, a fifth of them twice, by one writer or four at once: the same rows in every table."""

from __future__ import annotations

import asyncio
import random
from functools import partial

import asyncpg
import pytest

from services.runtime import Unavailable
from services.runtime.database import available
from services.store.columns import COLUMNS
from services.store.writer import prepare, write
from tests.store.conftest import contents
from tests.store.mixture import mixture

EVENTS = 2000
ORDERS = 5


async def empty(connection):
    await connection.execute(f"TRUNCATE {', '.join(f'disclosures.{table}' for table in COLUMNS)}")


def shuffled(events, seed):
    """The events in another order, a fifth of them twice."""
    chance = random.Random(seed)
    out = events + chance.choices(events, k=len(events) // 5)
    chance.shuffle(out)
    return out


def batches(events, seed, most):
    chance = random.Random(seed)
    while events:
        size = chance.randint(1, most)
        yield events[:size]
        events = events[size:]


async def test_the_order_of_arrival_does_not_matter(connection, examples):
    events = mixture(examples, EVENTS)
    await write(connection, events)
    straight = await contents(connection)
    assert all(straight.values())
    for seed in range(ORDERS):
        await empty(connection)
        for batch in batches(shuffled(events, seed), seed, most=300):
            await write(connection, batch)
        found = await contents(connection)
        assert {table for table in COLUMNS if found[table] != straight[table]} == set()


async def test_four_writers_at_once_make_the_same_rows_as_one(store, connection, examples):
    events = mixture(examples, EVENTS // 2, seed=1)
    await write(connection, events)
    straight = await contents(connection)
    await empty(connection)
    waiting = list(batches(shuffled(events, 1), 1, most=40))
    again = 0

    async def work(pool):
        nonlocal again
        while waiting:
            batch = waiting.pop()
            try:
                async with pool.acquire() as own:
                    await available(partial(write, own, batch))
            except Unavailable:  # a deadlock: the runtime, too, tries again
                waiting.append(batch)
                again += 1
                assert again < 100

    async with asyncpg.create_pool(store, init=prepare, min_size=4, max_size=4) as pool:
        await asyncio.gather(*(work(pool) for _ in range(4)))
    found = await contents(connection)
    assert {table for table in COLUMNS if found[table] != straight[table]} == set()
    print(f"{again} batches were tried again")


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_repeated_changes_nothing(connection, examples, seed):
    events = mixture(examples, 300, seed=seed)
    await write(connection, events)
    rows = "SELECT count(*), sum(xmin::text::bigint) FROM disclosures."
    before = [await connection.fetchrow(rows + table) for table in ("fact", "discrepancy", "report_version", "check_outcome")]
    await write(connection, shuffled(events, seed))
    after = [await connection.fetchrow(rows + table) for table in ("fact", "discrepancy", "report_version", "check_outcome")]
    assert after == before
