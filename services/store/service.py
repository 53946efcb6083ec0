"""The store as a service: every topic → PostgreSQL. ``python -m services.store.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog
from pydantic import Field

from schemas.base import Contract
from schemas.topics import TOPICS
from services.runtime import Handler, Received, Runtime, Settings, Stage, Unavailable, run
from services.runtime.database import available
from services.store.metrics import ROWS, take_census
from services.store.migrate import upgrade
from services.store.told import heard
from services.store.writer import prepare, write

GRACE = 10.0  # seconds that the server has to answer that it gave up, before the connection is given up
log = structlog.get_logger()


class StoreSettings(Settings):
    """What the store reads from the environment."""

    census_seconds: float = Field(300.0, gt=0, description="how often the discrepancies in the database are counted, seconds")
    store_connections: int = Field(
        4, gt=0, description="connections to PostgreSQL: so many batches, of one partition each, are written at a time"
    )
    store_statement_seconds: float = Field(
        60.0, gt=0, description="longest time for one statement; then the batch is rolled back and tried again, seconds"
    )
    store_lock_seconds: float = Field(
        20.0, gt=0, description="longest wait for another writer's lock; then the batch is rolled back and tried again, seconds"
    )


async def open_pool(settings: StoreSettings) -> asyncpg.Pool:
    """Connections that are ready to write, lost ones replaced as they are asked for. Raises Unavailable."""
    limits = {
        "statement_timeout": settings.store_statement_seconds,
        "lock_timeout": settings.store_lock_seconds,
        "idle_in_transaction_session_timeout": settings.store_statement_seconds,
    }
    milliseconds = {name: str(int(seconds * 1000)) for name, seconds in limits.items()}
    return await available(
        lambda: asyncpg.create_pool(
            settings.database_url,
            min_size=1,
            max_size=settings.store_connections,
            command_timeout=settings.store_statement_seconds + GRACE,
            init=prepare,
            server_settings={"application_name": "gouji.store", **milliseconds},
        )
    )


@asynccontextmanager
async def opened(runtime: Runtime[StoreSettings]) -> AsyncIterator[Handler]:
    """Bring the schema up to date, then write each batch in one transaction."""
    await asyncio.to_thread(upgrade, runtime.settings.database_url)
    pool = await open_pool(runtime.settings)

    async def handle(batch: Sequence[Received[Any]]) -> Sequence[Contract]:
        told = [heard(received) for received in batch]

        async def effect() -> None:
            async with pool.acquire() as connection:
                written = await write(connection, told)
            for table, rows in written.items():
                ROWS.labels(table).inc(rows)

        await available(effect)
        return ()

    counting = asyncio.create_task(_count(pool, runtime.settings.census_seconds))
    try:
        yield handle
    finally:
        counting.cancel()
        await asyncio.wait({counting})
        pool.terminate()


async def _count(pool: asyncpg.Pool, seconds: float) -> None:
    """Count again and again. A count that fails is left out: the gauges stay as they were, and writing goes on."""
    while True:
        try:
            await available(lambda: take_census(pool))
        except (Unavailable, asyncpg.PostgresError) as error:
            log.warning("the census failed", error=str(error))
        await asyncio.sleep(seconds)


STAGE = Stage(name="store", inputs=TOPICS, open=opened, settings=StoreSettings, batch=200)

if __name__ == "__main__":
    run(STAGE)
