"""Excel 97 workbooks (XLS, ET) → the cells of each visible sheet, as they are shown, through xlrd.

olefile takes the workbook out of its compound file: on a chain of sectors that ends in itself xlrd would go round for ever.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from olefile import OleFileIO

from services.parser.layout import GridCell, Unreadable
from services.parser.readers.limits import Limits
from services.parser.readers.sheets.printed import printed
from services.parser.readers.words import tidy

_STREAMS = ("Workbook", "Book")  # of Excel 97, of Excel 5
_MAX_COLUMN = 300
_MAX_SPAN = 20_000
_BOLD = 600  # weight of a font


class Unknown(Exception):
    """A workbook that xlrd cannot make sense of; another library may."""


def read_sheets(body: bytes, limits: Limits) -> list[tuple[str, list[GridCell]]]:
    """Name and filled cells of each visible sheet. Raises ``Unreadable`` (``encrypted``, ``too-large``) or ``Unknown``."""
    import xlrd

    try:
        stream = _stream(body)
        with xlrd.open_workbook(file_contents=stream, logfile=io.StringIO(), formatting_info=True, ragged_rows=True) as book:
            limits.check_cells(sum(sheet.row_len(row) for sheet in book.sheets() for row in range(sheet.nrows)))
            return [(sheet.name, list(_cells(book, sheet))) for sheet in book.sheets() if sheet.visibility == 0]
    except Unreadable:
        raise
    except Exception as error:  # a damaged record raises whatever its damaged field raises
        if "encrypted" in str(error):
            raise Unreadable("password") from error
        raise Unknown from error


def _stream(body: bytes) -> bytes:
    with OleFileIO(io.BytesIO(body)) as file:
        content: bytes = file.openstream(next(name for name in _STREAMS if file.exists(name))).read()
        return content


def _cells(book: Any, sheet: Any) -> Iterator[GridCell]:
    spans, covered = dict[tuple[int, int], tuple[int, int]](), set[tuple[int, int]]()
    for top, bottom, left, right in sheet.merged_cells:
        if (bottom - top) * (right - left) <= _MAX_SPAN and len(covered) < 10 * _MAX_SPAN:
            spans[top, left] = bottom - top, right - left
            covered |= {(row, column) for row in range(top, bottom) for column in range(left, right)} - {(top, left)}
    hidden = {column for column, info in sheet.colinfo_map.items() if info.hidden}
    for row in range(sheet.nrows):
        for column in range(min(sheet.row_len(row), _MAX_COLUMN)):
            if (row, column) in covered or column in hidden:
                continue
            style = book.xf_list[sheet.cell_xf_index(row, column)]
            text = _shown(book, sheet.cell(row, column), style)
            if text or style.border.left_line_style or style.border.right_line_style:
                bold = book.font_list[style.font_index].weight >= _BOLD
                yield GridCell(row, column, text, *spans.get((row, column), (1, 1)), bold=bold)


def _shown(book: Any, cell: Any, style: Any) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return tidy(cell.value)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return printed(cell.value, book.format_map[style.format_key].format_str, bool(book.datemode)).strip()
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    return xlrd.error_text_from_code.get(cell.value, "") if cell.ctype == xlrd.XL_CELL_ERROR else ""
