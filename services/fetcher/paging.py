"""The further pages of a listing page, in the styles in which these sites turn pages."""

from __future__ import annotations

import re
from itertools import islice
from posixpath import splitext
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from services.fetcher.topic import TOPIC

_NEXT = re.compile(r"(?:下一?页|后一?页|next(?: page)?)? ?[>»›]*", re.I)
_MORE = re.compile(r"(?:查看)?(?:更多|全部)(?:信息|内容|公开)?|more", re.I)
_MORE_MOST = 50  # of one page
_ANCESTORS_MOST = 8
_MORE_BLOCK = 2000  # characters: what is larger is not the block that 更多 belongs to
_NUMBER = re.compile(r"\[? ?\d{1,4} ?\]?")
_PROXY = re.compile(r"/dataproxy\.\w+\?(?:.*&)?page=\d+")
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
    from 0, is ``index_k.html``; and the next group of a list that a script unpacks (``dataproxy.jsp?page=2``).
    """
    return list(dict.fromkeys([*_by_links(root, url), *_by_call(text), *_by_variables(text, url)]))


def _by_links(root: HtmlElement, url: str) -> list[str]:
    found = [element.get("href", "") for element in root.iter("a", "link") if element.get("rel") == "next"]
    for anchor in islice(root.iter("a"), _LINKS_MOST):
        shown = " ".join(("".join(anchor.itertext()) or anchor.get("title", "")).split())
        href = anchor.get("href", "").strip()
        if not shown and _PROXY.search(href):
            found.append(href)
        if not shown or not 0 < len(href) < _URL_LONGEST or href.lower().startswith(("javascript:", "#")):
            continue
        if _NEXT.fullmatch(shown) or (_NUMBER.fullmatch(shown) and turns_page(urljoin(url, href), url)):
            found.append(href)
    return found


def more_pages(root: HtmlElement, url: str) -> list[str]:
    """References behind 更多: the whole of a list of which the page at ``url`` shows the beginning.

    An overview shows many lists; of those the ones count whose block, heading included, speaks of what disclosures speak of,
    and those below the page's own folder.
    """
    folder = urlsplit(url).path.rpartition("/")[0] + "/"
    found: list[str] = []
    for anchor in islice(root.iter("a"), _LINKS_MOST):
        shown = "".join(anchor.itertext()).strip(" \t\r\n\xa0+>»›.…[]") or anchor.get("title", "")
        href = anchor.get("href", "").strip()
        if len(found) == _MORE_MOST:
            break
        if not _MORE.fullmatch(shown) or not href or href.lower().startswith(("javascript:", "#")):
            continue
        target = urlsplit(urljoin(url, href))
        below = len(folder) > 1 and target.netloc == urlsplit(url).netloc and target.path.startswith(folder)
        if below or _block_speaks_of_disclosures(anchor):
            found.append(href)
    return found


def _block_speaks_of_disclosures(anchor: HtmlElement) -> bool:
    """Whether the smallest block around a link that has anything else in it speaks of budgets."""
    own = len("".join(anchor.itertext()).strip())
    for block in islice(anchor.iterancestors(), _ANCESTORS_MOST):
        text = " ".join("".join(islice(block.itertext(), _LINKS_MOST)).split())
        if len(text) > own + 1:
            # a heading of its own (预决算公开 更多) has its list beside it, not in it: the heading says enough
            return len(text) <= _MORE_BLOCK and bool(TOPIC.search(text))
    return False


def turns_page(target: str, url: str) -> bool:
    """Whether two addresses are pages of one list: ``index.html`` and ``index_2.html``, ``?a=1`` and ``?a=1&page=2``."""
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
