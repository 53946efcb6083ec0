"""The store as a service: every topic → PostgreSQL. ``python -m services.store.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from schemas.base import Contract
from schemas.topics import TOPICS
from services.runtime import Handler, Received, Runtime, Settings, Stage, run
from services.runtime.database import available
from services.store.migrate import upgrade
from services.store.told import heard
from services.store.writer import prepare, write


@asynccontextmanager
async def opened(runtime: Runtime[Settings]) -> AsyncIterator[Handler]:
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

    try:
        yield handle
    finally:
        pool.terminate()


STAGE = Stage(name="store", inputs=TOPICS, open=opened, settings=Settings, batch=200)

if __name__ == "__main__":
    run(STAGE)
