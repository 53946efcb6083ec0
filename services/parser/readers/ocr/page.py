"""An image of a page → ``PageContent``, as if the page had a text layer: what follows is the PDF reader's own way.

Inside a table every cell is cut into its printed lines, and each is recognised by itself: no line of text then runs over a
border, and no lone digit is overlooked. Outside tables the lines are those that the detector found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from services.parser.layout import Layout, Page
from services.parser.readers.ocr.doubt import confidence_of, polish
from services.parser.readers.ocr.engine import Area, Image, Reading, recognise
from services.parser.readers.ocr.rules import POINTS, Ruled, find_rules
from services.parser.readers.ocr.upright import upright
from services.parser.readers.pdf.page import Glyph, PageContent
from services.parser.reasons import reason

LOST = "\ufffd"  # stands for something printed in a cell that could not be read
DPI = 200.0  # at which pages are read: the digits of small tables are then 20 pixels high
MAX_SIDE = 6_000  # pixels of a page's longer side: a poster is read at a lower resolution
_BLANK = 0.0005  # share of ink on a page that is dirt
_LEGIBLE = 0.6  # mean confidence of the characters of a page that is text
_FEW = 12  # characters on a page that may be a picture
_LARGE = 250  # pixels: no line of text is higher
_SPECK = 3  # pixels of ink in a row or column that may be noise
_CJK_HEIGHT, _LATIN_HEIGHT = 0.9, 0.72  # of the em: what Chinese characters and what digits and capitals measure
_CJK_DROP = 0.08  # of the em: how far Chinese characters reach below the baseline


class _Crop(NamedTuple):
    """A line of text to be recognised: its extent of ink, and the picture with a margin around it."""

    area: Area
    picture: Image


def read_scan(document: Any, number: int) -> PageContent:
    """What stands on page ``number`` (1-based) of a ``pypdfium2.PdfDocument``, by the looks of it."""
    try:
        page = document[number - 1]
        try:
            longest = max(page.get_size())
            dpi = min(DPI, MAX_SIDE * POINTS / max(longest, 1.0))
            bitmap = page.render(scale=dpi / POINTS, grayscale=True)
            image = np.array(bitmap.to_numpy(), np.uint8)
        finally:
            page.close()
    except pdfium.PdfiumError:
        return PageContent(number, 0.0, 0.0, unmapped=1)
    return read_image(image.reshape(image.shape[:2]), dpi, number)


def record(content: PageContent, layout: Layout) -> PageContent:
    """Notes a recognised page in the layout; one that stays unreadable is said to be."""
    readable = bool(content.glyphs) or not content.drawn
    layout.pages.append(Page(content.number, round(content.width, 1), round(content.height, 1), readable, ocr=True))
    if not readable:
        layout.warnings.append(str(reason("illegible-page", page=content.number)))
    return content


def read_image(image: Image, dpi: float, number: int) -> PageContent:
    """What stands on a scanned page: no glyphs if it is illegible, ``drawn`` if there is ink on it at all."""
    image, found = upright(image)
    ruled = find_rules(image, dpi)
    scale = POINTS / dpi
    height, width = image.shape
    content = PageContent(number, width * scale, height * scale)
    content.levels, content.uprights = ruled.levels, ruled.uprights
    content.drawn = bool(ruled.ink.mean() > 255 * _BLANK)
    crops = _in_cells(image, ruled, scale)
    cells = len(crops)
    crops += _outside(image, ruled, found, scale)
    readings = recognise([crop.picture for crop in crops])
    if _legible(readings) and not _picture(ruled, crops, readings):
        for index, (crop, reading) in enumerate(zip(crops, readings, strict=True)):
            content.glyphs += _glyphs(crop, reading, scale, inside=index < cells)
    return content


def _legible(readings: Sequence[Reading]) -> bool:
    """Whether what was recognised is text: a photograph, a seal, a drawing gives characters that hardly any model believes."""
    confidences = [confidence for reading in readings for confidence in reading.confidences]
    return bool(confidences) and sum(confidences) / len(confidences) >= _LEGIBLE


def _picture(ruled: Ruled, crops: Sequence[_Crop], readings: Sequence[Reading]) -> bool:
    """Whether a page is a drawing, its few characters part of it: most of its ink is elsewhere."""
    if sum(len(reading.text) for reading in readings) > _FEW:
        return False
    written = sum(np.count_nonzero(_cut(ruled.ink, crop.area)) for crop in crops if crop.area[3] - crop.area[1] < _LARGE)
    return bool(written < np.count_nonzero(ruled.ink) / 2)


def _in_cells(image: Image, ruled: Ruled, scale: float) -> list[_Crop]:
    """The printed lines of all cells."""
    boxes = []
    for lattice in ruled.lattices:
        for span in lattice.spans:
            left, top, right, bottom = (round(edge / scale) for edge in lattice.span_box(span))
            boxes.append((left + 1, top + 1, right, bottom))
    bands = [(box, band) for box in boxes for band in _bands(_profile(_cut(ruled.ink, box), axis=1))]
    heights = [bottom - top for _, (top, bottom) in bands if bottom - top > 8]
    usual = median(heights) if heights else 0.0
    by_box: dict[Area, list[tuple[int, int]]] = {}
    for box, band in bands:
        by_box.setdefault(box, []).append(band)
    crops = []
    for box, its in by_box.items():
        for top, bottom in _lines(its, _profile(_cut(ruled.ink, box), axis=1), usual):
            crop = _crop(image, ruled, (box[0], box[1] + top, box[2], box[1] + bottom), box)
            if crop is not None:
                crops.append(crop)
    return crops


def _outside(image: Image, ruled: Ruled, areas: Iterable[Area], scale: float) -> list[_Crop]:
    """The lines of text that stand in no table, those that a gap of less than a character divides put together."""
    free = []
    for left, top, right, bottom in areas:
        x, y = (left + right) / 2 * scale, (top + bottom) / 2 * scale
        if all(lattice.at(x, y) is None for lattice in ruled.lattices):
            free.append((left, top, right, bottom))
    whole = 0, 0, image.shape[1], image.shape[0]
    crops = (_crop(image, ruled, area, whole) for area in _joined(free))
    return [crop for crop in crops if crop is not None]


def _joined(areas: Iterable[Area]) -> list[Area]:
    joined: list[Area] = []
    for area in sorted(areas):
        left, top, right, bottom = area
        height = bottom - top
        for k, (l0, t0, r0, b0) in enumerate(joined):
            level = min(bottom, b0) - max(top, t0) > 0.6 * max(height, b0 - t0)
            if level and left - r0 < 0.8 * height:
                joined[k] = l0, min(top, t0), max(right, r0), max(bottom, b0)
                break
        else:
            joined.append(area)
    return joined


def _cut(image: Image, area: Area) -> Image:
    left, top, right, bottom = area
    return image[top:bottom, left:right]


def _profile(ink: Image, axis: int) -> NDArray[np.int64]:
    """Pixels of ink in each row (``axis`` 1) or column (0)."""
    return np.asarray(np.count_nonzero(ink, axis=axis), np.int64)


def _bands(profile: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The runs of rows with ink in them."""
    inked = np.concatenate(([0], (profile > 0).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(inked))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _lines(bands: list[tuple[int, int]], profile: NDArray[np.int64], usual: float) -> list[tuple[int, int]]:
    """Bands → lines: parts of one character put together (二, 三, the dots of a colon), lines that touch divided."""
    lines: list[tuple[int, int]] = []
    for top, bottom in bands:
        if lines and top - lines[-1][1] <= 0.5 * usual and bottom - lines[-1][0] <= 1.15 * usual:
            lines[-1] = lines[-1][0], bottom
        else:
            lines.append((top, bottom))
    divided = []
    for top, bottom in lines:
        count = max(1, round((bottom - top) / (1.25 * usual))) if usual else 1
        edges = [top]
        for k in range(1, count):
            middle, slack = top + (bottom - top) * k // count, max(1, round(0.3 * usual))
            edges.append(middle - slack + int(profile[middle - slack : middle + slack].argmin()))
        divided += list(zip(edges, [*edges[1:], bottom], strict=True))
    return divided


def _crop(image: Image, ruled: Ruled, area: Area, bounds: Area) -> _Crop | None:
    """The picture of a line, its rules painted over, with a margin; none if the area holds no more than specks."""
    ink = _cut(ruled.ink, area)
    rows, columns = np.flatnonzero(_profile(ink, 1)), np.flatnonzero(_profile(ink, 0))
    if not len(rows) or np.count_nonzero(ink) <= _SPECK:
        return None
    left, top, right, bottom = area[0] + columns[0], area[1] + rows[0], area[0] + columns[-1] + 1, area[1] + rows[-1] + 1
    margin = max(3, round(0.15 * (bottom - top)))
    outer = (
        max(bounds[0], left - margin),
        max(bounds[1], top - margin),
        min(bounds[2], right + margin),
        min(bounds[3], bottom + margin),
    )
    picture = _cut(image, outer).copy()
    paper = int(np.percentile(picture, 90))
    picture[_cut(ruled.mask, outer) > 0] = paper
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    side = max(0, (2 * height - width) // 2)  # the model reads a lone digit better with paper around it
    padded = np.full((height, width + 2 * side), paper, np.uint8)
    y, x = outer[1] - (top - margin), outer[0] - (left - margin) + side
    padded[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return _Crop((int(left), int(top), int(right), int(bottom)), padded)


def _glyphs(crop: _Crop, reading: Reading, scale: float, inside: bool) -> list[Glyph]:
    """A line as one run of characters, with the baseline and the size that its characters tell."""
    left, top, right, bottom = (edge * scale for edge in crop.area)
    text = polish(reading.text)
    if not text:
        printed = bottom - top > 4 and right - left > 2  # points: less is a speck
        return [Glyph(left, right, bottom, bottom - top, LOST, 0.0)] if inside and printed else []
    chinese = any(ord(character) > 0x2E7F for character in text)
    em = (bottom - top) / (_CJK_HEIGHT if chinese else _LATIN_HEIGHT)
    baseline = bottom - (_CJK_DROP * em if chinese else 0)
    return [Glyph(left, right, baseline, em, text, confidence_of(reading))]
