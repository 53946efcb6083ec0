"""What of a text can be seen. Spreadsheets print a cell that runs over a page break in full on both pages, and text longer than
its cell across the next one, and clip what must not show."""

from __future__ import annotations

import ctypes
from typing import Any

from pypdfium2 import raw

from schemas.base import Box
from services.parser.readers.pdf.geometry import Matrix, apply

_MAX_CLIPS = 8
NOTHING: Box = (0.0, 0.0, 0.0, 0.0)


class Window:
    """Of one page of ``size``. ``foreign`` says whether a font that is not embedded was met."""

    def __init__(self, text: Any, matrix: Matrix, size: tuple[float, float], pictures: bool) -> None:
        self.foreign = False
        self._text, self._matrix, self._pictures = text, matrix, pictures
        self._page: Box = (-1.0, -1.0, size[0] + 1, size[1] + 1)
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._at = ctypes.byref(self._x), ctypes.byref(self._y)

    def of(self, index: int) -> Box:
        """The visible part of the page for the run of text that begins with a character.

        Invisible text counts on a page with pictures only: there it is the text recognised in a scan.
        """
        item = raw.FPDFText_GetTextObject(self._text, index)
        if not item:
            return self._page
        if not self._pictures and raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            return NOTHING
        self.foreign = self.foreign or not raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item))
        box, clip = self._page, raw.FPDFPageObj_GetClipPath(item)
        for path in range(min(raw.FPDFClipPath_CountPaths(clip) if clip else 0, _MAX_CLIPS)):
            if raw.FPDFClipPath_CountPathSegments(clip, path) in (4, 5):  # a rectangle, given by two opposite corners
                (ax, ay), (bx, by) = self._corner(clip, path, 0), self._corner(clip, path, 2)
                left, top, right, bottom = box
                box = max(left, min(ax, bx)), max(top, min(ay, by)), min(right, max(ax, bx)), min(bottom, max(ay, by))
        return box

    def _corner(self, clip: Any, path: int, index: int) -> tuple[float, float]:
        raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, index), *self._at)
        return apply(self._matrix, self._x.value, self._y.value)
