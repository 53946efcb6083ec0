"""What goes into a dead letter, and when there are too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dead_letter import Failure
from schemas.topics import DEAD_LETTERS, RAW
from services.runtime.dead_letters import (
    REASON_LIMIT,
    REPLAY_ATTEMPT,
    TRACEBACK_LIMIT,
    DefectShare,
    attempt_of,
    dead_letter,
    is_about_dead_letter,
)
from services.runtime.errors import BadInput
from services.runtime.received import Incoming


def incoming(topic: str = RAW.name, **headers: bytes) -> Incoming:
    return Incoming(topic=topic, partition=1, offset=2, timestamp=0.0, key=b"k", value=b"v", headers=tuple(headers.items()))


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_bad_input_gives_its_code_and_reason() -> None:
    letter = dead_letter("parser", incoming(), raised(BadInput("empty", "there is nothing in it")), value_limit=100)
    assert (letter.failure, letter.code, letter.reason) == (Failure.BAD_INPUT, "empty", "there is nothing in it")


def test_a_defect_gives_its_type_and_message() -> None:
    letter = dead_letter("parser", incoming(), raised(KeyError("unforeseen")), value_limit=100)
    assert (letter.failure, letter.code, letter.reason) == (Failure.DEFECT, "KeyError", "KeyError: 'unforeseen'")
    assert "raise error" in (letter.traceback or "")


@given(st.text())
def test_a_reason_of_any_length_and_characters_fits(reason: str) -> None:
    """Reasons quote the input, and input is hostile."""
    letter = dead_letter("parser", incoming(), BadInput("x", reason * 1000), value_limit=100)
    assert len(letter.reason) <= REASON_LIMIT
    assert len(letter.traceback or "") <= TRACEBACK_LIMIT


@pytest.mark.parametrize(
    ("header", "attempt"), [(b"2", 2), (b"", 1), (b"-1", 1), (b"\xff", 1), (b"9" * 5000, 1), ("²".encode(), 1)]
)
def test_a_forged_attempt_is_no_attempt(header: bytes, attempt: int) -> None:
    assert attempt_of(incoming(**{REPLAY_ATTEMPT: header})) == attempt


def test_a_dead_letter_about_a_dead_letter_is_known() -> None:
    own = incoming("test." + DEAD_LETTERS.name, ce_subject=f"test.{DEAD_LETTERS.name}/0/7".encode())
    first = incoming("test." + DEAD_LETTERS.name, ce_subject=f"test.{RAW.name}/0/7".encode())
    assert is_about_dead_letter(own)
    assert not is_about_dead_letter(first)
    assert not is_about_dead_letter(incoming(RAW.name, ce_subject=f"{DEAD_LETTERS.name}/0/7".encode()))


def test_a_share_of_defects_above_the_limit_is_an_excess() -> None:
    share = DefectShare(window=10, least=3, share=0.5)
    for defect in (True, True, False):
        share.count(defect=defect)
    assert share.excess is None, "too few to judge"
    share.count(defect=True)
    assert share.excess == "3 of the last 4 messages met a defect"
    for _ in range(2):
        share.count(defect=False)
    assert share.excess is None, "half is not above half"


def test_old_defects_are_forgotten() -> None:
    share = DefectShare(window=4, least=1, share=0.5)
    for _ in range(4):
        share.count(defect=True)
    for _ in range(4):
        share.count(defect=False)
    assert share.excess is None
