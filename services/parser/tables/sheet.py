"""``Sheet``: a working copy of a grid, with the squeezed words and the number of every cell at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemas.taxonomy.concepts import squeeze
from services.parser.layout import Grid, GridCell
from services.parser.tables.figures import BLANKS, Figure, figure


class Sheet:
    """Slots → cells. ``words[i]`` and ``figures[i]`` belong to ``cells[i]``; ``owner[row][column]`` is a cell's index."""

    def __init__(self, n_rows: int, n_columns: int, cells: list[GridCell]) -> None:
        self.n_rows, self.n_columns, self.cells = n_rows, n_columns, cells
        self.words = [squeeze(cell.text) if cell.text else "" for cell in cells]
        self.figures: list[Figure | None] = [figure(words) for words in self.words]
        self.owner = [[-1] * n_columns for _ in range(n_rows)]
        for index, cell in enumerate(cells):
            for row in range(cell.row, min(cell.row + cell.rowspan, n_rows)):
                for column in range(cell.column, min(cell.column + cell.colspan, n_columns)):
                    self.owner[row][column] = index

    @classmethod
    def of(cls, grid: Grid) -> Sheet:
        return cls(grid.n_rows, grid.n_columns, list(grid.cells))

    def at(self, row: int, column: int) -> int | None:
        """The cell whose top left slot this is."""
        index = self.owner[row][column]
        if index < 0 or self.cells[index].row != row or self.cells[index].column != column:
            return None
        return index

    def text(self, row: int, column: int) -> str:
        """The squeezed words of the cell that covers a slot."""
        index = self.owner[row][column]
        return self.words[index] if index >= 0 else ""

    def own(self, row: int, column: int) -> str:
        """The squeezed words of the cell that begins in a slot; a slot that is spanned from elsewhere is empty."""
        index = self.at(row, column)
        return "" if index is None else self.words[index]

    def number(self, row: int, column: int) -> Figure | None:
        """The number of the cell that begins in a slot."""
        index = self.at(row, column)
        return None if index is None else self.figures[index]

    def row(self, row: int) -> list[tuple[int, str]]:
        """The cells that begin in a row and are not blank: ``(column, words)`` from left to right."""
        return [
            (column, self.words[index])
            for column in range(self.n_columns)
            if (index := self.at(row, column)) is not None and self.words[index] not in BLANKS
        ]

    @property
    def plain(self) -> bool:
        """Whether no cell spans others, as in a text copy."""
        return all(cell.rowspan == 1 and cell.colspan == 1 for cell in self.cells)

    def shifted(self, shifts: Iterable[tuple[int, int, int]]) -> Sheet:
        """A copy of a plain sheet in which, for each ``(row, start, by)``, the cells from column ``start`` on stand ``by``
        columns further right (or left); the blanks pushed out at one end come in at the other."""
        target = {index: cell.column for index, cell in enumerate(self.cells)}
        for row, start, by in shifts:
            line = [self.owner[row][column] for column in range(self.n_columns)]
            cut = start if by > 0 else start + by
            tail = line[cut:]
            for column, index in enumerate(line[:cut] + tail[-by:] + tail[:-by]):
                target[index] = column
        return Sheet(self.n_rows, self.n_columns, [replace(cell, column=target[i]) for i, cell in enumerate(self.cells)])

    def placed(self, rows: dict[int, list[str]]) -> Sheet:
        """A copy of a plain sheet in which the cells of some rows stand, in their order, where ``rows`` has their words."""
        target = {index: cell.column for index, cell in enumerate(self.cells)}
        for row, words in rows.items():
            line = [self.owner[row][column] for column in range(self.n_columns)]
            filled = [index for index in line if index >= 0 and self.words[index]]
            blank = [index for index in line if index >= 0 and not self.words[index]]
            for column, word in enumerate(words):
                taken = filled if word else blank
                if taken:
                    target[taken.pop(0)] = column
        return Sheet(self.n_rows, self.n_columns, [replace(cell, column=target[i]) for i, cell in enumerate(self.cells)])


def stacked(grids: Iterable[Grid], dropped: Iterable[int] = ()) -> Grid:
    """Grids of equal width under one another; ``dropped`` is the number of leading rows to leave out of each one."""
    parts = list(grids)
    skip = [*dropped, *([0] * len(parts))]
    rows, cells, joins = 0, list[GridCell](), list[int]()
    for part, first in zip(parts, skip, strict=False):
        if rows:
            joins.append(rows)
        joins += [rows + join - first for join in part.joins if join > first]
        cells += [replace(cell, row=cell.row - first + rows) for cell in part.cells if cell.row >= first]
        rows += part.n_rows - first
    return Grid(
        rows,
        parts[0].n_columns,
        cells,
        pages=[page for part in parts for page in part.pages],
        boxes=[box for part in parts for box in part.boxes],
        joins=joins,
        ruled=all(part.ruled for part in parts),
        name=parts[0].name,
    )
