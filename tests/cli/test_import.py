"""``gouji import`` over a real broker and database: what is interrupted goes on, and nothing comes twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from schemas.envelope import unseal
from schemas.raw import RawDocument
from schemas.topics import RAW
from services.runtime.archive import Archive
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics
from tests.cli.conftest import Gouji

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]
FILES = 200


@pytest.fixture
def environment(kafka, database, topic_prefix, tmp_path, monkeypatch) -> Settings:
    """A broker with its topics, a database and an archive of the test's own, in the environment."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("GOUJI_TOPIC_PREFIX", topic_prefix)
    monkeypatch.setenv("GOUJI_ARCHIVE_URL", str(tmp_path / "archive"))
    settings = Settings()
    asyncio.run(ensure_topics(settings))
    return settings


@pytest.fixture
def mirror(tmp_path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:03}.pdf").write_bytes(b"%PDF-1.7\n" + str(number).encode())
    return folder


def published(settings: Settings) -> list[tuple[bytes, RawDocument]]:
    """``(ce_id, document)`` of every message on the topic."""

    async def read():
        topic = settings.topic_prefix + RAW.name
        async with administering(settings) as admin, reading(settings) as reader:
            places = dict.fromkeys(await partitions(admin, [topic]), 0)
            found = [record async for record in records(reader, places)]
        return [(dict(r.headers)["ce_id"], unseal(RawDocument, r.value, tuple(r.headers))) for r in found]

    return asyncio.run(read())


def test_killed_and_started_again_it_publishes_every_file_once(gouji: Gouji, environment, mirror):
    command = [sys.executable, "-m", "services.cli", "import", str(mirror)]
    for least in (10, 80):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while running.poll() is None and len(published(environment)) < least:
            time.sleep(0.05)  # or this process takes the other one's time
        running.kill()
        running.wait()
    result = gouji("import", mirror)
    assert result.exit_code == 0, result.output
    found = published(environment)
    assert len({key for key, _ in found}) == FILES, "a repeat has the id of the first"
    assert Counter(document.version for _, document in found).keys() == {1}
    assert len(found) <= FILES + 2 * 4, "only what was in hand when it was killed may come again"
    archive = Archive(environment.archive_url)
    assert all(document.sha256 in archive for _, document in found)

    (mirror / "000.pdf").write_bytes(b"%PDF-1.7\ncorrected")
    again = gouji("import", mirror)
    assert again.stdout == f"new 0  changed 1  unchanged {FILES - 1}  refused 0\n"
    assert [document.version for _, document in published(environment) if document.url.endswith("/000.pdf")][-1] == 2


def test_what_is_refused_is_said_and_the_rest_imported(gouji: Gouji, environment, tmp_path):
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1.7\n1")
    (folder / "[red]b.pdf").write_bytes(b"\x7fELF\x00")
    result = gouji("import", "--base-url", "https://x.example/y", "--published", "2023-02-20", folder)
    assert (result.exit_code, result.stdout) == (1, "new 1  changed 0  unchanged 0  refused 1\n")
    assert "[red]b.pdf: it is no document, but application/octet-stream" in result.stderr
    ((_, document),) = published(environment)
    assert (document.url, document.published, document.source) == ("https://x.example/y/a.pdf", "2023-02-20", "import")


@pytest.mark.parametrize(
    "options", [("--base-url", "file:///etc"), ("--base-url", "https://me:secret@x/"), ("--published", "2023")]
)
def test_wrong_options(gouji: Gouji, tmp_path, options):
    result = gouji("import", *options, tmp_path)
    assert (result.exit_code, "secret" in result.output) == (2, False)


def test_a_part_that_is_away_is_said_in_a_sentence(gouji: Gouji, environment, mirror, monkeypatch, topic_prefix):
    monkeypatch.setenv("GOUJI_TOPIC_PREFIX", f"{topic_prefix}other.")
    result = gouji("import", mirror)
    assert (result.exit_code, "gouji topics --create makes it" in result.stderr) == (2, True)
    monkeypatch.setenv("GOUJI_TOPIC_PREFIX", topic_prefix)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    result = gouji("import", mirror)
    assert (result.exit_code, "database: " in result.stderr, "secret" in result.stderr) == (2, True, False)
