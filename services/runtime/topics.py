"""Creates the topics of ``schemas.topics``, and says where those of a broker differ."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from schemas.topics import TOPICS, Topic
from services.runtime.broker import administering, unavailability
from services.runtime.errors import Unavailable
from services.runtime.settings import Settings

SETTLE_TIMES, SETTLE_SECONDS = 200, 0.1
BROKER_DEFAULT = -1  # replication factor: the broker's own default


async def ensure_topics(settings: Settings, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """Create what is missing; returns, one line each, how existing topics differ from the table (never changed here).

    Raises Unavailable where the broker is away or refuses.
    """
    wanted = {settings.topic_prefix + topic.name: topic for topic in topics}
    async with administering(settings) as admin:
        with unavailability():
            await _create(admin, wanted, settings.message_bytes_max)
            await _settled(admin, wanted)
            return await _differences(admin, wanted, settings.message_bytes_max)


def configuration(topic: Topic, message_bytes_max: int) -> dict[str, str]:
    """The broker's settings of a topic."""
    return {
        "cleanup.policy": topic.cleanup,
        "retention.ms": str(topic.retention_ms),
        "max.message.bytes": str(message_bytes_max),
    }


async def _create(admin: AIOKafkaAdminClient, wanted: dict[str, Topic], message_bytes_max: int) -> None:
    existing = set(await admin.list_topics())
    missing = [
        NewTopic(
            name, topic.partitions, BROKER_DEFAULT, replica_assignments={}, topic_configs=configuration(topic, message_bytes_max)
        )
        for name, topic in wanted.items()
        if name not in existing
    ]
    if not missing:
        return
    answer = await admin.create_topics(missing)
    for name, code, *rest in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:  # another process may have been quicker
            raise error(f"{name}: {rest[0] if rest else ''}")


async def _settled(admin: AIOKafkaAdminClient, wanted: Iterable[str]) -> None:
    """Wait until the broker knows its own topics: it says that one is created before it is everywhere."""
    for _ in range(SETTLE_TIMES):
        described = await admin.describe_topics(list(wanted))
        if all(topic["error_code"] == 0 and topic["partitions"] for topic in described):
            return
        await asyncio.sleep(SETTLE_SECONDS)
    raise Unavailable("broker: its new topics do not appear")


async def _differences(admin: AIOKafkaAdminClient, wanted: dict[str, Topic], message_bytes_max: int) -> list[str]:
    lines = []
    for described in await admin.describe_topics(list(wanted)):
        topic = wanted[described["topic"]]
        if len(described["partitions"]) != topic.partitions:
            lines.append(f"{described['topic']}: {len(described['partitions'])} partitions, not {topic.partitions}")
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted])
    for answer in answers:
        for _, _, _, name, entries in answer.resources:
            actual = {entry[0]: entry[1] for entry in entries}
            for key, value in configuration(wanted[name], message_bytes_max).items():
                if actual.get(key) != value:
                    lines.append(f"{name}: {key} is {actual.get(key)}, not {value}")
    return sorted(lines)


async def missing_topics(settings: Settings, topics: Iterable[Topic]) -> list[str]:
    """Names of topics that the broker does not have. Raises Unavailable without a broker."""
    async with administering(settings) as admin:
        with unavailability():
            existing = set(await admin.list_topics())
    return [name for topic in topics if (name := settings.topic_prefix + topic.name) not in existing]
