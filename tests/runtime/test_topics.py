"""Topics come from the table, and differences from it are told, not hidden and not changed."""

from dataclasses import replace

import pytest

from schemas.topics import DEAD_LETTERS, RAW, TOPICS
from services.runtime.errors import Unavailable
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics, missing_topics

pytestmark = pytest.mark.kafka


async def test_missing_topics_are_created_as_the_table_says(kafka: str, topic_prefix: str) -> None:
    settings = Settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    assert len(await missing_topics(settings, TOPICS)) == len(TOPICS)
    assert await ensure_topics(settings) == []
    assert await missing_topics(settings, TOPICS) == []
    assert await ensure_topics(settings) == [], "a second time changes nothing"


async def test_an_existing_topic_that_differs_is_told(kafka: str, topic_prefix: str) -> None:
    settings = Settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    await ensure_topics(settings, [replace(RAW, partitions=2, retention_ms=1000), DEAD_LETTERS])
    assert await ensure_topics(settings, [RAW, DEAD_LETTERS]) == [
        f"{topic_prefix}{RAW.name}: 2 partitions, not {RAW.partitions}",
        f"{topic_prefix}{RAW.name}: retention.ms is 1000, not {RAW.retention_ms}",
    ]


async def test_without_a_broker_it_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="broker"):
        await ensure_topics(Settings(kafka_bootstrap_servers="127.0.0.1:1"))
