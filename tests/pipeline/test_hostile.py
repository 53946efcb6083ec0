"""Whatever is thrown at it becomes a dead letter with a reason, and the stream goes on."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from deploy.local.samples.site import FINAL_PDF, pages
from schemas.envelope import seal
from schemas.raw import RawDocument
from schemas.topics import TOPICS
from services.runtime.archive import Archive
from tests.pipeline.conftest import until_settled
from tests.pipeline.site import Site, budgets

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

STRANGER = "http://127.0.0.1/"
NO_PAGES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF"
)


def locked_pdf():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"))
    canvas.drawString(100, 700, "x")
    canvas.save()
    return buffer.getvalue()


def bad_files():
    """``{name: (content type, bytes)}`` of documents that nobody can read."""
    whole = pages(1)[FINAL_PDF][1]
    error_page = "<html><head><title>404</title></head><body><h1>您访问的页面不存在</h1><a href='/'>返回首页</a></body></html>"
    return {
        "truncated-budget.pdf": ("application/pdf", whole[: len(whole) // 3]),
        "no-pages-budget.pdf": ("application/pdf", NO_PAGES),
        "password-budget.pdf": ("application/pdf", locked_pdf()),
        "zeros-budget.pdf": ("application/pdf", bytes(60 * 1024 * 1024)),
        "empty-budget.pdf": ("application/pdf", b""),
        "error-budget.html": ("text/html", error_page.encode("gb18030")),
    }


def endless():
    """A document of one paragraph without end: it takes tens of seconds."""
    sentence = "支出预算增加12.34万元，增长5.67%，其中：基本支出1.23万元、项目支出4.56万元。"
    return ("text/plain", ("2025年部门预算\n" + sentence * 40_000).encode())


def vast():
    """A document of millions of paragraphs: it takes gigabytes."""
    return ("text/plain", ("2025年部门预算\n" + "支出1万元。\n\n" * 2_000_000).encode())


def from_a_stranger(letter):
    return letter["subject"].startswith(STRANGER)


def raw(archive, name, kind, body):
    """The event of a document that some other producer found, its body in the archive."""
    return RawDocument(
        url=STRANGER + name,
        fetched_at=datetime.now(UTC),
        media_type=kind,
        sha256=archive.put(body),
        size=len(body),
        source="elsewhere",
        body=None,
    )


async def throw(pipeline, messages):
    """Put raw messages on topics, as a foreign producer would."""
    producer = AIOKafkaProducer(bootstrap_servers=pipeline.bootstrap)
    await producer.start()
    for topic, value, headers in messages:
        await producer.send_and_wait(pipeline.settings().topic_prefix + topic, value, headers=headers)
    await producer.stop()


async def store_of(pipeline):
    """The dead letters and the URLs of stored reports."""
    connection = await asyncpg.connect(pipeline.dsn)
    letters = [dict(row) for row in await connection.fetch("SELECT * FROM disclosures.dead_letter")]
    stored = [row["url"].rsplit("/", 1)[-1] for row in await connection.fetch("SELECT url FROM disclosures.report_version")]
    await connection.close()
    return letters, sorted(stored)


def from_elsewhere(pipeline, files):
    """``(topic, value, headers)`` of raw events of files that some other producer found."""
    archive = Archive(str(pipeline.directory / "archive"))
    sealed = [seal(raw(archive, name, *file), source="elsewhere") for name, file in files.items()]
    return [(message.topic, message.value, list(message.headers)) for message in sealed]


def foreign():
    """What is no event, or nobody's here, on every topic."""
    headers = [("ce_type", b"somebody.else"), ("ce_id", b"1"), ("ce_source", b"/x"), ("ce_specversion", b"1.0")]
    return [(topic.name, value, h) for topic in TOPICS for value, h in ((b"{not json", []), (b"{}", headers))]


async def test_what_arrives_is_refused_at_the_door_or_buried_with_a_reason_and_the_stream_goes_on(pipeline_on):
    good = budgets(2)
    files = {**bad_files(), "vast-budget.txt": vast()}
    async with Site({**bad_files(), **good}) as site, pipeline_on(site, GOUJI_PARSER_MEMORY="320") as pipeline:
        await throw(pipeline, foreign() + from_elsewhere(pipeline, files))
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        letters, stored = await store_of(pipeline)
    assert stored == sorted(good)

    prefix = pipeline.settings().topic_prefix
    readers = {(row["topic"].removeprefix(prefix), row["stage"]) for row in letters if row["code"] == "foreign_message"}
    assert readers >= {(t.name, stage) for t in TOPICS[:4] for stage in t.read_by if stage in ("parser", "validator", "store")}

    documents = [row for row in letters if row["code"] != "foreign_message"]
    assert {(row["stage"], row["failure"]) for row in documents} == {("parser", "bad_input")}
    assert all(len(row["reason"]) > 10 for row in documents)
    # empty, zeros and an error page never leave the fetcher; a PDF is a PDF until somebody reads it
    crawled = [row["code"] for row in documents if not from_a_stranger(row)]
    assert sorted(crawled) == ["damaged", "damaged", "encrypted"]
    codes = {row["subject"].rsplit("/", 1)[-1]: row["code"] for row in documents if from_a_stranger(row)}
    assert len(documents) == len(crawled) + len(files)
    assert codes.keys() == files.keys()
    assert codes.pop("vast-budget.txt") in ("outofmemory", "died")
    assert set(codes.values()) == {"encrypted", "empty", "damaged", "error-page", "unknown"}


async def test_a_document_that_takes_too_long_costs_only_itself(pipeline_on):
    good = budgets(2)
    async with Site(good) as site, pipeline_on(site, GOUJI_PARSER_SECONDS="8") as pipeline:
        await throw(pipeline, from_elsewhere(pipeline, {"endless-budget.txt": endless()}))
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        letters, stored = await store_of(pipeline)
    assert stored == sorted(good)
    assert [(row["stage"], row["failure"], row["code"]) for row in letters] == [("parser", "bad_input", "timedout")]
