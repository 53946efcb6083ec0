"""What of a text can be seen. Spreadsheets print a cell that runs over a page break in full on both pages, and text longer than
its cell across the next one, and clip what must not show."""

from __future__ import annotations

import ctypes

from pypdfium2 import raw

from schemas.base import Box
from services.parser.readers.pdf.geometry import Matrix, apply
from services.parser.readers.pdf.native import Handle, native, text_object

_MAX_CLIPS = 8
NOTHING: Box = (0.0, 0.0, 0.0, 0.0)

_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int
_render_mode = native(raw.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)
_font = native(raw.FPDFTextObj_GetFont, _HANDLE, _HANDLE)
_is_embedded = native(raw.FPDFFont_GetIsEmbedded, _INT, _HANDLE)
_clip_path = native(raw.FPDFPageObj_GetClipPath, _HANDLE, _HANDLE)
_paths = native(raw.FPDFClipPath_CountPaths, _INT, _HANDLE)
_segments = native(raw.FPDFClipPath_CountPathSegments, _INT, _HANDLE, _INT)
_segment = native(raw.FPDFClipPath_GetPathSegment, _HANDLE, _HANDLE, _INT, _INT)
_point = native(raw.FPDFPathSegment_GetPoint, _INT, _HANDLE, _HANDLE, _HANDLE)


def embedded(item: Handle) -> bool:
    """Whether the font of a text object is in the file."""
    return bool(_is_embedded(_font(item)))


class Window:
    """Of one page of ``size``. ``foreign`` says whether a font that is not embedded was met."""

    def __init__(self, text: Handle, matrix: Matrix, size: tuple[float, float], pictures: bool) -> None:
        self.foreign = False
        self._text, self._matrix, self._pictures = text, matrix, pictures
        self._page: Box = (-1.0, -1.0, size[0] + 1, size[1] + 1)
        self._seen: dict[Handle, Box] = {}
        self._fonts: dict[Handle, bool] = {}
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._at = ctypes.addressof(self._x), ctypes.addressof(self._y)

    def of(self, index: int) -> Box:
        """The visible part of the page for the run of text that begins with a character.

        Invisible text counts on a page with pictures only: there it is the text recognised in a scan.
        """
        item = text_object(self._text, index)
        if not item:
            return self._page
        box = self._seen.get(item)
        if box is None:
            box = self._seen[item] = self._of_object(item)
        return box

    def _of_object(self, item: Handle) -> Box:
        if not self._pictures and _render_mode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            return NOTHING
        font = _font(item)
        if font not in self._fonts:
            self._fonts[font] = bool(_is_embedded(font))
            self.foreign = self.foreign or not self._fonts[font]
        clip = _clip_path(item)
        paths = _paths(clip) if clip else 0
        if paths <= 0:
            return self._page
        left, top, right, bottom = self._page
        x, y, at_x, at_y = self._x, self._y, *self._at
        for path in range(min(paths, _MAX_CLIPS)):
            if _segments(clip, path) in (4, 5):  # a rectangle, given by two opposite corners
                _point(_segment(clip, path, 0), at_x, at_y)
                ax, ay = apply(self._matrix, x.value, y.value)
                _point(_segment(clip, path, 2), at_x, at_y)
                bx, by = apply(self._matrix, x.value, y.value)
                left, right = max(left, min(ax, bx)), min(right, max(ax, bx))
                top, bottom = max(top, min(ay, by)), min(bottom, max(ay, by))
        return left, top, right, bottom
