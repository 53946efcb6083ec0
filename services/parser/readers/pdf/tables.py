"""A lattice and the glyphs in it → a piece of a table, as it is drawn on one page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from schemas.base import Box
from services.parser.layout import GridCell
from services.parser.readers.pdf.lattice import Lattice
from services.parser.readers.pdf.lines import DESCENT, Line, glue, set_lines
from services.parser.readers.pdf.page import Glyph
from services.parser.readers.words import tidy

_OPENING = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、．]|\d{1,2}\.(?!\d)|[①-⑳●■□◆]|目标\d)")
_DIGITS = frozenset("0123456789.,-%")
TITLE = re.compile(r"表\s*(?:[(（][^()（）]*[)）])?$")
_FIGURE = re.compile(r"-?[\d,]+\.\d+")
_MIN_ROWS = 2  # of a table above another
_CAPTION = re.compile(r"单位[:：]|^编制|^部门[:：]|^公开\d*表|^表\s*\d")


@dataclass(slots=True)
class Piece:
    """The part of a table that stands on one page: column edges ``xs``, row edges ``ys``, cells in reading order."""

    page: int
    size: tuple[float, float]
    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    wrapped: frozenset[tuple[int, int]] = frozenset()  # row and column of the cells whose last line is full
    ruled: bool = True

    @property
    def n_rows(self) -> int:
        return len(self.ys) - 1

    @property
    def n_columns(self) -> int:
        return len(self.xs) - 1

    @property
    def box(self) -> Box:
        return round(self.xs[0], 1), round(self.ys[0], 1), round(self.xs[-1], 1), round(self.ys[-1], 1)

    def rows(self) -> list[list[GridCell]]:
        """For each row the cells that begin in it."""
        rows: list[list[GridCell]] = [[] for _ in range(self.n_rows)]
        for cell in self.cells:
            rows[cell.row].append(cell)
        return rows


def read_piece(lattice: Lattice, held: list[list[Glyph]], page: int, size: tuple[float, float]) -> Piece:
    """The cells with their text; ``held`` are the glyphs of each of the lattice's spans."""
    cells, wrapped = list[GridCell](), set[tuple[int, int]]()
    for span, content in zip(lattice.spans, held, strict=True):
        left, top, right, bottom = lattice.span_box(span)
        lines = set_lines(content, page)
        box = (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))
        sure = min((line.confidence for line in lines), default=1.0)
        cells.append(
            GridCell(span.row, span.column, cell_text(lines, right), span.rows, span.columns, page, box, confidence=sure)
        )
        if lines and _full(lines[-1], right):
            wrapped.add((span.row, span.column))
    return Piece(page, size, lattice.xs, lattice.ys, cells, frozenset(wrapped))


def words(glyphs: Iterable[Glyph], walls: Sequence[float]) -> list[list[Glyph]]:
    """The characters of each number together, for a column may be narrower than its number; any other glyph by itself.

    ``walls`` are x positions, ascending, that two numbers may touch from both sides.
    """
    found: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.text not in _DIGITS:
            found.append([glyph])
            last = None
            continue
        if last is not None and last.y == glyph.y and _near(last, glyph, walls):
            found[-1].append(glyph)
        else:
            found.append([glyph])
        last = glyph
    return found


def _near(last: Glyph, glyph: Glyph, walls: Sequence[float]) -> bool:
    gap = glyph.x0 - last.x1
    if abs(gap) >= 0.2 * glyph.em:
        return False
    if gap <= 0.05 * glyph.em:
        return True
    wall = bisect_left(walls, last.x1)
    return wall == len(walls) or walls[wall] > glyph.x0


def cell_text(lines: list[Line], right: float) -> str:
    """The lines of a cell as one text: what was only wrapped is joined again, numbers included; items keep their lines."""
    text = ""
    for at, line in enumerate(lines):
        if at:
            text += _between(text, line.text, _full(lines[at - 1], right))
        text += line.text
    return tidy(text)


def _full(line: Line, right: float) -> bool:
    """Whether no further character would have fitted before the cell's right edge."""
    return line.x1 + 1.5 * line.em > right


def _between(text: str, following: str, full: bool) -> str:
    """What joins a line to the one before: nothing when the text was wrapped, a line break before an item or a second number."""
    left, right = text[-1], following[0]
    if _OPENING.match(following) and (not full or left in "。；;.:："):
        return "\n"
    if left.isdigit() and right.isdigit() and not full:
        return "\n"
    return glue(left, right)


def split_caption(piece: Piece) -> tuple[list[Line], Piece | None]:
    """Title and unit lines that were drawn inside the grid, above its header: as lines, and the piece without their rows."""
    rows = piece.rows()
    count = 0
    for number, row in enumerate(rows):
        filled = [cell for cell in row if cell.text]
        if any(cell.rowspan > 1 for cell in filled) or len(filled) > 2:
            break
        if len(filled) == 2 and not any(_CAPTION.search(cell.text) for cell in filled):
            break
        if any(_CAPTION.search(cell.text) for cell in filled) or (not filled and count == number > 0):
            count = number + 1
    captions = [_caption(row) for row in rows[:count] if any(cell.text for cell in row)]
    if count == piece.n_rows:
        return captions, None
    return captions, drop_rows(piece, count) if count else piece


def stacked(piece: Piece) -> list[Piece]:
    """The tables of a piece: one drawn right under another shares its rule, and begins with its title in a row of its own.

    Another header has to stand above that row.
    """
    rows = piece.rows()
    ends = list(accumulate((max((cell.row + cell.rowspan for cell in row), default=0) for row in rows), max))
    header = next((k for k, row in enumerate(rows) if len([cell for cell in row if cell.text]) > 1), piece.n_rows)
    starts = [
        row
        for row in range(max(_MIN_ROWS, header + 1), piece.n_rows - 1)
        if ends[row - 1] <= row and _begins_table(rows[row], rows[row + 1], piece.n_columns)
    ]
    if not starts:
        return [piece]
    parts = []
    for first, end in pairwise([0, *starts, piece.n_rows]):
        cells = [replace(cell, row=cell.row - first) for cell in piece.cells if first <= cell.row < end]
        used = sorted({edge for cell in cells for edge in (cell.column, cell.column + cell.colspan)})
        for cell in cells:
            left, right = used.index(cell.column), used.index(cell.column + cell.colspan)
            cell.column, cell.colspan = left, right - left
        wrapped = frozenset((row - first, used.index(column)) for row, column in piece.wrapped if first <= row < end)
        parts.append(replace(piece, xs=[piece.xs[k] for k in used], ys=piece.ys[first : end + 1], cells=cells, wrapped=wrapped))
    return parts


def _begins_table(row: list[GridCell], following: list[GridCell], n_columns: int) -> bool:
    """Whether a row is a title from side to side, with its unit or a header under it."""
    if len(row) != 1 or not TITLE.search(row[0].text) or row[0].colspan != n_columns:
        return False
    below = [cell.text for cell in following if cell.text]
    its_head = len(below) > 1 or any(_CAPTION.search(text) for text in below)
    return its_head and not any(_FIGURE.fullmatch(text) for text in below)


def _caption(row: list[GridCell]) -> Line:
    filled = [cell for cell in row if cell.text]
    first, last = filled[0].box, filled[-1].box
    assert first is not None and last is not None and filled[0].page is not None  # every cell of a page has its box
    em, sure = min(12.0, first[3] - first[1]), min(cell.confidence for cell in filled)
    text = " ".join(cell.text for cell in filled)
    return Line(filled[0].page, text, first[0], last[2], first[3] - DESCENT * em, em, confidence=sure, alone=True)


def drop_rows(piece: Piece, count: int) -> Piece:
    """The piece without its first rows; a cell that reaches below them is kept, shorter."""
    cells = []
    for cell in piece.cells:
        end = cell.row + cell.rowspan - count
        if end > 0:
            cell.rowspan = end - max(0, cell.row - count)
            cell.row = max(0, cell.row - count)
            cells.append(cell)
    return Piece(
        piece.page,
        piece.size,
        piece.xs,
        piece.ys[count:],
        cells,
        frozenset((row - count, column) for row, column in piece.wrapped),
        piece.ruled,
    )
