"""Grid cells → contract cells, and what the binding of one table hands back."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.place import Place
from schemas.report import Cell, Fact, Mention, Table
from schemas.trusted import trusted
from services.parser.layout import GridCell
from services.parser.tables.figures import Figure
from services.parser.tables.sheet import Sheet

_cell = trusted(Cell)
_place = trusted(Place)


@dataclass(slots=True)
class Assembled:
    """A table with its facts; ``numbers`` counts its amounts, bound or not."""

    table: Table
    facts: list[Fact]
    unbound: list[Mention]
    numbers: int


def place_of(cell: GridCell, table: int) -> Place:
    """A cell's place."""
    return _place(page=cell.page, start=cell.start, end=cell.end, box=cell.box, table=table, row=cell.row, column=cell.column)


def cells_of(sheet: Sheet, table: int, figures: dict[str, Figure], facts: dict[str, Fact]) -> tuple[Cell, ...]:
    """All cells; those that are amounts carry value, displayed decimals and their fact's id."""
    made = []
    for cell in sheet.cells:
        name = f"t{table}r{cell.row}c{cell.column}"
        figure, fact = figures.get(name), facts.get(name)
        made.append(
            _cell(
                row=cell.row,
                column=cell.column,
                rowspan=cell.rowspan,
                colspan=cell.colspan,
                text=cell.text,
                value=figure.value if figure else None,
                decimals=figure.decimals if figure else None,
                place=fact.place if fact else place_of(cell, table),
                fact=name if fact else None,
                confidence=cell.confidence,
            )
        )
    return tuple(made)
