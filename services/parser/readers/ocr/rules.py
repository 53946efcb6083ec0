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
_GAP = 0.03  # inches of a broken rule that are bridged
_REACH = 0.03  # inches between the end of an upright rule and the level one that it stands on


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
    levels, uprights = _connected([rule for rule, _ in level.rules], [rule for rule, _ in upright.rules], _REACH * dpi)
    scale = POINTS / dpi
    lattices = [
        lattice
        for lattice in find_lattices([_scaled(rule, scale) for rule in levels], [_scaled(rule, scale) for rule in uprights])
        if lattice.xs[-1] - lattice.xs[0] > _WIDE * POINTS and lattice.ys[-1] - lattice.ys[0] > _HIGH * POINTS
    ]
    boxes = [lattice.box for lattice in lattices]
    levels = [rule for rule in levels if any(_inside((rule.start + rule.end) / 2, rule.at, scale, box) for box in boxes)]
    uprights = [rule for rule in uprights if any(_inside(rule.at, (rule.start + rule.end) / 2, scale, box) for box in boxes)]
    covered = level.mask(set(levels)) | upright.mask(set(uprights)).T
    mask = np.asarray(cv2.dilate(covered, np.ones((3, 3), np.uint8)), np.uint8)
    levels, uprights = [_scaled(rule, scale) for rule in levels], [_scaled(rule, scale) for rule in uprights]
    return Ruled(levels, uprights, lattices, ink & ~mask, mask)


def _scaled(rule: Rule, scale: float) -> Rule:
    return Rule(rule.at * scale, rule.start * scale, rule.end * scale)


def _inside(x: float, y: float, scale: float, box: Box) -> bool:
    left, top, right, bottom = box
    return left - SNAP <= x * scale <= right + SNAP and top - SNAP <= y * scale <= bottom + SNAP


def _strokes(ink: Image, dpi: float, inches: float) -> _Strokes:
    """The level strokes of at least this length."""
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * dpi))), np.uint8))
    strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, round(inches * dpi)), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    rules = []
    for label in range(1, count):
        left, _, width, height, area = (int(value) for value in stats[label])
        if area <= _THICK * dpi * width and height <= 3 * _THICK * dpi:
            rules.append((Rule(float(centres[label][1]), left, left + width), label))
    return _Strokes(rules, np.asarray(labels, np.int32))


def _connected(levels: list[Rule], uprights: list[Rule], reach: float) -> tuple[list[Rule], list[Rule]]:
    """Without the strokes that hang in the air: the sides of characters, underlines."""

    def meets(rule: Rule, end: float, others: list[Rule]) -> bool:
        return any(other.start - reach <= rule.at <= other.end + reach and abs(other.at - end) <= reach for other in others)

    def crossed(rule: Rule, others: list[Rule]) -> bool:
        return any(
            other.start - reach <= rule.at <= other.end + reach and rule.start - reach <= other.at <= rule.end + reach
            for other in others
        )

    uprights = [rule for rule in uprights if meets(rule, rule.start, levels) and meets(rule, rule.end, levels)]
    levels = [rule for rule in levels if crossed(rule, uprights)]
    return levels, uprights
