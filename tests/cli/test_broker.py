"""``gouji topics`` and ``gouji replay`` against a real broker, and without one."""

import asyncio
from datetime import UTC, datetime

import pytest

from schemas.dead_letter import DeadLetter, Failure
from schemas.envelope import Message
from schemas.topics import DEAD_LETTERS, RAW, TOPICS
from services.runtime.broker import reading, records
from services.runtime.producer import Producer
from services.runtime.settings import Settings
from tests.cli.conftest import Gouji

FINE, NOT_ALL, WRONG = 0, 1, 2


@pytest.fixture
def settings(kafka: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment names the broker, and topics of the test's own."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("GOUJI_TOPIC_PREFIX", topic_prefix)
    return Settings()


def bury(settings: Settings, *letters: DeadLetter) -> None:
    async def send() -> None:
        producer = Producer("test", settings)
        await producer.send([Message(RAW.name, b"key", b"first", ())])
        await producer.publish(letters)
        await producer.aclose()

    asyncio.run(send())


def messages(settings: Settings) -> int:
    """How many messages are on the raw topic."""

    async def count() -> int:
        from aiokafka import TopicPartition

        name = settings.topic_prefix + RAW.name
        async with reading(settings) as reader:
            places = [TopicPartition(name, partition) for partition in range(RAW.partitions)]
            return len([record async for record in records(reader, await reader.beginning_offsets(places))])

    return asyncio.run(count())


def letter(
    settings: Settings, offset: int, *, topic: str = RAW.name, stage: str = "parser", code: str = "password"
) -> DeadLetter:
    return DeadLetter(
        stage=stage,
        failure=Failure.BAD_INPUT,
        code=code,
        reason="[red]the PDF asks for a password\x1b[31m",
        topic=settings.topic_prefix + topic,
        partition=0,
        offset=offset,
        key=b"key",
        value=b"first",
        failed_at=datetime.now(UTC),
    )


def test_the_table_of_topics_needs_no_broker(gouji: Gouji) -> None:
    result = gouji("topics")
    assert result.exit_code == FINE
    assert all(topic.name in result.stdout for topic in TOPICS)


@pytest.mark.parametrize("arguments", [("topics", "--create"), ("replay",)])
def test_without_a_broker_one_sentence_says_so(gouji: Gouji, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    result = gouji(*arguments)
    assert result.exit_code == WRONG
    assert result.stderr.count("\n") == 1
    assert "set KAFKA_BOOTSTRAP_SERVERS" in result.stderr


def test_an_origin_that_is_none_is_told(gouji: Gouji) -> None:
    result = gouji("replay", "--origin", "disclosures.raw.v1")
    assert result.exit_code == WRONG
    assert "takes topic/partition/offset" in result.stderr


@pytest.mark.kafka
def test_topics_are_created_and_differences_told(gouji: Gouji, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    result = gouji("topics", "--create")
    assert (result.exit_code, "as this table says" in result.stdout) == (FINE, True)
    monkeypatch.setenv("GOUJI_MESSAGE_BYTES_MAX", "1000000")
    result = gouji("topics", "--create")
    assert result.exit_code == NOT_ALL
    assert "max.message.bytes is 16777216, not 1000000" in result.stdout


@pytest.mark.kafka
def test_dead_letters_are_listed_chosen_and_sent_back_once(gouji: Gouji, settings: Settings) -> None:
    gouji("topics", "--create")
    assert "no dead letter is like that" in gouji("replay").stdout
    bury(settings, letter(settings, 0), letter(settings, 1, stage="store"), letter(settings, 2, code="timeout"))

    dry = gouji("replay", "--dry-run")
    assert dry.exit_code == FINE
    assert dry.stdout.count("would be sent back") == 4, "three lines and the sum"
    assert "[red]the PDF asks" in dry.stdout and "\x1b" not in dry.stdout
    assert messages(settings) == 1, "a dry run sends nothing"

    assert "3 in all" not in gouji("replay", "--stage", "store").stdout
    origin = f"{settings.topic_prefix}{RAW.name}/0/2"
    assert origin in gouji("replay", "--origin", origin, "--code", "timeout").stdout
    assert messages(settings) == 3
    rest = gouji("replay")
    assert rest.exit_code == FINE
    assert rest.stdout.count("sent back before") == 2
    assert messages(settings) == 4


@pytest.mark.kafka
def test_what_cannot_be_sent_back_makes_the_exit_code_1(gouji: Gouji, settings: Settings) -> None:
    gouji("topics", "--create")
    bury(settings, letter(settings, 0, topic="elsewhere"))
    result = gouji("replay")
    assert result.exit_code == NOT_ALL
    assert "not a topic of ours" in result.stdout
    assert DEAD_LETTERS.name not in result.stdout
