"""Whatever is thrown at it becomes a dead letter with a reason, and the stream goes on."""

from __future__ import annotations

import io

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from deploy.local.samples.site import FINAL_PDF, pages
from schemas.topics import TOPICS
from tests.pipeline.conftest import until_settled
from tests.pipeline.site import Site, budgets

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

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


async def throw(pipeline, messages):
    """Put raw messages on topics, as a foreign producer would."""
    producer = AIOKafkaProducer(bootstrap_servers=pipeline.bootstrap)
    await producer.start()
    for topic, value, headers in messages:
        await producer.send_and_wait(pipeline.settings().topic_prefix + topic, value, headers=headers)
    await producer.stop()


async def test_bad_documents_and_foreign_messages_end_as_dead_letters_and_the_rest_is_stored(pipeline_on):
    good = budgets(3)
    async with Site({**bad_files(), **good}) as site, pipeline_on(site) as pipeline:
        headers = [("ce_type", b"somebody.else"), ("ce_id", b"1"), ("ce_source", b"/x"), ("ce_specversion", b"1.0")]
        foreign = [(topic.name, value, h) for topic in TOPICS for value, h in ((b"{not json", []), (b"{}", headers))]
        await throw(pipeline, foreign)
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        connection = await asyncpg.connect(pipeline.dsn)
        letters = await connection.fetch("SELECT * FROM disclosures.dead_letter")
        stored = await connection.fetch("SELECT url FROM disclosures.report_version")
        refused = await connection.fetchval("SELECT count(*) FROM disclosures.document_version")
        await connection.close()
    assert sorted(row["url"].rsplit("/", 1)[-1] for row in stored) == sorted(good)
    assert all(row["reason"].strip() for row in letters)
    assert {row["failure"] for row in letters} == {"bad_input"}
    from_documents = [row for row in letters if row["stage"] == "parser" and row["code"] != "foreign"]
    # each bad file is either refused at download, and counted there, or a dead letter of the parser
    assert len(from_documents) + 3 == refused
    assert len(from_documents) >= 4, [(row["stage"], row["code"]) for row in letters]
    by_topic = {
        topic.name: [row for row in letters if row["topic"].endswith(topic.name) and row["code"] == "foreign"] for topic in TOPICS
    }
    assert all(by_topic[topic.name] for topic in TOPICS[:4]), "a foreign message on each topic is buried by its readers"
