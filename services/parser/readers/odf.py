"""OpenDocument texts and spreadsheets (ODT, ODS) → Layout. Their cells hold the text as it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.parser.layout import Block, Grid, GridCell, Layout, TextBlock, Unreadable
from services.parser.readers.flow import arranges, number_offsets, tiled
from services.parser.readers.limits import Limits
from services.parser.readers.package import Element, Package, attribute, child, local, whole
from services.parser.readers.sheets import layout_of
from services.parser.readers.words import tidy
from services.parser.readers.wrapped import rejoined

_GONE = frozenset(
    ("tracked-changes", "annotation", "note", "sequence-decls", "forms", "ruby-text", "bookmark", "table-of-content-source")
)
_MAX_COLUMNS, _MAX_ROWS = 300, 200_000


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``empty``, ``unsupported`` (neither text nor spreadsheet) besides what a package raises."""
    package = Package(body, limits)
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("password")
    content = child(package.xml("content.xml"), "body")
    sheets, text = child(content, "spreadsheet"), child(content, "text")
    if sheets is not None:
        return layout_of("ods", _sheets(sheets, limits), limits)
    if text is None:
        raise Unreadable("opendocument-kind")
    blocks = rejoined(list(_blocks(text, _Budget(limits))))
    if not blocks:
        raise Unreadable("no-text")
    number_offsets(blocks)
    return Layout("odt", blocks)


@dataclass(slots=True)
class _Budget:
    """What has been read so far."""

    limits: Limits
    cells: int = 0
    characters: int = 0

    def add(self, text: str) -> str:
        self.characters += len(text)
        self.limits.check_characters(self.characters)
        return text

    def count(self, cells: int) -> None:
        self.cells += cells
        self.limits.check_cells(self.cells)


def _blocks(container: Element, budget: _Budget) -> Iterator[Block]:
    for item in container:
        name = local(item)
        if name in ("p", "h"):
            level = whole(attribute(item, "outline-level"), 1, 9) if name == "h" else 0
            for line in budget.add(_text(item)).split("\n"):
                if line.strip():
                    yield TextBlock(line.strip("\t \u3000\u00a0"), heading=level)
            for box in _boxes(item):
                yield from _blocks(box, budget)
        elif name == "table":
            yield from _table(item, budget)
        elif name and name not in _GONE:
            yield from _blocks(item, budget)


def _table(table: Element, budget: _Budget) -> Iterator[Block]:
    read = _Cells(budget)
    read.rows(table)
    if not any(cell.text for cell in read.cells):
        return
    grid = Grid(read.row, read.width, tiled(read.cells, read.row, read.width), name=attribute(table, "name"))
    if arranges(grid):
        yield TextBlock(grid.cells[0].text)
    else:
        yield grid


def _sheets(spreadsheet: Element, limits: Limits) -> Iterator[tuple[str, list[GridCell]]]:
    budget = _Budget(limits)
    for table in spreadsheet:
        if local(table) == "table":
            read = _Cells(budget)
            read.rows(table)
            yield attribute(table, "name") or "", [cell for cell in read.cells if cell.text]


@dataclass(slots=True)
class _Cells:
    """The cells of a table, gathered row by row. Repeated empty rows and cells, a million in every sheet, are counted only."""

    budget: _Budget
    cells: list[GridCell] = field(default_factory=list)
    row: int = 0
    width: int = 0

    def rows(self, container: Element) -> None:
        for item in container:
            name = local(item)
            if name == "table-row":
                self._row(item)
            elif name in ("table-rows", "table-header-rows", "table-row-group"):
                self.rows(item)

    def _row(self, row: Element) -> None:
        repeated = whole(attribute(row, "number-rows-repeated"), 1)
        cells, width = self._across(row)
        self.width = max(self.width, width)
        if not any(cell.text for cell in cells):
            repeated, cells = (1, cells) if repeated == 1 else (min(repeated, 2), [])
        for _ in range(repeated):
            if self.row >= _MAX_ROWS:
                return
            self.budget.count(len(cells))
            for cell in cells:
                self.cells.append(GridCell(self.row, cell.column, cell.text, cell.rowspan, cell.colspan))
            self.row += 1

    def _across(self, row: Element) -> tuple[list[GridCell], int]:
        cells, column, width = list[GridCell](), 0, 0
        for item in row:
            name = local(item)
            if name not in ("table-cell", "covered-table-cell"):
                continue
            text = "" if name == "covered-table-cell" else tidy("\n".join(self._lines(item)))
            repeated = whole(attribute(item, "number-columns-repeated"), 1)
            rows = max(1, whole(attribute(item, "number-rows-spanned"), 1, _MAX_ROWS))
            columns = max(1, whole(attribute(item, "number-columns-spanned"), 1, _MAX_COLUMNS))
            for _ in range(min(repeated, _MAX_COLUMNS - column) if text else 0):
                cells.append(GridCell(0, column, text, rows, columns))
                column += 1
                width = column + columns - 1
            if not text:
                column = min(column + repeated, _MAX_COLUMNS)
                if name == "table-cell" and rows * columns > 1:
                    cells.append(GridCell(0, column - repeated, "", rows, columns))
        return cells, max(width, column if column < _MAX_COLUMNS else 0)

    def _lines(self, cell: Element) -> Iterator[str]:
        for item in cell:
            name = local(item)
            if name in ("p", "h"):
                yield self.budget.add(_text(item))
            elif name in ("list", "list-item", "section"):
                yield from self._lines(item)
            elif name == "table":
                inner = _Cells(self.budget)
                inner.rows(item)
                yield from (" ".join(c.text for c in inner.cells if c.row == row and c.text) for row in range(inner.row))


def _text(item: Element) -> str:
    """The characters of a paragraph: blanks in the file are one, those that are meant have elements of their own."""
    parts = [_plain(item.text)]
    for inner in item:
        name = local(inner)
        if name == "s":
            parts.append(" " * whole(attribute(inner, "c"), 1, 200))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name and name not in _GONE and name not in ("frame", "custom-shape", "g"):
            parts.append(_text(inner))
        parts.append(_plain(inner.tail))
    return "".join(parts)


def _plain(text: str | None) -> str:
    return " ".join(f"x{text}x".split())[1:-1] if text else ""


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes anchored in a paragraph."""
    for item in paragraph:
        name = local(item)
        if name in ("text-box", "custom-shape"):
            yield item
        elif name and name not in _GONE:
            yield from _boxes(item)
