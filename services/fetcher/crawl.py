"""Runs visits: Scrapy's settings, with its dangerous defaults switched off, and its runner without a reactor."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerRunner, Crawler

from services.fetcher import metrics
from services.fetcher.desk import Desk
from services.fetcher.gate import Gate
from services.fetcher.sources import Source
from services.fetcher.transport import GuardMiddleware, Terms, Transport
from services.fetcher.visit import Visit
from services.runtime.guard import Guard, Resolve, resolve

ROBOTS_NAME = "gouji"
"""What robots.txt calls us; the User-Agent contains it."""

# what a crawl amounts to is in our own metrics and log; a host that is away is no error of ours, with a traceback
logging.getLogger("scrapy").setLevel(logging.ERROR)
logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)


def scrapy_settings(source: Source, user_agent: str) -> dict[str, Any]:
    """Scrapy's settings for one source."""
    limits = source.limits
    return {
        "TWISTED_REACTOR_ENABLED": False,
        # nobody else gets in or listens
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": Transport, "https": Transport, "file": None, "ftp": None, "s3": None, "data": None},
        "DOWNLOADER_MIDDLEWARES": {GuardMiddleware: 90},  # before robots.txt is asked for
        # bounds
        "DOWNLOAD_MAXSIZE": int(limits.size),  # of what a compressed body unpacks to; Transport bounds what is received
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,  # the gate decides
        "REDIRECT_MAX_TIMES": limits.redirects,
        "METAREFRESH_MAXDELAY": 10,
        "RETRY_TIMES": limits.retries,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "CLOSESPIDER_TIMEOUT": limits.duration.total_seconds(),
        "HTTPERROR_ALLOW_ALL": True,  # the visit counts them
        # manners
        "USER_AGENT": user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": ROBOTS_NAME,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8",
            "Accept-Language": source.language,
        },
        # in the order found
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "MEMUSAGE_ENABLED": False,
    }


class Crawls:
    """Crawls sources one after another or side by side, over one desk and one gate."""

    def __init__(self, desk: Desk, user_agent: str, resolve: Resolve = resolve) -> None:
        self._desk = desk
        self._user_agent = user_agent
        self._resolve = resolve
        self._gate = Gate()
        self._running: set[Crawler] = set()

    async def crawl(self, source: Source) -> bool:
        """Visit a source once: publish what is new, count everything. True if every start page was read."""
        if self._gate.closed:
            return False
        ports = {port for url in source.start if (port := urlsplit(url).port)}
        terms = Terms(Guard(local=source.local, ports=ports, resolve=self._resolve), self._gate, source.limits)
        runner = AsyncCrawlerRunner(scrapy_settings(source, self._user_agent))
        crawler = runner.create_crawler(Visit)
        self._running.add(crawler)
        began = time.monotonic()
        try:
            await runner.crawl(crawler, source=source, desk=self._desk, terms=terms)
        finally:
            self._running.discard(crawler)
        metrics.CRAWL_SECONDS.labels(source.id).set(time.monotonic() - began)
        visit = crawler.spider
        complete = isinstance(visit, Visit) and visit.complete and not self._gate.closed
        if complete:
            metrics.LAST_SUCCESS.labels(source.id).set_to_current_time()
        return complete

    async def stop(self) -> None:
        """Ask for nothing more; return when what is in hand is finished."""
        self._gate.close()
        await asyncio.gather(*(crawler.stop_async() for crawler in tuple(self._running)))
