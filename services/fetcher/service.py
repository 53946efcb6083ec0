"""The fetcher as a service: every source on its interval, until told to stop. ``python -m services.fetcher.service``"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from pydantic import Field

from services.fetcher import metrics
from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from services.fetcher.sources import Source as Site
from services.fetcher.sources import load_sources
from services.fetcher.state import MemoryState, PostgresState, State
from services.runtime import Runtime, Settings, run
from services.runtime import Source as SourceService
from services.runtime.archive import Archive

log = structlog.get_logger()


class FetcherSettings(Settings):
    """What the fetcher reads from the environment."""

    sources: Path = Field(
        Path("sources"), description="which sites are watched: a folder with a YAML each, or one file (docs/fetching.md)"
    )
    user_agent: str = Field(
        "Mozilla/5.0 (compatible; gouji/0.1; +https://gouji.example/bot)",
        description="how we present ourselves; give a page or address where a webmaster can reach you",
    )
    crawls: int = Field(8, gt=0, description="sources crawled at the same time")
    once: bool = Field(False, description="crawl every source once and end")
    fetcher_state: str = Field(
        "postgres", pattern="^(postgres|memory)$", description="where versions are remembered: postgres, or memory (till the end)"
    )


async def work(runtime: Runtime[FetcherSettings]) -> None:
    """Crawl until ``runtime.stopping`` is set, then let what is in hand finish."""
    settings = runtime.settings
    sites = load_sources(settings.sources)
    async with _state(runtime) as state:
        crawls = Crawls(Desk(Archive(settings.archive_url), state, runtime), settings.user_agent)
        room = asyncio.Semaphore(settings.crawls)
        loops = [asyncio.create_task(_watch(site, crawls, room, runtime)) for site in sites]
        stopping = asyncio.create_task(runtime.stopping.wait())
        everything = asyncio.gather(*loops)
        await asyncio.wait((everything, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not everything.done():
            await crawls.stop()
        stopping.cancel()
        await everything


async def _watch(site: Site, crawls: Crawls, room: asyncio.Semaphore, runtime: Runtime[FetcherSettings]) -> None:
    """One source, again and again; a crawl that fails is logged, and the next one comes at its time."""
    while not runtime.stopping.is_set():
        interval = site.schedule.interval_at(datetime.now(UTC)).total_seconds()
        metrics.INTERVAL.labels(site.id).set(interval)
        async with room:
            try:
                complete = await crawls.crawl(site)
                log.info("crawled", source=site.id, complete=complete)
            except Exception:
                log.exception("crawl failed", source=site.id)
        if runtime.settings.once:
            return
        wait = interval * random.uniform(0.95, 1.05)  # noqa: S311 - so that sources with one interval drift apart
        try:
            await asyncio.wait_for(runtime.stopping.wait(), wait)
        except TimeoutError:
            continue


@asynccontextmanager
async def _state(runtime: Runtime[FetcherSettings]) -> AsyncIterator[State]:
    if runtime.settings.fetcher_state == "memory":
        yield MemoryState()
        return
    state = await runtime.persist("database", lambda: PostgresState.open(runtime.settings.database_url))
    try:
        yield state
    finally:
        await state.close()


SERVICE = SourceService(name="fetcher", work=work, settings=FetcherSettings)

if __name__ == "__main__":
    run(SERVICE)
