"""What is away is tried again, for ever, and meanwhile the service says so."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.errors import Unavailable
from services.runtime.health import Health
from services.runtime.retry import Persistence, waits


@given(st.integers(1, 10_000))
def test_waits_grow_and_end_growing(attempt: int) -> None:
    assert 0 < waits(0.1, 30, attempt) <= 30
    assert waits(0.1, 30, attempt) <= 0.1 * 2.0 ** min(attempt - 1, 60)


class Flaky:
    """Away so many times, then there."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def __call__(self) -> str:
        self.times -= 1
        if self.times >= 0:
            raise Unavailable("it is away")
        return "there"


async def test_it_is_tried_until_it_is_there() -> None:
    health = Health()
    health.has("start")
    persist = Persistence(health, first=0.001, most=0.01)
    task = asyncio.create_task(persist("it", Flaky(20)))
    while not persist.waiting:
        await asyncio.sleep(0)
    assert health.lacking == {"it": "it is away"}
    assert await task == "there"
    assert (health.ready, persist.waiting) == (True, 0)


async def test_ready_only_when_nobody_waits_for_it() -> None:
    health = Health()
    persist = Persistence(health, first=0.001, most=0.001)
    slow = asyncio.create_task(persist("it", Flaky(10_000)))
    await persist("it", Flaky(3))
    assert "it" in health.lacking, "another still waits for it"
    slow.cancel()
    await asyncio.wait({slow})
    assert "it" not in health.lacking


async def test_another_error_comes_through_at_once() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await Persistence(Health(), first=10, most=10)("it", broken)
