"""Page headers, footers and page numbers: what the page repeats and nobody reads."""

from __future__ import annotations

import re
from collections import Counter

from services.parser.readers.pdf.lines import Line

_MARGIN = 0.1  # share of the page's height at its top and bottom in which furniture stands
_NUMBER = re.compile(r"[-—–―~·\s]*(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d{1,4})?(?:[\s,，]*共\s*\d{1,4}\s*页)?[-—–―~·\s]*")
_ROMAN = re.compile(r"[-—\s]*[ivxIVXⅠ-ⅻ]{1,6}[-—\s]*")
_CAPTION = re.compile(r"单位[:：]|表\s*$|表[)）]?\s*$")
_OFTEN = 3


def without_furniture(pages: list[tuple[float, list[Line]]]) -> list[list[Line]]:
    """The lines of each page (height, lines) that are not furniture.

    Furniture is a page number in a margin, and an outermost line that stands in the margin of at least three pages - and of
    a third of all - with the same words but for digits. A table's caption is none, however often it is repeated.
    """
    often = Counter(_key(line, height) for height, lines in pages for line in _outermost(lines, height))
    limit = max(_OFTEN, len(pages) / 3)
    kept = []
    for height, lines in pages:
        outer = {
            id(line)
            for line in _outermost(lines, height)
            if often[_key(line, height)] >= limit and not _CAPTION.search(line.text)
        }
        kept.append([line for line in lines if id(line) not in outer and not _page_number(line, height)])
    return kept


def _outermost(lines: list[Line], height: float) -> list[Line]:
    """The first and last two lines, where they stand in a margin."""
    ends = lines[:2] + lines[2:][-2:]
    return [line for line in ends if _in_margin(line, height)]


def _in_margin(line: Line, height: float) -> bool:
    return line.bottom < height * _MARGIN or line.top > height * (1 - _MARGIN)


def _page_number(line: Line, height: float) -> bool:
    return _in_margin(line, height) and bool(_NUMBER.fullmatch(line.text) or _ROMAN.fullmatch(line.text))


def _key(line: Line, height: float) -> tuple[str, bool]:
    return re.sub(r"\d+", "#", "".join(line.text.split())), line.y < height / 2
