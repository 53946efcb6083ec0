"""A web site of the tests' own, and a fetcher that publishes into a list."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web

from schemas.base import Contract
from schemas.raw import RawDocument
from schemas.removal import Removal
from services.fetcher.backoff import Backoff
from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from services.fetcher.sources import Source
from services.fetcher.state import MemoryState, State
from services.runtime.archive import Archive
from services.runtime.metrics import REGISTRY

T = TypeVar("T")
AGENT = "Mozilla/5.0 (compatible; gouji-test/1; +mailto:webmaster@example.org)"
PDF = b"%PDF-1.7\n"
SHORT = Backoff(first=0.01, most=0.1)
Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """Serves what ``put`` put; ``log`` has every request, ``together`` the most there were at once."""

    port: int = 0
    host: str = "127.0.0.1"
    answers: dict[str, Answer] = field(default_factory=dict)
    log: list[web.BaseRequest] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    active: int = 0
    together: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [request.path_qs for request in self.log if request.path != "/robots.txt"]

    def put(self, path: str, body: bytes | str, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Answer ``path`` (with its query) with ``body``; text becomes UTF-8."""
        raw = body.encode() if isinstance(body, str) else body

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(body=raw, status=status, headers=headers)

        self.answers[path] = answer

    def page(self, path: str, inner: str, *, title: str = "预决算公开") -> None:
        """Answer ``path`` with an HTML page around ``inner``."""
        self.put(path, f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{inner}</body></html>")

    def redirect(self, path: str, target: str) -> None:
        self.put(path, b"", status=302, headers={"Location": target})

    def raw(self, path: str, *pieces: bytes, pause: float = 0.0, hold: bool = False) -> None:
        """Answer with these very bytes, ``pause`` seconds between them; then close, or ``hold`` the connection open."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            assert request.transport is not None
            for piece in pieces:
                request.transport.write(piece)
                await asyncio.sleep(pause)
            if hold:  # the server cancels this when the client goes away
                await asyncio.Event().wait()
            request.transport.close()
            return web.Response()

        self.answers[path] = answer

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.log.append(request)
        self.times.append(asyncio.get_running_loop().time())
        self.active += 1
        self.together = max(self.together, self.active)
        try:
            await asyncio.sleep(0)
            answer = self.answers.get(request.path_qs) or self.answers.get(request.path)
            return await answer(request) if answer else web.Response(status=404, text="没有")
        finally:
            self.active -= 1


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site on a free port of 127.0.0.1 that a public source could be served on."""
    served = Site()
    runner = web.ServerRunner(web.Server(served.handle, handler_cancellation=True), shutdown_timeout=0.1)
    await runner.setup()
    while not served.port:
        port = random.randint(8000, 9999)
        with suppress(OSError):
            await web.TCPSite(runner, "127.0.0.1", port).start()
            served.port = port
    yield served
    await runner.cleanup()


@dataclass
class Fetcher:
    """The fetcher without a broker: ``documents`` is what it published. Sources are ``local`` and unhurried by default."""

    archive: Archive
    state: State = field(default_factory=MemoryState)
    documents: list[RawDocument] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    crawls: Crawls = field(init=False)

    def __post_init__(self) -> None:
        self.crawls = Crawls(Desk(self.archive, self.state, self), AGENT, backoff=SHORT)

    async def publish(self, events: Sequence[Contract]) -> None:
        self.documents += [event for event in events if isinstance(event, RawDocument)]
        self.removals += [event for event in events if isinstance(event, Removal)]

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        return await operation()

    async def crawl(self, start: str, **changes: Any) -> list[RawDocument]:
        """What one crawl from ``start`` publishes."""
        before = len(self.documents)
        self.complete = await self.crawls.crawl(source(start, **changes))
        return self.documents[before:]


def source(start: str, **changes: Any) -> Source:
    limits = {"pause": "0s", "timeout": "60s", "retries": 0} | changes.pop("limits", {})
    return Source.model_validate({"id": "test", "start": [start], "local": True, "limits": limits} | changes)


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetcher:
    return Fetcher(Archive(str(tmp_path / "archive")))


@pytest.fixture
def counted() -> Callable[..., float]:
    """How much a metric grew since the test began: ``counted("refused", reason="robots")``."""
    names = {
        "refused": "gouji_fetcher_refused_total",
        "failed": "gouji_fetcher_failed_total",
        "documents": "gouji_fetcher_documents_total",
        "responses": "gouji_fetcher_responses_total",
        "bytes": "gouji_fetcher_bytes_total",
        "removed": "gouji_fetcher_removed_total",
        "repeated": "gouji_fetcher_repeated_total",
        "unmodified": "gouji_fetcher_unmodified_total",
        "success": "gouji_fetcher_last_success_timestamp_seconds",
    }

    def now(name: str, labels: dict[str, str]) -> float:
        return REGISTRY.get_sample_value(names[name], {"source": "test", **labels}) or 0.0

    start = {
        (metric.name, tuple(sorted(metric.labels.items()))): metric.value
        for family in REGISTRY.collect()
        for metric in family.samples
    }

    def since(name: str, **labels: str) -> float:
        return now(name, labels) - start.get((names[name], tuple(sorted({"source": "test", **labels}.items()))), 0.0)

    return since
