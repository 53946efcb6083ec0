"""An HTML page as a visitor sees it: its title, its date, what it says in numbers, and where its links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml.html import HtmlElement, fromstring
from parsel import Selector

from services.content.sniff import FILE_EXTENSIONS
from services.fetcher.address import tidy
from services.fetcher.dates import date_of_page, date_of_row
from services.fetcher.filename import extension
from services.fetcher.paging import further_pages, more_pages
from services.fetcher.substance import substance
from services.fetcher.topic import TOPIC

_DATE_META = ("pubdate", "publishdate", "article:published_time", "firstpublishedtime", "dc.date")
_TITLE_META = ("articletitle", "og:title", "dc.title")
_TITLE_TAIL = re.compile(r"\s*[-_|–—]{1,2}\s*[^-_|–—]{2,}$")
_ROW_LONGEST = 300  # characters: a longer ancestor is not the row of one link
_ROW_PIECES = 100
_AMOUNT = re.compile(r"(?<=\d) ?(?:万元|亿元|元)")
_NUMERIC_CELL = re.compile(r"-?\d[\d,]*\.\d+ ?%?")
_HANDLER = re.compile(r"(?:down(?:load|file|loadfile)?|attach(?:ment)?|getfile|fileview|fujian|xiazai|annex)\b|/attach", re.I)
_QUOTED = re.compile(r"""['"]([^'"<>\s]+?\.[A-Za-z0-9]{2,5}(?:\?[^'"<>\s]*)?)['"]""")
_DATA = re.compile(r"""['"]([^'"<>\s{}]+?\.json(?:\?[^'"<>\s]*)?)['"]""")
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,200}\?>")
_CDATA = "<![CDATA["
_FRAMES = ("frame", "iframe")
_DOCUMENTS_IN_FRAMES = ("iframe/@src", "frame/@src", "embed/@src", "object/@data")
_LINKS_MOST = 5000
_FRAMES_MOST = 20
_PROLOGUE = 2000
_TEXT_LONGEST = 500
_SCRIPT_LONGEST = 2000


@dataclass(frozen=True)
class Link:
    """A link: absolute URL, its text (the ``title`` where the text is cut short), the date in its row."""

    url: str
    text: str
    date: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether it promises a file rather than a page: by extension in path, query or text, or as a download handler."""
        parts = urlsplit(self.url)
        names = [parts.path, self.text, *(value for _, value in parse_qsl(parts.query))]
        return any(extension(name) in FILE_EXTENSIONS for name in names) or bool(_HANDLER.search(parts.path))


@dataclass(frozen=True)
class Page:
    """What a page is and where it leads.

    ``numbers`` counts its amounts of money and numeric table cells; it is 0 on a page that speaks of no budget.
    ``substance`` is a digest of what it says (see ``substance.py``). Of the addresses of pages, ``further`` continue its list,
    ``more`` (更多) are the whole of a list of which it shows the beginning, and ``frames`` are parts of the page itself: frames,
    and the JSON files that its scripts name.
    """

    url: str
    title: str | None
    published: str | None
    numbers: int
    links: tuple[Link, ...] = field(repr=False)
    further: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    substance: str = ""


def read_page(text: str, url: str) -> Page:
    """Read the decoded HTML of the page at ``url``."""
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]  # with it the parser takes the & of an address for XML's, and drops it
    if "<html" not in text[:_PROLOGUE].lower():
        text = text.replace(_CDATA, "").replace("]]>", "")  # an answer in XML: a list as data
    root: HtmlElement = Selector(text=text).root
    _reveal(root)
    base = urljoin(url, str(next(iter(root.xpath("//base/@href")), "")).strip())
    further = further_pages(root, text, url)
    data = _DATA.findall(" ".join(script.text or "" for script in root.iter("script")))
    for hidden in root.xpath("//script | //style | //noscript | //template"):
        hidden.drop_tree()
    metas = {
        (meta.get("name") or meta.get("property") or "").lower(): meta.get("content", "").strip() for meta in root.iter("meta")
    }
    words = " ".join(_text_of(body) for body in root.iter("body"))
    frames = [frame.get("src", "") for frame in root.iter(*_FRAMES) if frame.get("src")]
    return Page(
        url=url,
        title=_title(root, metas),
        published=_published(words, metas),
        numbers=len(_AMOUNT.findall(words)) + _numeric_cells(root) if TOPIC.search(words) else 0,
        links=tuple(_links(root, base)),
        further=_tidied(further, base),
        more=_tidied(more_pages(root, base), base),
        frames=_tidied([*frames[:_FRAMES_MOST], *data[:_FRAMES_MOST]], base),
        substance=substance(root),
    )


def _reveal(root: HtmlElement) -> None:
    """Put in its place the HTML that a page carries as data: lists that a script unpacks (``<![CDATA[<li>…``)."""
    for script in root.xpath("//script[@type='text/xml']"):
        for piece in (script.text or "").split(_CDATA)[1 : _LINKS_MOST + 1]:
            if "<a" in piece:
                script.addprevious(fromstring(f"<div>{piece.partition(']]>')[0]}</div>"))


def _tidied(addresses: list[str], base: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target for address in addresses if (target := tidy(address, base))))


def _links(root: HtmlElement, base: str) -> list[Link]:
    found: dict[str, Link] = {}
    anchors = [anchor for anchor in root.iter("a", "area") if anchor.get("href") or anchor.get("onclick")]
    for anchor in anchors[:_LINKS_MOST]:
        for href in _targets(anchor):
            target = tidy(href, base)
            if target is None:
                continue
            text = _shown(anchor)
            known = found.get(target)
            if known is None or len(known.text) < len(text):
                found[target] = Link(target, text, _row_date(anchor))
    for path in _DOCUMENTS_IN_FRAMES:
        for source in root.xpath(f"//{path}"):
            inner = next((value for name, value in parse_qsl(urlsplit(source).query) if name == "file"), source)
            target = tidy(inner, base)
            if target is not None and target not in found:
                found[target] = Link(target, "")
    return list(found.values())


def _targets(anchor: HtmlElement) -> list[str]:
    """Where an anchor leads; a script's quoted file where it has no address of its own."""
    href = anchor.get("href", "").strip()
    if href and not href.lower().startswith("javascript:") and not href.startswith("#"):
        return [href]
    script = (href + " " + anchor.get("onclick", ""))[:_SCRIPT_LONGEST]
    return [quoted for quoted in _QUOTED.findall(script) if extension(urlsplit(quoted).path) in FILE_EXTENSIONS]


def _shown(anchor: HtmlElement) -> str:
    """The text of a link, or its ``title`` where that tells more."""
    shown = _text_of(anchor, "")
    told = _squeeze(anchor.get("title") or anchor.get("download") or "")
    cut = shown.rstrip(".…") != shown
    return (told if told and (not shown or cut or shown in told) else shown)[:_TEXT_LONGEST]


def _row_date(anchor: HtmlElement) -> str | None:
    """The date that stands beside a link."""
    row = next(anchor.iterancestors("li", "tr", "dd", "p", "div"), anchor)
    pieces = [str(piece) for piece in islice(row.itertext(), _ROW_PIECES)]
    return date_of_row(pieces) if sum(map(len, pieces)) <= _ROW_LONGEST else None


def _title(root: HtmlElement, metas: dict[str, str]) -> str | None:
    for name in _TITLE_META:
        if metas.get(name):
            return metas[name]
    headings = [_text_of(heading) for heading in root.iter("h1")]
    if len(headings) == 1 and headings[0]:
        return headings[0]
    title = next((_text_of(title) for title in root.iter("title")), "")
    return _TITLE_TAIL.sub("", title) or None


def _published(words: str, metas: dict[str, str]) -> str | None:
    for name in _DATE_META:
        if metas.get(name):
            return metas[name]
    return date_of_page(words)


def _numeric_cells(root: HtmlElement) -> int:
    cells = (cell for cell in root.iter("td") if next(cell.iterdescendants("table"), None) is None)
    return sum(bool(_NUMERIC_CELL.fullmatch(_text_of(cell, ""))) for cell in cells)


def _text_of(element: HtmlElement, between: str = " ") -> str:
    return _squeeze(between.join(element.itertext()))


def _squeeze(text: str) -> str:
    return " ".join(text.split())
