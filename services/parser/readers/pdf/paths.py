"""The objects drawn on a page: straight rules told from its paths, its text objects and pictures noted."""

from __future__ import annotations

import ctypes
from typing import Any

from pypdfium2 import raw

from services.parser.readers.pdf.geometry import Matrix, apply, compose
from services.parser.readers.pdf.page import PageContent, Rule

THIN = 3.0  # points: a rectangle no thicker than this is drawn for a line
_FORM_DEPTH = 4
_MAX_SEGMENTS = 20_000


class Objects:
    """Reads a page's objects into its content; ``written`` are the text objects met."""

    def __init__(self, content: PageContent) -> None:
        self.content = content
        self.written: list[Any] = []
        self._mode = ctypes.c_int(), ctypes.c_int()
        self._bounds = tuple(ctypes.c_float() for _ in range(4))
        self._at_mode = [ctypes.byref(value) for value in self._mode]
        self._at_bounds = [ctypes.byref(value) for value in self._bounds]

    def collect(self, page: Any, matrix: Matrix) -> None:
        """All objects of a page. ``matrix`` leads to the upright page."""
        self._collect(page, raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, matrix, 0)

    def _collect(self, owner: Any, count: int, get: Any, matrix: Matrix, depth: int) -> None:
        kind_of, text, path = raw.FPDFPageObj_GetType, raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH
        for index in range(count):
            item = get(owner, index)
            kind = kind_of(item)
            if kind == text:
                self.written.append(item)
            elif kind == path:
                self._path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
                inner = compose(_matrix(item), matrix)
                self._collect(item, raw.FPDFFormObj_CountObjects(item), raw.FPDFFormObj_GetObject, inner, depth + 1)

    def _picture(self, item: Any, matrix: Matrix) -> None:
        if raw.FPDFPageObj_GetBounds(item, *self._at_bounds):
            left, bottom, right, top = (value.value for value in self._bounds)
            (x0, y0), (x1, y1) = apply(matrix, left, bottom), apply(matrix, right, top)
            page = max(1.0, self.content.width * self.content.height)
            self.content.picture = max(self.content.picture, abs((x1 - x0) * (y1 - y0)) / page)

    def _path(self, item: Any, matrix: Matrix) -> None:
        raw.FPDFPath_GetDrawMode(item, *self._at_mode)
        fill, stroke = (value.value for value in self._mode)
        if not (fill or stroke) or not raw.FPDFPageObj_GetBounds(item, *self._at_bounds):
            return
        self.content.drawn = True
        left, bottom, right, top = (value.value for value in self._bounds)
        x0, y0 = apply(matrix, left, bottom)
        x1, y1 = apply(matrix, right, top)
        width, height = abs(x1 - x0), abs(y1 - y0)
        if height <= THIN < width:
            self.content.levels.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif width <= THIN < height:
            self.content.uprights.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        elif stroke and width > THIN and height > THIN:
            self._outline(item, compose(_matrix(item), matrix))

    def _outline(self, item: Any, matrix: Matrix) -> None:
        """The level and upright strokes of a path with several segments: a rectangle, or a whole grid drawn in one go."""
        x, y = ctypes.c_float(), ctypes.c_float()
        start = last = None
        for index in range(min(raw.FPDFPath_CountSegments(item), _MAX_SEGMENTS)):
            segment = raw.FPDFPath_GetPathSegment(item, index)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            point = apply(matrix, x.value, y.value)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
                self._stroke(last, point)
            last = point
            if start is not None and raw.FPDFPathSegment_GetClose(segment):
                self._stroke(last, start)
                last = start

    def _stroke(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
        if dy < 0.5 and dx > THIN:
            self.content.levels.append(Rule((a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0])))
        elif dx < 0.5 and dy > THIN:
            self.content.uprights.append(Rule((a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1])))


def _matrix(item: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
