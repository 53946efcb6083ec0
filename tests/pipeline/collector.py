"""What a pipeline tells a collector of traces (OTLP over HTTP), kept in memory."""

from __future__ import annotations

from collections import defaultdict

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


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
