"""Traces: one span per handled batch, continuing the trace that the message's producer began (W3C Trace Context)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
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
    conventions for messaging, batch processing).
    """
    contexts = [extract(message) for message in messages]
    spans = [trace.get_current_span(each).get_span_context() for each in contexts]
    parent = contexts[0] if len(contexts) == 1 else Context()
    links = [Link(span) for span in spans if span.is_valid] if len(contexts) > 1 else []
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": messages[0].topic,
        "messaging.batch.message_count": len(messages),
    }
    tracer = trace.get_tracer("gouji")
    with tracer.start_as_current_span(
        f"{stage} process", context=parent, kind=SpanKind.CONSUMER, links=links, attributes=attributes
    ) as span:
        yield format_trace_id(span.get_span_context().trace_id)


@contextmanager
def publishing(source: str) -> Iterator[dict[str, str]]:
    """A producer span, within the current one if there is one; yields the headers that carry it on."""
    with trace.get_tracer("gouji").start_as_current_span(f"{source} publish", kind=SpanKind.PRODUCER):
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        yield carrier
