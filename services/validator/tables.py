"""Reading a table as rows and columns of facts: what the table rules share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.report import Column, ColumnRole, Fact, Measure, RowRole, Table, TableRow
from services.validator.view import View

SUMMED = frozenset({Measure.AMOUNT, Measure.COUNT, Measure.OTHER, Measure.CHANGE})
"""What adds up over the lines of a table. Rates and scores do not."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one side of a table: its index in ``Table.rows`` and its facts by column index."""

    index: int
    row: TableRow
    facts: dict[int, Fact]


def title(table: Table) -> str:
    """Stable words for a table in subjects: its kind, else its title."""
    return table.kind or table.title or f"table {table.index + 1}"


def value_columns(table: Table, side: int) -> list[Column]:
    return [column for column in table.columns if column.role is ColumnRole.VALUE and column.side == side]


def lines(view: View, table: Table) -> list[Line]:
    """The lines of a table in order of ``Table.rows``, with their numbers; those of a sentence in a cell are not the line's."""
    side = {column.index: column.side for column in table.columns if column.role is ColumnRole.VALUE}
    known = view.facts
    numbers: dict[tuple[int, int], dict[int, Fact]] = defaultdict(dict)
    for cell in table.cells:
        bound = cell.fact
        if bound is not None and (column := cell.column) in side and (fact := known.get(bound)) is not None:
            numbers[cell.row, side[column]][column] = fact
    return [Line(index, row, numbers.get((row.row, row.side), {})) for index, row in enumerate(table.rows)]


def children(view: View, table: Table) -> dict[int, list[int]]:
    """Indexes of the lines included in each line, by index in ``Table.rows``."""
    return view.once(_children)[table.index]


def _children(view: View) -> dict[int, dict[int, list[int]]]:
    return {table.index: _under(table) for table in view.tables}


def _under(table: Table) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(table.rows):
        if row.parent is not None and row.role in (RowRole.DATA, RowRole.TOTAL):
            found[row.parent].append(index)
    return found


def statements(view: View) -> tuple[tuple[Table, list[Line]], ...]:
    """The tables with their lines."""
    return view.once(_statements)


def _statements(view: View) -> tuple[tuple[Table, list[Line]], ...]:
    return tuple((table, lines(view, table)) for table in view.tables)


def lines_of(view: View, kind: str) -> Iterator[tuple[Table, Line]]:
    """The lines of the tables of a kind."""
    for table, rows in statements(view):
        if table.kind == kind:
            yield from ((table, line) for line in rows)


def words(row: TableRow) -> str:
    """Stable words for a line in subjects."""
    return row.code or row.label or row.number or str(row.row)
