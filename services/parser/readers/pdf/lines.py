"""Glyphs → printed lines: clustered by baseline origin, never by box (one producer's digit boxes sit 5 pt below their line)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from schemas.base import Box
from services.parser.readers.pdf.page import Glyph

ASCENT, DESCENT = 0.86, 0.14  # of the em, in the fonts of Chinese documents
_SAME_LINE = 0.4  # em between the baselines of one line: super- and subscripts
_LATIN_GAP, _DIGIT_GAP, _CJK_GAP = 0.15, 0.25, 0.4  # em between neighbours that is a space
_WIDE_GAP = 1.2  # em between the columns of a table without rules


@dataclass(slots=True)
class Line:
    """A printed line: its text with single spaces where there are gaps, its page and extent, the size of its letters.

    ``segments`` are its parts between wide gaps, as in a table without rules: where each begins and ends, and its text.
    """

    page: int
    text: str
    x0: float
    x1: float
    y: float
    em: float
    segments: list[tuple[float, float, str]] = field(default_factory=list)
    confidence: float = 1.0

    @property
    def top(self) -> float:
        return self.y - ASCENT * self.em

    @property
    def bottom(self) -> float:
        return self.y + DESCENT * self.em

    @property
    def box(self) -> Box:
        return round(self.x0, 1), round(self.top, 1), round(self.x1, 1), round(self.bottom, 1)


def set_lines(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """The lines of some glyphs, top to bottom."""
    return [_line(group, page) for group in _by_baseline(glyphs)]


def _by_baseline(glyphs: Iterable[Glyph]) -> Iterable[list[Glyph]]:
    group: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        if group and glyph.y - group[0].y > _SAME_LINE * min(glyph.em, group[0].em):
            yield group
            group = []
        group.append(glyph)
    if group:
        yield group


def _line(glyphs: list[Glyph], page: int) -> Line:
    glyphs.sort()
    kept = [glyphs[0]]
    parts = [[glyphs[0].text]]  # texts of the segments
    starts = [0]  # indexes in kept at which they begin
    for glyph in glyphs[1:]:
        last = kept[-1]
        if glyph.text == last.text and glyph.x0 - last.x0 < 0.2 * (last.x1 - last.x0):
            continue  # bold made by printing twice
        gap = glyph.x0 - last.x1
        if gap > _WIDE_GAP * glyph.em:
            parts.append([])
            starts.append(len(kept))
        elif gap > _LATIN_GAP * glyph.em and gap > _space(last, glyph):
            parts[-1].append(" ")
        parts[-1].append(glyph.text)
        kept.append(glyph)
    ends = [*starts[1:], len(kept)]
    segments = [(kept[a].x0, kept[b - 1].x1, "".join(p)) for a, b, p in zip(starts, ends, parts, strict=True)]
    x1 = max(glyph.x1 for glyph in kept)
    text = " ".join(text for _, _, text in segments)
    y, em, sure = median(g.y for g in kept), median(g.em for g in kept), min(g.confidence for g in kept)
    return Line(page, text, kept[0].x0, x1, y, em, segments, sure)


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
