"""What is in hand, what is done: the only ground on which an offset is committed."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from services.runtime.ledger import Ledger

ONE = ("topic", 0)


@given(st.integers(0, 20), st.integers(0, 20))
def test_only_what_was_finished_is_committable(taken: int, finished: int) -> None:
    ledger = Ledger()
    for offset in range(taken):
        ledger.took(ONE, offset, float(offset))
    for offset in range(min(taken, finished)):
        ledger.done(ONE, offset, float(offset))
    done = min(taken, finished)
    assert ledger.committable(ONE) == (done or None)
    assert ledger.in_hand() == taken - done
    assert ledger.oldest(ONE) == (float(done) if done < taken else None)


def test_what_was_finished_here_is_known_when_it_comes_again() -> None:
    ledger = Ledger()
    assert not ledger.finished(ONE, 0, 0.0)
    ledger.done(ONE, 7, 100.0)
    assert ledger.finished(ONE, 6, 99.0)
    assert ledger.finished(ONE, 7, 100.0)
    assert not ledger.finished(ONE, 8, 101.0)
    assert not ledger.finished(ONE, 6, 101.0), "the topic was made anew: another message"


async def test_what_was_released_is_neither_in_hand_nor_done() -> None:
    ledger = Ledger()
    ledger.took(ONE, 7, 1.0)
    ledger.took(ONE, 8, 1.0)
    ledger.release(ONE)
    await asyncio.wait_for(ledger.empty(), 1)
    assert (ledger.in_hand(), ledger.committable(ONE), ledger.oldest(ONE)) == (0, None, None)


def test_a_partition_that_went_is_forgotten() -> None:
    """The next owner asks the broker; a topic made anew begins at 0."""
    ledger = Ledger()
    ledger.done(ONE, 99, 1.0)
    ledger.forget([ONE])
    assert ledger.committable(ONE) is None
