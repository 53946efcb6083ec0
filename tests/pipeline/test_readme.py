"""The subscriber in the README works as it stands there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from pathlib import Path

import pytest

from schemas.generate import HOME
from schemas.topics import DISCREPANCIES
from services.runtime.producer import Producer
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics

README = Path(__file__).resolve().parents[2] / "README.md"
pytestmark = [pytest.mark.kafka]


async def test_the_subscriber_of_the_readme_prints_a_published_discrepancy(kafka, topic_prefix):
    settings = Settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    await ensure_topics(settings)
    example = DISCREPANCIES.model.model_validate_json(
        (HOME / "examples" / f"{DISCREPANCIES.event}.json").read_text(encoding="utf-8")
    )
    async with contextlib.aclosing(Producer("validator", settings)) as producer:
        await producer.publish([example])

    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": kafka, "GOUJI_TOPIC_PREFIX": topic_prefix}
    subscriber = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=environment)
    line = await asyncio.wait_for(subscriber.stdout.readline(), 60)
    subscriber.terminate()
    await subscriber.wait()
    assert line.decode().split()[:3] == ["opened", "error", example.identity.issuer]
