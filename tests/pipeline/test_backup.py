"""Save, wipe, restore: the same answers from the database, the same messages, the same bodies, and nobody reads anew."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from deploy.backup import Refused, check, restore, save
from deploy.local.postgres import fresh_database
from deploy.local.samples.site import SampleSite
from services.cli.up.pipeline import Pipeline
from services.runtime.archive import Archive
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.settings import Settings
from services.store import queries
from services.store.migrate import upgrade
from tests.pipeline.conftest import contents, until_settled
from tests.pipeline.test_sample_site import Served

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


async def messages(settings, topics):
    """Every message of the topics: partition, key, value, headers, timestamp - not its offset."""
    async with administering(settings) as admin, reading(settings) as reader:
        places = await partitions(admin, [settings.topic_prefix + topic for topic in topics])
        starts = await reader.beginning_offsets(places)
        return sorted(
            [(r.topic.removeprefix(settings.topic_prefix), r.partition, r.key, r.value, r.headers, r.timestamp)
             async for r in records(reader, starts)],
            key=repr,
        )  # fmt: skip


async def answers(dsn):
    """What people ask the database, and every row of it."""
    return await queries.reports(dsn), await queries.discrepancies(dsn), await contents(dsn)


async def test_what_was_saved_and_wiped_is_restored(pipeline_on, postgres, tmp_path):
    site, copy = SampleSite(), tmp_path / "copy"
    served = Served(site, await site.start())
    async with pipeline_on(served) as pipeline:
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        before = pipeline.settings().model_copy(update={"archive_url": str(pipeline.directory / "archive")})
        counts = await save(before, copy)
        assert await save(before, copy) == counts, "a second time changes nothing"
        expected = await answers(pipeline.dsn)
        topics = list(await pipeline.counts())
        sent = await messages(before, topics)
        with pytest.raises(Refused, match="empty"):
            await restore(before, copy)
    assert counts["messages"] == len(sent) > 0
    assert check(copy) == counts

    # the database is dropped with the fixture; topics and archive that nobody has seen stand for wiped ones
    with fresh_database(postgres) as dsn:
        home = tmp_path / "restored"
        home.mkdir()
        after = Settings(
            kafka_bootstrap_servers=before.kafka_bootstrap_servers,
            topic_prefix=f"restored-{before.topic_prefix}",
            database_url=dsn,
            archive_url=str(home / "archive"),
        )
        assert await restore(after, copy) == counts
        assert await answers(dsn) == expected
        assert await messages(after, topics) == sent
        archive = Archive(after.archive_url)
        assert {hashlib.sha256(archive.get(name)).hexdigest() for name in archive.names()} == set(archive.names())

        # the services go on from where they were: nothing waits, and running them changes nothing
        await asyncio.to_thread(upgrade, dsn)
        environment = {"GOUJI_TOPIC_PREFIX": after.topic_prefix, "GOUJI_ARCHIVE_URL": after.archive_url}
        sources = home / "sources.yaml"
        sources.write_text(served.sources(), encoding="utf-8")
        restored = Pipeline(home, after.kafka_bootstrap_servers, dsn, sources, environment)
        assert await restored.settled(), "the readers' places were restored"
        async with restored.running() as running:
            assert await running.crawl_once() == 0
            await until_settled(running)
            assert await messages(after, topics) == sent, "the fetcher remembers what it has published"
    await site.stop()
