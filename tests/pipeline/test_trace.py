"""One trace leads from a document's fetch to its stored discrepancies: four real processes, collected over OTLP."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from itertools import pairwise

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.local.samples.site import FINAL_PDF, SampleSite
from schemas.topics import DISCREPANCIES
from tests.pipeline.conftest import until_settled
from tests.pipeline.test_sample_site import Served

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


class Collector:
    """An OTLP/HTTP endpoint that keeps what it is sent, in memory."""

    def __init__(self):
        self.spans = []

    async def start(self):
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_post("/v1/traces", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1/traces"

    async def stop(self):
        await self._runner.cleanup()

    async def _receive(self, request):
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return web.Response(content_type="application/x-protobuf")

    def of_document(self, url):
        """The spans of the trace in which ``url`` was fetched, by name."""
        fetched = [s for s in self.spans if s.name == "fetcher fetch" and attributes(s)["url.full"].endswith(url)]
        named = defaultdict(list)
        for span in self.spans:
            if fetched and span.trace_id == fetched[0].trace_id:
                named[span.name].append(span)
        return named


def attributes(span):
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def stored(named):
    """The topics whose messages of this trace the store has written."""
    return {attributes(span)["messaging.destination.name"].split(".", 1)[1] for span in named["store process"]}


async def test_one_trace_leads_from_the_fetch_to_the_stored_discrepancy(pipeline_on):
    site, collector = SampleSite(), Collector()
    served = Served(site, await site.start())
    async with pipeline_on(served, GOUJI_OTLP_ENDPOINT=await collector.start(), OTEL_BSP_SCHEDULE_DELAY="200") as pipeline:
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        deadline = time.monotonic() + 60
        while DISCREPANCIES.name not in stored(collector.of_document(FINAL_PDF)) and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        named = collector.of_document(FINAL_PDF)
    await collector.stop()
    await site.stop()

    assert DISCREPANCIES.name in stored(named)
    path = ["fetcher fetch", "fetcher publish", "parser process", "parser publish", "validator process", "validator publish"]
    ids = {span.span_id: name for name in named for span in named[name]}
    for parent, child in pairwise(path):
        assert [ids.get(span.parent_span_id) for span in named[child]] == [parent], child
    assert {ids.get(span.parent_span_id) for span in named["store process"]} == {name for name in path if "publish" in name}
