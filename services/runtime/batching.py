"""Batches of a stream: as many items as have come, without waiting long for more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def batches(
    items: AsyncIterator[T], *, most: int, linger: float, size: Callable[[T], int], size_limit: int
) -> AsyncGenerator[list[T], None]:
    """Lists of 1 to ``most`` items, in order; ends when ``items`` does.

    After the first item it waits ``linger`` seconds at most for others, and stops adding once the sizes reach
    ``size_limit``. The wait for an item is never cancelled but with the whole: a source that was cancelled in mid-wait
    might lose one.
    """
    waiting: asyncio.Task[T] | None = None
    clock = asyncio.get_running_loop().time
    try:
        while True:
            batch: list[T] = []
            total, deadline = 0, float("inf")
            while len(batch) < most and total < size_limit:
                waiting = waiting or asyncio.ensure_future(_next(items))
                left = None if not batch else max(0.0, deadline - clock())
                await asyncio.wait({waiting}, timeout=left)
                if not waiting.done():
                    break
                arrived, waiting = waiting, None
                try:
                    item = arrived.result()
                except StopAsyncIteration:
                    if batch:
                        yield batch
                    return
                if not batch:
                    deadline = clock() + linger
                batch.append(item)
                total += size(item)
            yield batch
    finally:
        if waiting is not None:
            waiting.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await waiting


async def _next(items: AsyncIterator[T]) -> T:
    return await anext(items)
