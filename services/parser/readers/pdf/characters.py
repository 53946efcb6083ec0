"""One PDF page through pdfium's raw API: characters with their origins, and the rules drawn on the page.

Coordinates leave here as points from the top left corner of the **upright** page: the page is turned so that most of its text
reads from left to right, whatever ``/Rotate`` or a turned table says.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import compress
from typing import Any

from pypdfium2 import raw

from services.parser.readers.pdf import native
from services.parser.readers.pdf.geometry import Matrix, upright
from services.parser.readers.pdf.native import Handle, handle
from services.parser.readers.pdf.page import Glyph, PageContent
from services.parser.readers.pdf.paths import Objects
from services.parser.readers.pdf.window import NOTHING, Window, embedded

_GENERATED = {0, 9, 10, 13, 32, 0xA0, 0x3000}  # white space is told from the gaps, printed or not
_UNMAPPED = frozenset((0, 0xFFFD, *range(0xE000, 0xF900)))  # what fonts say that do not say what they mean
_SAMPLE = 48  # characters whose direction is that of the page
_MIN_EM, _MAX_EM = 0.5, 500.0
_NO_WIDTH = 0.01  # points: pdfium makes no characters of a text object narrower than this

_get_angle = native.native(raw.FPDFText_GetCharAngle, ctypes.c_float, ctypes.c_void_p, ctypes.c_int)
_get_origin = native.native(raw.FPDFText_GetCharOrigin, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 2)
_x, _y = ctypes.c_double(), ctypes.c_double()
_at_x, _at_y = ctypes.addressof(_x), ctypes.addressof(_y)


def read_page(document: Any, index: int) -> PageContent:
    """The content of page ``index`` (0-based) of a ``pypdfium2.PdfDocument``. Raises ``pypdfium2.PdfiumError``."""
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            return _read(page, textpage.raw, index + 1)
        finally:
            textpage.close()
    finally:
        page.close()


def _read(page: Any, text: Any, number: int) -> PageContent:
    left, bottom, right, top = page.get_bbox()
    written = handle(text)
    codes = native.codes(written, max(0, raw.FPDFText_CountChars(text)))
    texts = list(map(plain, codes))
    printed = list(compress(range(len(texts)), texts))
    votes = Counter(_quarter(written, i) for i in printed[:: max(1, len(printed) // _SAMPLE)])
    votes.pop(None, None)
    quarter = votes.most_common(1)[0][0] if votes else None
    quarter = -page.get_rotation() // 90 % 4 if quarter is None else quarter
    matrix = upright(quarter, left, bottom, right, top)
    width, height = (top - bottom, right - left) if quarter % 2 else (right - left, top - bottom)

    content = PageContent(number, width, height)
    content.unmapped = sum(map(_UNMAPPED.__contains__, codes))
    objects = Objects(content)
    objects.collect(page.raw, matrix)
    window = Window(written, matrix, (width, height), content.picture > 0)
    content.glyphs = _glyphs(written, texts, printed, quarter, matrix, window)
    if window.foreign or not printed:
        content.lost = _loses(written, codes, objects.written)
    return content


def _glyphs(text: Handle, texts: list[str], printed: list[int], quarter: int, matrix: Matrix, window: Window) -> list[Glyph]:
    """The visible characters that run in the page's direction.

    What neighbours share is looked up once: the baseline where their boxes stand at one height (it lies in them where their font
    puts it), what can be seen where they follow each other on one line.
    """
    printed, sides = native.loose_boxes(text, printed)
    starts, ends, lows, highs = _along(quarter, sides, matrix)
    low = high = math.nan
    left = top = right = bottom = last_x = last_y = baseline = em = 0.0
    level = False  # whether the middle of the line can be seen
    glyphs: list[Glyph] = []
    add, new = glyphs.append, tuple.__new__
    for i, x0, x1, its_low, its_high in zip(printed, starts, ends, lows, highs, strict=True):
        if its_low != low or its_high != high:
            low, high, em = its_low, its_high, abs(its_high - its_low)
            baseline = _baseline(text, i, matrix) if _MIN_EM < em < _MAX_EM else math.nan
            level = top < baseline - em / 3 < bottom
        if baseline != last_y or not -em < x0 - last_x < em:
            if baseline != baseline:  # too small or too large for text, or placed nowhere
                continue
            slanted = _quarter(text, i) != quarter  # a watermark across the page, a stamp
            left, top, right, bottom = NOTHING if slanted else window.of(i)
            level = top < baseline - em / 3 < bottom
        last_x, last_y = x1, baseline
        if level and left < (x0 + x1) / 2 < right:
            add(new(Glyph, (x0, x1, baseline, em, texts[i], 1.0)))
    return glyphs


def _along(quarter: int, sides: native.Sides, matrix: Matrix) -> native.Sides:
    """Where boxes begin and end along the lines of the upright page, and their extent across (not yet upright)."""
    left, top, right, bottom = sides
    lows, highs = (left, right) if quarter % 2 else (bottom, top)
    e = matrix[4]
    if quarter in (0, 3):
        starts, ends = (left, right) if quarter == 0 else (bottom, top)
        return [x + e for x in starts], [x + e for x in ends], lows, highs
    starts, ends = (right, left) if quarter == 2 else (top, bottom)
    return [e - x for x in starts], [e - x for x in ends], lows, highs


def _baseline(text: Handle, index: int, matrix: Matrix) -> float:
    if not _get_origin(text, index, _at_x, _at_y):
        return math.nan
    return matrix[1] * _x.value + matrix[3] * _y.value + matrix[5]


def _loses(text: Handle, codes: list[int], written: list[Handle]) -> bool:
    """Whether characters of fonts that are not embedded are missing: what has no extent pdfium skips, some it cannot name."""
    foreign = [item for item in written if not embedded(item)]
    if any(box is None or box[2] - box[0] < _NO_WIDTH for box in native.bounds(foreign)):
        return True
    if 0 not in codes:
        return False
    seen = {native.text_object(text, i) for i, code in enumerate(codes) if code not in (0, 10, 13)}
    return any(item not in seen for item in foreign)


@lru_cache(maxsize=8192)
def plain(code: int) -> str:
    """The character; nothing for white space; the one meant where fonts map to a look-alike (radicals, mathematical digits)."""
    if code in _GENERATED:
        return ""
    if code == 2:  # pdfium's mark for a hyphen at the end of a line
        return "-"
    if code > 0x10FFFF:
        return ""
    character = chr(code)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0x1D7CE <= code <= 0x1D7FF:
        return unicodedata.normalize("NFKC", character)
    return character if character.isprintable() or code >= 0xE000 else ""


def _quarter(text: Handle, index: int) -> int | None:
    """Quarter turns clockwise of a character's direction, none for a slanted one."""
    quarters: float = _get_angle(text, index) / (math.pi / 2)
    nearest = round(quarters)
    return nearest % 4 if abs(quarters - nearest) < 0.05 else None
