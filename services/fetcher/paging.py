"""The further pages of a listing page, in the styles in which these sites turn pages."""

from __future__ import annotations

import re
from itertools import islice
from posixpath import splitext
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

_NEXT = re.compile(r"(?:下一?页|后一?页|next(?: page)?)? ?[>»›]*", re.I)
_NUMBER = re.compile(r"\[? ?\d{1,4} ?\]?")
_CREATE_PAGE = re.compile(r"\bcreate(?:Page|Paging)\w*\s*\(([^()]*)\)", re.I)
_COUNT = re.compile(r"\bcountPage\s*=\s*[\"']?(\d{1,4})", re.I)
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*[\"']?(\d{1,4})", re.I)
_PAGE_EXTENSIONS = frozenset({"html", "htm", "shtml", "shtm", "jhtml", "jsp"})
_URL_LONGEST = 2000
_LINKS_MOST = 5000
_DIGITS = re.compile(r"\d+")


def further_pages(root: HtmlElement, text: str, url: str) -> list[str]:
    """References (relative or absolute) to the pages that continue the listing page at ``url``.

    Reads links that say 下一页 or ``rel=next``, page numbers (``index_2.html``, ``?page=2``), and the scripts of the TRS
    publishing system: ``createPageHTML(count, current, "index", "html")`` and ``countPage = …``, by which page *k*, counted
    from 0, is ``index_k.html``.
    """
    return list(dict.fromkeys([*_by_links(root, url), *_by_call(text), *_by_variables(text, url)]))


def _by_links(root: HtmlElement, url: str) -> list[str]:
    found = [element.get("href", "") for element in root.iter("a", "link") if element.get("rel") == "next"]
    for anchor in islice(root.iter("a"), _LINKS_MOST):
        shown = " ".join(("".join(anchor.itertext()) or anchor.get("title", "")).split())
        href = anchor.get("href", "").strip()
        if not shown or not 0 < len(href) < _URL_LONGEST or href.lower().startswith(("javascript:", "#")):
            continue
        if _NEXT.fullmatch(shown) or (_NUMBER.fullmatch(shown) and _same_but_for_a_number(urljoin(url, href), url)):
            found.append(href)
    return found


def _same_but_for_a_number(target: str, url: str) -> bool:
    """Whether two addresses differ in one number only: ``index.html`` and ``index_2.html``, ``?a=1`` and ``?a=1&page=2``."""
    there, here = urlsplit(target), urlsplit(url)
    if there.netloc != here.netloc:
        return False
    if there.path == here.path:
        return bool(re.search(r"(?:^|&)[^&=]*(?:page|pn|pageno|p|start|curpage|index)[^&=]*=\d+", there.query, re.I))
    stem, ending = splitext(there.path)
    other, other_ending = splitext(here.path)
    if other.endswith("/"):
        other, other_ending = other + "index", ending
    return ending == other_ending and re.sub(r"[_-]\d+$", "", stem) == re.sub(r"[_-]\d+$", "", other)


def _by_call(text: str) -> list[str]:
    for call in _CREATE_PAGE.finditer(text):
        arguments = [argument.strip().strip("\"'").lstrip(".") for argument in call[1].split(",")]
        numbers = [int(argument) for argument in arguments if _DIGITS.fullmatch(argument)]
        endings = [place for place, argument in enumerate(arguments) if argument.lower() in _PAGE_EXTENSIONS]
        if len(numbers) >= 2 and endings and endings[0] > 0:
            return _numbered(arguments[endings[0] - 1], arguments[endings[0]], numbers[0])
    return []


def _by_variables(text: str, url: str) -> list[str]:
    count = _COUNT.search(text)
    if not count or not _CURRENT.search(text):
        return []
    name = urlsplit(url).path.rpartition("/")[2] or "index.html"
    stem, ending = splitext(name)
    if ending.lstrip(".").lower() not in _PAGE_EXTENSIONS:
        return []
    return _numbered(re.sub(r"_\d+$", "", stem), ending.lstrip("."), int(count[1]))


def _numbered(stem: str, ending: str, count: int) -> list[str]:
    return [f"{stem}_{number}.{ending}" for number in range(1, min(count, 1000))]
