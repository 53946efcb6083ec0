"""The fetcher as a service: every source when it is due, until told to stop. ``python -m services.fetcher.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from pydantic import Field

from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from services.fetcher.shift import Share
from services.fetcher.sources import load_sources
from services.fetcher.state import MemoryState, PostgresState, State
from services.runtime import Runtime, Settings, run
from services.runtime import Source as SourceService
from services.runtime.archive import Archive

_NOBODY = "Mozilla/5.0 (compatible; gouji/0.1; +https://gouji.example/bot)"
log = structlog.get_logger()


class FetcherSettings(Settings):
    """What the fetcher reads from the environment."""

    sources: Path = Field(
        Path("sources"), description="which sites are watched: a folder with a YAML each, or one file (docs/fetching.md)"
    )
    user_agent: str = Field(
        _NOBODY,
        description="how we present ourselves; give a page or address where a webmaster can reach you",
    )
    requests: int = Field(16, gt=0, description="addresses asked for at the same time, over all hosts")
    lease_seconds: float = Field(
        60.0, gt=0, description="silence after which what a fetcher has in hand is another's, seconds; several share one database"
    )
    once: bool = Field(False, description="poll every source once and end")
    fetcher_state: str = Field(
        "postgres", pattern="^(postgres|memory)$", description="where versions are remembered: postgres, or memory (till the end)"
    )


async def work(runtime: Runtime[FetcherSettings]) -> None:
    """Poll until ``runtime.stopping`` is set, then let what is in hand finish."""
    settings = runtime.settings
    sites = load_sources(settings.sources)
    if settings.user_agent == _NOBODY and not all(site.local for site in sites):
        log.warning("no webmaster can reach you: put a page or a mail address into GOUJI_USER_AGENT")
    async with _state(runtime) as state:
        desk = Desk(Archive(settings.archive_url), state, runtime)
        crawls = Crawls(desk, settings.user_agent, share=Share(settings.requests, settings.lease_seconds))
        working = asyncio.create_task(crawls.work(sites, once=settings.once))
        stopping = asyncio.create_task(runtime.stopping.wait())
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await crawls.stop()
        stopping.cancel()
        await working


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
