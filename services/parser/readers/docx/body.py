"""The body of a Word document → blocks: paragraphs, tables with their spans, text boxes after the paragraph that holds them."""

from __future__ import annotations

from collections.abc import Iterator

from services.parser.layout import Block, Grid, GridCell, TextBlock
from services.parser.readers.docx.numbering import Numbering
from services.parser.readers.docx.styles import Format, Styles, is_on
from services.parser.readers.flow import arranges, tiled
from services.parser.readers.limits import Limits
from services.parser.readers.package import Element, attribute, child, local, whole
from services.parser.readers.words import tidy

_GONE = frozenset(("del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "tblPr", "sectPr", "Fallback"))
"""What is not there once all changes are accepted, and what is no text. ``Fallback`` repeats what ``Choice`` holds."""

_BLANKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_MAX_COLUMNS = 300


class Body:
    """Reads one document; paragraphs are numbered as they come."""

    def __init__(self, styles: Styles, numbering: Numbering, limits: Limits) -> None:
        self._styles, self._numbering, self._limits = styles, numbering, limits
        self._characters = self._cells = 0

    def blocks(self, container: Element) -> list[Block]:
        """The blocks of a body, a cell or a text box. Raises ``Unreadable``: ``too-long``, ``too-large``."""
        return [block for item in _items(container) for block in self._item(item)]

    def _item(self, item: Element) -> Iterator[Block]:
        if local(item) == "tbl":
            yield from self._table(item)
            return
        text, bold = self._text(item)
        style = self._styles.of(item)
        label = self._numbering.label(*style.numbering) if style.numbering and text.strip() else ""
        for part in (label + text).split("\n"):
            words = part.strip("\t \u3000\u00a0")
            if words:
                yield _paragraph(words, style, bold or style.bold)
        for box in _text_boxes(item):
            yield from self.blocks(box)

    def _text(self, paragraph: Element) -> tuple[str, bool]:
        """The characters of a paragraph, and whether all its runs are bold."""
        parts, bold, runs = list[str](), 0, 0
        for run in _inside(paragraph, "r", stop=("txbxContent",)):
            words = "".join(_characters(run))
            parts.append(words)
            if words.strip():
                runs += 1
                bold += bool(is_on(child(run, "rPr"), "b"))
        text = "".join(parts)
        self._characters += len(text)
        self._limits.check_characters(self._characters)
        return text, bool(runs) and bold == runs

    def _table(self, table: Element) -> Iterator[Block]:
        """A table as a grid; one that only arranges other tables or text as what it holds."""
        rows = [row for row in _inside(table, "tr", stop=("tc",)) if child(row, "trPr", "del") is None]
        held = [(row, cell) for row in rows for cell in _inside(row, "tc", stop=("tc",))]
        nested = [cell for _, cell in held if next(_inside(cell, "tbl", stop=("tbl",)), None) is not None]
        if len(held) == 1 or (nested and len(held) <= 6):
            for _, cell in held:
                yield from self.blocks(cell)
            return
        grid = self._grid(rows)
        if grid is not None and arranges(grid):
            yield TextBlock(grid.cells[0].text)
        elif grid is not None:
            yield grid

    def _grid(self, rows: list[Element]) -> Grid | None:
        cells, width = list[GridCell](), 0
        above: dict[int, GridCell] = {}  # by column: the cell that a vertical merge goes on with
        for number, row in enumerate(rows):
            properties = child(row, "trPr")
            column, below = _value(properties, "gridBefore", 0), dict[int, GridCell]()
            for element in _inside(row, "tc", stop=("tc",)):
                its = child(element, "tcPr")
                span = max(1, min(_value(its, "gridSpan", 1), _MAX_COLUMNS - column))
                merge = child(its, "vMerge")
                goes_on = merge is not None and attribute(merge, "val") != "restart"
                cell = above.get(column) if goes_on else None
                if cell is not None and cell.colspan == span:
                    cell.rowspan = number - cell.row + 1
                elif column < _MAX_COLUMNS:
                    cell = self._cell(element, number, column, span)
                    cells.append(cell)
                if merge is not None and cell is not None:
                    below[column] = cell
                column += span
            width, above = max(width, column), below
            self._cells += column
            self._limits.check_cells(self._cells)
        if not any(cell.text for cell in cells):
            return None
        return Grid(len(rows), width, tiled(cells, len(rows), width))

    def _cell(self, element: Element, row: int, column: int, span: int) -> GridCell:
        lines, bold = list[str](), list[bool]()
        for block in self.blocks(element):
            if isinstance(block, TextBlock):
                lines.append(block.text)
                bold.append(block.bold)
            else:  # a small table inside a cell of a large one
                lines += [" ".join(c.text for c in block.cells if c.row == r and c.text) for r in range(block.n_rows)]
        return GridCell(row, column, tidy("\n".join(lines)), 1, span, bold=bool(bold) and all(bold))


def _paragraph(words: str, style: Format, bold: bool) -> TextBlock:
    return TextBlock(words, heading=style.heading, size=style.size, bold=bold, centred=style.centred)


def _items(container: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, through content controls, accepted insertions and the like."""
    for item in container:
        name = local(item)
        if name in ("p", "tbl"):
            yield item
        elif name and name not in _GONE:
            yield from _items(item)


def _inside(element: Element, name: str, stop: tuple[str, ...]) -> Iterator[Element]:
    """The elements of a name inside another in order, not those inside an element to stop at."""
    for item in element:
        tag = local(item)
        if tag == name:
            yield item
        elif tag and tag not in _GONE and tag not in stop:
            yield from _inside(item, name, stop)


def _characters(run: Element) -> Iterator[str]:
    for item in run:
        name = local(item)
        if name == "t":
            yield item.text or ""
        elif name in _BLANKS:
            yield _BLANKS[name] if attribute(item, "type") != "page" else ""
        elif name == "ruby":
            yield from (text for inner in _inside(item, "r", ("rt",)) for text in _characters(inner))


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    return _inside(paragraph, "txbxContent", stop=("txbxContent",))


def _value(properties: Element | None, name: str, default: int) -> int:
    item = child(properties, name)
    return default if item is None else whole(attribute(item, "val"), default, _MAX_COLUMNS)
