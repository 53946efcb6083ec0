"""One step of a poll, without any input or output: what a page is for its source, and where to go from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from services.content.charset import decode
from services.content.sniff import HTML, JSON
from services.fetcher.address import is_maze, tidy
from services.fetcher.article import NUMBERS_BESIDE_FILES
from services.fetcher.found import Article, Role, Trail
from services.fetcher.listing import read_listing
from services.fetcher.page import Link, Page, read_page
from services.fetcher.paging import turns_page
from services.fetcher.plugin import Seen
from services.fetcher.sources import Source

_LISTS = (Role.START, Role.LIST)
_SECOND_LEVEL = frozenset({"gov", "org", "edu", "com", "net", "ac"})
_NO_ENTRY = re.compile(r"[\W\d_]*|[\W\d_]*(?:[上下前后首尾]一?[页篇条]|[年月周日]|next|prev|more|更多)[\W\d_]*", re.I)


@dataclass(frozen=True)
class Step:
    """A page that was read, and where it leads, each address once.

    ``substance`` is the digest of what it says, ``links`` how many links it has, wanted or not. ``refusals`` are the reasons for
    not going on somewhere: ``endless`` (a list that brings nothing new is not turned further), ``maze`` (an address that
    repeats itself).
    """

    article: Article
    onward: tuple[Trail, ...]
    substance: str
    links: int
    refusals: tuple[str, ...] = ()


def starts(source: Source) -> tuple[Trail, ...]:
    """Where a poll begins."""
    return tuple(Trail(url, Role.START) for url in dict.fromkeys(source.start))


def read(source: Source, trail: Trail, body: bytes, media_type: str, url: str) -> Step | None:
    """Read the page whose bytes stood at ``url`` (where redirects ended); null for JSON or XML that lists nothing.

    Raises PluginError.
    """
    text = body.decode(source.encoding, "replace") if source.encoding else decode(body)[0]
    page = read_listing(text, url) if media_type == JSON else read_page(text, url)
    if page is None:
        return None
    listing = trail.role in _LISTS and page.numbers < NUMBERS_BESIDE_FILES
    chosen = False
    if source.plugin:
        seen = Seen(url, text, listing)
        links, further = source.plugin.links(seen), source.plugin.further(seen)
        chosen = links is not None
        # a page that the plug-in reads is read by it alone
        page = replace(page, further=(*page.further, *further)) if links is None else replace(page, links=links, further=further)
    if media_type != HTML and not page.links:
        return None
    return _go_on(source, trail, page, listing or media_type != HTML, chosen)


def near(source: Source, url: str) -> bool:
    """Whether pages at this address are read for the source: its start pages' organisations, and ``hosts``."""
    host = urlsplit(url).hostname or ""
    return host in source.hosts or _organisation(host) in {
        _organisation(urlsplit(start).hostname or "") for start in source.start
    }


def _go_on(source: Source, trail: Trail, page: Page, listing: bool, chosen: bool) -> Step:
    """``chosen``: a plug-in named the links, and what is followed."""
    title, published = page.title or trail.title, page.published or trail.date
    if trail.depth > source.limits.depth:  # what was linked as a file is a page, and too far away
        return Step(Article(listing, title, published, 0), (), page.substance, len(page.links))
    links = [link for link in page.links if not source.denies(link)]
    files = [] if listing else [link for link in links if link.is_file]
    beyond = [link for link in links if chosen or source.wants(link)] if trail.depth < source.limits.depth else []
    turning, refusals = _turn(source, trail, page, alone=listing or not (page.numbers or files))
    onward = [
        *turning,
        *_parts(source, trail, page, listing, title, published),
        *(_below(link, trail, page.url, None if listing else title, None if listing else published) for link in files),
        *(_below(link, trail, page.url, None, None) for link in beyond if link.is_file or near(source, link.url)),
    ]
    once: dict[str, Trail] = {}
    for way in onward:
        once.setdefault(way.url, way)
    straight = tuple(way for url, way in once.items() if not is_maze(url))
    refusals += ["maze"] * (len(once) - len(straight))
    article = Article(listing, title, published, page.numbers, tuple((file.url, file.text) for file in files))
    return Step(article, straight, page.substance, len(page.links), tuple(refusals))


def _below(link: Link, trail: Trail, referrer: str, title: str | None, published: str | None) -> Trail:
    return Trail(link.url, Role.LINK, link.text, link.date, trail.depth + 1, trail.turn, referrer, title, published)


def _turn(source: Source, trail: Trail, page: Page, *, alone: bool) -> tuple[list[Trail], list[str]]:
    """The pages that continue a list, unless it has stopped to bring anything: a calendar can be turned for ever.

    What is not a list ``alone`` may be an article, whose 下一页 is another article; then only what is surely a page of the same
    list is turned to, and of a text nothing.
    """
    further = [url for url in (*page.further, *_by_template(source, trail)) if near(source, url)]
    if not alone:
        further = [url for url in further if page.numbers < NUMBERS_BESIDE_FILES and turns_page(url, page.url)]
    entries = _entries(page, further)
    if further and trail.turn and (not entries or entries == trail.entries):
        return [], ["endless"]
    role = Role.LIST if trail.role in _LISTS else trail.role
    return [
        Trail(url, role, depth=trail.depth, turn=trail.turn + 1, referrer=page.url, entries=entries)
        for url in dict.fromkeys(further)
    ], []


def _by_template(source: Source, trail: Trail) -> Iterator[str]:
    """The page after this one by the source's ``paging``."""
    if source.paging is None or trail.role not in _LISTS:
        return
    for start in source.start:
        pages = [start, *source.paging.pages(start)]
        if trail.url in pages[:-1] and (following := tidy(pages[pages.index(trail.url) + 1], start)):
            yield following


def _entries(page: Page, further: Iterable[str]) -> str | None:
    """A digest of what a page lists: its links without those that turn pages and days."""
    turning = {*further, page.url}
    listed = sorted(link.url for link in page.links if link.url not in turning and not _NO_ENTRY.fullmatch(link.text))
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()[:16] if listed else None


def _parts(source: Source, trail: Trail, page: Page, listing: bool, title: str | None, published: str | None) -> Iterator[Trail]:
    """What belongs to the page and stands elsewhere: its frames, and the whole of a list that it only begins."""
    role = Role.LIST if listing and trail.role in _LISTS else Role.LINK
    for url in page.frames:
        data = urlsplit(url).path.endswith(".json")
        if near(source, url) and not Link(url, "").is_file and (listing or not data):
            yield Trail(url, role, trail.text, published, trail.depth, trail.turn + 1, page.url, title, published)
    if listing and trail.depth < source.limits.depth:
        for url in page.more:
            if near(source, url):
                yield Trail(url, role, depth=trail.depth + 1, turn=trail.turn, referrer=page.url)


def _organisation(host: str) -> str:
    """What the hosts of one organisation share: ``example.gov.cn`` of ``czj.example.gov.cn``; an address stands for itself."""
    labels = host.lower().split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    return ".".join(labels[-3 if len(labels) > 2 and labels[-1] == "cn" and labels[-2] in _SECOND_LEVEL else -2 :])
