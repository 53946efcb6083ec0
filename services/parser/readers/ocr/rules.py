"""The rules drawn in an image: found by what survives erosion along them, however thin or grey."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas.base import Box
from services.parser.readers.ocr.engine import Image
from services.parser.readers.pdf.lattice import SNAP, Lattice, find_lattices
from services.parser.readers.pdf.page import Rule

POINTS = 72.0  # in an inch
_LEVEL, _UPRIGHT = 0.2, 0.12  # inches: shorter strokes are parts of characters
_WIDE, _HIGH = 1.2, 0.25  # inches: a smaller lattice is the strokes of large or bold characters
_THICK = 0.04  # inches: what is thicker is a bar or a picture
_CONTRAST = 22  # grey levels by which ink is darker than the paper around it
_GAP = 0.04  # inches between the parts of a broken rule
_SHORT, _BEYOND = 0.012, 0.04  # inches by which a rule may miss, and may overshoot, the one that it ends on
_SIDE = 0.02  # inches from the middle of a rule to the paper at its sides
_CROWDED = 0.12  # share of ink at the sides of a stroke that is part of a character
_EDGE = 4  # pixels around a table that its rules may cover
_LONG = 1.5  # inches: no stroke of a character is as long


class Ruled(NamedTuple):
    """Rules and the lattices that they make, in points; the ink (255) that is not theirs; the pixels that they cover (255)."""

    levels: list[Rule]
    uprights: list[Rule]
    lattices: list[Lattice]
    ink: Image
    mask: Image


class _Strokes(NamedTuple):
    """Long strokes in one direction: each with the label that its pixels have."""

    rules: list[tuple[Rule, int]]
    labels: NDArray[np.int32]

    def mask(self, kept: Container[Rule]) -> Image:
        """The pixels of some of them."""
        values = np.zeros(int(self.labels.max()) + 1, np.uint8)
        values[[label for rule, label in self.rules if rule in kept]] = 255
        return np.asarray(values[self.labels], np.uint8)


def find_rules(image: Image, dpi: float) -> Ruled:
    """The level and upright rules of an upright page that touch each other."""
    block = round(dpi * 0.2) | 1
    dark = cv2.adaptiveThreshold(image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, _CONTRAST)
    ink = np.asarray(dark, np.uint8)
    level = _strokes(ink, dpi, _LEVEL)
    upright = _strokes(np.ascontiguousarray(ink.T), dpi, _UPRIGHT)
    levels, uprights = _connected([rule for rule, _ in level.rules], [rule for rule, _ in upright.rules], dpi)
    scale = POINTS / dpi
    drawn = (
        [_scaled(rule, scale) for rule in levels],
        [_scaled(_trimmed(rule, levels, uprights, dpi), scale) for rule in uprights],
    )
    lattices = [
        lattice
        for lattice in find_lattices(*drawn)
        if lattice.xs[-1] - lattice.xs[0] > _WIDE * POINTS and lattice.ys[-1] - lattice.ys[0] > _HIGH * POINTS
    ]
    boxes = [lattice.box for lattice in lattices]
    window = np.zeros_like(ink)
    for box in boxes:
        left, top, right, bottom = (max(0, round(edge / scale)) for edge in box)
        window[max(0, top - _EDGE) : bottom + _EDGE, max(0, left - _EDGE) : right + _EDGE] = 255
    covered = level.mask(set(levels)) | upright.mask(set(uprights)).T
    mask = np.asarray(cv2.dilate(covered, np.ones((3, 3), np.uint8)), np.uint8) & window
    return Ruled(
        [rule for rule in drawn[0] if any(_inside((rule.start + rule.end) / 2, rule.at, box) for box in boxes)],
        [rule for rule in drawn[1] if any(_inside(rule.at, (rule.start + rule.end) / 2, box) for box in boxes)],
        lattices,
        ink & ~mask,
        mask,
    )


def _scaled(rule: Rule, scale: float) -> Rule:
    return Rule(rule.at * scale, rule.start * scale, rule.end * scale)


def _inside(x: float, y: float, box: Box) -> bool:
    left, top, right, bottom = box
    return left - SNAP <= x <= right + SNAP and top - SNAP <= y <= bottom + SNAP


def _trimmed(rule: Rule, levels: list[Rule], uprights: list[Rule], dpi: float) -> Rule:
    """An upright rule without the stroke of a character right above or below the table, to which it was joined.

    Where a table has no rule at its top or bottom, several uprights reach beyond the last level one.
    """
    slack = _BEYOND * dpi
    crossing = [level.at for level in levels if level.start - slack <= rule.at <= level.end + slack]
    first, last = (min(crossing), max(crossing)) if crossing else (rule.start, rule.end)
    others = [other for other in uprights if other is not rule]
    alone_above = first - rule.start > slack and not any(abs(other.start - rule.start) <= slack for other in others)
    alone_below = rule.end - last > slack and not any(abs(other.end - rule.end) <= slack for other in others)
    return Rule(rule.at, first if alone_above else rule.start, last if alone_below else rule.end)


def _strokes(ink: Image, dpi: float, inches: float) -> _Strokes:
    """The level strokes of at least this length."""
    whole = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    strokes = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, round(inches * dpi)), np.uint8))
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((1, round(_GAP * dpi)), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    rules = []
    for label in range(1, count):
        left, _, width, height, area = (int(value) for value in stats[label])
        clean = width >= _LONG * dpi or _sides(ink, round(centres[label][1]), left, left + width, dpi) <= _CROWDED
        if clean and area <= _THICK * dpi * width and height <= 3 * _THICK * dpi:
            rules.append((Rule(float(centres[label][1]), left, left + width), label))
    return _Strokes(rules, np.asarray(labels, np.int32))


def _sides(ink: Image, y: int, left: int, right: int, dpi: float) -> float:
    """Share of ink right above and below a stroke, its ends left out: a rule has paper at its sides, a character more strokes."""
    gap, end = max(3, round(_SIDE * dpi)), max(3, round(2 * _SIDE * dpi))
    rows = [row for row in (y - gap, y + gap) if 0 <= row < len(ink)]
    beside = ink[rows, left + end : right - end]
    return float(np.count_nonzero(beside)) / max(1, beside.size)


def _connected(levels: list[Rule], uprights: list[Rule], dpi: float) -> tuple[list[Rule], list[Rule]]:
    """Without the strokes that hang in the air: the sides of characters, underlines.

    A rule ends on rules that cross it, or a little beyond them. A long level one need only be crossed: some tables are open
    at their sides.
    """
    short, beyond, long = _SHORT * dpi, _BEYOND * dpi, _LONG * dpi

    def held(rule: Rule, others: list[Rule]) -> bool:
        crossing = [other.at for other in others if other.start - short <= rule.at <= other.end + short]
        first = any(rule.start - short <= at <= rule.start + beyond for at in crossing)
        last = any(rule.end - beyond <= at <= rule.end + short for at in crossing)
        return (first and last) or (
            rule.end - rule.start >= long and any(rule.start - short <= at <= rule.end + short for at in crossing)
        )

    while True:
        kept_uprights = [rule for rule in uprights if held(rule, levels)]
        kept_levels = [rule for rule in levels if held(rule, kept_uprights)]
        if len(kept_levels) == len(levels) and len(kept_uprights) == len(uprights):
            return levels, uprights
        levels, uprights = kept_levels, kept_uprights
