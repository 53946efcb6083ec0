"""The service as it is run: a process, a real broker, a real database."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from schemas.envelope import unseal
from schemas.raw import RawDocument
from schemas.topics import RAW
from services.fetcher.service import SERVICE, FetcherSettings, work
from services.runtime import Runtime, run
from services.runtime.configuration import ConfigurationError
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics
from tests.fetcher.conftest import PDF, Site


@pytest.fixture
async def environment(kafka: str, database: str, topic_prefix: str, tmp_path: Path, site: Site) -> dict[str, str]:
    """A fetcher's settings: topics, database, archive and site of this test's own."""
    sources = tmp_path / "sources.yaml"
    sources.write_text(
        f"sources: [{{id: test, start: ['{site.url}/'], local: true, schedule: {{interval: 1s}}, limits: {{pause: 0s}}}}]",
        "utf-8",
    )
    await ensure_topics(Settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix))
    return {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "DATABASE_URL": database,
        "GOUJI_TOPIC_PREFIX": topic_prefix,
        "GOUJI_ARCHIVE_URL": str(tmp_path / "archive"),
        "GOUJI_SOURCES": str(sources),
        "GOUJI_HTTP_PORT": "0",
    }


async def start(environment: dict[str, str], **more: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.fetcher.service", env={**environment, **more}, stderr=PIPE, stdout=PIPE
    )


async def published(environment: dict[str, str], count: int) -> list[RawDocument]:
    """Everything on the topic, once there are ``count`` messages at least."""
    consumer = AIOKafkaConsumer(
        environment["GOUJI_TOPIC_PREFIX"] + RAW.name,
        bootstrap_servers=environment["KAFKA_BOOTSTRAP_SERVERS"],
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        documents: list[RawDocument] = []
        async with asyncio.timeout(60):
            while len(documents) < count:
                documents += [
                    unseal(RawDocument, record.value, tuple(record.headers))
                    for records in (await consumer.getmany(timeout_ms=500)).values()
                    for record in records
                ]
        return documents
    finally:
        await consumer.stop()


@pytest.mark.kafka
@pytest.mark.postgres
async def test_once_and_again_until_told_to_stop(site: Site, environment: dict[str, str]) -> None:
    site.page("/", "<a href='1.pdf'>甲局部门预算</a><a href='2.pdf'>乙局部门预算</a>")
    site.put("/1.pdf", PDF + b"1")
    site.put("/2.pdf", PDF + b"2")
    process = await start(environment, GOUJI_ONCE="true")
    _, log = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, log.decode()
    site.put("/2.pdf", PDF + b"corrected")
    process = await start(environment)
    documents = await published(environment, 3)
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, log.decode()
    assert sorted((document.url.removeprefix(site.url), document.version) for document in documents) == [
        ("/1.pdf", 1),
        ("/2.pdf", 1),
        ("/2.pdf", 2),
    ]


async def test_a_sources_file_that_cannot_be_used_ends_the_service_with_the_line(tmp_path: Path) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text("sources:\n  - id: a\n    start: [ftp://x/]\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"sources\.yaml:3: sources\.0\.start\.0: Value error, not an http\(s\) URL"):
        await work(Runtime("fetcher", FetcherSettings(sources=sources)))


def test_help_lists_every_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fetcher", "--help"])
    with pytest.raises(SystemExit) as ended:
        run(SERVICE)
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for setting in ("GOUJI_SOURCES", "GOUJI_USER_AGENT", "GOUJI_ARCHIVE_URL", "KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL"):
        assert setting in text
