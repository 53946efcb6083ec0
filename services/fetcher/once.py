"""One look, for a person: what a poll of a source would find, or one address published now.

Both are ordinary polls - guard, robots.txt, manners and limits included - over a frontier that is forgotten at its end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import asyncpg

from schemas.base import Contract
from services.fetcher.backoff import Backoff
from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk, Out
from services.fetcher.found import Found, Missed, Result, Role, Trail
from services.fetcher.judge import Absent, Change
from services.fetcher.sources import Source
from services.fetcher.state import MIGRATIONS
from services.fetcher.state.hosts import PostgresHosts
from services.fetcher.state.memory import MemoryFrontier, MemoryHosts, MemoryVersions
from services.fetcher.state.model import Frontier, Hosts, Poll, State, Terms, Version, Versions
from services.fetcher.state.versions import PostgresVersions
from services.runtime.archive import Archive
from services.runtime.database import open_pool

T = TypeVar("T")
SOURCE = "fetch"
"""The source id of what a person publishes without naming a source."""
_PATIENCE = Backoff(first=0.5, most=5.0)


@dataclass(frozen=True)
class Look:
    """What a look brought: the documents with what became of each, and every address that was asked for."""

    documents: tuple[tuple[Found, Change], ...]
    results: tuple[Result, ...]

    @property
    def missed(self) -> tuple[tuple[str, Missed], ...]:
        """The addresses that brought nothing usable, and why."""
        return tuple((each.trail.url, each.outcome) for each in self.results if isinstance(each.outcome, Missed))


async def look(source: Source, user_agent: str) -> Look:
    """What one poll of a source would find. Nothing is published or stored."""
    frontier = _Frontier()
    state = _State(MemoryVersions(), MemoryHosts(), frontier)
    return await _poll(source, _Nowhere(Archive("memory://"), state, _Nothing()), frontier, user_agent)


async def publish(url: str, source: Source, archive: Archive, state: State, out: Out, user_agent: str) -> Look:
    """Publish the file at ``url``, or the article with its files, by the rules of ``source``, beside what ``state`` knows."""
    limits = source.limits.model_copy(update={"depth": 0})  # nothing but the article's own files
    only = source.model_copy(update={"start": (url,), "expected": 0, "paging": None, "limits": limits})
    frontier = _Frontier(as_article=True)
    desk = _Noting(archive, _State(state.versions, state.hosts, frontier), out)
    return await _poll(only, desk, frontier, user_agent)


class Aside:
    """The state for what a person publishes: the versions that the fetchers know, but no source sees a document by it.

    What is published by hand was not found on a list. That it is not on one later means nothing, and it must not hide that a
    source does not see it any more.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.versions = _Versions(pool)
        self.hosts = PostgresHosts(pool)
        self.frontier = MemoryFrontier(MemoryHosts())

    @classmethod
    async def open(cls, database_url: str) -> Aside:
        """Connect, and bring the schema up to date. Raises Unavailable."""
        return cls(await open_pool(database_url, "fetcher", MIGRATIONS))

    async def close(self) -> None:
        await self._pool.close()


async def _poll(source: Source, desk: _Noting, frontier: _Frontier, user_agent: str) -> Look:
    await Crawls(desk, user_agent, backoff=_PATIENCE).crawl(source)
    return Look(tuple(desk.documents), frontier.results)


class _Frontier(MemoryFrontier):
    """Keeps what became of every address. ``as_article``: where it begins is a document, not a list of them."""

    def __init__(self, *, as_article: bool = False) -> None:
        super().__init__(MemoryHosts())
        self.results: tuple[Result, ...] = ()
        self._as_article = as_article

    async def begin(self, source: str, starts: Sequence[Trail], terms: Terms, *, due: bool) -> bool:
        begins = [replace(trail, role=Role.LINK) for trail in starts] if self._as_article else starts
        return await super().begin(source, begins, terms, due=due)

    async def close(self, owner: str, source: str, lease: float) -> Poll | None:
        poll = await super().close(owner, source, lease)
        self.results = poll.results if poll else self.results
        return poll


class _Versions(PostgresVersions):
    """What a person publishes is seen by no source."""

    async def see(self, source: str, urls: Collection[str]) -> None:
        return

    async def present(self, source: str) -> dict[str, Version]:
        return {}


@dataclass(frozen=True)
class _State:
    versions: Versions
    hosts: Hosts
    frontier: Frontier


class _Noting(Desk):
    """A desk that notes what became of each document."""

    def __init__(self, archive: Archive, state: State, out: Out) -> None:
        super().__init__(archive, state, out)
        self.documents: list[tuple[Found, Change]] = []

    async def deliver(self, source: str, documents: Sequence[Found]) -> list[Change]:
        changes = await super().deliver(source, documents)
        self.documents += zip(documents, changes, strict=True)
        return changes


class _Nowhere(_Noting):
    """A desk that neither archives nor publishes."""

    async def keep(self, body: bytes) -> str:
        return hashlib.sha256(body).hexdigest()

    async def deliver(self, source: str, documents: Sequence[Found]) -> list[Change]:
        self.documents += ((found, Change.NEW) for found in documents)
        return [Change.NEW] * len(documents)

    async def withdraw(self, source: str, told: Sequence[Absent]) -> None:
        return


class _Nothing:
    """A way out that leads nowhere."""

    async def publish(self, events: Sequence[Contract]) -> None:
        return

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        return await operation()
