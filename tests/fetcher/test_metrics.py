"""What a source's polls amount to is in its metrics."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from services.fetcher.schedule import BEIJING
from services.fetcher.state.model import Ending, Terms
from services.runtime.metrics import REGISTRY
from tests.fetcher.conftest import PDF, Fetcher, Site, source


def now(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"gouji_fetcher_{name}", {"source": "metrics", **labels}) or 0.0


async def test_each_poll_is_counted_with_what_it_brought(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='1.pdf'>甲局部门预算</a><a href='2.pdf'>乙局部门预算</a>")
    site.put("/1.pdf", PDF + b"1")
    site.put("/2.pdf", PDF + b"2")
    began = datetime.now(BEIJING).timestamp()
    schedule = {"interval": "8h", "busy": []}
    await fetcher.crawl(site.url + "/", id="metrics", expected=2, schedule=schedule)
    assert now("last_success_timestamp_seconds") >= began
    assert (now("polls_total", result="complete"), now("polls_total", result="incomplete")) == (1, 0)
    assert (now("found_documents"), now("expected_documents"), now("interval_seconds")) == (2, 2, 8 * 3600)
    assert now("crawl_seconds") > 0
    assert (now("responses_total"), now("bytes_total")) == (3, 2 * len(PDF + b"1") + len(await page(site)))

    site.page("/", "<a href='1.pdf'>甲局部门预算</a>")
    again = datetime.now(BEIJING).timestamp()
    await fetcher.crawl(site.url + "/", id="metrics", expected=2, schedule=schedule)
    assert (now("polls_total", result="complete"), now("polls_total", result="incomplete")) == (1, 1), "too few are no success"
    assert now("found_documents") == 1
    assert began <= now("last_success_timestamp_seconds") < again


async def page(site: Site) -> bytes:
    body = (await site.answers["/"](site.log[0])).body
    assert isinstance(body, bytes)
    return body


async def test_outside_of_its_hours_a_source_is_left_alone_and_its_lag_grows(site: Site, fetcher: Fetcher) -> None:
    later = datetime.now(BEIJING) + timedelta(hours=2)
    window = f"{later:%H:%M}-{later + timedelta(hours=1):%H:%M}"
    watched = source(site.url + "/", id="metrics", schedule={"windows": [window]})
    frontier = fetcher.state.frontier
    await frontier.enrol(["metrics"])
    await frontier.begin("metrics", [], Terms(0.0, 1, 1, 60.0), due=False)
    await frontier.end(await frontier.close("me", "metrics", 60.0), Ending(True, False, -500.0, 0, 0))
    working = asyncio.create_task(fetcher.crawls.work([watched], once=False))
    async with asyncio.timeout(60):
        while now("schedule_lag_seconds") < 500:
            await asyncio.sleep(0.01)
        await fetcher.crawls.stop()
        await working
    assert site.log == []
