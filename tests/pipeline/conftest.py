"""A pipeline of four real services over the session's real Kafka and PostgreSQL, with topics and a database of its own."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid

import asyncpg
import pytest

from deploy.local.postgres import fresh_database
from services.cli.up.pipeline import CONSUMERS, Pipeline
from services.store.columns import COLUMNS

# what differs between two runs by nature: when it happened
WHEN = {"fetched_at", "first_seen", "last_seen", "seen_at", "said_at", "event_id", "headers", "failed_at", "validated_at"}


@pytest.fixture
def pipeline_on(kafka, postgres, tmp_path):
    """``async with pipeline_on(site)``: the pipeline watching a site of the test's, topics and database its own; ``only`` some of
    its services where they are named."""

    @contextlib.asynccontextmanager
    async def running(site, only=tuple(CONSUMERS), **environment):
        prefix = f"test-{uuid.uuid4().hex[:12]}."
        home = tmp_path / prefix
        home.mkdir()
        sources = home / "sources.yaml"
        sources.write_text(site.sources(), encoding="utf-8")
        settings = {"GOUJI_TOPIC_PREFIX": prefix, "GOUJI_RETRY_MOST_SECONDS": "1", "GOUJI_LEASE_SECONDS": "5", **environment}
        with fresh_database(postgres) as dsn:
            async with Pipeline(home, kafka, dsn, sources, settings, only=only).running() as pipeline:
                yield pipeline

    return running


async def until_settled(pipeline, seconds=200):
    """Wait until everything published has been handled. Fails, with the logs' ends and before the test's own time is up, if
    that does not come."""
    deadline = time.monotonic() + seconds
    while not await pipeline.settled():
        if time.monotonic() > deadline:
            logs = {
                name: child.log.read_text(encoding="utf-8")[-1500:]
                for name, child in pipeline.children.items()
                if child.log.exists()
            }
            pytest.fail(f"not settled after {seconds} s: {logs}")
        await asyncio.sleep(0.6)


async def contents(dsn):
    """Every row of the store, without what differs between two runs by nature."""
    connection = await asyncpg.connect(dsn)
    out = {}
    for table, columns in COLUMNS.items():
        names = ", ".join(f'"{name}"' for name in columns if name not in WHEN)
        out[table] = sorted(map(repr, map(tuple, await connection.fetch(f"SELECT {names} FROM disclosures.{table}"))))
    await connection.close()
    return out
