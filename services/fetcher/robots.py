"""robots.txt: got once a day for each origin, kept over restarts, and obeyed by RFC 9309 also where it cannot be got."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler
from yarl import URL

from services.fetcher.address import host_of
from services.fetcher.desk import Out
from services.fetcher.outcome import Refused, RobotsUnreachable
from services.fetcher.state.model import Hosts, Rules

ROBOTS_NAME = "gouji"
"""What robots.txt calls us; the User-Agent contains it."""
FRESH = timedelta(hours=24)
STALE = timedelta(days=30)
_AGAIN = timedelta(hours=1)  # after a failure the old one holds so long before it is asked for once more
_LARGEST = 512 * 1024
_KNOWN_MOST = 2000
_DELAY_MOST = 30.0


class Rulebook:
    """The rules that are kept with what is known of the hosts; it waits while that is away."""

    def __init__(self, hosts: Hosts, out: Out) -> None:
        self._hosts = hosts
        self._out = out

    async def rules(self, origin: str) -> Rules | None:
        """What was kept of an origin."""
        return await self._out.persist("database", lambda: self._hosts.rules(origin))

    async def keep(self, origin: str, rules: Rules) -> None:
        """Keep what was got of an origin."""
        await self._out.persist("database", lambda: self._hosts.keep_rules(origin, rules))

    async def slow_down(self, host: str, pause: float) -> None:
        """The host asks for a pause."""
        await self._out.persist("database", lambda: self._hosts.slow_down(host, pause))


class HasRulebook(Protocol):
    """A spider that has the rules."""

    rulebook: Rulebook


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware, with a memory that outlives a crawl and a policy for failure.

    4xx: there are no rules. Anything else that is no robots.txt (5xx, no connection): the old rules hold, up to 30 days; where
    there are none, nothing is asked for. ``Crawl-delay`` becomes the host's pause, 30 seconds at most.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._known: OrderedDict[str, tuple[RobotParser, datetime]] = OrderedDict()
        self._getting: dict[str, asyncio.Future[RobotParser]] = {}

    async def robot_parser(self, request: Request) -> RobotParser:
        """The rules for a request's origin. Raises RobotsUnreachable, or Refused."""
        origin = str(URL(request.url, encoded=True).origin())
        parser, until = self._known.get(origin, (None, datetime.min.replace(tzinfo=UTC)))
        if parser is not None and datetime.now(UTC) < until:
            self._known.move_to_end(origin)
            return parser
        if origin not in self._getting:
            self._getting[origin] = asyncio.ensure_future(self._get(origin, request))
            self._getting[origin].add_done_callback(lambda _: self._getting.pop(origin))
        return await asyncio.shield(self._getting[origin])

    async def _get(self, origin: str, request: Request) -> RobotParser:
        book, now = cast(HasRulebook, self.crawler.spider).rulebook, datetime.now(UTC)
        kept = await book.rules(origin)
        if kept is None or now - kept.fetched > FRESH:
            kept, until = await self._fetch(origin, request, kept)
            if kept.fetched >= now:
                await book.keep(origin, kept)
        else:
            until = kept.fetched + FRESH
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, kept.body)
        if kept.body:
            await book.slow_down(host_of(origin), min(parser.crawl_delay(ROBOTS_NAME) or 0.0, _DELAY_MOST))
        self._known[origin] = parser, until
        if len(self._known) > _KNOWN_MOST:
            self._known.popitem(last=False)
        return parser

    async def _fetch(self, origin: str, request: Request, kept: Rules | None) -> tuple[Rules, datetime]:
        now = datetime.now(UTC)
        meta = {"dont_obey_robotstxt": True, "errand": request.meta["errand"], "download_maxsize": _LARGEST}
        asking = Request(f"{origin}/robots.txt", meta=meta, callback=NO_CALLBACK, priority=self.DOWNLOAD_PRIORITY)
        try:
            response: Response = await self.crawler.engine.download_async(asking)
        except Refused as error:
            if error.reason != "too_large":
                raise
            return Rules(b"", now), now + FRESH
        except IgnoreRequest:  # redirected without end: there is none
            return Rules(b"", now), now + FRESH
        except Exception as error:
            return _old(kept, now, error)
        if 200 <= response.status < 300:
            return Rules(response.body, now), now + FRESH
        if response.status < 500 and response.status != 429:
            return Rules(b"", now), now + FRESH
        return _old(kept, now, RobotsUnreachable(f"robots.txt: {response.status}"))


def _old(kept: Rules | None, now: datetime, error: Exception) -> tuple[Rules, datetime]:
    if kept is None or now - kept.fetched > STALE:
        raise RobotsUnreachable(f"robots.txt: {error}") from error
    return kept, now + _AGAIN
