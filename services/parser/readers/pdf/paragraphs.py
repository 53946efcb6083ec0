"""Printed lines → paragraphs, joined over lines and pages. A heading is a paragraph of its own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.parser.layout import Fragment, TextBlock
from services.parser.readers.pdf.lines import Line, glue

_TERMINAL = "。！？；：;:”"
_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]+[)）、.．]|[（(]\d+[)）]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|第[一二三四五六七八九十]+部分|[①-⑳●■◆]|注[:：]"
)
_LEADER = re.compile(r"[.．…·]{3,}\s*[\d\-—]*$")
_INDENT = 0.8  # em: an indent of less is none
_SLACK = 1.2  # em: a line is full if the next line's first word would not have fitted with this to spare
_WORD = re.compile(
    r"(?:[!-~]+[万亿元年月日个项]?|[“‘（《〈【〔].|.)[，。、；：？！”’）》〉】〕%％]*"
)  # what no line break may divide
_LONG, _MIN_PROSE, _SHARE = 0.5, 10, 0.1  # of the page's width; lines; of the long lines keep to a margin
_LOOSE = 1.6  # times the usual distance of lines: more is a new paragraph


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the text of pages of one width begins and ends, and how far apart its lines are, in ems."""

    left: float
    right: float
    pitch: float


def find_margins(lines: Iterable[Line], widths: dict[int, float]) -> dict[int, Margins]:
    """Margins for each page, from the text of all pages of its width. ``widths`` are page widths by page number."""
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        groups[round(widths[line.page])].append(line)
    by_width = {width: _margins(group, width) for width, group in groups.items()}
    return {page: by_width[round(width)] for page, width in widths.items() if round(width) in by_width}


def _margins(lines: Sequence[Line], width: float) -> Margins:
    # titles, units and notes around tables keep to the table's edges, which need not be those of the text
    prose = [line for line in lines if len(line.segments) == 1 and line.x1 - line.x0 > _LONG * width]
    if len(prose) < _MIN_PROSE:
        prose = list(lines)
    full, some = sorted(line.x1 for line in prose), max(2, _SHARE * len(prose))
    right = next((x for k, x in enumerate(reversed(full), 1) if len(full) - k + 1 - bisect_left(full, x - 8) >= some), full[-1])
    starts = Counter(round(line.x0 / 2) for line in prose)
    often = [2.0 * start for start, count in starts.items() if count >= some]
    left = min(often, default=min(line.x0 for line in prose))
    pitches = [(b.y - a.y) / a.em for a, b in pairwise(lines) if a.page == b.page and 0 < b.y - a.y < 3.5 * a.em]
    usual = Counter(round(pitch, 1) for pitch in pitches).most_common(1)
    return Margins(left, right, usual[0][0] if usual else 1.5)


def set_paragraphs(lines: Sequence[Line], margins: dict[int, Margins]) -> list[TextBlock]:
    """The paragraphs of a run of lines that no table interrupts."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, margins):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_block(group, margins[group[0].page]) for group in groups]


def _continues(paragraph: list[Line], line: Line, margins: dict[int, Margins]) -> bool:
    last = paragraph[-1]
    own, other = margins[last.page], margins[line.page]
    if last.alone or line.alone:
        return False
    if last.page == line.page and _title_goes_on(last, line, own):
        return True
    if not 0.85 < line.em / last.em < 1.18 or _LEADER.search(last.text):
        return False
    if own.right - last.x1 > (_width(line.text) + _SLACK) * last.em or line.x0 - other.left > _INDENT * line.em:
        return False
    if last.page != line.page and (line.x0 < other.left - line.em or last.x1 > own.right + 2 * last.em):
        return False  # a note or a unit at the edge of a table
    if last.page == line.page and (line.y - last.y) / last.em > _LOOSE * own.pitch:
        return False
    return not (last.text[-1] in _TERMINAL and _ITEM.match(line.text))


def _width(text: str) -> float:
    """Width of a line's first word in ems."""
    word = _WORD.match(text)
    return sum(0.5 if character.isascii() else 1.0 for character in word[0]) if word else 0.0


def _title_goes_on(last: Line, line: Line, margins: Margins) -> bool:
    """A centred title too long for one line: the first is nearly as wide as the text, the shorter rest is centred below it."""
    middle, width = (margins.left + margins.right) / 2, margins.right - margins.left
    return (
        last.x1 - last.x0 > 0.75 * width
        and abs((last.x0 + last.x1) / 2 - middle) < last.em
        and abs((line.x0 + line.x1) / 2 - middle) < line.em
        and line.x0 - last.x0 > line.em
        and abs(line.em - last.em) < 1
        and (line.y - last.y) < 2.5 * line.em
        and last.text[-1] not in _TERMINAL
        and not _ITEM.match(line.text)
    )


def _block(lines: list[Line], margins: Margins) -> TextBlock:
    text, fragments = "", []
    for line in lines:
        if text:
            text += glue(text[-1], line.text[0])
        fragments.append(Fragment(len(text), line.page, line.box, line.confidence))
        text += line.text
    first = lines[0]
    boxes = [line.box for line in lines if line.page == first.page]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    middle = (margins.left + margins.right) / 2
    off = max(abs((line.x0 + line.x1) / 2 - middle) for line in lines)
    centred = off < 1.5 * first.em and min(lines[-1].x0 - margins.left, margins.right - lines[-1].x1) > 2 * first.em
    sure = min(line.confidence for line in lines)
    return TextBlock(text, first.page, box, lines=fragments, size=round(first.em, 1), centred=centred, confidence=sure)
