"""A trace goes on through the headers; a batch links to the traces of its messages."""

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan

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
