"""Small layouts from drawings: cells between ``|``, ``<`` merged with the cell on its left, ``^`` with the one above."""

from __future__ import annotations

from schemas.report import Fact, Kind, Table, TableRow
from services.parser.layout import Block, Grid, GridCell, Layout, TextBlock
from services.parser.tables import TablesRead, bind


def grid(drawing: str) -> Grid:
    lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    width = max(len(line) for line in lines)
    lines = [line + [""] * (width - len(line)) for line in lines]
    cells = []
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            if text in ("<", "^"):
                continue
            across = next((count for count in range(1, width - column) if line[column + count] != "<"), width - column)
            down = next((count for count in range(1, len(lines) - row) if lines[row + count][column] != "^"), len(lines) - row)
            cells.append(GridCell(row, column, text, down, across, page=1))
    return Grid(len(lines), width, cells, pages=[1])


def layout(*blocks: str | Grid) -> Layout:
    """Text blocks, and drawings (whatever holds a ``|``)."""
    made: list[Block] = []
    for block in blocks:
        made.append(block if isinstance(block, Grid) else grid(block) if "|" in block else TextBlock(block))
    return Layout("drawn", blocks=made)


def final(*blocks: str | Grid, year: int | None = 2023) -> TablesRead:
    return bind(layout(*blocks), kind=Kind.FINAL_ACCOUNTS, fiscal_year=year)


def budget(*blocks: str | Grid, year: int | None = 2024) -> TablesRead:
    return bind(layout(*blocks), kind=Kind.BUDGET, fiscal_year=year)


def said(fact: Fact) -> str:
    """A fact's dimensions that are not the usual ones, in one line: ``income general 100.00``."""
    words = [fact.concept]
    words += [fact.fund] if fact.fund != "all" else []
    words += [fact.nature] if fact.nature != "total" else []
    words += [part for part in (fact.function, fact.economy, fact.item) if part]
    words += [fact.measure.value] if fact.measure.value != "amount" else []
    return " ".join([*words, fact.text])


def facts(read: TablesRead) -> list[str]:
    return [said(fact) for fact in read.facts]


def only(read: TablesRead) -> Table:
    (table,) = read.tables
    return table


def row(table: Table, label: str, side: int | None = None) -> TableRow:
    (found,) = [line for line in table.rows if line.label == label and side in (None, line.side)]
    return found


def parent(table: Table, label: str, side: int | None = None) -> str | None:
    """The label of the line that includes another."""
    holder = row(table, label, side).parent
    return None if holder is None else table.rows[holder].label
