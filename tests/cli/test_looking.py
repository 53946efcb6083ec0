"""``gouji sources try`` and ``gouji fetch`` on a site of the test's own."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from schemas.topics import RAW
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics
from tests.cli.conftest import Gouji


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a column with an article, its file and annex, a file of a hostile name, and one that is gone."""
    home = tmp_path / "site"
    home.mkdir()
    links = [
        "<a href='1.html'>甲局2024年度部门决算</a>",
        "<a href='b.pdf'>[red]=cmd()乙局决算</a>",
        "<a href='gone.pdf'>丙局决算</a>",
    ]
    (home / "index.html").write_text(
        f"<html><body><ul>{''.join(f'<li>{link}</li>' for link in links)}</ul></body></html>", "utf-8"
    )
    files = "<a href='a.pdf'>甲局2024年度部门决算</a><a href='c.docx.pdf'>附件：绩效自评表</a>"
    (home / "1.html").write_text(
        f"<html><body><h1>甲局2024年度部门决算</h1><p>发布时间：2025-08-20</p>{files}</body></html>", "utf-8"
    )
    for name in ("a.pdf", "b.pdf", "c.docx.pdf"):
        (home / name).write_bytes(b"%PDF-1.7\n" + name.encode())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(home)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def watched(tmp_path: Path, site: str, **more: str) -> Path:
    file = tmp_path / "sources.yaml"
    lines = [
        f"id: a\nstart: ['{site}']\nlocal: true\nlimits: {{pause: 0s, retries: 0}}\n",
        *(f"{k}: {v}\n" for k, v in more.items()),
    ]
    file.write_text("".join(lines), "utf-8")
    return file


def test_try_shows_what_a_crawl_would_find(gouji: Gouji, site: str, tmp_path: Path) -> None:
    result = gouji("sources", "try", "a", "--sources", watched(tmp_path, site))
    assert result.exit_code == 0, result.output
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.stdout.splitlines() if line.startswith("│ ")]
    assert [row[:1] + row[2:6] for row in rows] == [
        ["main", "[red]=cmd()乙局决算", "", "application/pdf", "14"],
        ["main", "甲局2024年度部门决算", "2025-08-20", "application/pdf", "14"],
        ["annex", "附件：绩效自评表", "2025-08-20", "application/pdf", "19"],
    ]
    assert "addresses: 6, documents: 2" in result.stderr
    assert f"http_404 1: {site}gone.pdf" in result.stderr


def test_try_for_programs(gouji: Gouji, site: str, tmp_path: Path) -> None:
    result = gouji("sources", "try", "a", "--sources", watched(tmp_path, site), "--format", "json")
    rows = json.loads(result.stdout)
    assert [(row["role"], row["url"].removeprefix(site)) for row in rows] == [
        ("main", "b.pdf"),
        ("main", "a.pdf"),
        ("annex", "c.docx.pdf"),
    ]
    assert rows[1]["page"] == f"{site}1.html"
    file = tmp_path / "out.csv"
    assert gouji("sources", "try", "a", "--sources", watched(tmp_path, site), "--format", "csv", "-o", file).exit_code == 0
    first, *_ = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (first["title"], first["size"]) == ("[red]=cmd()乙局决算", "14")


def test_try_an_address_that_is_in_no_source(gouji: Gouji, site: str) -> None:
    result = gouji("sources", "try", f"{site}b.pdf", "--local", "--format", "json")
    assert [(row["role"], row["url"]) for row in json.loads(result.stdout)] == [("main", f"{site}b.pdf")]


def test_too_few_nothing_and_nobody(gouji: Gouji, site: str, tmp_path: Path) -> None:
    result = gouji("sources", "try", "a", "--sources", watched(tmp_path, site, expected="3"))
    assert (result.exit_code, "only 2 documents were found, of 3 at least" in result.stderr) == (1, True)
    result = gouji("sources", "try", site)
    assert (result.exit_code, "address 1: " in result.stderr, "no document was found" in result.stdout) == (1, True, True)
    result = gouji("sources", "try", "b", "--sources", watched(tmp_path, site))
    assert (result.exit_code, "has no source 'b'; it has a" in result.stderr) == (2, True)
    result = gouji("sources", "try", "http://me:secret@127.0.0.1/")
    assert (result.exit_code, "secret" in result.output) == (2, False)
    assert gouji("sources", "try", "file:///etc/passwd").exit_code == 2


@pytest.mark.kafka
@pytest.mark.postgres
def test_fetch_publishes_one_article_now(gouji: Gouji, site: str, kafka, database, topic_prefix, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("GOUJI_TOPIC_PREFIX", topic_prefix)
    monkeypatch.setenv("GOUJI_ARCHIVE_URL", str(tmp_path / "archive"))
    settings = Settings()
    rules = ("--source", "a", "--sources", watched(tmp_path, site))
    assert gouji("fetch", *rules, f"{site}1.html").exit_code == 2, "there is no topic yet"
    asyncio.run(ensure_topics(settings))
    result = gouji("fetch", *rules, f"{site}1.html", "--format", "json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [(row["role"], row["change"], row["url"]) for row in rows] == [
        ("main", "new", f"{site}a.pdf"),
        ("annex", "new", f"{site}c.docx.pdf"),
    ]
    again = gouji("fetch", *rules, f"{site}1.html", "--format", "json")
    assert [row["change"] for row in json.loads(again.stdout)] == ["unchanged", "unchanged"]
    nothing = gouji("fetch", "--local", f"{site}gone.pdf")
    assert (nothing.exit_code, "http_404 1: " in nothing.stderr) == (1, True)
    assert gouji("fetch", "--source", "b", "--sources", watched(tmp_path, site), f"{site}1.html").exit_code == 2

    async def messages() -> int:
        async with administering(settings) as admin, reading(settings) as reader:
            places = dict.fromkeys(await partitions(admin, [topic_prefix + RAW.name]), 0)
            return len([record async for record in records(reader, places)])

    assert asyncio.run(messages()) == 1
