"""What is in hand and what is done, per partition: the only ground on which an offset is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

TP = tuple[str, int]
"""Topic and partition."""


class Ledger:
    """Messages of one partition are finished in the order in which they were taken, so one number says what is done.

    The broker client's own bookkeeping is not trusted with this: it counts a message as done that it skipped itself, and
    it is off by one at a gap.
    """

    def __init__(self) -> None:
        self._next: dict[TP, int] = {}
        self._hand: dict[TP, dict[int, float]] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def took(self, tp: TP, offset: int, timestamp: float) -> None:
        """``offset``, written at ``timestamp`` (Unix seconds), is in hand."""
        self._hand.setdefault(tp, {})[offset] = timestamp
        self._empty.clear()

    def done(self, tp: TP, offset: int) -> None:
        """The effect of ``offset`` and of everything before it is durable."""
        self.dropped(tp, [offset])
        self._next[tp] = offset + 1

    def dropped(self, tp: TP, offsets: Iterable[int]) -> None:
        """These will not be finished here: the partition went elsewhere in mid-event."""
        for offset in offsets:
            self._hand.get(tp, {}).pop(offset, None)
        if not self.in_hand():
            self._empty.set()

    async def empty(self) -> None:
        """Wait until nothing is in hand."""
        await self._empty.wait()

    def committable(self, tp: TP) -> int | None:
        """The offset to commit (the next one to read), or None where nothing was finished."""
        return self._next.get(tp)

    def finished(self, tp: TP, offset: int) -> bool:
        """Whether ``offset`` was finished here, and is only delivered again because of a rebalance."""
        return offset < self._next.get(tp, 0)

    def forget(self, tps: Iterable[TP]) -> None:
        """Partitions were taken away: what was finished there is the next owner's to know from the broker."""
        for tp in tps:
            self._next.pop(tp, None)

    def in_hand(self) -> int:
        return sum(len(offsets) for offsets in self._hand.values())

    def oldest(self, tp: TP) -> float | None:
        """When the oldest message in hand of a partition was written, Unix seconds."""
        return min(self._hand.get(tp, {}).values(), default=None)
