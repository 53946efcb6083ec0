"""Faust's consumer, committing what the ledger says is done and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.runtime.ledger import Ledger


class ExactConsumer(driver.Consumer):
    """Faust decides *when* to commit; the ledger decides *what*."""

    transport: ExactTransport

    def _new_offset(self, tp: TP) -> int | None:
        offset = self.transport.ledger.committable((tp.topic, tp.partition))
        if offset is not None:  # Faust's own notes are tidied, not believed
            done = [acked for acked in self._acked[tp] if acked < offset]
            self._acked_index[tp].difference_update(done)
            self._acked[tp][:] = [acked for acked in self._acked[tp] if acked >= offset]
        return offset

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        self.transport.ledger.forget((tp.topic, tp.partition) for tp in revoked)
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        await super().on_partitions_assigned(assigned, generation_id)
        self.transport.joined()


class ExactTransport(driver.Transport):
    """The way Faust finds its consumer. ``joined`` is called each time the group has given out its partitions, were there
    none for this process. Both are set before the app starts."""

    Consumer = ExactConsumer
    ledger: Ledger
    joined: Callable[[], None]
