"""What is in hand and what is done, per partition: the only ground on which an offset is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

TP = tuple[str, int]
"""Topic and partition."""


class Ledger:
    """Messages of one partition are finished in the order in which they were taken, so one number says what is done.

    The broker client's own bookkeeping is not trusted with this: it counts a message as done that it skipped itself, and
    it is off by one at a gap. Timestamps are the broker's, Unix seconds.
    """

    def __init__(self) -> None:
        self._last: dict[TP, tuple[int, float]] = {}
        self._hand: dict[TP, dict[int, float]] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def took(self, tp: TP, offset: int, timestamp: float) -> None:
        """``offset``, written at ``timestamp``, is in hand."""
        self._hand.setdefault(tp, {})[offset] = timestamp
        self._empty.clear()

    def done(self, tp: TP, offset: int, timestamp: float) -> None:
        """The effect of ``offset`` and of everything before it is durable."""
        self._last[tp] = (offset, timestamp)
        self._hand.get(tp, {}).pop(offset, None)
        self._look()

    def release(self, tp: TP) -> None:
        """What is in hand of a partition will not be finished here."""
        self._hand.pop(tp, None)
        self._look()

    def committable(self, tp: TP) -> int | None:
        """The offset to commit (the next one to read), or None where nothing was finished."""
        return self._last[tp][0] + 1 if tp in self._last else None

    def finished(self, tp: TP, offset: int, timestamp: float) -> bool:
        """Whether this message was finished here, and is only delivered again because of a rebalance.

        In a topic made anew the same offset is another message, and a later one.
        """
        last_offset, last_timestamp = self._last.get(tp, (-1, 0.0))
        return offset <= last_offset and timestamp <= last_timestamp

    def forget(self, tps: Iterable[TP]) -> None:
        """Partitions were taken away: what was finished there is the next owner's to know from the broker."""
        for tp in tps:
            self._last.pop(tp, None)

    def in_hand(self) -> int:
        return sum(len(offsets) for offsets in self._hand.values())

    def oldest(self, tp: TP) -> float | None:
        """When the oldest message in hand of a partition was written."""
        return min(self._hand.get(tp, {}).values(), default=None)

    async def empty(self) -> None:
        """Wait until nothing is in hand."""
        await self._empty.wait()

    def _look(self) -> None:
        if not self.in_hand():
            self._empty.set()
