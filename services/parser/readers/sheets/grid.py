"""The cells of a worksheet → blocks: one table, the lines above and below it as paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from services.parser.layout import Block, Grid, GridCell, TextBlock
from services.parser.readers.flow import tiled

_NOTE = re.compile(r"(?:[（(]?[*※]?\s*(?:注|说明|备注)|.{40,})", re.S)


def sheet_blocks(cells: Iterable[GridCell], name: str) -> list[Block]:
    """The blocks of a sheet of that name. Empty rows and columns around and inside are left out.

    A row with one text above the first row of several, and a note below the last one, are paragraphs; so is every row of a
    sheet without a table (a cover, a description).
    """
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return []
    filled.sort(key=lambda cell: (cell.row, cell.column))
    counts = Counter(cell.row for cell in filled)
    several = [row for row, count in counts.items() if count > 1]
    if not several:
        return [_paragraph(cell) for cell in filled]
    first, last = several[0], several[-1]
    below = [cell for cell in filled if cell.row > last]
    notes = next((k for k, cell in enumerate(below) if _NOTE.match(cell.text)), len(below))
    end = below[notes].row if notes < len(below) else None
    body = [cell for cell in filled if cell.row >= first and (end is None or cell.row < end)]
    above = [cell for cell in filled if cell.row < first]
    return [*map(_paragraph, above), _grid(body, name), *map(_paragraph, below[notes:])]


def _paragraph(cell: GridCell) -> TextBlock:
    return TextBlock(" ".join(cell.text.split()), bold=cell.bold, centred=cell.colspan > 2)


def _grid(cells: list[GridCell], name: str) -> Grid:
    """Without the rows and columns in which nothing begins."""
    rows, columns = sorted({cell.row for cell in cells}), sorted({cell.column for cell in cells})
    for cell in cells:
        bottom, right = cell.row + cell.rowspan, cell.column + cell.colspan
        cell.row, cell.column = bisect_left(rows, cell.row), bisect_left(columns, cell.column)
        cell.rowspan = max(1, bisect_left(rows, bottom) - cell.row)
        cell.colspan = max(1, bisect_left(columns, right) - cell.column)
    return Grid(len(rows), len(columns), tiled(cells, len(rows), len(columns)), name=name)
