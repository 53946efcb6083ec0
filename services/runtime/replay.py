"""Sends dead letters back to the topics they came from: ``gouji replay``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from schemas.dead_letter import DeadLetter
from schemas.envelope import ForeignMessage, Headers, Message, unseal
from schemas.topics import DEAD_LETTERS, TOPICS
from services.runtime.broker import administering, partitions, reading, records, unavailability
from services.runtime.dead_letters import REPLAY_ATTEMPT, REPLAY_OF
from services.runtime.producer import Producer
from services.runtime.settings import Settings

CLOCKS_DIFFER = timedelta(minutes=5)


class Outcome(StrEnum):
    """``sent`` now, or in a dry run to be sent; ``already`` sent back by an earlier replay; ``gone`` from its topic;
    ``foreign``: no topic of ours."""

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


async def replay(settings: Settings, selection: Selection, *, send: bool = True) -> AsyncIterator[Replayed]:
    """Send the messages of the selected dead letters back, with their keys and headers, each once; without ``send`` only
    say what would become of each.

    A message that several stages buried is sent once, and one that an earlier replay sent is not sent again: what is
    sent carries a header that says what it repeats, and these are looked for first. Raises Unavailable.
    """
    producer = Producer("replay", settings)
    async with administering(settings) as admin, reading(settings) as reader, aclosing(producer):
        with unavailability():
            buried = await partitions(admin, [settings.topic_prefix + DEAD_LETTERS.name])
            letters = await _letters(reader, buried, selection)
            places = await partitions(admin, {letter.topic for letter in letters.values()})
            already = await _replayed(reader, places, letters.values())
        for origin, letter in letters.items():
            with unavailability():
                known = origin in already
                yield Replayed(letter, await _send(producer, reader, places, settings, letter, known=known, send=send))


async def _letters(reader: AIOKafkaConsumer, places: list[TopicPartition], selection: Selection) -> dict[str, DeadLetter]:
    """The selected dead letters by origin: of several about one message, the last."""
    letters: dict[str, DeadLetter] = {}
    async for record in records(reader, await reader.beginning_offsets(places)):
        try:
            letter = unseal(DeadLetter, record.value, _headers(record))
        except ForeignMessage:
            continue
        if letter in selection:
            letters[origin_of(letter)] = letter
    return letters


async def _replayed(reader: AIOKafkaConsumer, places: list[TopicPartition], letters: Iterable[DeadLetter]) -> set[str]:
    """The origins that were sent back before: read from the topics' own messages since the first failure."""
    if not places:
        return set()
    since = min(letter.failed_at for letter in letters) - CLOCKS_DIFFER
    found = await reader.offsets_for_times(dict.fromkeys(places, int(since.timestamp() * 1000)))
    starts = {place: start.offset for place, start in found.items() if start is not None}
    return {
        value.decode("utf-8", "replace")
        async for record in records(reader, starts)
        for name, value in _headers(record)
        if name == REPLAY_OF
    }


async def _send(
    producer: Producer,
    reader: AIOKafkaConsumer,
    places: list[TopicPartition],
    settings: Settings,
    letter: DeadLetter,
    *,
    known: bool,
    send: bool,
) -> Outcome:
    topic = letter.topic.removeprefix(settings.topic_prefix)
    place = TopicPartition(letter.topic, letter.partition)
    if topic not in {each.name for each in TOPICS} or place not in places:
        return Outcome.FOREIGN
    if known:
        return Outcome.ALREADY
    key, value, headers = letter.key, letter.value, letter.headers
    if value is None:  # too large to be carried: read it where it was
        original = await _original(reader, place, letter.offset)
        if original is None:
            return Outcome.GONE
        key, value, headers = original.key, original.value, _headers(original)
    marks = ((REPLAY_OF, origin_of(letter).encode()), (REPLAY_ATTEMPT, str(letter.attempts + 1).encode()))
    kept = tuple((name, text) for name, text in headers if name not in (REPLAY_OF, REPLAY_ATTEMPT))
    if send:
        await producer.send([Message(topic, key, value, kept + marks)])
    return Outcome.SENT


async def _original(reader: AIOKafkaConsumer, place: TopicPartition, offset: int) -> ConsumerRecord | None:
    """The record at ``offset``, or None where it is kept no longer."""
    if not (await reader.beginning_offsets([place]))[place] <= offset < (await reader.end_offsets([place]))[place]:
        return None
    async for record in records(reader, {place: offset}, most=1):
        return record if record.offset == offset else None
    return None


def _headers(record: ConsumerRecord) -> Headers:
    return tuple((name, value or b"") for name, value in record.headers)
