"""robots.txt: how long it holds, and what holds where it cannot be got."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.fetcher.robots import FRESH, STALE
from services.fetcher.state.model import Rules
from tests.fetcher.conftest import PDF, Fetcher, Site

Counted = Callable[..., float]
FORBIDDING = "User-agent: *\nDisallow: /trap"


@pytest.fixture
def watched(site: Site) -> Site:
    site.page("/", "<a href='/trap.pdf'>甲局部门预算</a><a href='/good.pdf'>乙局部门预算</a>")
    site.put("/good.pdf", PDF + b"good")
    site.put("/trap.pdf", PDF + b"trap")
    return site


async def names(fetcher: Fetcher, site: Site, **changes: object) -> list[str]:
    return [document.url.removeprefix(site.url) for document in await fetcher.crawl(site.url + "/", **changes)]


def asked(site: Site) -> int:
    return [request.path for request in site.log].count("/robots.txt")


async def test_it_is_asked_for_once_and_kept(watched: Site, fetcher: Fetcher) -> None:
    watched.put("/robots.txt", FORBIDDING)
    assert await names(fetcher, watched) == ["/good.pdf"]
    watched.put("/robots.txt", "")
    assert await names(Fetcher(fetcher.archive, fetcher.state), watched) == []
    assert asked(watched) == 1, "also by a fetcher that was started after"


async def test_it_is_asked_for_again_the_day_after(watched: Site, fetcher: Fetcher) -> None:
    old = Rules(FORBIDDING.encode(), datetime.now(UTC) - FRESH - timedelta(minutes=1))
    await fetcher.state.hosts.keep_rules(watched.url, old)
    assert sorted(await names(fetcher, watched)) == ["/good.pdf", "/trap.pdf"]
    assert asked(watched) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_where_there_is_none_nothing_is_forbidden(watched: Site, fetcher: Fetcher, status: int) -> None:
    watched.put("/robots.txt", FORBIDDING, status=status)
    assert len(await names(fetcher, watched)) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_where_it_cannot_be_got_nothing_is_asked_for(
    watched: Site, fetcher: Fetcher, counted: Counted, status: int
) -> None:
    watched.put("/robots.txt", "", status=status)
    assert await names(fetcher, watched, limits={"retries": 1}) == []
    assert watched.paths == []
    assert not fetcher.complete
    assert counted("failed", reason="robots_unreachable") == 1
    assert counted("repeated", reason="robots_unreachable") == 1
    watched.put("/robots.txt", FORBIDDING)
    assert await names(fetcher, watched) == ["/good.pdf"]


@pytest.mark.parametrize(("age", "found"), [(STALE - timedelta(days=1), ["/good.pdf"]), (STALE + timedelta(days=1), [])])
async def test_where_it_cannot_be_got_the_old_one_holds_for_a_month(
    watched: Site, fetcher: Fetcher, age: timedelta, found: list[str]
) -> None:
    watched.raw("/robots.txt", b"")
    await fetcher.state.hosts.keep_rules(watched.url, Rules(FORBIDDING.encode(), datetime.now(UTC) - age))
    assert await names(fetcher, watched) == found


@pytest.mark.parametrize("body", [b"<html><h1>404</h1></html>", b"\xff\xfe\x00 Disallow: \x00", b"Disallow: /\n", b"a" * 600_000])
async def test_what_is_no_robots_txt_forbids_nothing(watched: Site, fetcher: Fetcher, body: bytes) -> None:
    watched.put("/robots.txt", body)
    assert len(await names(fetcher, watched)) == 2


async def test_redirected_without_end_it_forbids_nothing(watched: Site, fetcher: Fetcher) -> None:
    watched.redirect("/robots.txt", "/robots.txt")
    assert len(await names(fetcher, watched)) == 2


async def test_a_crawl_delay_becomes_the_pause(watched: Site, fetcher: Fetcher) -> None:
    watched.put("/robots.txt", "User-agent: gouji\nCrawl-delay: 0.2\n")
    await names(fetcher, watched)
    # robots.txt itself and the page that it was got for went before it was known; what is late narrows the pause after it
    later = [time for time, request in zip(watched.times, watched.log, strict=True) if request.path != "/robots.txt"]
    assert later[2] - later[0] >= 0.2
