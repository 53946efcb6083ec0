"""The register in the running pipeline: what is published in time, late and not at all, through a kill -9."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
from aiokafka import AIOKafkaConsumer

from schemas.envelope import unseal
from schemas.expectation import Expectation
from schemas.topics import EXPECTATIONS
from services.register.queries import expectations
from tests.pipeline.conftest import until_settled
from tests.pipeline.site import Site, budgets

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]
REGISTER = """\
defaults: {region: 云溪市青禾区, kinds: 预算, scope: 单位, years: 2025}
issuers:
  - {issuer: 云溪市青禾区第1图书馆, due: 2025-02-28}
  - {issuer: 第2图书馆, approved: 2025-01-10}
  - {issuer: 青禾区第3图书馆, due: 2025-03-31}
"""


class Registered(Site):
    """A site whose source names a register."""

    def __init__(self, files, register):
        super().__init__(files)
        self.register = register

    def sources(self):
        return super().sources() + f"    registers: ['{self.register}']\n"


async def announced(pipeline):
    """``(ce_id, event)`` of every message on the topic, in order."""
    consumer = AIOKafkaConsumer(
        pipeline.settings().topic_prefix + EXPECTATIONS.name, bootstrap_servers=pipeline.bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    found = []
    while batch := await consumer.getmany(timeout_ms=1500):
        for messages in batch.values():
            found += [(dict(m.headers)["ce_id"], unseal(Expectation, m.value, tuple(m.headers))) for m in messages]
    await consumer.stop()
    return found


def standings(events, number):
    """What was announced of a library, each event once."""
    return list({key: event.standing.value for key, event in events if f"第{number}图书馆" in event.issuer}.values())


async def test_in_time_late_and_missing_until_it_appears(pipeline_on, tmp_path):
    register = tmp_path / "register.yaml"
    register.write_text(REGISTER, "utf-8")
    files = budgets(3)
    last = {name: files.pop(name) for name in list(files)[2:]}
    async with Registered(files, register) as site, pipeline_on(site, GOUJI_REGISTER_GRACE_SECONDS="0") as pipeline:
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        rows = {row["issuer"]: (row["standing"], str(row["published"])) for row in await expectations(pipeline.dsn)}
        assert rows == {
            "云溪市青禾区第1图书馆": ("published", "2025-02-10"),
            "第2图书馆": ("late", "2025-02-10"),
            "青禾区第3图书馆": ("missing", "None"),
        }

        child = pipeline.children["register"]
        starts = child.starts
        os.kill(child.pid, signal.SIGKILL)
        while child.starts == starts:
            await asyncio.sleep(0.1)
        site.files |= last
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        events = await announced(pipeline)
    assert [standings(events, number) for number in (1, 2, 3)] == [
        ["missing", "published"],
        ["missing", "late"],
        ["missing", "published"],
    ]
    latest = [event for _, event in events if "第3" in event.issuer][-1]
    assert (str(latest.due), str(latest.published), latest.url) == ("2025-03-31", "2025-02-10", f"{site.url}budget-3.html")
    assert latest.basis == "登记的期限"
