"""Traces: one span per handled batch, continuing the trace that the message's producer began (W3C Trace Context)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.runtime.received import Incoming

PROPAGATOR = TraceContextTextMapPropagator()


def provider(service: str, endpoint: str | None) -> TracerProvider:
    """The process's tracer provider; spans leave the process only where ``endpoint`` is given."""
    made = TracerProvider(resource=Resource.create({"service.name": f"gouji.{service}"}))
    if endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # a tenth of a service's start

        made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(made)
    return made


def extract(message: Incoming) -> Context:
    """The trace context that came with a message."""
    carrier = {name: text for name in ("traceparent", "tracestate") if (text := message.header(name)) is not None}
    return PROPAGATOR.extract(carrier, Context())


def trace_id(message: Incoming) -> str | None:
    """The trace a message belongs to, 32 hex digits, or None where its sender began none."""
    found = trace.get_current_span(extract(message)).get_span_context()
    return format_trace_id(found.trace_id) if found.is_valid else None


@contextmanager
def handling(stage: str, messages: Sequence[Incoming]) -> Iterator[str]:
    """A consumer span around handling ``messages``; yields its trace id.

    It continues the trace of a single message. Of several it continues none, but links to each (OpenTelemetry semantic
    conventions for messaging, batch processing); and each message's own trace gets a span that links to the batch, so that
    one trace leads from a document's fetch to what was stored of it.
    """
    contexts = [extract(message) for message in messages]
    spans = [trace.get_current_span(each).get_span_context() for each in contexts]
    several = len(contexts) > 1
    began = time.time_ns()
    tracer = trace.get_tracer("gouji")
    with tracer.start_as_current_span(
        f"{stage} batch" if several else f"{stage} process",
        context=Context() if several else contexts[0],
        kind=SpanKind.CONSUMER,
        links=[Link(span) for span in spans if span.is_valid] if several else [],
        attributes=_about(messages[0]) | {"messaging.batch.message_count": len(messages)},
    ) as span:
        yield format_trace_id(span.get_span_context().trace_id)
    if several:
        batch = [Link(span.get_span_context())]
        for message, context, theirs in zip(messages, contexts, spans, strict=True):
            if theirs.is_valid:
                tracer.start_span(
                    f"{stage} process", context, SpanKind.CONSUMER, _about(message), links=batch, start_time=began
                ).end()


@contextmanager
def found(source: str, url: str, since: datetime) -> Iterator[None]:
    """The span that begins a document's trace: from its fetch, at ``since``, until it is published."""
    tracer = trace.get_tracer("gouji")
    attributes = {"url.full": url, "gouji.source": source}
    span = tracer.start_span("fetcher fetch", Context(), SpanKind.INTERNAL, attributes, start_time=int(since.timestamp() * 1e9))
    with trace.use_span(span, end_on_exit=True):
        yield


def _about(message: Incoming) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": message.topic,
        "messaging.destination.partition.id": str(message.partition),
        "messaging.kafka.offset": message.offset,
    }


@contextmanager
def publishing(source: str) -> Iterator[dict[str, str]]:
    """A producer span, within the current one if there is one; yields the headers that carry it on."""
    with trace.get_tracer("gouji").start_as_current_span(f"{source} publish", kind=SpanKind.PRODUCER):
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        yield carrier
