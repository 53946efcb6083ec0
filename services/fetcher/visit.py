"""One address of a poll: ask for it, read what stands there, keep it, and tell the frontier what it was and where it leads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from scrapy import Request
from scrapy.http import Response

from services.content.sniff import DOCUMENTS, HTML, JSON, XML, sniff
from services.fetcher import metrics
from services.fetcher.address import host_of, shown, without_secrets
from services.fetcher.article import NUMBERS_ALONE
from services.fetcher.backoff import Backoff, retry_after
from services.fetcher.desk import Desk
from services.fetcher.filename import filename
from services.fetcher.found import File, Kept, Missed, Outcome, Role, Trail
from services.fetcher.outcome import answered, is_hosts, may_pass, missed
from services.fetcher.plugin import PluginError
from services.fetcher.sources import Source
from services.fetcher.state.model import Done, Memory, Task
from services.fetcher.step import Step, read
from services.fetcher.transport import Errand
from services.runtime.guard import Guard, Resolve

Fetch = Callable[[Request], Awaitable[Response]]
"""Scrapy's downloader with its middlewares: redirects, robots.txt, compression."""

TRUSTED = timedelta(days=7)
"""How long a server is believed that says that nothing has changed; then the bytes are asked for once more."""
_HEADERS_KEPT = ("Content-Type", "Content-Disposition", "Last-Modified", "ETag", "Date")
_PAGE_LARGEST = 16 * 1024**2
_TAGS_MOST = 400_000  # a page of thirty printed pages has some ten thousand
_REMEMBERED_LARGEST = 1024**2
log = structlog.get_logger()


class Visits:
    """Makes visits, as ``owner`` of their leases."""

    def __init__(self, owner: str, desk: Desk, backoff: Backoff, resolve: Resolve) -> None:
        self._owner = owner
        self._desk = desk
        self._state = desk.state
        self._out = desk.out
        self._backoff = backoff
        self._resolve = resolve
        self._guards: dict[str, Guard] = {}

    async def visit(self, source: Source, task: Task, fetch: Fetch) -> Done:
        """Do one task, to its end or until it is to be done again. Whatever is unforeseen costs that one address."""
        try:
            return await self._visit(source, task, fetch)
        except Exception:
            log.exception("an address could not be visited", source=source.id, url=shown(task.trail.url))
            return await self._finish(source, task, Missed(refused=False, reason="defect"))

    async def _visit(self, source: Source, task: Task, fetch: Fetch) -> Done:
        errand = self._errand(source, task)
        try:
            response = await fetch(_request(source, task, errand, conditional=True))
            same = response.status == 304 and await self._still_known(task, response)
            if response.status == 304 and not same:
                response = await fetch(_request(source, task, errand, conditional=False))
        except Exception as error:
            outcome = missed(error)
            what, detail = "refused" if outcome.refused else "failed", without_secrets(str(error))
            log.info(what, source=source.id, url=shown(task.trail.url), reason=outcome.reason, detail=detail)
            return await self._missed(source, task, outcome, host_of(task.trail.url), 0.0)
        good = same or 200 <= response.status < 300
        if task.failures and (good or not is_hosts(answered(response.status))):
            await self._out.persist("database", lambda: self._state.hosts.answered(host_of(task.trail.url)))
        if same:
            metrics.UNMODIFIED.labels(source.id).inc()
            return await self._same(source, task, response.url)
        if not good:
            rest = retry_after(_text(response.headers.get("Retry-After") or b"") or None)
            log.info("failed", source=source.id, url=shown(task.trail.url), reason=f"http_{response.status}")
            return await self._missed(source, task, answered(response.status), host_of(response.url), rest)
        if not response.body:
            return await self._finish(source, task, Missed(refused=True, reason="empty", status=response.status))
        metrics.FETCHED.labels(source.id).inc()
        metrics.BYTES.labels(source.id).inc(len(response.body))
        return await self._read(source, task, response)

    async def _read(self, source: Source, task: Task, response: Response) -> Done:
        """What came in full."""
        body, media_type = response.body, sniff(response.body)
        memory = Memory(
            datetime.now(UTC),
            False,
            response.url,
            _text(response.headers.get("ETag") or b"") or None,
            _text(response.headers.get("Last-Modified") or b"") or None,
        )
        if media_type in DOCUMENTS:
            kept = _kept(task.trail, response, media_type, await self._desk.keep(body))
            return await self._finish(source, task, File(kept), memory=replace(memory, kept=kept))
        step = await self._step(source, task, body, media_type, response.url)
        if isinstance(step, Missed):
            return await self._finish(source, task, step)
        if task.memory and not task.memory.is_page and not step.onward:  # "not found", with status 200
            return await self._finish(source, task, Missed(refused=True, reason="not_a_file", status=response.status))
        article = step.article
        if not article.listing and article.numbers >= NUMBERS_ALONE:
            known = task.memory.kept if task.memory else None
            if known is None or known.content != step.substance:  # a page that says the same is the same, whatever is around it
                known = _kept(task.trail, response, media_type, await self._desk.keep(body), step.substance)
            article = replace(article, kept=known)
        conditional = (memory.etag or memory.modified) and len(body) <= _REMEMBERED_LARGEST
        memory = replace(memory, is_page=True, kept=article.kept, body=body if conditional else None)
        return await self._finish(source, task, article, step, memory)

    async def _same(self, source: Source, task: Task, url: str) -> Done:
        """What the server says is as it was."""
        assert task.memory is not None
        memory = task.memory
        if memory.body is None:
            assert memory.kept is not None
            return await self._finish(source, task, File(memory.kept))
        step = await self._step(source, task, memory.body, sniff(memory.body), url)
        if isinstance(step, Missed):
            return await self._finish(source, task, step)
        return await self._finish(source, task, replace(step.article, kept=memory.kept), step)

    async def _step(self, source: Source, task: Task, body: bytes, media_type: str, url: str) -> Step | Missed:
        if media_type not in (HTML, JSON, XML):
            log.info("refused", source=source.id, url=shown(task.trail.url), reason="media_type", detail=media_type)
            return Missed(refused=True, reason="media_type", status=200)
        if len(body) > _PAGE_LARGEST or body.count(b"<") > _TAGS_MOST:
            return Missed(refused=True, reason="too_large", status=200)
        try:
            step = await asyncio.to_thread(read, source, task.trail, body, media_type, url)
        except PluginError as error:
            log.warning("a plug-in failed", source=source.id, detail=str(error))
            return Missed(refused=False, reason="plugin")
        if step is None:
            return Missed(refused=True, reason="media_type", status=200)
        if task.trail.role is Role.START and step.article.listing and not step.links:
            return Missed(refused=False, reason="empty_list", status=200)  # as a site looks that is being repaired
        return step

    async def _still_known(self, task: Task, response: Response) -> bool:
        """Whether "not modified" is about what we have: the same address in the end, and bytes that are still there."""
        memory = task.memory
        if memory is None or response.url != memory.final:
            return False
        return memory.body is not None or (memory.kept is not None and await self._desk.holds(memory.kept.sha256))

    async def _missed(self, source: Source, task: Task, outcome: Missed, host: str, rest: float) -> Done:
        """Nothing usable came: it is asked for again, later, or that is how it is. ``rest`` is what the server asks for."""
        if outcome.reason == "stopping":
            await self._out.persist("database", lambda: self._state.frontier.postpone(self._owner, task, 0.0, failed=False))
            return Done()
        if is_hosts(outcome):
            failures = await self._out.persist("database", lambda: self._state.hosts.failed(host))
            if (hold := max(self._backoff.circuit(failures), rest)) > 0:
                await self._out.persist("database", lambda: self._state.hosts.hold(host, hold))
        if may_pass(outcome) and task.attempt < source.limits.retries:
            metrics.REPEATED.labels(source.id, outcome.reason).inc()
            wait = max(self._backoff.again(task.attempt), rest)
            await self._out.persist("database", lambda: self._state.frontier.postpone(self._owner, task, wait, failed=True))
            return Done()
        return await self._finish(source, task, outcome)

    async def _finish(
        self, source: Source, task: Task, outcome: Outcome, step: Step | None = None, memory: Memory | None = None
    ) -> Done:
        onward = step.onward if step else ()
        done = await self._out.persist(
            "database", lambda: self._state.frontier.finish(self._owner, task, outcome, onward, memory)
        )
        if done.lost:
            log.warning("taken over by another fetcher", source=source.id, url=shown(task.trail.url))
            return done
        if isinstance(outcome, Missed):
            (metrics.REFUSED if outcome.refused else metrics.FAILED).labels(source.id, outcome.reason).inc()
        for reason in [*(step.refusals if step else ()), *["pages"] * done.dropped]:
            metrics.REFUSED.labels(source.id, reason).inc()
        return done

    def _errand(self, source: Source, task: Task) -> Errand:
        if source.id not in self._guards:
            ports = {port for url in source.start if (port := urlsplit(url).port)}
            self._guards[source.id] = Guard(local=source.local, ports=ports, resolve=self._resolve)
        return Errand(self._guards[source.id], source.limits, source.local, host_of(task.trail.url))


def _request(source: Source, task: Task, errand: Errand, *, conditional: bool) -> Request:
    headers = {"Accept-Language": source.language}
    if task.trail.referrer:
        headers["Referer"] = task.trail.referrer
    memory = task.memory
    if conditional and memory and (memory.body or memory.kept) and datetime.now(UTC) - memory.read < TRUSTED:
        if memory.etag:
            headers["If-None-Match"] = memory.etag
        if memory.modified:
            headers["If-Modified-Since"] = memory.modified
    meta = {"errand": errand, "redirect_ttl": source.limits.redirects, "download_maxsize": int(source.limits.size)}
    return Request(task.trail.url, headers=headers, meta=meta, dont_filter=True)


def _kept(trail: Trail, response: Response, media_type: str, sha256: str, content: str = "") -> Kept:
    headers = {name.lower(): _text(value) for name in _HEADERS_KEPT if (value := response.headers.get(name))}
    if response.url != trail.url:
        headers["content-location"] = response.url
    return Kept(
        url=trail.url,
        name=filename(response.headers.get("Content-Disposition"), response.url),
        media_type=media_type,
        sha256=sha256,
        size=len(response.body),
        fetched_at=datetime.now(UTC),
        status=response.status,
        headers=headers,
        content=content,
    )


def _text(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")
