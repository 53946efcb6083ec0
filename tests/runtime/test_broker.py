"""Reading a topic outside any group: every record to its end, one reader for several readings, and a reader that ends."""

import asyncio

import pytest
from aiokafka import TopicPartition

from schemas.topics import RAW
from services.runtime import broker
from services.runtime.broker import reading, records
from tests.runtime.bench import Bench

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"
WAITS_FOR_EVER = 4.0  # seconds after which nobody would call it slow


async def test_the_records_of_one_reading_after_another(bench: Bench) -> None:
    names = await bench.send("fine", "fine", key=ONE)
    filled = {TopicPartition(each.topic, each.partition): 0 for each in await bench.messages(RAW)}
    async with reading(bench.settings) as reader:
        for _ in range(3):
            assert len([record async for record in records(reader, filled)]) == len(names)


async def test_where_there_is_nothing_to_read_the_reader_keeps_what_it_was_given(bench: Bench) -> None:
    await bench.send("fine", key=ONE)
    (message,) = await bench.messages(RAW)
    place = TopicPartition(message.topic, message.partition)
    async with reading(bench.settings) as reader:
        assert [record.offset async for record in records(reader, {place: 0})] == [0]
        assert [record async for record in records(reader, {place: 1})] == []
        assert reader.assignment() == {place}


async def test_a_reader_that_was_just_given_other_partitions_ends(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """On aiokafka's ``stop`` alone it waits for ever, which the second half shows: when that fails, simplify ``reading``."""
    await bench.send("fine", key=ONE)
    (message,) = await bench.messages(RAW)
    place = TopicPartition(message.topic, message.partition)

    async def read_and_leave() -> None:
        async with reading(bench.settings) as reader:
            assert [record.offset async for record in records(reader, {place: 0})] == [0]
            await reader.end_offsets([place])  # meanwhile it asks for what comes next
            reader.assign([])

    await asyncio.wait_for(read_and_leave(), WAITS_FOR_EVER)
    monkeypatch.setattr(broker, "STOP_SECONDS", None)
    leaving = asyncio.ensure_future(read_and_leave())
    done, _ = await asyncio.wait({leaving}, timeout=WAITS_FOR_EVER)
    assert not done
    leaving.cancel()
    await asyncio.wait({leaving})
