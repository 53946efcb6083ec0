"""Every event survives the wire, and what is not ours is refused with a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dead_letter import DeadLetter
from schemas.envelope import ForeignMessage, seal, unseal
from schemas.generate import HOME, json_schema
from schemas.ids import discrepancy_id, report_id
from schemas.place import Place
from schemas.raw import RawDocument
from schemas.report import Fact, Identity, Kind, Scope
from schemas.topics import TOPICS

EXAMPLES = HOME / "examples"


def example(topic):
    return (EXAMPLES / f"{topic.event}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_the_example_is_valid_and_complete(topic):
    raw = json.loads(example(topic))
    jsonschema.validate(raw, json_schema(topic))
    event = topic.model.model_validate_json(example(topic))
    assert set(raw) == set(topic.model.model_fields), "an example shows every field"
    assert json.loads(event.model_dump_json()) == raw


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_sealed_and_unsealed_an_event_is_itself(topic):
    event = topic.model.model_validate_json(example(topic))
    message = seal(event, source="test").under({"traceparent": "00-1-2-01"})
    headers = dict(message.headers)
    assert message.topic == topic.name
    assert headers["ce_type"] == topic.event.encode()
    assert headers["ce_specversion"] == b"1.0"
    assert headers["content-type"] == b"application/json"
    assert headers["traceparent"] == b"00-1-2-01"
    assert unseal(topic.model, message.value, message.headers) == event


def test_a_repeat_has_the_same_id_and_another_event_another():
    event = TOPICS[0].model.model_validate_json(example(TOPICS[0]))
    other = event.model_copy(update={"version": 2})
    ids = [dict(seal(e, source="test").headers)["ce_id"] for e in (event, event, other)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("name", ["removal", "expectation"])
def test_what_is_noticed_again_is_the_same_event(name):
    topic = next(topic for topic in TOPICS if topic.event == f"gouji.disclosure.{name}.v1")
    event = topic.model.model_validate_json(example(topic))
    again = event.model_copy(update={"noticed_at": datetime.now(UTC)})
    ids = {dict(seal(e, source="test").headers)["ce_id"] for e in (event, again)}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("value", "headers", "why"),
    [
        (b"{}", (), "not a CloudEvents message"),
        (
            b"{}",
            ((("ce_id", b"1")), ("ce_source", b"x"), ("ce_specversion", b"1.0"), ("ce_type", b"other")),
            "event type 'other'",
        ),
        (
            None,
            (("ce_id", b"1"), ("ce_source", b"x"), ("ce_specversion", b"1.0"), ("ce_type", b"gouji.disclosure.raw.v1")),
            "not the JSON",
        ),
        (
            b"{",
            (("ce_id", b"1"), ("ce_source", b"x"), ("ce_specversion", b"1.0"), ("ce_type", b"gouji.disclosure.raw.v1")),
            "not the JSON",
        ),
    ],
)
def test_a_foreign_message_is_refused_with_a_reason(value, headers, why):
    with pytest.raises(ForeignMessage, match=why):
        unseal(RawDocument, value, headers)


@given(value=st.binary(max_size=64), headers=st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=12)), max_size=5))
def test_no_message_does_worse_than_be_refused(value, headers):
    with pytest.raises(ForeignMessage):
        unseal(RawDocument, value, tuple(headers))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14))
def test_money_keeps_every_digit(value):
    fact = Fact(id="f", concept="income", value=value, unit="CNY", decimals=-2, text="x", place=Place())
    assert Fact.model_validate_json(fact.model_dump_json()).value == value


def test_a_printed_number_stands_for_half_a_unit_of_its_last_digit():
    fact = Fact(id="f", concept="income", value=Decimal(123400), unit="CNY", scale=4, decimals=-2, text="12.34", place=Place())
    assert fact.half_width == 50  # 0.005 万元


def test_the_id_of_a_report_outlives_its_versions():
    identity = Identity(issuer="甲局", kind=Kind.BUDGET, scope=Scope.UNIT, fiscal_year=2025)
    assert report_id(identity, "a") == report_id(identity.model_copy(update={"title": "更正"}), "b")
    assert report_id(identity, "a") != report_id(identity.model_copy(update={"fiscal_year": 2024}), "a")
    unknown = Identity(issuer="甲局")
    assert report_id(unknown, "a") != report_id(unknown, "b")


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_id_of_a_defect_ignores_spacing_and_width(rule, subject):
    assert discrepancy_id("r", rule, subject) == discrepancy_id("r", f" {rule}", f"{subject} ")


def test_a_dead_letter_keeps_bytes_as_they_were():
    letter = DeadLetter(
        stage="parser", failure="bad_input", code="x", reason="x", topic="t", partition=0, offset=1,
        key=b"\xff", value=b"\x00\x01", headers=(("a", b"\xfe"),), failed_at=datetime.now(UTC),
    )  # fmt: skip
    assert DeadLetter.model_validate_json(letter.model_dump_json()) == letter
