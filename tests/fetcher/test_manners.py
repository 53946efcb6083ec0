"""A site is asked gently: paced, few at a time, and no more than that however many sources are on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from services.fetcher.backoff import DOWN_AFTER, Backoff
from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from services.fetcher.gate import Gate
from services.fetcher.state.memory import MemoryHosts
from tests.fetcher.conftest import AGENT, PDF, Fetcher, Site, source

Counted = Callable[..., float]


def many(site: Site, name: str, count: int) -> str:
    site.page(f"/{name}/", "".join(f"<a href='{n}.pdf'>部门预算{n}</a>" for n in range(count)))
    for n in range(count):
        site.put(f"/{name}/{n}.pdf", PDF + f"{name}{n}".encode())
    return f"{site.url}/{name}/"


async def test_requests_to_one_host_start_a_pause_apart(site: Site, fetcher: Fetcher) -> None:
    began = asyncio.get_running_loop().time()
    await fetcher.crawl(many(site, "a", 5), limits={"pause": 0.1, "concurrency": 8})
    assert len(site.times) == 7, "robots.txt, the listing, five files"
    assert all(time >= began + place * 0.1 for place, time in enumerate(site.times))


async def test_two_sources_on_one_host_share_its_pace(site: Site, fetcher: Fetcher) -> None:
    sources = [source(many(site, name, 2), id=name, limits={"pause": 0.1}) for name in ("a", "b")]
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(fetcher.crawls.crawl(one) for one in sources))
    assert len(site.times) == 7, "the robots.txt of a site is the same for both"
    assert all(time >= began + place * 0.1 for place, time in enumerate(site.times))


async def test_no_more_requests_at_once_than_permitted(site: Site, fetcher: Fetcher) -> None:
    start = many(site, "a", 20)
    started = asyncio.Event()
    answer = site.answers["/a/0.pdf"]

    async def slow(request):  # holds its place until others came, as far as they are let
        if site.active >= 3:
            started.set()
        async with asyncio.timeout(60):
            await started.wait()
        return await answer(request)

    for n in range(20):
        site.answers[f"/a/{n}.pdf"] = slow
    assert len(await fetcher.crawl(start, limits={"concurrency": 3})) == 20
    assert site.together == 3


def cautious(fetcher: Fetcher) -> Crawls:
    """Crawls that leave a host alone for as long as they do in earnest."""
    return Crawls(Desk(fetcher.archive, fetcher.state, fetcher), AGENT, backoff=Backoff(first=1.0, most=60.0))


async def test_a_host_that_is_down_is_left_alone_until_the_next_poll(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    fetcher.crawls = cautious(fetcher)
    start = many(site, "a", 3)
    host = fetcher.state.hosts.of("127.0.0.1")
    host.failures = DOWN_AFTER - 1
    page = site.answers["/a/"]
    site.put("/a/", "", status=503)
    await fetcher.crawl(start, limits={"retries": 5})
    assert site.paths == ["/a/"], "not once more"
    assert counted("failed", reason="circuit") == 1
    assert not fetcher.complete
    site.answers["/a/"] = page
    host.opens = 0.0  # the rest is over
    assert len(await fetcher.crawl(start)) == 3
    assert host.failures == 0
    assert fetcher.complete


async def test_a_row_of_broken_pages_is_no_host_that_is_down(site: Site, fetcher: Fetcher) -> None:
    fetcher.crawls = cautious(fetcher)
    start = many(site, "a", DOWN_AFTER + 4)
    for n in range(DOWN_AFTER + 2):
        site.put(f"/a/{n}.pdf", "", status=500)
    assert len(await fetcher.crawl(start)) == 2


async def test_a_crawl_that_is_cancelled_gives_its_place_back() -> None:
    gate = Gate(MemoryHosts().turn)

    async def hold() -> None:
        async with gate.turn("host", pause=0, concurrency=1, taken=False):
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    holding.cancel()
    async with asyncio.timeout(60), gate.turn("host", pause=0, concurrency=1, taken=False):
        pass


async def test_stopping_finishes_what_is_in_hand_and_asks_for_nothing_more(site: Site, fetcher: Fetcher) -> None:
    """And whoever comes after goes on from there: nothing is asked for twice, nothing is lost."""
    start = many(site, "a", 20)
    reached = asyncio.Event()
    release = asyncio.Event()
    answer = site.answers["/a/0.pdf"]

    async def held(request):
        reached.set()
        await release.wait()
        return await answer(request)

    site.answers["/a/0.pdf"] = held
    crawl = asyncio.create_task(fetcher.crawl(start, limits={"concurrency": 1}))
    await reached.wait()
    stop = asyncio.create_task(fetcher.crawls.stop())
    await asyncio.sleep(0)
    release.set()
    async with asyncio.timeout(60):
        await asyncio.gather(crawl, stop)
    assert site.paths == ["/a/", "/a/0.pdf"]
    assert fetcher.documents == []
    assert not fetcher.complete
    assert await fetcher.crawls.crawl(source(start)) is False, "a stopped fetcher starts no crawl"
    after = Fetcher(fetcher.archive, fetcher.state)
    assert len(await after.crawl(start)) == 20
    assert after.complete
    assert sorted(site.paths) == sorted(["/a/", *(f"/a/{n}.pdf" for n in range(20))])
