"""Slips of one number for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.samples import Draft
from services.validator.slips import slip


def slips(one: str, other: str) -> bool:
    draft = Draft().paragraph(f"{one}万元，{other}万元")
    draft.number(one, "万元")
    draft.number(other, "万元", occurrence=int(one == other))
    first, second = draft.report().facts
    return slip(first, second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("8013.00", "8103.00"),
        ("1,344.73", "1344.73"),
        ("352.67", "352.57"),
        ("146.30", "1463.00"),
        ("12.34", "12.334"),
        ("1297.6", "1297.60"),
        ("390.04", "930.0437"),
    ],
)
def test_slips(one: str, other: str) -> None:
    assert slips(one, other) and slips(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("3446.12", "3388.26"), ("0.88", "45.00"), ("5377.64", "5364.75"), ("2319.21", "164.87")]
)
def test_different_numbers_are_no_slips(one: str, other: str) -> None:
    assert not slips(one, other) and not slips(other, one)


@given(st.integers(min_value=100, max_value=10**8), st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=8))
def test_any_one_digit_written_twice_is_a_slip(value: int, digit: int, at: int) -> None:
    text = str(value)
    at = min(at, len(text))
    assert slips(text, text[:at] + str(digit) + text[at:])
