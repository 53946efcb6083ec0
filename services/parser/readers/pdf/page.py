"""What stands on a page, however it was got: characters and rules, in points from the top left corner of the upright page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Glyph(NamedTuple):
    """A character: its advance box ``x0 .. x1``, its baseline ``y`` and its size ``em``, in points.

    On a scanned page a glyph is a whole run of characters, as recognised, with the confidence in its numbers.
    """

    x0: float
    x1: float
    y: float
    em: float
    text: str
    confidence: float = 1.0


class Rule(NamedTuple):
    """A straight line at ``at`` from ``start`` to ``end``: x, top, bottom of an upright one, y, left, right of a level one."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class PageContent:
    """What stands on an upright page."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    levels: list[Rule] = field(default_factory=list)
    uprights: list[Rule] = field(default_factory=list)
    unmapped: int = 0  # characters whose font does not say what they mean
    picture: float = 0.0  # the largest picture's share of the page
    drawn: bool = False  # whether any path was painted
    lost: bool = False  # whether pdfium dropped characters
