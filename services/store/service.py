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
from services.store.metrics import take_census
from services.store.migrate import upgrade
from services.store.told import heard
from services.store.writer import prepare, write

log = structlog.get_logger()


class StoreSettings(Settings):
    """What the store reads from the environment."""

    census_seconds: float = Field(300.0, gt=0, description="how often the discrepancies in the database are counted, seconds")


@asynccontextmanager
async def opened(runtime: Runtime[StoreSettings]) -> AsyncIterator[Handler]:
    """Bring the schema up to date, then write each batch in one transaction."""
    dsn = runtime.settings.database_url
    await asyncio.to_thread(upgrade, dsn)
    pool = await available(lambda: asyncpg.create_pool(dsn, min_size=1, max_size=4, command_timeout=60, init=prepare))

    async def handle(batch: Sequence[Received[Any]]) -> Sequence[Contract]:
        told = [heard(received) for received in batch]

        async def effect() -> None:
            async with pool.acquire() as connection:
                await write(connection, told)

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
