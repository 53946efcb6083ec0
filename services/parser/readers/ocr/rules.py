"""The rules drawn in an image: found by what survives erosion along them, however thin or grey."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from services.parser.readers.ocr.engine import Image
from services.parser.readers.pdf.page import Rule

_LEVEL, _UPRIGHT = 0.2, 0.12  # inches: shorter strokes are parts of characters
_THICK = 0.04  # inches: what is thicker is a bar or a picture
_GAP = 0.03  # inches of a broken rule that are bridged
_REACH = 0.02  # inches between the end of an upright rule and the level one that it stands on


class Ruled(NamedTuple):
    """Rules in pixels, the ink (255) that is not theirs, and which pixels they cover (255)."""

    levels: list[Rule]
    uprights: list[Rule]
    ink: Image
    mask: Image


def find_rules(image: Image, dpi: float) -> Ruled:
    """The level and upright rules of an upright page."""
    block = round(dpi * 0.2) | 1
    ink = np.asarray(cv2.adaptiveThreshold(image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 22), np.uint8)
    level_mask, levels = _straight(ink, dpi, _LEVEL)
    upright_mask, uprights = _straight(np.ascontiguousarray(ink.T), dpi, _UPRIGHT)
    levels, uprights = _connected(levels, uprights, _REACH * dpi)
    mask = np.asarray(cv2.dilate(level_mask | upright_mask.T, np.ones((3, 3), np.uint8)), np.uint8)
    return Ruled(levels, uprights, ink & ~mask, mask)


def _straight(ink: Image, dpi: float, inches: float) -> tuple[Image, list[Rule]]:
    """The level strokes of at least this length: which pixels they cover, and where they run."""
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * dpi))), np.uint8))
    strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, round(inches * dpi)), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    rules, kept = [], np.zeros(count, np.uint8)
    for label in range(1, count):
        left, _, width, height, area = (int(value) for value in stats[label])
        if area <= _THICK * dpi * width and height <= 3 * _THICK * dpi:
            rules.append(Rule(float(centres[label][1]), left, left + width))
            kept[label] = 255
    return np.asarray(kept[labels], np.uint8), rules


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
