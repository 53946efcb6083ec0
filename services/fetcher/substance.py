"""What an HTML page says, without what the site puts around every page: the ground on which two versions of it are compared.

A page changes all the time that its document does not: the footer, the count of its visitors, the link to the next article, a
menu. Leaving out too much would hide a correction, leaving out too little makes a version that nobody needs. So chrome goes
only where it says what it is, by its element or its name, and holds no amount; and of the rest the deepest element is taken
that holds nearly all of the words and **every** amount.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from lxml.etree import iterwalk
from lxml.html import HtmlElement

_MOST_WORDS = 0.95  # share of the words that the content has to hold
_CHROME_WORDS = 0.2  # share of the words above which nothing is chrome, whatever it is called,
_CHROME_LEAST = 200  # unless it has fewer characters than these
_NEVER_SHOWN = frozenset({"script", "style", "noscript", "template", "head", "title", "select", "button", "iframe"})
_CHROME_ELEMENTS = frozenset({"nav", "header", "footer", "aside", "form"})
_CHROME_NAME = re.compile(
    r"(?:top|foot|bottom|site|page|main|web|left|right|article|art|news|xxgk|zw|content|detail)?[-_]?"
    r"(?:nav(?:bar|igation)?|menu|header|head|footer|foot|bottom|sidebar|side|crumbs?|bread-?crumbs?|location|position|weizhi|dqwz|"
    r"copyright|banner|logo|search|login|toolbar|tools?|share|bdshare|qrcode|ewm|pager|pagination|paging|prev-?next|pre-?next|"
    r"related|relate|xgwz|xgyd|xglj|recommend|hot|rank|friend-?links?|yqlj|hits?|views?|counter|print|font-?size|weather|clock)"
    r"(?:[-_]?(?:box|bar|area|wrap(?:per)?|con|list|inner|info|news|\d+))?",
    re.I,
)
_INLINE = frozenset(
    re.findall(r"\w+", "a abbr b big cite code del em font i ins label mark q s small span strike strong sub sup tt u")
)
_COUNTER = re.compile(r"(?:浏览|阅读|点击|访问|查看)(?:次数|人次|量|数)?[:：][\d,]*次?")
_LETTERING = re.compile(r"[\[【（(]?字[体号][:：](?:特?大|中|小|[\[\]\s,，|/+-])*[\]】）)]?")
_NEIGHBOUR = re.compile(r"(?:上|下|前|后)一?[篇条则][:：>]|(?:今天是|当前时间|现在是)|(?:打印|关闭)(?:本页|窗口|此页)?$")
_INFORMATION = 120  # characters: a longer line is text, and whatever it says of visits is its own
_AMOUNT = re.compile(r"(?<=\d)\.\d|(?<=\d) ?[万亿]?元")
_SPACE = re.compile(r"\s+")


def substance(root: HtmlElement) -> str:
    """A digest of what the page under ``root`` says: its words without their spacing, and the images of its content."""
    content, chrome = _content(root)
    said = (line for line in (_without_passing(line) for line in _lines(content, chrome)) if line)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _content(root: HtmlElement) -> tuple[HtmlElement, set[HtmlElement]]:
    """The deepest element that holds nearly all words and every amount of the page, and what is chrome in it."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    weights = _weights(elements)
    whole = weights[root][0]
    chrome = {element for element in elements if _is_chrome(element, weights[element], whole)}
    weights = _weights([element for element in elements if element not in chrome], chrome)
    words, amounts = weights[root]
    content = root
    while True:
        heavier = (
            child
            for child in content
            if child in weights and weights[child][0] >= _MOST_WORDS * words and weights[child][1] == amounts
        )
        inner = next(heavier, None)
        if inner is None or not words:
            return content, chrome
        content = inner


def _weights(elements: list[HtmlElement], without: Collection[HtmlElement] = ()) -> dict[HtmlElement, tuple[int, int]]:
    """Characters and amounts below each element, those in links not counted, nor those below ``without``."""
    weights = dict.fromkeys(elements, (0, 0))
    for element in reversed(elements):  # whatever is below an element comes after it
        words, amounts = weights[element]
        if element.tag != "a":
            words, amounts = _added(words, amounts, element.text, *(child.tail for child in element))
        else:
            words = amounts = 0
        weights[element] = (words, amounts)
        parent = element.getparent()
        if parent in weights and element not in without:
            weights[parent] = (weights[parent][0] + words, weights[parent][1] + amounts)
    return weights


def _added(words: int, amounts: int, *texts: str | None) -> tuple[int, int]:
    for text in filter(None, texts):
        words += len(_SPACE.sub("", text))
        amounts += len(_AMOUNT.findall(text))
    return words, amounts


def _is_chrome(element: HtmlElement, weight: tuple[int, int], whole: int) -> bool:
    if element.tag in _NEVER_SHOWN:
        return True
    names = [element.get("id", ""), *element.get("class", "").split()]
    named = element.tag in _CHROME_ELEMENTS or any(_CHROME_NAME.fullmatch(name) for name in names)
    words, amounts = weight
    return named and not amounts and words <= max(_CHROME_LEAST, _CHROME_WORDS * whole)


def _lines(content: HtmlElement, chrome: Collection[HtmlElement]) -> Iterator[str]:
    """What stands in one block, without its spaces; an image is a line of its own."""
    line: list[str] = []
    steps = iterwalk(content, events=("start", "end", "comment", "pi"))
    for event, element in steps:
        block = event in ("start", "end") and element.tag not in _INLINE
        if block:
            yield _SPACE.sub("", "".join(line))
            line = []
        if event == "start":
            if element in chrome:
                steps.skip_subtree()
            elif element.tag == "img":
                yield urlsplit(element.get("src", "")).path
            else:
                line.append(element.text or "")
        elif element is not content:
            line.append(element.tail or "")
    yield _SPACE.sub("", "".join(line))


def _without_passing(line: str) -> str:
    """A line of information about the page, without what changes by itself; a line of text as it is."""
    if len(line) > _INFORMATION:
        return line
    if _NEIGHBOUR.match(line):
        return ""
    return _LETTERING.sub("", _COUNTER.sub("", line))
