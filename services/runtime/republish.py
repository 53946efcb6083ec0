"""Sends messages that a topic still holds once more, so that whoever reads it works on them anew."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from datetime import datetime

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from schemas.envelope import Message
from schemas.topics import Topic
from services.runtime.broker import administering, partitions, reading, records, unavailability
from services.runtime.producer import Producer
from services.runtime.settings import Settings

Key = tuple[str, str]
Place = tuple[str, int, int]


async def republish(
    settings: Settings, topic: Topic, wanted: Collection[Key], *, since: datetime, send: bool = True
) -> AsyncGenerator[Key, None]:
    """Send the last message about each ``(report_id, document)`` of ``wanted`` once more, as it was, in the order in which they
    are there; yields each that was found among the messages since then. Raises Unavailable.

    It reads the topic twice, so that only the places of messages are held.
    """
    name = settings.topic_prefix + topic.name
    producer = Producer("replay", settings)
    async with administering(settings) as admin, reading(settings) as reader, aclosing(producer):
        with unavailability():
            places = await partitions(admin, [name])
            begin = await reader.offsets_for_times(dict.fromkeys(places, int(since.timestamp() * 1000)))
            starts = {place: at.offset for place, at in begin.items() if at is not None}
            last: dict[Key, Place] = {}
            async for record in records(reader, starts):
                key = _about(record)
                if key in wanted:
                    last[key] = (record.topic, record.partition, record.offset)
            chosen = {place: key for key, place in last.items()}
            if not chosen:
                return
            async for record in records(reader, _from(starts, chosen)):
                found = chosen.get((record.topic, record.partition, record.offset))
                if found is None:
                    continue
                if send:
                    headers = tuple((header, value or b"") for header, value in record.headers)
                    await producer.send([Message(topic.name, record.key, record.value, headers)])
                yield found


def _from(starts: dict[TopicPartition, int], chosen: Collection[Place]) -> dict[TopicPartition, int]:
    """Where the second reading begins: at the first chosen message of each partition."""
    first: dict[TopicPartition, int] = {}
    for topic, partition, offset in chosen:
        place = TopicPartition(topic, partition)
        first[place] = min(first.get(place, offset), offset)
    return {place: first[place] for place in starts if place in first}


def _about(record: ConsumerRecord) -> Key:
    """Report and document that a message is about; empty where it is none of ours."""
    try:
        value = json.loads(record.value or b"")
        return str(value["report_id"]), str(value["document"])
    except (ValueError, TypeError, KeyError):
        return "", ""
