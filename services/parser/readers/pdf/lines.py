"""Glyphs → printed lines: clustered by baseline origin, never by box (one producer's digit boxes sit 5 pt below their line)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter, sub
from statistics import median

from schemas.base import Box
from services.parser.readers.pdf.page import Glyph

ASCENT, DESCENT = 0.86, 0.14  # of the em, in the fonts of Chinese documents
_SAME_LINE = 0.4  # em between the baselines of one line: super- and subscripts
_LATIN_GAP, _DIGIT_GAP, _CJK_GAP = 0.15, 0.25, 0.4  # em between neighbours that is a space
_WIDE_GAP = 1.2  # em between the columns of a table without rules
_OVERLAP = 0.05  # em: less is the rounding of an advance
_Y = itemgetter(2)  # of a Glyph


@dataclass(slots=True)
class Line:
    """A printed line: its text with single spaces where there are gaps, its page and extent, the size of its letters.

    ``segments`` are its parts between wide gaps, as in a table without rules: where each begins and ends, and its text.
    A line ``alone`` is a paragraph of its own, a row that was drawn in a table.
    """

    page: int
    text: str
    x0: float
    x1: float
    y: float
    em: float
    segments: list[tuple[float, float, str]] = field(default_factory=list)
    confidence: float = 1.0
    alone: bool = False

    @property
    def top(self) -> float:
        return self.y - ASCENT * self.em

    @property
    def bottom(self) -> float:
        return self.y + DESCENT * self.em

    @property
    def box(self) -> Box:
        return round(self.x0, 1), round(self.top, 1), round(self.x1, 1), round(self.bottom, 1)


def set_lines(glyphs: Iterable[Glyph], page: int, wide: float = _WIDE_GAP) -> list[Line]:
    """The lines of some glyphs, top to bottom; gaps of more than ``wide`` ems divide them into segments."""
    return [_line(group, page, wide) for group in _by_baseline(glyphs)]


def _by_baseline(glyphs: Iterable[Glyph]) -> Iterable[list[Glyph]]:
    ordered = sorted(glyphs, key=_Y)
    if not ordered:
        return
    if ordered[0].y == ordered[-1].y:
        yield ordered
        return
    first, y, em = 0, ordered[0].y, ordered[0].em
    for index, glyph in enumerate(ordered):
        if glyph.y != y and glyph.y - y > _SAME_LINE * min(glyph.em, em):
            yield ordered[first:index]
            first, y, em = index, glyph.y, glyph.em
    yield ordered[first:] if first else ordered


def _line(glyphs: list[Glyph], page: int, wide: float) -> Line:
    glyphs.sort()
    starts, ends, ys, ems, texts, sures = zip(*glyphs, strict=True)
    y, em, sure = _usual(ys), _usual(ems), min(sures)
    gaps = list(map(sub, starts[1:], ends))
    # most lines are dense: their characters follow each other without any gap or overlap
    if not gaps or (min(gaps) > -_OVERLAP * em and max(gaps) <= _LATIN_GAP * min(ems)):
        text = "".join(texts)
        return Line(page, text, starts[0], ends[-1], y, em, [(starts[0], ends[-1], text)], sure)
    segments = _segments(glyphs, wide)
    text = " ".join(text for _, _, text in segments)
    return Line(page, text, starts[0], max(ends), y, em, segments, sure)


def _segments(glyphs: Sequence[Glyph], wide: float) -> list[tuple[float, float, str]]:
    """The parts of a line between wide gaps, with spaces for the others."""
    last, text, start = glyphs[0], glyphs[0].text, glyphs[0].x0
    segments = []
    for glyph in glyphs[1:]:
        if glyph.text == last.text and glyph.x0 - last.x0 < 0.2 * (last.x1 - last.x0):
            continue  # bold made by printing twice
        gap = glyph.x0 - last.x1
        if gap > wide * glyph.em:
            segments.append((start, last.x1, text))
            text, start = "", glyph.x0
        elif gap > _LATIN_GAP * glyph.em and gap > _space(last, glyph):
            text += " "
        text += glyph.text
        last = glyph
    return [*segments, (start, last.x1, text)]


def _usual(values: Sequence[float]) -> float:
    """Their median, which for the characters of a line is mostly what they all are."""
    first = values[0]
    return first if values.count(first) == len(values) else median(values)


def _space(a: Glyph, b: Glyph) -> float:
    """The gap between two neighbours that counts as a space, in points."""
    left, right = a.text[-1], b.text[0]
    em = min(a.em, b.em)
    if not left.isascii() or not right.isascii():
        return em * _CJK_GAP
    return em * (_DIGIT_GAP if left.isdigit() or right.isdigit() else _LATIN_GAP)


def glue(left: str, right: str) -> str:
    """What stands between the last and the first character of two lines of one text: a space between Latin words."""
    return " " if left.isascii() and left.isalpha() and right.isascii() and right.isalpha() else ""
