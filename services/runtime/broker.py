"""Asking the broker, outside any consumer group."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from services.runtime.errors import Unavailable
from services.runtime.security import connection
from services.runtime.settings import Settings

READ_MS = 1000
STOP_SECONDS = 2.0  # a reader that ends at all has ended long before


@contextmanager
def unavailability() -> Iterator[None]:
    """Turns what the broker's client raises into ``Unavailable``."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable(f"broker: {type(error).__name__} {error}") from error


@asynccontextmanager
async def administering(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that asks and orders. Raises Unavailable without a broker."""
    admin = AIOKafkaAdminClient(**connection(settings))
    try:
        with unavailability():
            await admin.start()
        yield admin
    finally:
        await admin.close()


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """A client that reads any partition, commits nothing and belongs to no group. Raises Unavailable without a broker."""
    reader = AIOKafkaConsumer(**connection(settings), enable_auto_commit=False, auto_offset_reset="none")
    try:
        with unavailability():
            await reader.start()
        yield reader
    finally:
        # A fetcher that is letting go of its last assignment takes the order to end for the end of a fetch, and `stop` waits for
        # it for ever (aiokafka since 0.11, its pull request 1007). Cancelled, `stop` hands the order on once more, and ends.
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.stop(), STOP_SECONDS)


async def partitions(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> list[TopicPartition]:
    """The partitions of those of ``topics`` that exist. Raises KafkaError."""
    described = await admin.describe_topics(list(topics))
    return [TopicPartition(topic["topic"], each["partition"]) for topic in described for each in topic["partitions"]]


async def records(
    reader: AIOKafkaConsumer, starts: Mapping[TopicPartition, int], *, most: int | None = None
) -> AsyncIterator[ConsumerRecord]:
    """Every record from ``starts`` to what is the end now."""
    ends = await reader.end_offsets(list(starts))
    left = {place for place, start in starts.items() if start < ends[place]}
    if not left:
        return
    reader.assign(list(left))
    for place in left:
        reader.seek(place, starts[place])
    while left:
        batches = await reader.getmany(*left, timeout_ms=READ_MS, max_records=most)
        for batch in batches.values():
            for record in batch:
                yield record
        left = {place for place in left if await reader.position(place) < ends[place]}
