"""The store killed, PostgreSQL killed and restarted, its disk full, in the middle of a batch: afterwards every row is there."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import random
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

import asyncpg
import psycopg
import pytest

from deploy.local.postgres import LocalPostgres
from schemas.envelope import unseal
from schemas.topics import DEAD_LETTERS, TOPICS
from services.runtime.consumer import group_of
from services.runtime.lag import Positions
from services.runtime.topics import ensure_topics
from services.store.told import Told
from services.store.writer import prepare, write
from tests.runtime.bench import Bench, until
from tests.store.conftest import contents
from tests.store.mixture import mixture

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]
DISK = 150  # MiB: a new cluster, its log and a little


@pytest.fixture
async def bench(kafka, topic_prefix, tmp_path):
    async with Bench.opened(kafka, topic_prefix, tmp_path) as bench:
        await ensure_topics(bench.settings)
        yield bench


@pytest.fixture
def server(tmp_path_factory):
    """A PostgreSQL of the test's own, to be struck."""
    directory = Path(tempfile.mkdtemp(prefix="gouji-test-"))
    postgres = LocalPostgres(directory)
    postgres.start()
    yield postgres
    postgres.stop()
    shutil.rmtree(directory)


@pytest.fixture
def small_disk():
    """A directory on a file system of its own, of ``DISK`` MiB."""
    directory = Path(tempfile.mkdtemp(prefix="gouji-test-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", directory]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        directory.rmdir()
        pytest.skip(f"a small file system needs the right to mount one: {mounted.stderr.decode().strip()}")
    yield directory
    subprocess.run(["umount", directory], check=True)
    directory.rmdir()


async def settled(bench):
    """Wait until the store has committed everything that was published."""
    names = [bench.name(topic) for topic in TOPICS]

    async with contextlib.aclosing(Positions(bench.settings)) as positions:

        async def nothing_left():
            read = await positions.read(group_of("store", bench.settings.topic_prefix), names)
            return not any(position.lag for position in read.values())

        await until(nothing_left, "lag 0")


async def told(bench):
    """Everything on the topics, as the store hears it."""
    out = []
    for topic in TOPICS:
        for record in await bench.messages(topic):
            headers = {name: value.decode() for name, value in record.headers}
            event = unseal(topic.model, record.value, tuple(record.headers))
            out.append(Told(event, datetime.fromisoformat(headers["ce_time"]), headers["ce_id"]))
    return out


async def rows(dsn, events=()):
    """What a database holds after some more events."""
    connection = await asyncpg.connect(dsn)
    if events:
        await prepare(connection)
        await write(connection, events)
    found = await contents(connection)
    await connection.close()
    return found


@contextlib.asynccontextmanager
async def in_the_middle(dsn, publish):
    """Inside, the store is in the middle of a transaction: it waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gouji.store' AND wait_event_type = 'Lock'"
    with psycopg.connect(dsn) as holder, psycopg.connect(dsn, autocommit=True) as observer:
        holder.execute("LOCK TABLE disclosures.fact, disclosures.discrepancy_event")
        await publish
        await until(lambda: observer.execute(waiting).fetchone()[0], "the store being in the middle of a batch")
        yield


async def test_killed_and_restarted_in_the_middle_of_a_batch(bench, server, store, examples):
    events = [each.event for each in mixture(examples, 160)]
    probe = bench.start("services.store.service", DATABASE_URL=server.dsn)
    await bench.publish(*events[:40])
    await settled(bench)

    async with in_the_middle(server.dsn, bench.publish(*events[40:80])):
        await probe.kill()
    probe = bench.start("services.store.service", DATABASE_URL=server.dsn)
    await settled(bench)

    for strike, chunk in ((server.kill, events[80:120]), (server.restart, events[120:])):
        seen = len(probe.lines("unavailable"))
        with contextlib.suppress(psycopg.OperationalError):  # the one who holds the lock loses its connection too
            async with in_the_middle(server.dsn, bench.publish(*chunk)):
                await asyncio.to_thread(strike)
        await until(lambda: len(probe.lines("unavailable")) > seen, "the store saying what it lacks")  # noqa: B023
        await asyncio.to_thread(server.start)
        await settled(bench)

    assert await probe.metric("gouji_database_unavailable_total") >= 2
    assert len(await bench.messages(DEAD_LETTERS)) == sum(type(event).__name__ == "DeadLetter" for event in events)
    assert await rows(server.dsn) == await rows(store, await told(bench))


def fill(directory):
    """Take all the room that is left; the file that takes it."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return filler


async def test_a_full_disk_is_waited_for(bench, small_disk, store, examples):
    server = LocalPostgres(small_disk / "postgres")
    server.start()
    try:
        events = [each.event for each in mixture(examples, 120)]
        probe = bench.start("services.store.service", DATABASE_URL=server.dsn)
        await bench.publish(*events[:40])
        await settled(bench)

        filler = fill(small_disk)
        text = "".join(random.Random(0).choices([chr(0x4E00 + i) for i in range(20_000)], k=200_000))  # nothing to compress
        paragraph = examples["Report"].paragraphs[0].model_copy(update={"text": text})
        large = examples["Report"].model_copy(update={"report_id": "large", "paragraphs": (paragraph,)})
        await bench.publish(large, *events[40:])
        await until(lambda: "disk_full" in probe.log.read_text(), "the store saying that the disk is full")
        assert await probe.metric("gouji_database_unavailable_total", condition="disk_full") >= 1
        status, lacking = await probe.get("/readyz")
        assert (status, "database: disk_full" in lacking) == (503, True)

        filler.unlink()
        await asyncio.to_thread(server.start)  # it may have given up, where it had no room for its log
        await settled(bench)
        assert len(await bench.messages(DEAD_LETTERS)) == sum(type(event).__name__ == "DeadLetter" for event in events)
        assert await rows(server.dsn) == await rows(store, await told(bench))
        assert (await probe.get("/readyz"))[0] == 200
    finally:
        server.stop()
