"""A statement that takes too long, a lock that is not to be had, a connection that is gone: waited for, and nothing half done."""

from __future__ import annotations

from functools import partial

import pytest

from services.runtime import Unavailable
from services.runtime.database import available
from services.store.service import StoreSettings, open_pool
from services.store.writer import write
from tests.store.conftest import contents
from tests.store.test_writer import batch_of

pytestmark = [pytest.mark.postgres]


@pytest.fixture
async def pool(store):
    settings = StoreSettings(database_url=store, store_connections=1, store_lock_seconds=0.2, store_statement_seconds=0.5)
    pool = await open_pool(settings)
    yield pool
    pool.terminate()


async def effect(pool, told):
    async with pool.acquire() as connection:
        await write(connection, told)


async def test_a_lock_that_is_not_to_be_had_is_waited_for_and_the_batch_is_whole_afterwards(pool, connection, examples):
    nothing = await contents(connection)
    async with connection.transaction():
        await connection.execute("LOCK TABLE disclosures.fact")
        with pytest.raises(Unavailable, match="lock_not_available"):
            await available(partial(effect, pool, batch_of(examples)))
    assert await contents(connection) == nothing
    await available(partial(effect, pool, batch_of(examples)))
    assert all((await contents(connection)).values())


async def test_a_statement_that_takes_too_long_is_given_up(pool):
    with pytest.raises(Unavailable, match="query_canceled"):
        await available(partial(pool.execute, "SELECT pg_sleep(60)"))
    assert await pool.fetchval("SELECT 1") == 1


async def test_a_lost_connection_is_replaced(pool, connection, examples):
    async with pool.acquire() as own:
        await connection.execute("SELECT pg_terminate_backend($1)", own.get_server_pid())
        with pytest.raises(Unavailable):
            await available(partial(write, own, batch_of(examples)))
    await available(partial(effect, pool, batch_of(examples)))
    assert all((await contents(connection)).values())
