"""The objects drawn on a page: straight rules told from its paths, its text objects and pictures noted."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pypdfium2 import raw

from services.parser.readers.pdf import native
from services.parser.readers.pdf.geometry import Matrix, apply, compose
from services.parser.readers.pdf.native import Handle, handle
from services.parser.readers.pdf.page import PageContent, Rule

THIN = 3.0  # points: a rectangle no thicker than this is drawn for a line
_FORM_DEPTH = 4
_MAX_SEGMENTS = 20_000

_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int
_matrix_of = native.native(raw.FPDFPageObj_GetMatrix, _INT, _HANDLE, _HANDLE)
_inside = native.native(raw.FPDFFormObj_CountObjects, _INT, _HANDLE)
_count = native.native(raw.FPDFPath_CountSegments, _INT, _HANDLE)
_segment = native.native(raw.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, _INT)
_type = native.native(raw.FPDFPathSegment_GetType, _INT, _HANDLE)
_closes = native.native(raw.FPDFPathSegment_GetClose, _INT, _HANDLE)
_point = native.native(raw.FPDFPathSegment_GetPoint, _INT, _HANDLE, _HANDLE, _HANDLE)


class Objects:
    """Reads a page's objects into its content; ``written`` are the text objects met."""

    def __init__(self, content: PageContent) -> None:
        self.content = content
        self.written: list[Handle] = []

    def collect(self, page: Any, matrix: Matrix) -> None:
        """All objects of a page. ``matrix`` leads to the upright page."""
        self._collect(native.objects(handle(page), max(0, raw.FPDFPage_CountObjects(page))), matrix, 0)

    def _collect(self, objects: Sequence[tuple[Handle, int]], matrix: Matrix, depth: int) -> None:
        found: dict[int, list[Handle]] = defaultdict(list)
        for item, kind in objects:
            found[kind].append(item)
        self.written += found[raw.FPDF_PAGEOBJ_TEXT]
        self._paths(found[raw.FPDF_PAGEOBJ_PATH], matrix)
        self._pictures(found[raw.FPDF_PAGEOBJ_IMAGE], matrix)
        for form in found[raw.FPDF_PAGEOBJ_FORM] if depth < _FORM_DEPTH else ():
            inside = native.objects(form, max(0, _inside(form)), form=True)
            self._collect(inside, compose(_matrix(form), matrix), depth + 1)

    def _pictures(self, pictures: Sequence[Handle], matrix: Matrix) -> None:
        page = max(1.0, self.content.width * self.content.height)
        for box in filter(None, native.bounds(pictures)):
            (x0, y0), (x1, y1) = apply(matrix, box[0], box[1]), apply(matrix, box[2], box[3])
            self.content.picture = max(self.content.picture, abs((x1 - x0) * (y1 - y0)) / page)

    def _paths(self, paths: Sequence[Handle], matrix: Matrix) -> None:
        a, b, c, d, e, f = matrix
        levels, uprights, new = self.content.levels, self.content.uprights, tuple.__new__
        for item, box, (fill, stroke) in zip(paths, native.bounds(paths), native.draw_modes(paths), strict=True):
            if box is None or not (fill or stroke):
                continue
            self.content.drawn = True
            left, bottom, right, top = box
            x0, y0 = a * left + c * bottom + e, b * left + d * bottom + f
            x1, y1 = a * right + c * top + e, b * right + d * top + f
            if x1 < x0:
                x0, x1 = x1, x0
            if y1 < y0:
                y0, y1 = y1, y0
            if y1 - y0 <= THIN < x1 - x0:
                levels.append(new(Rule, ((y0 + y1) / 2, x0, x1)))
            elif x1 - x0 <= THIN < y1 - y0:
                uprights.append(new(Rule, ((x0 + x1) / 2, y0, y1)))
            elif stroke and x1 - x0 > THIN and y1 - y0 > THIN:
                self._outline(item, compose(_matrix(item), matrix))

    def _outline(self, item: Handle, matrix: Matrix) -> None:
        """The level and upright strokes of a path with several segments: a rectangle, or a whole grid drawn in one go."""
        x, y = ctypes.c_float(), ctypes.c_float()
        at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
        start = last = None
        for index in range(min(_count(item), _MAX_SEGMENTS)):
            segment = _segment(item, index)
            kind = _type(segment)
            _point(segment, at_x, at_y)
            point = apply(matrix, x.value, y.value)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
                self._stroke(last, point)
            last = point
            if start is not None and _closes(segment):
                self._stroke(last, start)
                last = start

    def _stroke(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
        if dy < 0.5 and dx > THIN:
            self.content.levels.append(Rule((a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0])))
        elif dx < 0.5 and dy > THIN:
            self.content.uprights.append(Rule((a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1])))


def _matrix(item: Handle) -> Matrix:
    matrix = raw.FS_MATRIX()
    _matrix_of(item, ctypes.addressof(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
