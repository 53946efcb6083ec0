"""CloudEvents 1.0, Kafka protocol binding, binary content mode: an event to and from key, headers and value.

Source: CloudEvents 1.0.2 and its Kafka Protocol Binding. The trace context (W3C Trace Context) travels in the headers
``traceparent`` and ``tracestate`` beside the ``ce_`` ones; whoever sends adds it, see ``Message.under``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from schemas.base import Contract
from schemas.dead_letter import DeadLetter
from schemas.expectation import Expectation
from schemas.raw import RawDocument
from schemas.removal import Removal
from schemas.report import Report
from schemas.topics import TOPICS, Topic, partition_key
from schemas.validation import Discrepancy, Validation

M = TypeVar("M", bound=Contract)
Headers = tuple[tuple[str, bytes], ...]

SCHEMA_BASE = "https://gouji.example/schemas/"
"""Prefix of ``ce_dataschema``; the file of that name is in ``schemas/json``."""


class ForeignMessage(ValueError):
    """A message that is none of ours: no CloudEvents headers, another type, or a value that is not the model's JSON."""


@dataclass(frozen=True)
class Message:
    """What goes over the wire."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers

    def under(self, trace: Mapping[str, str]) -> Message:
        """The same message as part of a trace (W3C Trace Context headers)."""
        return replace(self, headers=self.headers + tuple((name, text.encode()) for name, text in trace.items()))


class _Bytes(JSONFormat):
    """Data is already encoded: the library maps the attributes and leaves the value alone."""

    def write_data(self, data: object, datacontenttype: str | None) -> bytes:
        assert isinstance(data, bytes)
        return data

    def read_data(self, body: bytes, datacontenttype: str | None) -> bytes:
        return body


_BY_MODEL = {topic.model: topic for topic in TOPICS}


def topic_of(event: Contract) -> Topic:
    """The topic of an event. Raises KeyError for a model that has none."""
    return _BY_MODEL[type(event)]


def subject_of(event: Contract) -> str:
    """What the event is about: a URL, or the id of a report, discrepancy or expectation."""
    match event:
        case RawDocument() | Removal():
            return event.url
        case Discrepancy():
            return event.discrepancy_id
        case Report() | Validation():
            return event.report_id
        case Expectation():
            return event.expectation_id
        case DeadLetter():
            return f"{event.topic}/{event.partition}/{event.offset}"
        case _:
            raise TypeError(f"{type(event).__name__} has no subject")


def _occurrence(event: Contract, value: bytes) -> bytes:
    """What makes an event the same event when it is sent again: its value.

    Of a RawDocument it is the version found: fetched again after a crash it has another time and other headers, and is the
    same version all the same. So too when it was noticed that one is gone, or that one is missing.
    """
    if isinstance(event, Removal | Expectation):
        return event.model_dump_json(exclude={"noticed_at"}).encode()
    if not isinstance(event, RawDocument):
        return value
    digests = [event.sha256, *sorted(annex.sha256 for annex in event.annexes)]
    return "\x1f".join((str(event.version), *digests)).encode()


def seal(event: Contract, *, source: str) -> Message:
    """The message that carries ``event``; its id is a digest of type, subject and ``_occurrence``: a repeat has the same id."""
    topic = topic_of(event)
    value = event.model_dump_json().encode()
    subject = subject_of(event)
    digest = hashlib.sha256(b"\x1f".join((topic.event.encode(), subject.encode(), _occurrence(event, value)))).hexdigest()
    sealed = to_binary(
        CloudEvent(
            {
                "id": digest[:32],
                "source": f"/gouji/{source}",
                "type": topic.event,
                "time": datetime.now(UTC),
                "subject": subject,
                "dataschema": f"{SCHEMA_BASE}{topic.event}.json",
                "datacontenttype": "application/json",
            },
            data=value,
        ),
        _Bytes(),
    )
    return Message(topic.name, partition_key(event), value, tuple(sealed.headers.items()))


def unseal(model: type[M], value: bytes | None, headers: Headers) -> M:
    """The event in a message. Raises ForeignMessage, with a reason for people, where there is none of that model."""
    topic = _BY_MODEL[model]
    try:
        event = from_binary(KafkaMessage(headers=dict(headers), key=None, value=value or b""), _Bytes())
    except Exception as error:  # the library's errors share no base class but Exception
        raise ForeignMessage(f"not a CloudEvents message: {error}") from error
    if event.get_type() != topic.event:
        raise ForeignMessage(f"event type {event.get_type()!r} where {topic.event!r} is expected")
    try:
        return model.model_validate_json(value or b"")
    except ValidationError as error:
        raise ForeignMessage(
            f"not the JSON of {model.__name__}: {error.error_count()} errors, first {error.errors()[0]}"
        ) from error
