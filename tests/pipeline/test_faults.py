"""Killed services, a broker and a database that go away: afterwards the rows are those of an undisturbed run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import pytest

from schemas.topics import RAW, REPORTS
from services.runtime import Unavailable
from tests.pipeline.conftest import contents, until_settled
from tests.pipeline.site import Site, budgets

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.slow]
DOCUMENTS = int(os.environ.get("GOUJI_FAULT_DOCUMENTS", "200"))


@pytest.fixture(scope="module")
def kafka(own_parts):
    return own_parts.start_kafka()


@pytest.fixture(scope="module")
def postgres(own_parts):
    return own_parts.start_postgres()


async def published(pipeline, topic, least):
    """Wait until a topic holds that many messages, so that a fault strikes in the middle."""
    while True:
        with contextlib.suppress(Unavailable):
            if (await pipeline.counts())[topic.name] >= least:
                return
        await asyncio.sleep(0.5)


async def kill(pipeline, name):
    """Kill -9 the service itself; its keeper starts it again."""
    child = pipeline.children[name]
    starts = child.starts
    os.kill(child.pid, signal.SIGKILL)
    while child.starts == starts:
        await asyncio.sleep(0.1)


@pytest.mark.timeout(900)
async def test_no_fault_loses_or_doubles_anything(pipeline_on, own_parts):
    async with Site(budgets(DOCUMENTS)) as site:
        async with pipeline_on(site) as calm:
            assert await calm.crawl_once() == 0
            await until_settled(calm)
            expected = await contents(calm.dsn)
        assert len(expected["report_version"]) == DOCUMENTS
        assert expected["dead_letter"] == []

        site.pause = "PT0.1S"  # so that there is a middle for every fault to strike in
        async with pipeline_on(site) as pipeline:
            pipeline.watch()
            await published(pipeline, RAW, 10)
            await kill(pipeline, "fetcher")
            for least, name in ((20, "parser"), (50, "validator"), (80, "store")):
                await published(pipeline, REPORTS, least)
                await kill(pipeline, name)
            await published(pipeline, REPORTS, 110)
            await asyncio.to_thread(own_parts.restart_kafka)
            await published(pipeline, REPORTS, 130)
            await asyncio.to_thread(own_parts.restart_postgres)
            await published(pipeline, REPORTS, DOCUMENTS)
            await until_settled(pipeline)
            found = await contents(pipeline.dsn)
    assert found["dead_letter"] == []
    assert {table: len(rows) for table, rows in found.items()} == {table: len(rows) for table, rows in expected.items()}
    assert found == expected
