"""A trace goes on through the headers; a batch links to the traces of its messages."""

from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.runtime import tracing
from services.runtime.received import Incoming

TRACES = ("0af7651916cd43dd8448eb211c80319c", "1bf7651916cd43dd8448eb211c80319c")


def incoming(traceparent: str | None) -> Incoming:
    headers = (("traceparent", traceparent.encode()),) if traceparent is not None else ()
    return Incoming(topic="t", partition=0, offset=0, timestamp=0.0, key=None, value=None, headers=headers)


def carrying(number: int) -> Incoming:
    return incoming(f"00-{TRACES[number]}-b7ad6b7169203331-01")


def test_the_trace_of_a_message_is_read_and_a_forged_one_is_none() -> None:
    assert tracing.trace_id(carrying(0)) == TRACES[0]
    assert tracing.trace_id(incoming(None)) is None
    assert tracing.trace_id(incoming("00-zz-\x00-01")) is None


def test_one_message_is_continued_into_what_is_published() -> None:
    tracing.provider("test", None)
    with tracing.handling("test", [carrying(0)]) as current, tracing.publishing("test") as headers:
        assert current == TRACES[0]
        assert headers["traceparent"].split("-")[1] == TRACES[0]


def test_several_messages_are_linked() -> None:
    tracing.provider("test", None)
    with tracing.handling("test", [carrying(0), carrying(1), incoming(None)]) as current:
        span = trace.get_current_span()
        assert isinstance(span, ReadableSpan)
        assert {format(link.context.trace_id, "032x") for link in span.links} == set(TRACES)
        assert current not in TRACES


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What the tracer ends, kept in memory."""
    kept = InMemorySpanExporter()
    made = TracerProvider()
    made.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "get_tracer", made.get_tracer)
    return kept


def test_each_message_of_a_batch_gets_a_span_in_its_own_trace(spans: InMemorySpanExporter) -> None:
    with tracing.handling("store", [carrying(0), carrying(1), incoming(None)]):
        pass
    batch, *each = spans.get_finished_spans()
    assert batch.name == "store batch"
    assert [format(span.context.trace_id, "032x") for span in each] == list(TRACES)
    assert {span.name for span in each} == {"store process"}
    assert all(span.links[0].context.span_id == batch.context.span_id for span in each)


def test_a_batch_that_fails_leaves_no_span_that_says_it_was_done(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="away"), tracing.handling("store", [carrying(0), carrying(1)]):
        raise ValueError("away")
    assert [span.name for span in spans.get_finished_spans()] == ["store batch"]


def test_a_documents_trace_begins_with_its_fetch(spans: InMemorySpanExporter) -> None:
    fetched = datetime.now(UTC) - timedelta(seconds=5)
    with tracing.found("source", "https://example.org/1.pdf", fetched), tracing.publishing("fetcher") as headers:
        pass
    publish, fetch = spans.get_finished_spans()
    assert publish.parent is not None
    assert publish.parent.span_id == fetch.context.span_id
    assert fetch.end_time - fetch.start_time >= 5e9  # type: ignore[operator]
    assert headers["traceparent"].split("-")[1] == format(fetch.context.trace_id, "032x")
