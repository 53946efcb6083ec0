"""Web pages → Layout: the document without the site around it, with title, publication date, source and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.content.charset import decode
from services.parser.layout import Block, Fragment, Grid, Layout, TextBlock, Unreadable
from services.parser.readers import byline
from services.parser.readers.html.content import chrome_text, main_element, prune
from services.parser.readers.html.dom import BLOCKS, Element, Text, parse
from services.parser.readers.html.grids import holds_data, read_grid
from services.parser.readers.limits import Limits
from services.parser.readers.words import CJK
from services.parser.readers.wrapped import rejoined

_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|od[ts]|zip|rar|7z|csv|txt|rtf)(?:$|[?#&])", re.I)
_ERROR = re.compile(
    r"\b(?:40[0134]|50[0234])\b|not found|bad gateway|forbidden|service unavailable|access denied|"
    r"(?:页面|网页|文件|内容|信息)(?:不存在|未找到|已删除|找不到|无法访问|走丢)|找不到(?:该|您|页|文件)|无法(?:访问|找到|显示)|系统(?:维护|繁忙)|访问(?:被拒绝|被拦截|过于频繁)",
    re.I,
)
_ERROR_LENGTH = 400  # characters outside links: a disclosure has more
_SITE = re.compile(r"\s*[-_–—|｜]\s*[^-_–—|｜]*(?:网|政府|局|委|门户|平台)[^-_–—|｜]*$")
_META = {"title": ("articletitle",), "published": ("pubdate", "publishdate"), "source": ("contentsource",)}
_SPACE = "\u00a0\u2002\u2003\u2009\u3000\t\r\n\f "
_WRAP = re.compile(f"(?<=[{CJK}])[ \\t]*[\\r\\n][ \\t\\r\\n]*(?=[{CJK}])")


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Offsets point into the decoded source. Raises ``Unreadable``: ``error-page``, or ``no-content`` (nothing but scripts)."""
    source, encoding = decode(body)
    limits.check_characters(len(source))
    root = parse(source)
    about, title = _meta(root), _title(root)
    whole = [" ".join(line.text.split()) for line in _paragraphs(root)]
    attachments = _attachments(root)
    prune(root)
    layout = Layout("html", attachments=attachments, metadata={"encoding": encoding})
    layout.blocks = rejoined(list(_blocks(main_element(root))))
    layout.title = about.get("title") or title
    layout.published = byline.date(about.get("published", "")) or byline.published(whole)
    origin = about.get("source") or byline.source(whole)
    if origin:
        layout.metadata["source"] = origin
    _refuse_empty(layout)
    return layout


def _refuse_empty(layout: Layout) -> None:
    text = "".join(block.text for block in layout.blocks if isinstance(block, TextBlock))
    if any(isinstance(block, Grid) for block in layout.blocks) or len(text) > _ERROR_LENGTH or layout.attachments:
        return
    if _ERROR.search(f"{layout.title or ''} {text}"):
        raise Unreadable("error-page", title=(layout.title or text)[:80])
    if not text.strip():
        raise Unreadable("script-page")


def _meta(root: Element) -> dict[str, str]:
    """What the page's meta tags say (the names are those of the state's standard for government sites)."""
    said = {
        element.attributes.get("name", "").lower(): element.attributes.get("content", "").strip()
        for element in root.elements()
        if element.tag == "meta"
    }
    return {key: said[name] for key, names in _META.items() for name in names if said.get(name)}


def _title(root: Element) -> str | None:
    for tag in ("h1", "title"):
        for element in root.elements():
            text = " ".join(element.text().split()) if element.tag == tag else ""
            if text:
                return _SITE.sub("", text) or text
    return None


def _attachments(root: Element) -> list[tuple[str, str]]:
    links: dict[str, str] = {}
    for element in root.elements():
        if element.tag != "a":
            continue
        url = element.attributes.get("href", "").strip()
        words = " ".join(element.text().split())
        if _ATTACHMENT.search(url) or (url and _ATTACHMENT.search(words)):
            links.setdefault(url, words)
    return list(links.items())


@dataclass(slots=True)
class _Paragraph:
    """A paragraph being gathered: characters with offsets, and how much of it is bold or linked."""

    heading: int = 0
    centred: bool = False
    text: str = ""
    offsets: list[int] = field(default_factory=list)
    bold: int = 0
    linked: int = 0

    def add(self, text: Text, bold: bool, linked: bool) -> None:
        self.text += text.characters
        self.offsets += text.offsets
        printed = len(text.characters.strip())
        self.bold += printed * bold
        self.linked += printed * linked


@dataclass(frozen=True, slots=True)
class _Style:
    heading: int = 0
    centred: bool = False
    bold: bool = False
    linked: bool = False

    def inside(self, element: Element) -> _Style:
        style = element.attributes.get("style", "").replace(" ", "").lower()
        tag = element.tag
        return _Style(
            int(tag[1]) if re.fullmatch("h[1-6]", tag) else self.heading,
            self.centred
            or tag == "center"
            or element.attributes.get("align", "").lower() == "center"
            or "text-align:center" in style,
            self.bold or tag in ("b", "strong", "h1", "h2", "h3") or "font-weight:bold" in style or "font-weight:700" in style,
            self.linked or tag == "a",
        )


def _blocks(main: Element) -> Iterator[Block]:
    """Grids and paragraphs in order, without the site's own lines and lists of links."""
    for item in _gather(main, _Style(), tables=True):
        if isinstance(item, Grid):
            yield item
            continue
        if not item.text or item.text.isspace():
            continue
        block = _text_block(item)
        if (
            block.text
            and not chrome_text(block.text)
            and not (item.linked > 0.8 * len(block.text) and not _ATTACHMENT.search(block.text))
        ):
            yield block


def _paragraphs(root: Element) -> Iterator[_Paragraph]:
    for item in _gather(root, _Style(), tables=False):
        if isinstance(item, _Paragraph):
            yield item


def _gather(root: Element, outer: _Style, tables: bool) -> Iterator[_Paragraph | Grid]:
    """Paragraphs end at every block and ``<br>``; data tables are read as such if ``tables``."""
    current = _Paragraph()
    stack: list[tuple[Element, _Style, int]] = [(root, outer.inside(root), 0)]
    while stack:
        element, style, at = stack.pop()
        if at >= len(element.children):
            if element.tag in BLOCKS:
                yield current
                current = _start(stack)
            continue
        stack.append((element, style, at + 1))
        child = element.children[at]
        if isinstance(child, Text):
            current.heading, current.centred = style.heading, style.centred
            current.add(child, style.bold, style.linked)
        elif child.tag == "table" and tables and holds_data(child):
            yield current
            current = _start(stack)
            grid = read_grid(child)
            if grid is not None:
                yield grid
        else:
            if child.tag in BLOCKS or child.tag == "br":
                yield current
                current = _start(stack)
            stack.append((child, style.inside(child), 0))
    yield current


def _start(stack: list[tuple[Element, _Style, int]]) -> _Paragraph:
    style = stack[-1][1] if stack else _Style()
    return _Paragraph(style.heading, style.centred)


def _text_block(paragraph: _Paragraph) -> TextBlock:
    """White space as a browser shows it: runs are one space, a line break of the source between Chinese characters is none."""
    kept: list[tuple[str, int]] = []
    wraps = {at for match in _WRAP.finditer(paragraph.text) for at in range(*match.span())}
    for at, (character, offset) in enumerate(zip(paragraph.text, paragraph.offsets, strict=True)):
        blank = character in _SPACE
        if at in wraps or character in "\u200b\ufeff" or (blank and (not kept or kept[-1][0] == " ")):
            continue
        kept.append((" " if blank else character, offset))
    while kept and kept[-1][0] == " ":
        kept.pop()
    text, offsets = "".join(character for character, _ in kept), [offset for _, offset in kept]
    start = offsets[0] if offsets else None
    straight = start is None or offsets == list(range(start, start + len(offsets)))
    printed = max(1, len(text))
    return TextBlock(
        text,
        start=start,
        map=None if straight else offsets,
        lines=[Fragment(0)],
        heading=paragraph.heading,
        bold=paragraph.bold > 0.8 * printed,
        centred=paragraph.centred,
    )
