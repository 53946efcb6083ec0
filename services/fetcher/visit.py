"""One crawl of one source: listing pages → articles → files, as a Scrapy spider inside the service's own event loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from scrapy import Request, Spider
from scrapy.http import Response

from services.content.charset import decode
from services.content.sniff import DOCUMENTS, HTML, sniff
from services.fetcher import metrics
from services.fetcher.article import NUMBERS_BESIDE_FILES, arrange
from services.fetcher.desk import Desk, Found, Kept
from services.fetcher.filename import filename
from services.fetcher.outcome import REFUSED, outcome_of
from services.fetcher.page import Link, Page, read_page
from services.fetcher.sources import Source
from services.fetcher.transport import Terms

_HEADERS_KEPT = ("Content-Type", "Content-Disposition", "Last-Modified", "ETag", "Date")
_NO_WORDS = re.compile(r"[\W\d_]+")
_SAYS_NOTHING = re.compile(r"(?:附件)?(?:请|点击|点此)*(?:下载|查看|打开|浏览|预览)?(?:附件|此处|这里|文件)?|PDF|Word", re.I)
_PAGE_LARGEST = 16 * 1024**2
_SECOND_LEVEL = frozenset({"gov", "org", "edu", "com", "net", "ac"})
log = structlog.get_logger()


@dataclass(frozen=True)
class Trail:
    """How the crawl came to a URL. ``title`` and ``published`` are those of the article that the link stands in."""

    depth: int
    listing: bool
    link: Link
    referrer: str | None = None
    title: str | None = None
    published: str | None = None


class Visit(Spider):
    """Reads a source's pages and hands every document to the desk. ``complete`` is whether every start page was read."""

    name = "visit"

    def __init__(self, source: Source, desk: Desk, terms: Terms) -> None:
        super().__init__()
        self.source = source
        self.terms = terms
        self.complete = True
        self._desk = desk
        self._asked: set[str] = set()
        self._delivered: set[str] = set()
        self._attached: dict[str, asyncio.Future[Kept | None]] = {}
        self._pages: dict[str, Response | None] = {}  # linked as files, but pages; null once read
        self._sites = {_site(urlsplit(url).hostname or "") for url in source.start}

    async def start(self) -> AsyncIterator[Request]:
        for url in self.source.start:
            if request := self._ask(Trail(0, True, Link(url, ""))):
                yield request

    async def read(self, response: Response, trail: Trail) -> list[Request]:
        """Read one response, deliver what it brings, and return where to go from there. A page that cannot be read for a
        reason unforeseen is counted and costs nothing but itself."""
        try:
            return await self._read(response, trail)
        except Exception:
            log.exception("a page could not be read", source=self.source.id, url=trail.link.url)
            metrics.FAILED.labels(self.source.id, "defect").inc()
            return []

    def wrong(self, error: BaseException | None, trail: Trail) -> None:
        """Count a request that brought no response."""
        kind, reason = outcome_of(error)
        log.info(kind, source=self.source.id, url=trail.link.url, reason=reason, detail=str(error))
        (metrics.REFUSED if kind == REFUSED else metrics.FAILED).labels(self.source.id, reason).inc()
        self._missed(trail)

    async def _read(self, response: Response, trail: Trail) -> list[Request]:
        if not self._usable(response, trail):
            return []
        if sniff(response.body) != HTML:
            if kept := await self._keep(response, trail):
                text, published = trail.link.text or None, trail.published or trail.link.date
                await self._deliver(Found(kept, (), False, trail.referrer, text, trail.title, published))
            return []
        if len(response.body) > _PAGE_LARGEST:
            metrics.REFUSED.labels(self.source.id, "too_large").inc()
            return []
        base = response.url  # where redirects ended: relative links are relative to that
        page = await asyncio.to_thread(lambda: read_page(decode(response.body)[0], base))
        listing = trail.listing and page.numbers < NUMBERS_BESIDE_FILES
        onward = [] if listing else await self._read_article(response, page, trail)
        return onward + self._follow(page, trail, listing)

    async def _read_article(self, response: Response, page: Page, trail: Trail) -> list[Request]:
        """Deliver an article's documents; where a link to a file leads to a page instead, read on there."""
        published = page.published or trail.link.date
        below = Trail(trail.depth + 1, False, trail.link, page.url, page.title, published)
        links = [link for link in page.links if link.is_file and not self.source.denies(link)]
        ways = [replace(below, link=link) for link in links if link.url in self._attached or link.url not in self._asked]
        got = await asyncio.gather(*(self._attachment(way) for way in ways))
        if self.terms.gate.closed:
            return []  # half an article would look like a changed one
        names: list[str] = []
        files: list[Kept | None] = []  # in the order of names; null for a file that could not be got
        for way, file in zip(ways, got, strict=True):
            if way.link.url not in self._pages:
                files.append(file)
                names.append((file.name if file else way.link.text) or "")
        for document in arrange(page.numbers, names):
            annexes = tuple(kept for place in document.annexes if (kept := files[place]))
            partial = len(annexes) < len(document.annexes)
            if document.main is None:
                if own := await self._keep(response, trail):
                    text = trail.link.text or None
                    await self._deliver(Found(own, annexes, partial, trail.referrer, text, page.title, published))
            elif main := files[document.main]:
                await self._deliver(Found(main, annexes, partial, page.url, main.name, page.title, published))
        return await self._read_pages(ways)

    async def _attachment(self, way: Trail) -> Kept | None:
        """The file at the end of a link, got once a crawl however many articles share it."""
        url = way.link.url
        if url not in self._attached:
            self._attached[url] = asyncio.ensure_future(self._get_file(way))
        return await self._attached[url]

    async def _get_file(self, way: Trail) -> Kept | None:
        response = await self._download(way)
        if response is None:
            return None
        if sniff(response.body) == HTML:
            self._pages[way.link.url] = response
            return None
        return await self._keep(response, way)

    async def _read_pages(self, ways: list[Trail]) -> list[Request]:
        """Read what was linked as a file and is a page, each once."""
        onward: list[Request] = []
        for way in ways:
            if response := self._pages.get(way.link.url):
                self._pages[way.link.url] = None
                onward += await self._read(response, way) if way.depth <= self.source.limits.depth else []
        return onward

    def _follow(self, page: Page, trail: Trail, listing: bool) -> list[Request]:
        """Requests for what a page links to: documents, articles, sub-columns; on a listing also for its further pages."""
        onward: list[Request | None] = []
        if listing or not (page.numbers or any(link.is_file for link in page.links)):
            onward += [self._ask(replace(trail, link=Link(url, ""))) for url in page.further if self._near(url)]
        if trail.depth < self.source.limits.depth:
            below = Trail(trail.depth + 1, False, trail.link, page.url)
            if not listing:
                below = replace(below, title=page.title, published=page.published)
            wanted = [link for link in page.links if self.source.wants(link) and (link.is_file or self._near(link.url))]
            onward += [self._ask(replace(below, link=link)) for link in wanted]
        return [request for request in onward if request]

    def _ask(self, trail: Trail) -> Request | None:
        """The request for a URL; null if it was asked for already or the crawl has asked for enough."""
        url = trail.link.url
        if url in self._asked:
            return None
        if len(self._asked) >= self.source.limits.pages:
            metrics.REFUSED.labels(self.source.id, "pages").inc()
            return None
        self._asked.add(url)
        return Request(
            url,
            self.read,
            errback=lambda failure: self.wrong(failure.value, trail),
            cb_kwargs={"trail": trail},
            headers={"Referer": trail.referrer} if trail.referrer else None,
            dont_filter=True,  # we know what was asked for; Scrapy's filter would drop a redirect to the same URL silently
        )

    async def _download(self, trail: Trail) -> Response | None:
        """The usable response to a link, now."""
        request = self._ask(trail)
        if request is None:
            return None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            self.wrong(error, trail)
            return None
        return response if self._usable(response, trail) else None

    def _usable(self, response: Response, trail: Trail) -> bool:
        """Whether a response has a good status and a body; counted either way."""
        if not 200 <= response.status < 300:
            log.info("failed", source=self.source.id, url=trail.link.url, reason=f"http_{response.status}")
            metrics.FAILED.labels(self.source.id, f"http_{response.status}").inc()
        elif not response.body:
            metrics.REFUSED.labels(self.source.id, "empty").inc()
        else:
            metrics.FETCHED.labels(self.source.id).inc()
            metrics.BYTES.labels(self.source.id).inc(len(response.body))
            return True
        self._missed(trail)
        return False

    def _missed(self, trail: Trail) -> None:
        if trail.listing:
            self.complete = False

    async def _keep(self, response: Response, trail: Trail) -> Kept | None:
        """Archive a response's body if it is of a kind that documents have."""
        media_type = sniff(response.body)
        if media_type not in DOCUMENTS and media_type != HTML:
            log.info("refused", source=self.source.id, url=trail.link.url, reason="media_type", detail=media_type)
            metrics.REFUSED.labels(self.source.id, "media_type").inc()
            return None
        called = filename(response.headers.get("Content-Disposition"), response.url)
        text = trail.link.text
        headers = {name.lower(): _text(value) for name in _HEADERS_KEPT if (value := response.headers.get(name))}
        if response.url != trail.link.url:
            headers["content-location"] = response.url
        return Kept(
            url=trail.link.url,
            name=called if _SAYS_NOTHING.fullmatch(_NO_WORDS.sub("", text)) else text,
            media_type=media_type,
            sha256=await self._desk.keep(response.body),
            size=len(response.body),
            fetched_at=datetime.now(UTC),
            status=response.status,
            headers=headers,
        )

    async def _deliver(self, found: Found) -> None:
        """Deliver a document, once a crawl: two articles that share it must not make versions of it in turn."""
        if found.file.url in self._delivered:
            return
        self._delivered.add(found.file.url)
        change = await self._desk.deliver(self.source.id, found)
        metrics.DOCUMENTS.labels(self.source.id, change).inc()

    def _near(self, url: str) -> bool:
        """Whether pages of this host are read for the source."""
        host = urlsplit(url).hostname or ""
        return _site(host) in self._sites or host in self.source.hosts


def _site(host: str) -> str:
    """What the hosts of one organisation share: ``example.gov.cn`` of ``czj.example.gov.cn``; an address stands for itself."""
    labels = host.lower().split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    return ".".join(labels[-3 if len(labels) > 2 and labels[-1] == "cn" and labels[-2] in _SECOND_LEVEL else -2 :])


def _text(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")
