"""One PDF page through pdfium's raw API: characters with their origins, and the rules drawn on the page.

Coordinates leave here as points from the top left corner of the **upright** page: the page is turned so that most of its text
reads from left to right, whatever ``/Rotate`` or a turned table says.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from pypdfium2 import raw

from schemas.base import Box

THIN = 3.0  # points: a rectangle no thicker than this is drawn for a line
_FORM_DEPTH = 4
_GENERATED = {0, 9, 10, 13, 32, 0xA0, 0x3000}  # white space is told from the gaps, printed or not


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
    images: int = 0
    drawn: bool = False  # whether any path was painted
    lost: bool = False  # whether pdfium dropped characters


Turn = Callable[[float, float], tuple[float, float]]


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
    quarters = [_quarter(raw.FPDFText_GetCharAngle(text, i)) for i in printed]
    votes = Counter(quarter for quarter in quarters if quarter is not None)
    quarter = votes.most_common(1)[0][0] if votes else -page.get_rotation() // 90 % 4
    turn = turns(left, bottom, right, top)[quarter]
    width, height = (top - bottom, right - left) if quarter % 2 else (right - left, top - bottom)

    content = PageContent(number, width, height)
    content.unmapped = sum(code == 0 for code in codes)
    written: list[Any] = []
    _collect(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, None, turn, content, written, 0)
    read_glyph = _glyph_reader(text, turn)
    window, last = _Window(text, turn, content), None
    for i, its_quarter in zip(printed, quarters, strict=True):
        if its_quarter != quarter:
            continue  # a watermark across the page, a stamp
        glyph = read_glyph(i, plain(codes[i]))
        if glyph is None:
            continue
        if last is None or glyph.y != last.y or abs(glyph.x0 - last.x1) > glyph.em:
            window.move(i)
        last = glyph
        if window.shows(glyph):
            content.glyphs.append(glyph)
    if window.foreign or not printed:
        content.lost = _loses(text, printed, written)
    return content


def _loses(text: Any, printed: list[int], written: list[Any]) -> bool:
    """Whether a text object in a font that is not embedded is missing among the printed characters."""
    seen = {_address(raw.FPDFText_GetTextObject(text, i)) for i in printed}
    return any(not raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item)) for item in written if _address(item) not in seen)


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value


class _Window:
    """What of a run of characters can be seen: spreadsheets print a cell that runs over a page break in full on both pages,
    and text longer than its cell across the next one, and clip what must not show."""

    def __init__(self, text: Any, turn: Turn, content: PageContent) -> None:
        self.text, self.turn, self.content = text, turn, content
        self.page: Box = (-1.0, -1.0, content.width + 1, content.height + 1)
        self.box = self.page
        self.foreign = False  # whether a font that is not embedded was met

    def move(self, index: int) -> None:
        """Looks at the run that begins with a character. Invisible text counts on a scan only: it is its OCR layer."""
        item = raw.FPDFText_GetTextObject(self.text, index)
        self.box = self.page
        if not item:
            return
        if raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE and not self.content.images:
            self.box = (0.0, 0.0, 0.0, 0.0)
            return
        self.foreign = self.foreign or not raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item))
        clip = raw.FPDFPageObj_GetClipPath(item)
        for path in range(min(raw.FPDFClipPath_CountPaths(clip) if clip else 0, 8)):
            self._narrow(clip, path)

    def _narrow(self, clip: Any, path: int) -> None:
        """Cuts the window down to a rectangular clip path, given by two opposite corners."""
        if raw.FPDFClipPath_CountPathSegments(clip, path) not in (4, 5):
            return
        (ax, ay), (bx, by) = (self._corner(clip, path, k) for k in (0, 2))
        left, top, right, bottom = self.box
        self.box = (max(left, min(ax, bx)), max(top, min(ay, by)), min(right, max(ax, bx)), min(bottom, max(ay, by)))

    def _corner(self, clip: Any, path: int, index: int) -> tuple[float, float]:
        x, y = ctypes.c_float(), ctypes.c_float()
        segment = raw.FPDFClipPath_GetPathSegment(clip, path, index)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        return self.turn(x.value, y.value)

    def shows(self, glyph: Glyph) -> bool:
        left, top, right, bottom = self.box
        return left <= (glyph.x0 + glyph.x1) / 2 <= right and top <= glyph.y - glyph.em / 3 <= bottom


@lru_cache(maxsize=8192)
def plain(code: int) -> str:
    """The character, for the look-alikes that fonts map to (radicals, mathematical digits) the one that is meant."""
    if code == 2:  # pdfium's mark for a hyphen at the end of a line
        return "-"
    character = chr(code)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0x1D7CE <= code <= 0x1D7FF:
        return unicodedata.normalize("NFKC", character)
    return character if character.isprintable() or code >= 0xE000 else ""


def _quarter(angle: float) -> int | None:
    """Quarter turns clockwise of a text's direction, none for a slanted one."""
    quarters = angle / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else None


def turns(left: float, bottom: float, right: float, top: float) -> tuple[Turn, Turn, Turn, Turn]:
    """For text that runs right, down, left, up in user space: where a point lies on the upright page."""
    return (
        lambda x, y: (x - left, top - y),
        lambda x, y: (top - y, right - x),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (y - bottom, x - left),
    )


def _glyph_reader(text: Any, turn: Turn) -> Callable[[int, str], Glyph | None]:
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    at_x, at_y, at_box = ctypes.byref(x), ctypes.byref(y), ctypes.byref(box)
    get_origin, get_box = raw.FPDFText_GetCharOrigin, raw.FPDFText_GetLooseCharBox

    def read(index: int, character: str) -> Glyph | None:
        if not character or not get_box(text, index, at_box) or not get_origin(text, index, at_x, at_y):
            return None
        x0, top = turn(box.left, box.top)
        x1, bottom = turn(box.right, box.bottom)
        _, baseline = turn(x.value, y.value)
        em = abs(bottom - top)
        return Glyph(min(x0, x1), max(x0, x1), baseline, em, character) if 0.5 < em < 500 else None

    return read


def _collect(
    owner: Any, count: Any, get: Any, matrix: Any, turn: Turn, content: PageContent, written: list[Any], depth: int
) -> None:
    """Adds the straight, axis-parallel lines among the objects of a page or form to the content, text objects to ``written``."""
    for i in range(count(owner)):
        item = get(owner, i)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            written.append(item)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            _path(item, matrix, turn, content)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            content.images += 1
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
            inner = _compose(_matrix(item), matrix)
            _collect(item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, turn, content, written, depth + 1)


def _path(item: Any, matrix: Any, turn: Turn, content: PageContent) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value and not stroke.value:
        return
    content.drawn = True
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, (left, bottom, right, top))):
        return
    (ax, ay), (bx, by) = (_apply(matrix, left.value, bottom.value), _apply(matrix, right.value, top.value))
    (ax, ay), (bx, by) = turn(ax, ay), turn(bx, by)
    (x0, x1), (y0, y1) = sorted((ax, bx)), sorted((ay, by))
    if y1 - y0 <= THIN < x1 - x0:
        content.levels.append(Rule((y0 + y1) / 2, x0, x1))
    elif x1 - x0 <= THIN < y1 - y0:
        content.uprights.append(Rule((x0 + x1) / 2, y0, y1))
    elif stroke.value and min(x1 - x0, y1 - y0) > THIN:
        _outline(item, _compose(_matrix(item), matrix), turn, content)


def _outline(item: Any, matrix: Any, turn: Turn, content: PageContent) -> None:
    """The level and upright strokes of a path with several segments: a rectangle, or a whole grid drawn in one go."""
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = None
    for i in range(min(raw.FPDFPath_CountSegments(item), 20_000)):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = turn(*_apply(matrix, x.value, y.value))
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
            _stroke(last, point, content)
        last = point
        if start is not None and raw.FPDFPathSegment_GetClose(segment):
            _stroke(last, start, content)
            last = start


def _stroke(a: tuple[float, float], b: tuple[float, float], content: PageContent) -> None:
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if dy < 0.5 and dx > THIN:
        content.levels.append(Rule((a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0])))
    elif dx < 0.5 and dy > THIN:
        content.uprights.append(Rule((a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1])))


Matrix = tuple[float, float, float, float, float, float]


def _matrix(item: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _apply(matrix: Matrix | None, x: float, y: float) -> tuple[float, float]:
    if matrix is None:
        return x, y
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _compose(inner: Matrix, outer: Matrix | None) -> Matrix:
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u
