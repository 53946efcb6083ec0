"""Sends dead letters back to the topics they came from: ``gouji replay``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord

from schemas.dead_letter import DeadLetter
from schemas.envelope import ForeignMessage, Headers, Message, unseal
from schemas.topics import DEAD_LETTERS, TOPICS
from services.runtime.dead_letters import REPLAY_ATTEMPT, REPLAY_OF
from services.runtime.errors import Unavailable
from services.runtime.producer import Producer
from services.runtime.settings import Settings

READ_MS = 1000
CLOCKS_DIFFER = timedelta(minutes=5)


class Outcome(StrEnum):
    """``sent`` now; ``already`` sent back by an earlier replay; ``gone`` from its topic; ``foreign``: no topic of ours."""

    SENT = "sent"
    ALREADY = "already"
    GONE = "gone"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Replayed:
    """What became of one dead letter."""

    letter: DeadLetter
    outcome: Outcome

    @property
    def origin(self) -> str:
        return origin_of(self.letter)


@dataclass(frozen=True)
class Selection:
    """Which dead letters: every condition that is given must hold. ``origins`` are ``topic/partition/offset``."""

    stage: str | None = None
    code: str | None = None
    origins: Container[str] | None = None

    def __contains__(self, letter: DeadLetter) -> bool:
        return (
            (self.stage is None or letter.stage == self.stage)
            and (self.code is None or letter.code == self.code)
            and (self.origins is None or origin_of(letter) in self.origins)
        )


def origin_of(letter: DeadLetter) -> str:
    """Where the message of a dead letter was read: ``topic/partition/offset``."""
    return f"{letter.topic}/{letter.partition}/{letter.offset}"


async def replay(settings: Settings, selection: Selection) -> AsyncIterator[Replayed]:
    """Send the messages of the selected dead letters back, with their keys and headers, each once.

    A message that several stages buried is sent once, and one that an earlier replay sent is not sent again: what is
    sent carries a header that says what it repeats, and these are looked for first. Raises Unavailable.
    """
    producer = Producer("replay", settings)
    async with _reader(settings) as reader:
        letters = await _letters(reader, settings, selection)
        already = await _replayed(reader, letters)
        try:
            for origin, letter in letters.items():
                yield Replayed(letter, await _send(producer, reader, settings, letter, known=origin in already))
        finally:
            await producer.close()


@asynccontextmanager
async def _reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    reader = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers, enable_auto_commit=False, auto_offset_reset="none"
    )
    try:
        await reader.start()
        yield reader
    except (KafkaError, OSError) as error:
        raise Unavailable(f"broker: {type(error).__name__} {error}") from error
    finally:
        await reader.stop()


async def _letters(reader: AIOKafkaConsumer, settings: Settings, selection: Selection) -> dict[str, DeadLetter]:
    """The selected dead letters by origin: of several about one message, the last."""
    letters: dict[str, DeadLetter] = {}
    starts = await reader.beginning_offsets(await _partitions(reader, settings.topic_prefix + DEAD_LETTERS.name))
    async for record in _records(reader, starts):
        try:
            letter = unseal(DeadLetter, record.value, _headers(record))
        except ForeignMessage:
            continue
        if letter in selection:
            letters[origin_of(letter)] = letter
    return letters


async def _replayed(reader: AIOKafkaConsumer, letters: Mapping[str, DeadLetter]) -> set[str]:
    """The origins that were sent back before: read from the topics' own messages since the first failure."""
    since = min((letter.failed_at for letter in letters.values()), default=datetime.now(UTC)) - CLOCKS_DIFFER
    partitions = [each for topic in {letter.topic for letter in letters.values()} for each in await _partitions(reader, topic)]
    if not partitions:
        return set()
    found = await reader.offsets_for_times({partition: int(since.timestamp() * 1000) for partition in partitions})
    starts = {partition: place.offset for partition, place in found.items() if place is not None}
    return {
        value.decode("utf-8", "replace")
        async for record in _records(reader, starts)
        for name, value in _headers(record)
        if name == REPLAY_OF
    }


async def _send(producer: Producer, reader: AIOKafkaConsumer, settings: Settings, letter: DeadLetter, *, known: bool) -> Outcome:
    topic = letter.topic.removeprefix(settings.topic_prefix)
    if topic not in {each.name for each in TOPICS}:
        return Outcome.FOREIGN
    if known:
        return Outcome.ALREADY
    key, value, headers = letter.key, letter.value, letter.headers
    if value is None:  # too large to be carried: read it where it was
        original = await _original(reader, letter)
        if original is None:
            return Outcome.GONE
        key, value, headers = original.key, original.value, _headers(original)
    marks = ((REPLAY_OF, origin_of(letter).encode()), (REPLAY_ATTEMPT, str(letter.attempts + 1).encode()))
    kept = tuple((name, text) for name, text in headers if name not in (REPLAY_OF, REPLAY_ATTEMPT))
    await producer.send([Message(topic, key, value, kept + marks)])
    return Outcome.SENT


async def _original(reader: AIOKafkaConsumer, letter: DeadLetter) -> ConsumerRecord | None:
    place = TopicPartition(letter.topic, letter.partition)
    if place not in await _partitions(reader, letter.topic):
        return None
    try:
        async for record in _records(reader, {place: letter.offset}, most=1):
            return record if record.offset == letter.offset else None
    except OffsetOutOfRangeError:
        return None
    return None


async def _partitions(reader: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """The partitions of a topic, none where there is no such topic."""
    if topic not in await reader.topics():
        return []
    return [TopicPartition(topic, number) for number in reader.partitions_for_topic(topic) or ()]


async def _records(
    reader: AIOKafkaConsumer, starts: Mapping[TopicPartition, int], *, most: int | None = None
) -> AsyncIterator[ConsumerRecord]:
    """Every record from ``starts`` to what is the end now."""
    ends = await reader.end_offsets(list(starts))
    left = {place for place, start in starts.items() if start < ends[place]}
    reader.assign(list(left))
    for place in left:
        reader.seek(place, starts[place])
    while left:
        batches = await reader.getmany(*left, timeout_ms=READ_MS, max_records=most)
        for records in batches.values():
            for record in records:
                yield record
        left = {place for place in left if await reader.position(place) < ends[place]}


def _headers(record: ConsumerRecord) -> Headers:
    return tuple((name, value or b"") for name, value in record.headers)
