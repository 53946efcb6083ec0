"""The demo proves itself: what is planted on the sample site is found, and nothing else; the corrected version resolves; and one
trace leads from a document's fetch to its stored discrepancies."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import pairwise

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.local.samples.site import BUDGET_ARTICLE, FINAL_PDF, SampleSite, planted
from schemas.envelope import unseal
from schemas.topics import DISCREPANCIES
from schemas.validation import Discrepancy
from tests.pipeline.collector import Collector, stored
from tests.pipeline.conftest import until_settled

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


class Served:
    """The sample site as the pipeline fixture wants it."""

    def __init__(self, site, listing):
        self.site, self.listing = site, listing

    def sources(self):
        return f"sources:\n  - {{id: sample, start: ['{self.listing}'], local: true, limits: {{pause: 0s}}}}\n"


def told(row):
    """Everything a discrepancy says: its stated value and its quotes."""
    return " ".join([row["stated"] or "", *(e["quote"] for e in json.loads(row["evidence"]))])


async def on_topic(pipeline):
    """Every discrepancy event on the topic."""
    topic = pipeline.settings().topic_prefix + DISCREPANCIES.name
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=pipeline.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    events = []
    while batch := await consumer.getmany(timeout_ms=1500):
        events += [unseal(Discrepancy, m.value, tuple(m.headers)) for messages in batch.values() for m in messages]
    await consumer.stop()
    return events


async def traced(collector, url):
    """The spans of the trace in which ``url`` was fetched, once those of its stored discrepancies have come, by name."""
    deadline = time.monotonic() + 60
    while DISCREPANCIES.name not in stored(collector.of_document(url)) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    return collector.of_document(url)


def leads_from_fetch_to_store(named):
    path = ["fetcher fetch", "fetcher publish", "parser process", "parser publish", "validator process", "validator publish"]
    ids = {span.span_id: name for name in named for span in named[name]}
    for parent, child in pairwise(path):
        assert [ids.get(span.parent_span_id) for span in named[child]] == [parent], child
    assert {ids.get(span.parent_span_id) for span in named["store process"]} == {name for name in path if "publish" in name}
    assert DISCREPANCIES.name in stored(named)


async def test_the_planted_defects_are_found_and_traced_and_the_corrected_ones_resolved(pipeline_on):
    site, collector = SampleSite(), Collector()
    served = Served(site, await site.start())
    async with pipeline_on(served, GOUJI_OTLP_ENDPOINT=await collector.start(), OTEL_BSP_SCHEDULE_DELAY="200") as pipeline:
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        connection = await asyncpg.connect(pipeline.dsn)
        errors = await connection.fetch("SELECT * FROM disclosures.discrepancy WHERE severity = 'error'")
        for document in (FINAL_PDF, BUDGET_ARTICLE):
            wrong = [p for p in planted() if p.document == document]
            found = [row for row in errors if row["url"].endswith(document)]
            missed = [p.defect.id for p in wrong if not any(p.defect.stated in told(row) for row in found)]
            assert missed == []
            assert len(found) == len(wrong), [row["message_en"] for row in found]
        assert {row["state"] for row in errors} == {"opened"}
        leads_from_fetch_to_store(await traced(collector, FINAL_PDF))

        site.next_day()
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        after = await connection.fetch("SELECT * FROM disclosures.discrepancy WHERE severity = 'error'")
        assert len(after) == len(errors), "the same defects keep their ids"
        resolved = [row for row in after if row["state"] == "resolved"]
        mended = [p for p in planted() if p.fixed]
        assert len(resolved) == len(mended)
        assert all(any(p.defect.stated in told(row) for row in resolved) for p in mended)

        urls = await connection.fetch("SELECT url, count(*) AS versions FROM disclosures.document_version GROUP BY url")
        assert {row["url"].removeprefix(site.url): row["versions"] for row in urls} == {FINAL_PDF: 2, BUDGET_ARTICLE: 1}
        assert await connection.fetchval("SELECT count(*) FROM disclosures.dead_letter") == 0
        await connection.close()
        events = await on_topic(pipeline)
    published = {e.discrepancy_id for e in events if e.severity == "error"}
    assert published == {row["discrepancy_id"] for row in errors}
    await collector.stop()
    await site.stop()
