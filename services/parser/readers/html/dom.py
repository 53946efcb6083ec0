"""HTML source → a tree that remembers where every character stands in the source.

The parsers at hand forget offsets, and a finding must point at its place. So this is a small, forgiving one: linear in the
source, entities expanded one by one, end tags that may be left out supplied, nothing fetched and nothing executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

MAX_DEPTH = 150  # deeper elements are read as if they stood at this depth

_TOKEN = re.compile(
    r"""<!--(?:.*?)-->|<![^>]*>|<\?[^>]*>|<(?P<close>/)?(?P<tag>[A-Za-z][^\s/>]*)(?P<attrs>(?:[^>"']|"[^"]*"|'[^']*')*)>""",
    re.S,
)
_PLAIN_TAG = re.compile(r"<(?P<close>/)?(?P<tag>[A-Za-z][^\s/>]*)(?P<attrs>[^>]*)>")
_PATIENCE = 200  # tags with a quote that never ends, after which quotes are no longer looked at: each costs the whole source
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"))
_RAW = frozenset(("script", "style", "textarea", "xml", "template", "noframes"))  # no tags inside but their own end
DROPPED = _RAW | {"title", "svg", "math", "object", "applet", "select", "button", "iframe", "canvas", "map"}
_FLOW = frozenset(("address", "article", "aside", "blockquote", "center", "details", "div", "fieldset", "figcaption", "figure"))
_FLOW |= {"footer", "form", "header", "hr", "legend", "main", "nav", "p", "pre", "section", "summary", "title", "html", "body"}
_LISTS = frozenset(("dd", "dir", "dl", "dt", "li", "menu", "ol", "ul", "h1", "h2", "h3", "h4", "h5", "h6"))
BLOCKS = _FLOW | _LISTS | {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_IMPLIED_END: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # an opening tag → the open elements it ends, and those that it does not look beyond
    "li": (frozenset(("li", "p")), frozenset(("ul", "ol", "dir", "menu", "td", "th"))),
    "dt": (frozenset(("dt", "dd", "p")), frozenset(("dl", "td", "th"))),
    "dd": (frozenset(("dt", "dd", "p")), frozenset(("dl", "td", "th"))),
    "td": (frozenset(("td", "th", "p")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th", "p")), frozenset(("tr", "table"))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    "tbody": (frozenset(("thead", "tbody", "tfoot", "caption")), frozenset(("table",))),
    "thead": (frozenset(("thead", "tbody", "tfoot", "caption")), frozenset(("table",))),
    "tfoot": (frozenset(("thead", "tbody", "tfoot", "caption")), frozenset(("table",))),
    "body": (frozenset(("head",)), frozenset()),
    "option": (frozenset(("option",)), frozenset(("select",))),
}
_P_END = BLOCKS - {"td", "th", "tr", "tbody", "thead", "tfoot", "html", "body"}
_WALLS = frozenset(("td", "th", "table", "body"))  # a stray end tag of another kind does not reach beyond these
_TABLE_PARTS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th", "body", "html"))


@dataclass(slots=True)
class Text:
    """Characters and, for each, its offset in the source."""

    characters: str
    offsets: Sequence[int]


@dataclass(slots=True)
class Element:
    """``start`` is the offset of its tag. Attribute names are in lower case."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    start: int = 0
    children: list[Element | Text] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Itself and all elements inside, in order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack += [child for child in reversed(element.children) if isinstance(child, Element)]

    def text(self) -> str:
        """All characters inside."""
        parts, stack = [], [iter(self.children)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
            elif isinstance(child, Text):
                parts.append(child.characters)
            else:
                stack.append(iter(child.children))
        return "".join(parts)


def parse(source: str) -> Element:
    """The tree of a page; never fails."""
    root = Element("html")
    stack, at = [root], 0
    tokens = _Tokens(source)
    while at < len(source):
        token = tokens.next(at)
        end = token.start() if token else len(source)
        if end > at:
            stack[-1].children.append(_text(source, at, end))
        if token is None:
            break
        at = token.end()
        tag = (token["tag"] or "").lower()
        if not tag:
            continue
        if token["close"]:
            _close(stack, tag)
            continue
        element = Element(tag, _attributes(token["attrs"]), token.start())
        _imply_ends(stack, tag)
        stack[-1].children.append(element)
        if tag in _RAW:
            at = _raw_end(source, at, tag)
        elif tag not in VOID and not token["attrs"].endswith("/") and len(stack) < MAX_DEPTH:
            stack.append(element)
    return root


class _Tokens:
    """Tags and comments. A ``<`` that begins none is text, and so is everything after a tag that never ends."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.failed = 0

    def next(self, at: int) -> re.Match[str] | None:
        source = self.source
        while True:
            at = source.find("<", at)
            if at < 0 or source.find("-->" if source.startswith("<!--", at) else ">", at) < 0:
                return None
            token = (_TOKEN if self.failed < _PATIENCE else _PLAIN_TAG).match(source, at)
            if token:
                return token
            self.failed += source[at + 1 : at + 2].isalpha()
            at += 1


def _raw_end(source: str, at: int, tag: str) -> int:
    end = re.compile(rf"</{tag}\s*>", re.I).search(source, at)
    return end.end() if end else len(source)


def _attributes(source: str) -> dict[str, str]:
    return {match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(source[:4000])}


def _text(source: str, start: int, end: int) -> Text:
    raw = source[start:end]
    if "&" not in raw:
        return Text(raw, range(start, end))
    characters, offsets, at = [], list[int](), 0
    for entity in _ENTITY.finditer(raw):
        characters.append(raw[at : entity.start()])
        offsets += range(start + at, start + entity.start())
        expanded = unescape(entity[0])
        characters.append(expanded)
        offsets += [start + entity.start()] * len(expanded)
        at = entity.end()
    characters.append(raw[at:])
    offsets += range(start + at, end)
    return Text("".join(characters), offsets)


def _imply_ends(stack: list[Element], tag: str) -> None:
    if tag in _IMPLIED_END:
        ends, walls = _IMPLIED_END[tag]
        for depth in range(len(stack) - 1, 0, -1):
            if stack[depth].tag in walls:
                break
            if stack[depth].tag in ends:
                del stack[depth:]
    if tag in _P_END and stack[-1].tag == "p":
        stack.pop()


def _close(stack: list[Element], tag: str) -> None:
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag == tag:
            del stack[depth:]
            return
        if stack[depth].tag in _WALLS and tag not in _TABLE_PARTS:
            return
        if stack[depth].tag == "table" and tag in _TABLE_PARTS:
            return
