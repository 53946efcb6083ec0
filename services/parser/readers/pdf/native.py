"""pdfium's functions, called for all characters or objects of a page at once.

A call through pypdfium2 makes Python objects of its arguments and its answer, and a page has a thousand characters. Here handles
are plain addresses, answers go into one block of memory, and ``map`` calls without running Python in between.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from itertools import compress, repeat
from typing import Any

from pypdfium2 import raw

_HANDLE, _INT, _FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_float
_SURROGATES, _HYPHEN = range(0xD800, 0xE000), 0xFFFE  # what GetText writes otherwise than GetUnicode
_REPLACEMENT = 0xFFFD

Handle = int
"""The address of one of pdfium's objects."""

Four = tuple[float, float, float, float]
Sides = tuple[list[float], list[float], list[float], list[float]]


def native(function: Any, answer: Any, *arguments: Any) -> Callable[..., Any]:
    """One of pypdfium2's raw functions, its pointers taken and given as integers."""
    return ctypes.CFUNCTYPE(answer, *arguments)(ctypes.cast(function, _HANDLE).value or 0)


def handle(pointer: Any) -> Handle:
    """The address that one of pypdfium2's pointers holds."""
    return ctypes.cast(pointer, _HANDLE).value or 0


_code = native(raw.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT)
_unknown = native(raw.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
_text = native(raw.FPDFText_GetText, _INT, _HANDLE, _INT, _INT, _HANDLE)
_loose_box = native(raw.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _HANDLE)
_bounds = native(raw.FPDFPageObj_GetBounds, _INT, *[_HANDLE] * 5)
_draw_mode = native(raw.FPDFPath_GetDrawMode, _INT, *[_HANDLE] * 3)
_kind = native(raw.FPDFPageObj_GetType, _INT, _HANDLE)
_of_page = native(raw.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
_of_form = native(raw.FPDFFormObj_GetObject, _HANDLE, _HANDLE, ctypes.c_ulong)
text_object = native(raw.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
"""(text page, character) → the object that it was written by, or none."""


def codes(text: Handle, count: int) -> list[int]:
    """The code point of each of ``count`` characters of a text page: U+FFFD where the font does not say which it is.

    pdfium gives the number of the glyph instead, and a 3 may be any other digit.
    """
    found = _codes(text, count)
    unknown = list(map(_unknown, repeat(text), range(count)))
    return [_REPLACEMENT if bad > 0 else code for code, bad in zip(found, unknown, strict=True)] if any(unknown) else found


def _codes(text: Handle, count: int) -> list[int]:
    units = (ctypes.c_ushort * (count + 1))()
    written = _text(text, 0, count, ctypes.addressof(units)) - 1
    found: list[int] = units[:count]
    if written == count and _HYPHEN not in found and not any(map(_SURROGATES.__contains__, found)):
        return found
    return list(map(_code, repeat(text), range(count)))


def loose_boxes(text: Handle, characters: list[int]) -> tuple[list[int], Sides]:
    """The characters that have a box of the height of their font, and its left, top, right and bottom, a list of each."""
    block = (_FLOAT * (4 * len(characters)))()
    start = ctypes.addressof(block)
    places = range(start, start + ctypes.sizeof(block), 4 * ctypes.sizeof(_FLOAT))
    known = list(map(_loose_box, repeat(text), characters, places))
    values = block[:]
    sides = values[::4], values[1::4], values[2::4], values[3::4]
    if all(known):
        return characters, sides
    left, top, right, bottom = (list(compress(side, known)) for side in sides)
    return list(compress(characters, known)), (left, top, right, bottom)


def bounds(objects: Sequence[Handle]) -> list[Four | None]:
    """Left, bottom, right and top of page objects; none where pdfium knows none."""
    block = (_FLOAT * (4 * len(objects)))()
    size, start = ctypes.sizeof(_FLOAT), ctypes.addressof(block)
    edges = [range(start + k * size, start + k * size + ctypes.sizeof(block), 4 * size) for k in range(4)]
    known = list(map(_bounds, objects, *edges))
    values = block[:]
    fours: list[Four | None] = list(zip(values[::4], values[1::4], values[2::4], values[3::4], strict=True))
    return fours if all(known) else [four if ok else None for four, ok in zip(fours, known, strict=True)]


def draw_modes(paths: Sequence[Handle]) -> list[tuple[int, int]]:
    """Whether each path is filled (and how), and whether it is stroked."""
    block = (_INT * (2 * len(paths)))()
    size, start = ctypes.sizeof(_INT), ctypes.addressof(block)
    places = [range(start + k * size, start + k * size + ctypes.sizeof(block), 2 * size) for k in range(2)]
    known = list(map(_draw_mode, paths, *places))
    modes = block[:]
    return [(fill, stroke) if ok else (0, 0) for ok, fill, stroke in zip(known, modes[::2], modes[1::2], strict=True)]


def objects(owner: Handle, count: int, form: bool = False) -> list[tuple[Handle, int]]:
    """The objects of a page or a form, each with its kind (``raw.FPDF_PAGEOBJ_…``)."""
    found = list(map(_of_form if form else _of_page, repeat(owner), range(count)))
    return list(zip(found, map(_kind, found), strict=True))
