"""A list that comes as JSON: the interfaces from which newer sites fill their pages, read without knowing any of them.

An entry is an object that has an address and a title, whatever it calls them (``url``, ``docPubUrl``, ``linkHref`` …).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from services.fetcher.address import tidy
from services.fetcher.dates import date_of_value
from services.fetcher.page import Link, Page

_CALLBACK = re.compile(r"\s*[\w.$]+\s*\(\s*(?=[\[{])")  # JSONP
_ADDRESS = re.compile(r"(?:url|link|href|path|uri)$", re.I)
_TITLE = re.compile(r"(?:title|name|subject|biaoti|bt)$", re.I)
_DATE = re.compile(r"(?:date|time|riqi|rq|sj|day)$", re.I)
_PICTURE = re.compile(r"img|image|pic|thumb|icon|logo|cover|avatar|video", re.I)
_LIKE_AN_ADDRESS = re.compile(r"https?://\S+|\.{0,2}/\S+|[\w./-]+\.(?:s?html?|jsp|aspx?|pdf|docx?|xlsx?|zip|rar)(?:\?\S*)?", re.I)
_TAG = re.compile(r"<[^<>]{0,200}>")
_PAGE = re.compile(r"(?:cur(?:rent)?_?)?(?:page)(?:_?(?:no|num|number|index))?|current|pn|p", re.I)
_OFFSET = re.compile(r"start|offset|from", re.I)
_SIZE = re.compile(r"(?:page_?)?(?:size|rows|limit|length|count)|ps|per_?page", re.I)
_PAGES = re.compile(r"(?:total_?pages?(?:_?num)?|page_?(?:count|total)|pages)$", re.I)
_TOTAL = re.compile(
    r"(?:total(?:_?(?:count|num|size|records?|hits|elements))?|(?:num|record)_?(?:found|count|total)|count)$", re.I
)
_ENTRIES_MOST = 5000
_PAGES_MOST = 1000
_VALUES_MOST = 200_000


def read_listing(text: str, url: str) -> Page | None:
    """The entries of the JSON (or JSONP) at ``url`` as links, and its further pages; null where it is no JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = _padded(text)
    if not isinstance(data, dict | list):
        return None
    objects = list(_objects(data))
    links: dict[str, Link] = {}
    for entry in objects:
        link = _link(entry, url)
        if link and link.url not in links:
            links[link.url] = link
        if len(links) == _ENTRIES_MOST:
            break
    return Page(url, None, None, 0, tuple(links.values()), tuple(_further(url, objects, len(links))))


def _padded(text: str) -> Any:
    call = _CALLBACK.match(text)
    if not call:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, call.end())[0]
    except (ValueError, RecursionError):
        return None


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in the data, in order; an object in an object after it."""
    waiting = [data]
    for _ in range(_VALUES_MOST):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += [inner for inner in reversed(value.values()) if isinstance(inner, dict | list)]
        elif isinstance(value, list):
            waiting += [inner for inner in reversed(value) if isinstance(inner, dict | list)]


def _link(entry: dict[str, Any], base: str) -> Link | None:
    texts = {name: value.strip() for name, value in entry.items() if isinstance(value, str)}
    addresses = [
        target
        for name, value in texts.items()
        if _ADDRESS.search(name) and not _PICTURE.search(name) and _LIKE_AN_ADDRESS.fullmatch(value)
        if (target := tidy(value, base))
    ]
    titles = [plain for name, value in texts.items() if _TITLE.search(name) if (plain := _plain(value))]
    if not addresses or not titles:
        return None
    dates = [date for name, value in entry.items() if _DATE.search(name) if (date := date_of_value(value))]
    return Link(addresses[0], max(titles, key=len), dates[0] if dates else None)


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub("", text[:2000])).split())[:500]


def _further(url: str, objects: list[dict[str, Any]], entries: int) -> Iterator[str]:
    """The pages after this one, where its address has a place for a number and the answer does not say that it is the last."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    size = next((int(value) for name, value in query if _SIZE.fullmatch(name) and value.isdecimal()), 0) or entries
    total, pages = _number(objects, _TOTAL), _number(objects, _PAGES)
    for place, (name, value) in enumerate(query):
        if not entries or not value.isdecimal() or len(value) > 6:
            continue
        now = int(value)
        numbers: range | tuple[int, ...] = ()
        if _OFFSET.fullmatch(name) and total is not None:
            numbers = range(now + size, total, size)
        elif _PAGE.fullmatch(name):
            last = pages if pages is not None else math.ceil(total / size) if total is not None else now + 1
            numbers = range(now + 1, last + (0 if now == 0 else 1))
        for number in numbers[:_PAGES_MOST]:
            turned = [*query[:place], (name, str(number)), *query[place + 1 :]]
            yield urlunsplit((*parts[:3], urlencode(turned), ""))


def _number(objects: list[dict[str, Any]], name: re.Pattern[str]) -> int | None:
    """The first whole number called so, counted from the outermost object."""
    for entry in objects[:50]:
        for key, value in entry.items():
            if name.fullmatch(key) and str(value).isdecimal() and len(str(value)) < 10:
                return int(value)
    return None
