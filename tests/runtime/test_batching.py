"""Batches: everything, in order, once; as much as has come, without waiting long."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.batching import batches


async def stream(items: list[int]) -> AsyncIterator[int]:
    for item in items:
        if item % 3 == 0:
            await asyncio.sleep(0)
        yield item


@given(items=st.lists(st.integers(0, 9)), most=st.integers(1, 5), size_limit=st.integers(1, 20))
def test_batches_hold_every_item_in_order(items: list[int], most: int, size_limit: int) -> None:
    async def collect() -> list[list[int]]:
        grouped = batches(stream(items), most=most, linger=10, size=lambda item: item, size_limit=size_limit)
        return [batch async for batch in grouped]

    collected = asyncio.run(collect())
    assert [item for batch in collected for item in batch] == items
    assert all(1 <= len(batch) <= most for batch in collected)
    assert all(sum(batch[:-1]) < size_limit for batch in collected)


async def test_a_batch_does_not_wait_for_what_does_not_come() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()

    async def endless() -> AsyncIterator[int]:
        while True:
            yield await queue.get()

    queue.put_nowait(1)
    queue.put_nowait(2)
    grouped = batches(endless(), most=10, linger=0.02, size=lambda _: 1, size_limit=10)
    assert await anext(grouped) == [1, 2]
    queue.put_nowait(3)
    assert await anext(grouped) == [3], "the wait that was broken off lost nothing"
    await grouped.aclose()


async def test_an_error_of_the_source_comes_through() -> None:
    async def failing() -> AsyncIterator[int]:
        yield 1
        raise ValueError("broken")

    grouped = batches(failing(), most=1, linger=0, size=lambda _: 1, size_limit=10)
    assert await anext(grouped) == [1]
    with pytest.raises(ValueError, match="broken"):
        await anext(grouped)
