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
from typing import Any

from pypdfium2 import raw

from services.parser.readers.pdf.geometry import Matrix, upright
from services.parser.readers.pdf.page import Glyph, PageContent
from services.parser.readers.pdf.paths import Objects
from services.parser.readers.pdf.window import Window

_GENERATED = {0, 9, 10, 13, 32, 0xA0, 0x3000}  # white space is told from the gaps, printed or not
_SAMPLE = 48  # characters whose direction is that of the page
_MIN_EM, _MAX_EM = 0.5, 500.0


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
    codes = [raw.FPDFText_GetUnicode(text, i) for i in range(raw.FPDFText_CountChars(text))]
    printed = [i for i, code in enumerate(codes) if code not in _GENERATED]
    votes = Counter(_quarter(text, i) for i in printed[:: max(1, len(printed) // _SAMPLE)])
    votes.pop(None, None)
    quarter = votes.most_common(1)[0][0] if votes else -page.get_rotation() // 90 % 4
    matrix = upright(quarter or 0, left, bottom, right, top)
    width, height = (top - bottom, right - left) if quarter and quarter % 2 else (right - left, top - bottom)

    content = PageContent(number, width, height)
    content.unmapped = sum(code == 0 or 0xE000 <= code <= 0xF8FF or code == 0xFFFD for code in codes)
    objects = Objects(content)
    objects.collect(page.raw, matrix)
    window = Window(text, matrix, (width, height), content.picture > 0)
    content.glyphs = _glyphs(text, codes, printed, quarter or 0, matrix, window)
    if window.foreign or not printed:
        content.lost = _loses(text, codes, objects.written)
    return content


def _glyphs(text: Any, codes: list[int], printed: list[int], quarter: int, matrix: Matrix, window: Window) -> list[Glyph]:
    """The visible characters that run in the page's direction. What can be seen is looked up once for a run on one line."""
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    at_x, at_y, at_box = ctypes.byref(x), ctypes.byref(y), ctypes.byref(box)
    get_origin, get_box = raw.FPDFText_GetCharOrigin, raw.FPDFText_GetLooseCharBox
    a, b, c, d, e, f = matrix
    left = top = right = bottom = last_x = last_y = 0.0
    glyphs: list[Glyph] = []
    for i in printed:
        character = plain(codes[i])
        if not character or not get_box(text, i, at_box) or not get_origin(text, i, at_x, at_y):
            continue
        box_left, box_top, box_right, box_bottom = box.left, box.top, box.right, box.bottom
        x0, x1 = a * box_left + c * box_top + e, a * box_right + c * box_bottom + e
        if x1 < x0:
            x0, x1 = x1, x0
        em = abs(b * (box_right - box_left) + d * (box_bottom - box_top))
        baseline = b * x.value + d * y.value + f
        if not _MIN_EM < em < _MAX_EM:
            continue
        if baseline != last_y or not -em < x0 - last_x < em:
            slanted = _quarter(text, i) != quarter  # a watermark across the page, a stamp
            left, top, right, bottom = (0.0, 0.0, 0.0, 0.0) if slanted else window.of(i)
        last_x, last_y = x1, baseline
        if left < (x0 + x1) / 2 < right and top < baseline - em / 3 < bottom:
            glyphs.append(Glyph(x0, x1, baseline, em, character))
    return glyphs


def _loses(text: Any, codes: list[int], written: list[Any]) -> bool:
    """Whether the characters of a text object in a font that is not embedded are missing."""
    seen = {_address(raw.FPDFText_GetTextObject(text, i)) for i, code in enumerate(codes) if code not in (0, 10, 13)}
    return any(not raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item)) for item in written if _address(item) not in seen)


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value


@lru_cache(maxsize=8192)
def plain(code: int) -> str:
    """The character, for the look-alikes that fonts map to (radicals, mathematical digits) the one that is meant."""
    if code == 2:  # pdfium's mark for a hyphen at the end of a line
        return "-"
    if code > 0x10FFFF:
        return ""
    character = chr(code)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0x1D7CE <= code <= 0x1D7FF:
        return unicodedata.normalize("NFKC", character)
    return character if character.isprintable() or code >= 0xE000 else ""


def _quarter(text: Any, index: int) -> int | None:
    """Quarter turns clockwise of a character's direction, none for a slanted one."""
    quarters = raw.FPDFText_GetCharAngle(text, index) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else None
