"""Real documents of one issuer, in either order over Kafka: in the end the same stands of both, and of one against the other."""

from __future__ import annotations

from contextlib import aclosing

import pytest
from aiokafka import AIOKafkaConsumer

from schemas.envelope import unseal
from schemas.topics import DISCREPANCIES, VALIDATIONS
from services.parser.report import build_report
from services.runtime.producer import Producer
from tests.pipeline.conftest import WHEN, until_settled
from tests.pipeline.site import Site

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.corpus]

PAIRS = (
    ("putuo-wanli-2024-budget.pdf", "putuo-wanli-2025-budget.pdf"),
    ("putuo-shangwei-dept-2025-budget.pdf", "putuo-shangwei-unit-2025-budget.pdf"),
)
"""A year and the next, a department and its own unit."""


async def stands(pipeline_on, reports):
    """The last word on every validation and discrepancy, by id, once the reports have been checked one after the other."""
    async with Site({}) as site, pipeline_on(site, only=("validator",)) as pipeline:
        settings = pipeline.settings()
        async with aclosing(Producer("parser", settings)) as producer:
            for report in reports:
                await producer.publish([report])
                await until_settled(pipeline)
        topics = {settings.topic_prefix + topic.name: topic.model for topic in (DISCREPANCIES, VALIDATIONS)}
        consumer = AIOKafkaConsumer(*topics, bootstrap_servers=pipeline.bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        told = {}
        while batch := await consumer.getmany(timeout_ms=3000):
            for place, messages in batch.items():
                for message in messages:
                    event = unseal(topics[place.topic], message.value, tuple(message.headers)).model_dump(exclude=WHEN)
                    told[event.get("discrepancy_id") or event["report_id"]] = event
        await consumer.stop()
    return told


async def test_whichever_of_two_documents_comes_second_the_end_is_the_same(pipeline_on, corpus):
    pairs = [[build_report((corpus / name).read_bytes(), name=name, source="test") for name in pair] for pair in PAIRS]
    forth = await stands(pipeline_on, [report for pair in pairs for report in pair])
    back = await stands(pipeline_on, [report for pair in pairs for report in reversed(pair)])
    assert forth == back
    assert {report.report_id for pair in pairs for report in pair} < set(forth)
    across = [event for event in forth.values() if event.get("rule", "").startswith("history.")]
    assert across and all(event["evidence"] and event["state"] == "opened" for event in across)
