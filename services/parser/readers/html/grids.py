"""HTML tables → grids with their real spans; layout tables told from data."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from services.parser.layout import Grid, GridCell
from services.parser.readers.html.dom import BLOCKS, Element, Text
from services.parser.readers.words import CJK, tidy

MAX_COLUMNS, MAX_SLOTS = 300, 400_000
_LONG = 400  # characters: a cell of a data table is seldom longer
_JOINED = re.compile(f"(?<=[{CJK}])\n(?=[{CJK}])")
_ITEM = re.compile(r"\n(?=[（(]?[一二三四五六七八九十\d]+[)）、.．])")


def rows_of(table: Element) -> list[list[Element]]:
    """Cells by row, those of tables inside left out."""
    rows = []
    for part in _parts(table, ("tr",)):
        cells = list(_parts(part, ("td", "th")))
        if cells:
            rows.append(cells)
    return rows


def _parts(element: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    for child in element.children:
        if not isinstance(child, Element):
            continue
        if child.tag in tags:
            yield child
        elif child.tag != "table":
            yield from _parts(child, tags)


def holds_data(table: Element) -> bool:
    """Whether a table is one, or only arranges other things on the page.

    A table of one row or one column, and one whose few cells hold other tables or long texts, arranges.
    """
    rows = rows_of(table)
    columns = max((len(row) for row in rows), default=0)
    if len(rows) < 2 or columns < 2:
        return False
    cells = [cell for row in rows for cell in row]
    nesting = sum(any(inner.tag == "table" for inner in cell.elements()) for cell in cells)
    long = sum(len(cell.text().strip()) > _LONG for cell in cells)
    return nesting + long <= len(cells) * 0.2 and not (nesting and len(cells) <= 6)


def read_grid(table: Element) -> Grid | None:
    """The grid of a data table; none if it has no text. Slots that the source leaves out become empty cells."""
    cells, taken = list[GridCell](), set[tuple[int, int]]()
    rows = rows_of(table)
    for row, elements in enumerate(rows):
        column = 0
        for element in elements:
            while (row, column) in taken:
                column += 1
            colspan = _span(element, "colspan", MAX_COLUMNS - column)
            rowspan = _span(element, "rowspan", len(rows) - row)
            if column >= MAX_COLUMNS or len(taken) + colspan * rowspan > MAX_SLOTS:
                break
            while any((row, column + k) in taken for k in range(1, colspan)):
                colspan -= 1
            slots = {(row + r, column + k) for r in range(rowspan) for k in range(colspan)}
            if slots & taken:  # a cell of an earlier row reaches into its lower part
                rowspan, slots = 1, {(row, column + k) for k in range(colspan)}
            taken |= slots
            cells.append(_cell(element, row, column, rowspan, colspan))
    if not any(cell.text for cell in cells):
        return None
    cells, taken = _narrow(cells)
    n_rows, n_columns = len(rows), max(cell.column + cell.colspan for cell in cells)
    empty = ((r, c) for r in range(n_rows) for c in range(n_columns) if (r, c) not in taken)
    cells += [GridCell(row, column, "") for row, column in empty]
    caption = next((part.text().strip() for part in _parts(table, ("caption",))), None)
    return Grid(n_rows, n_columns, sorted(cells, key=lambda cell: (cell.row, cell.column)), name=caption or None)


def _narrow(cells: list[GridCell]) -> tuple[list[GridCell], set[tuple[int, int]]]:
    """Without the columns in which no cell begins: spreadsheets let a title span 256 of them. And the slots then taken."""
    begun = sorted({cell.column for cell in cells})
    for cell in cells:
        end = bisect_left(begun, cell.column + cell.colspan)
        cell.column = bisect_left(begun, cell.column)
        cell.colspan = max(1, end - cell.column)
    return cells, {(c.row + r, c.column + k) for c in cells for r in range(c.rowspan) for k in range(c.colspan)}


def _span(element: Element, name: str, limit: int) -> int:
    digits = re.match(r"\s*(\d{1,5})", element.attributes.get(name, "1"))
    span = int(digits[1]) if digits else 1
    return max(1, min(span or limit, limit))  # rowspan=0: to the end of the table


def _cell(element: Element, row: int, column: int, rowspan: int, colspan: int) -> GridCell:
    characters, offsets = flatten(element)
    text = tidy(characters)
    text = text if _ITEM.search(text) else _JOINED.sub("", text)
    kept = [offset for character, offset in zip(characters, offsets, strict=True) if not character.isspace()]
    start, end = (kept[0], kept[-1] + 1) if kept else (None, None)
    bold = element.tag == "th" or any(inner.tag in ("b", "strong") for inner in element.elements())
    return GridCell(row, column, text, rowspan, colspan, start=start, end=end, bold=bold and bool(text))


def flatten(element: Element) -> tuple[str, list[int]]:
    """The text of an element with a line break for every block and ``<br>``, and the offset of every character."""
    characters, offsets = list[str](), list[int]()

    def break_line(at: int) -> None:
        if characters and characters[-1] != "\n":
            characters.append("\n")
            offsets.append(at)

    def walk(item: Element) -> None:
        for child in item.children:
            if isinstance(child, Text):
                for character, offset in zip(child.characters, child.offsets, strict=True):
                    characters.append(" " if character in "\r\n\t" else character)
                    offsets.append(offset)
            else:
                block = child.tag in BLOCKS or child.tag == "br"
                if block:
                    break_line(child.start)
                walk(child)
                if block:
                    break_line(offsets[-1] if offsets else child.start)

    walk(element)
    return "".join(characters), offsets
