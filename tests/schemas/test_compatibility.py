"""A change that would break a reader is named; one that would not is let through."""

from __future__ import annotations

import copy
import json

import pytest

from schemas.compatibility import breaks
from schemas.generate import RELEASED, json_schema, outputs
from schemas.topics import RAW, REPORTS, TOPICS


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_todays_contract_breaks_no_reader_of_the_released_one(topic):
    released = json.loads((RELEASED / f"{topic.event}.json").read_text(encoding="utf-8"))
    assert breaks(released, json_schema(topic)) == []


def test_what_is_generated_is_committed():
    stale = [str(path) for path, text in outputs().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    assert stale == [], "run python -m schemas.generate"


@pytest.fixture
def old():
    return json_schema(RAW)


def test_an_added_optional_field_is_harmless(old):
    new = copy.deepcopy(old)
    new["properties"]["language"] = {"type": "string", "default": "zh"}
    assert breaks(old, new) == []


def test_a_removed_field_breaks(old):
    new = copy.deepcopy(old)
    del new["properties"]["sha256"]
    assert breaks(old, new) == ["$.sha256: removed"]


def test_a_new_required_field_breaks(old):
    new = copy.deepcopy(old)
    new["properties"]["language"] = {"type": "string"}
    new["required"] = [*new["required"], "language"]
    assert breaks(old, new) == ["$.language: now required"]


def test_a_changed_type_breaks_in_both_directions(old):
    new = copy.deepcopy(old)
    new["properties"]["size"] = {"type": "string"}
    assert sorted(breaks(old, new)) == [
        "$.size: may now be string, which an older reader does not expect",
        "$.size: no longer accepts integer",
    ]


def test_a_removed_enumeration_value_breaks_deep_inside():
    old = json_schema(REPORTS)
    new = copy.deepcopy(old)
    new["$defs"]["ClaimKind"]["enum"].remove("share")
    assert breaks(old, new) == ["$.claims[].kind: values removed: share"]


def test_a_grown_enumeration_is_harmless():
    old = json_schema(REPORTS)
    new = copy.deepcopy(old)
    new["$defs"]["ClaimKind"]["enum"].append("ratio")
    assert breaks(old, new) == []
