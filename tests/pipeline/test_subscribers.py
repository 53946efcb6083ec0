"""The subscribers in README.md and docs/subscribing.md work as they stand there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.java import cache_directory
from schemas.generate import HOME
from schemas.topics import DISCREPANCIES
from services.runtime.producer import Producer
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.kafka]


def example(page: str, language: str) -> str:
    """The first example in that language on a page."""
    return re.search(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)[1]


async def first_line(kafka: str, prefix: str, *command: str) -> list[str]:
    """The first words that a subscriber prints once a discrepancy was published; of it, the issuer."""
    settings = Settings(kafka_bootstrap_servers=kafka, topic_prefix=prefix)
    await ensure_topics(settings)
    text = (HOME / "examples" / f"{DISCREPANCIES.event}.json").read_text(encoding="utf-8")
    async with contextlib.aclosing(Producer("validator", settings)) as producer:
        await producer.publish([DISCREPANCIES.model.model_validate_json(text)])
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": kafka, "GOUJI_TOPIC_PREFIX": prefix}
    subscriber = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    try:
        line = await asyncio.wait_for(subscriber.stdout.readline(), 60)
    finally:
        subscriber.terminate()
        await subscriber.wait()
    return line.decode().split()[:3]


OPENED = ["opened", "error", "云溪市青禾区河湖管理中心"]


@pytest.mark.parametrize("page", ["README.md", "docs/subscribing.md"])
async def test_the_subscriber_in_python(page, kafka, topic_prefix):
    assert await first_line(kafka, topic_prefix, sys.executable, "-c", example(page, "python")) == OPENED


async def test_the_subscriber_in_java(kafka, topic_prefix, tmp_path):
    compiler, jars = shutil.which("javac"), cache_directory()
    if compiler is None or not jars.is_dir():
        pytest.skip("no JDK here, or Kafka is not local and its jars are not there")
    (tmp_path / "Subscriber.java").write_text(example("docs/subscribing.md", "java"), encoding="utf-8")
    classes = f"{jars}/*"
    command = [compiler, "-encoding", "UTF-8", "-cp", classes, "Subscriber.java"]
    compiled = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr
    assert await first_line(kafka, topic_prefix, "java", "-cp", f"{tmp_path}:{classes}", "Subscriber") == OPENED
