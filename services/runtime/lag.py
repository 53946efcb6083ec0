"""How far behind a stage is - asked of the broker, not of the client whose word is in question - and whether it is stuck."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence, Set
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from services.runtime import metrics
from services.runtime.broker import administering, partitions, reading, unavailability
from services.runtime.errors import Unavailable
from services.runtime.ledger import TP, Ledger
from services.runtime.settings import Settings


@dataclass(frozen=True)
class Position:
    """``next``: the first offset that is not committed; ``end``: the one that the next message will get."""

    next: int
    end: int

    @property
    def lag(self) -> int:
        return max(0, self.end - self.next)


class Positions:
    """Reads consumer groups' positions from the broker, over connections that are kept, for opening them costs ten times what
    asking does; new ones after the broker was away. To be closed (``contextlib.aclosing``)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clients: tuple[AIOKafkaAdminClient, AIOKafkaConsumer] | None = None
        self._connections = AsyncExitStack()

    async def aclose(self) -> None:
        """Close the connections, if there are any."""
        self._clients = None
        await self._connections.aclose()

    async def read(self, group: str, topics: Sequence[str]) -> dict[TP, Position]:
        """A group's position in every partition of its topics. Raises Unavailable."""
        try:
            admin, reader = self._clients or await self._open()
            with unavailability():
                places = await partitions(admin, topics)
                committed = await admin.list_consumer_group_offsets(group)
                begins = await reader.beginning_offsets(places)
                ends = await reader.end_offsets(places)
        except Unavailable:
            await self.aclose()
            raise
        positions = {}
        for partition in places:
            known = committed.get(partition)
            start = begins[partition] if known is None else max(known.offset, begins[partition])
            positions[(partition.topic, partition.partition)] = Position(start, ends[partition])
        return positions

    async def _open(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        admin = await self._connections.enter_async_context(administering(self._settings))
        reader = await self._connections.enter_async_context(reading(self._settings))
        self._clients = (admin, reader)
        return self._clients


class Watchdog:
    """Says when a stage is stuck: messages wait, and nothing was committed for too long.

    It judges the partitions assigned to this process; and, where none is, the whole group: a worker that left the group
    without noticing has none, as has an idle standby, but only beside the former nothing moves.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._moved: dict[TP, tuple[int, float]] = {}

    def stuck(self, now: float, positions: Mapping[TP, Position], assigned: Set[TP]) -> str | None:
        """Why the process should end, or None. ``now`` in seconds of any steady clock."""
        waiting = {}
        for tp, position in positions.items():
            seen, since = self._moved.get(tp, (None, now))
            if seen != position.next or position.lag == 0:
                since = now
            self._moved[tp] = (position.next, since)
            if position.lag:
                waiting[tp] = now - since
        mine = {tp: seconds for tp, seconds in waiting.items() if tp in assigned}
        overdue = {tp: seconds for tp, seconds in (mine if assigned else waiting).items() if seconds >= self._seconds}
        if not overdue or (not assigned and len(overdue) < len(waiting)):
            return None
        (topic, partition), seconds = max(overdue.items(), key=lambda item: item[1])
        lag = positions[(topic, partition)].lag
        return f"nothing committed in {topic}/{partition} for {seconds:.0f} s, and {lag} messages wait"

    def excuse(self) -> None:
        """What was away is waited for, not judged: all clocks start again."""
        self._moved.clear()


class LagGauges:
    """Puts the positions into the metrics, for the partitions assigned to this process."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._shown: set[TP] = set()
        self._waiting_since: dict[TP, tuple[int, float]] = {}

    def show(self, positions: Mapping[TP, Position], assigned: Set[TP], ledger: Ledger) -> None:
        for topic, partition in self._shown - assigned:
            metrics.LAG.remove(self._stage, topic, str(partition))
        self._shown = {tp for tp in assigned if tp in positions}
        now = time.time()
        oldest = now
        for tp in self._shown:
            position = positions[tp]
            metrics.LAG.labels(self._stage, tp[0], str(tp[1])).set(position.lag)
            if position.lag:
                oldest = min(oldest, self._since(tp, position, ledger, now))
            else:
                self._waiting_since.pop(tp, None)
        metrics.OLDEST.labels(self._stage).set(now - oldest)

    def _since(self, tp: TP, position: Position, ledger: Ledger, now: float) -> float:
        """When the first waiting message was written; where it is not in hand, when it was first seen to wait."""
        if (written := ledger.oldest(tp)) is not None:
            return written
        offset, since = self._waiting_since.get(tp, (position.next, now))
        self._waiting_since[tp] = (position.next, since if offset == position.next else now)
        return self._waiting_since[tp][1]
