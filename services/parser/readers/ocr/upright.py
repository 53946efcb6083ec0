"""A scan as it lies on the glass → the page upright: quarter turns and skew taken out."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from services.parser.readers.ocr.engine import Area, Image, detect, recognise

_MAX_SKEW = 6.0  # degrees
_SIGNIFICANT = 0.02  # degrees: half a pixel over the width of a page
_SURE = 0.85  # mean confidence of lines that stand upright
_MOST_PIXELS = 2_200_000  # that the detector is given: its memory grows with them
_SAMPLE = 6  # lines that are read to tell the top from the bottom


def upright(image: Image) -> tuple[Image, list[Area]]:
    """The upright page, and the boxes of the lines of text that were found on it."""
    image = turn(image, skew(image))
    areas = _detect(image)
    tall = sum(_is_tall(area) * _length(area) for area in areas)
    if tall > 0.5 * sum(_length(area) for area in areas):
        image = np.ascontiguousarray(np.rot90(image))
        areas = [_quarter(area, image.shape[0]) for area in areas]
    if areas and _legibility(image, areas) < _SURE:
        flipped = np.ascontiguousarray(np.rot90(image, 2))
        areas_flipped = [_half(area, image) for area in areas]
        if _legibility(flipped, areas_flipped) > _legibility(image, areas):
            return flipped, areas_flipped
    return image, areas


def skew(image: Image) -> float:
    """By how many degrees the page must be turned clockwise: then the sums of its rows and columns differ most."""
    angle = 0.0
    for side, reach, step in ((700, _MAX_SKEW, 0.5), (1400, 0.5, 0.1), (2400, 0.1, 0.02)):
        scale = min(1.0, side / max(image.shape))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        ink = (255 - small).astype(np.float32)
        ink[ink < 60] = 0  # noise, tinted paper
        candidates = [angle + k * step for k in range(-round(reach / step), round(reach / step) + 1)]
        angle = max(candidates, key=lambda candidate: _sharpness(ink, candidate))
    return angle


def turn(image: Image, degrees: float) -> Image:
    """The image turned clockwise about its middle, white where nothing was."""
    if abs(degrees) < _SIGNIFICANT:
        return image
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    turned = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, np.uint8)


def _sharpness(ink: np.ndarray[tuple[int, ...], np.dtype[np.float32]], degrees: float) -> float:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    turned = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR)
    rows, columns = turned.sum(axis=1), turned.sum(axis=0)
    return float((np.diff(rows) ** 2).sum() + (np.diff(columns) ** 2).sum())


def _detect(image: Image) -> list[Area]:
    """At half the resolution, which finds the same lines in a fifth of the time; less for what is larger than A3."""
    scale = min(0.5, (_MOST_PIXELS / image.size) ** 0.5)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = image.shape
    areas = []
    for area in detect(np.asarray(small, np.uint8)):
        left, top, right, bottom = (round(edge / scale) for edge in area)
        areas.append((left, top, min(right, width), min(bottom, height)))
    return areas


def _is_tall(area: Area) -> bool:
    left, top, right, bottom = area
    return bottom - top > 1.5 * (right - left)


def _length(area: Area) -> int:
    left, top, right, bottom = area
    return max(right - left, bottom - top)


def _quarter(area: Area, height: int) -> Area:
    """Where an area stands after a quarter turn anticlockwise; ``height`` is that of the turned image."""
    left, top, right, bottom = area
    return top, height - right, bottom, height - left


def _half(area: Area, image: Image) -> Area:
    left, top, right, bottom = area
    height, width = image.shape
    return width - right, height - bottom, width - left, height - top


def _legibility(image: Image, areas: Sequence[Area]) -> float:
    """How well the longest lines read."""
    longest = sorted(areas, key=_length, reverse=True)[:_SAMPLE]
    crops = [image[top:bottom, left : min(right, left + 12 * (bottom - top))] for left, top, right, bottom in longest]
    readings = recognise(crops)
    return sum(reading.mean for reading in readings) / len(readings)
