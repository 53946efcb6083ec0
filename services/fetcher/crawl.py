"""Runs the fetcher's work inside Scrapy: its settings, its dangerous defaults switched off, and its runner without a reactor.

Of Scrapy the downloader is used, with its middlewares: redirects, meta refresh, compression, robots.txt. What is asked for, and
when, is ours: it is shared with other processes and outlives this one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner

from services.fetcher.backoff import Backoff
from services.fetcher.desk import Desk
from services.fetcher.gate import Gate
from services.fetcher.robots import ROBOTS_NAME, Robots, Rulebook
from services.fetcher.shift import Share, Shift
from services.fetcher.sources import Source
from services.fetcher.transport import GuardMiddleware, Transport
from services.runtime.guard import Resolve, resolve

# what a poll amounts to is in our own metrics and log; a host that is away is no error of ours, with a traceback
logging.getLogger("scrapy").setLevel(logging.ERROR)


def scrapy_settings(user_agent: str) -> dict[str, Any]:
    """Scrapy's settings. What differs from source to source travels with each request."""
    return {
        "TWISTED_REACTOR_ENABLED": False,
        # nobody else gets in or listens
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": Transport, "https": Transport, "file": None, "ftp": None, "s3": None, "data": None},
        "DOWNLOADER_MIDDLEWARES": {
            GuardMiddleware: 90,  # before robots.txt is asked for
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            Robots: 100,
        },
        # bounds; a request's own are in its meta, and who claims addresses decides how many there are
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_REQUESTS": 1000,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1000,
        "REDIRECT_MAX_TIMES": 100,
        "METAREFRESH_MAXDELAY": 10,
        "RETRY_ENABLED": False,  # an address that failed goes back to the frontier
        # manners
        "USER_AGENT": user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": ROBOTS_NAME,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8"},
        # its counts are ours to keep
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "DOWNLOADER_STATS": False,
        "LOG_ENABLED": False,
        "LOGSTATS_INTERVAL": 0,
        "MEMUSAGE_ENABLED": False,
    }


class Worker(Spider):
    """What Scrapy runs: its whole work is the shift's. ``failure`` is what it ended with, if it failed."""

    name = "fetcher"

    def __init__(self, shift: Shift, gate: Gate, rulebook: Rulebook, once: bool) -> None:
        super().__init__()
        self.gate = gate
        self.rulebook = rulebook
        self.failure: BaseException | None = None
        self._shift = shift
        self._once = once

    async def start(self) -> AsyncIterator[Request]:
        try:
            await self._shift.work(self.crawler.engine.download_async, once=self._once)
        except Exception as error:  # Scrapy would log it, and end as if all were well
            self.failure = error
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request


class Crawls:
    """Polls sources, over one desk and one gate."""

    def __init__(
        self, desk: Desk, user_agent: str, resolve: Resolve = resolve, share: Share = Share(), backoff: Backoff = Backoff()
    ) -> None:
        self._desk = desk
        self._user_agent = user_agent
        self._resolve = resolve
        self._share = share
        self._backoff = backoff
        self._gate = Gate(lambda host, pause: desk.out.persist("database", lambda: desk.state.hosts.turn(host, pause)))
        self._shifts: dict[Shift, asyncio.Event] = {}

    async def crawl(self, source: Source) -> bool:
        """Poll a source once, now: publish what is new, count everything. True if the poll was complete."""
        before = await self._success(source)
        await self.work([source], once=True)
        return await self._success(source) != before

    async def work(self, sources: Sequence[Source], *, once: bool) -> None:
        """Poll sources when they are due until ``stop``, or each of them ``once`` from now on."""
        if self._gate.closed:
            return
        shift = Shift(sources, self._desk, self._share, self._backoff, self._resolve)
        runner = AsyncCrawlerRunner(scrapy_settings(self._user_agent))
        crawler = runner.create_crawler(Worker)
        self._shifts[shift] = asyncio.Event()
        try:
            await runner.crawl(
                crawler, shift=shift, gate=self._gate, rulebook=Rulebook(self._desk.state.hosts, self._desk.out), once=once
            )
        finally:
            self._shifts.pop(shift).set()
        if isinstance(crawler.spider, Worker) and crawler.spider.failure:
            raise crawler.spider.failure

    async def stop(self) -> None:
        """Ask for nothing more; return when what is in hand is finished."""
        self._gate.close()
        ends = list(self._shifts.values())
        for shift in self._shifts:
            shift.stop()
        await asyncio.gather(*(end.wait() for end in ends))

    async def _success(self, source: Source) -> object:
        known = await self._desk.out.persist("database", lambda: self._desk.state.frontier.enrol([source.id]))
        return known[source.id]
