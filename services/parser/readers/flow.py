"""What readers of flowing documents (Word, OpenDocument, worksheets) share: cells → a grid, and offsets for what has no pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.parser.layout import Block, Grid, GridCell, TextBlock


def tiled(cells: Iterable[GridCell], n_rows: int, n_columns: int) -> list[GridCell]:
    """The cells, cut back where they overlap or reach out of the grid, and empty ones for the slots that are left."""
    taken: set[tuple[int, int]] = set()
    kept = []
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
        if (cell.row, cell.column) in taken or cell.row >= n_rows or cell.column >= n_columns:
            continue
        cell.rowspan, cell.colspan = min(cell.rowspan, n_rows - cell.row), min(cell.colspan, n_columns - cell.column)
        while any((cell.row, cell.column + k) in taken for k in range(1, cell.colspan)):
            cell.colspan -= 1
        slots = {(cell.row + r, cell.column + k) for r in range(cell.rowspan) for k in range(cell.colspan)}
        if slots & taken:
            cell.rowspan, slots = 1, {(cell.row, cell.column + k) for k in range(cell.colspan)}
        taken |= slots
        kept.append(cell)
    kept += [GridCell(r, c, "") for r in range(n_rows) for c in range(n_columns) if (r, c) not in taken]
    return sorted(kept, key=lambda cell: (cell.row, cell.column))


def number_offsets(blocks: Sequence[Block]) -> None:
    """Gives paragraphs and cells their offsets in the document's text: all of them in order, one a line."""
    at = 0
    for block in blocks:
        if isinstance(block, TextBlock):
            block.start = at
            at += len(block.text) + 1
            continue
        for cell in block.cells:
            cell.start, cell.end = at, at + len(cell.text)
            at = cell.end + 1


def arranges(grid: Grid) -> bool:
    """Whether a table only frames or lines up text: it has one cell."""
    return grid.n_rows * grid.n_columns == 1
