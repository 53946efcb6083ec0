"""The cells of a worksheet → blocks: one table, the lines above and below it as paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from services.parser.layout import Block, Grid, GridCell, TextBlock
from services.parser.readers.flow import tiled

_NOTE = re.compile(r"[（(]?[*※]?\s*(?:注|说明|备注)")
_TITLE = re.compile(r"表\s*\d*(?:[)）]|$)|[决预]算|(?:单位|部门|日期)\s*[:：]|20\d\d\s*年|^附件?\s*[\d一二三四五六七八九十]*$")


def sheet_blocks(cells: Iterable[GridCell], name: str) -> list[Block]:
    """The blocks of a sheet of that name. Empty rows are left out, and empty columns unless they have borders: cells
    without text are given for their borders only.

    Rows with one text above the first row of several are paragraphs down to the last one that looks like a title; so are
    a note below the last row of several and what follows it, and every row of a sheet without a table (a cover).
    """
    cells = sorted(cells, key=lambda cell: (cell.row, cell.column))
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return []
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
    titles = 1 + max((k for k, cell in enumerate(above) if _TITLE.search(cell.text)), default=-1)
    above, body = above[:titles], above[titles:] + body
    framed = {cell.column for cell in cells if first <= cell.row <= last}
    return [*map(_paragraph, above), _grid(body, framed, name), *map(_paragraph, below[notes:])]


def _paragraph(cell: GridCell) -> TextBlock:
    return TextBlock(" ".join(cell.text.split()), bold=cell.bold, centred=cell.colspan > 2)


def _grid(cells: list[GridCell], framed: set[int], name: str) -> Grid:
    """Without the rows in which nothing begins, and the columns that are not framed."""
    rows, columns = sorted({cell.row for cell in cells}), sorted(framed | {cell.column for cell in cells})
    for cell in cells:
        bottom, right = cell.row + cell.rowspan, cell.column + cell.colspan
        cell.row, cell.column = bisect_left(rows, cell.row), bisect_left(columns, cell.column)
        cell.rowspan = max(1, bisect_left(rows, bottom) - cell.row)
        cell.colspan = max(1, bisect_left(columns, right) - cell.column)
    return Grid(len(rows), len(columns), tiled(cells, len(rows), len(columns)), name=name)
