"""A workbook's table too wide for its paper: printed in pages of its left columns, then as many of the columns right of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.parser.layout import GridCell
from services.parser.readers.pdf.continuation import common_edges
from services.parser.readers.pdf.lines import Line
from services.parser.readers.pdf.tables import TITLE, Piece

_MIN_ROWS = 3
_MOST_COLUMNS = 100
_MOST_PAGES = 8  # of one half


def join_abreast(pieces: list[list[Piece]], lines: Sequence[list[Line]]) -> None:
    """Joins the halves of such tables, given the pieces and the lines of each page, in place.

    The pages of both hold one piece each, and one under the other the same rows, but for those that a heading spans; a title
    stands above one half only. What is printed around the right half is put around the left one, for it is said of both.
    """
    for page in range(len(pieces)):
        while halves := _halves(pieces, lines, page):
            _join(pieces, lines, halves)


def _join(pieces: list[list[Piece]], lines: Sequence[list[Line]], halves: Sequence[tuple[int, int]]) -> None:
    for left, right in halves:
        pieces[left] = [_beside(pieces[left][0], pieces[right][0])]
        lines[left].extend(lines[right])
        lines[left].sort(key=lambda line: line.y)
        pieces[right].clear()
        lines[right].clear()


def _halves(pieces: Sequence[list[Piece]], lines: Sequence[list[Line]], page: int) -> list[tuple[int, int]]:
    """The pages of the left half that begins on a page, each with that of the right half; none where none begins."""
    if not any(line.y <= piece.ys[0] for piece in pieces[page] for line in lines[page]):
        return []
    named = _titled(pieces[page], lines[page])
    for first in range(page + 1, min(page + _MOST_PAGES + 1, len(pieces))):
        if named and _titled(pieces[first], lines[first]):
            return []
        count = first - page
        if not pieces[first - 1]:
            count -= 1  # nothing but the notes of the left half
        pairs = list(zip(range(page, page + count), range(first, len(pieces)), strict=False))
        if len(pairs) == count and all(_same_rows(pieces[left], pieces[right]) for left, right in pairs):
            return [] if any(_titled(pieces[right], lines[right]) for _, right in pairs[1:]) else pairs
    return []


def _titled(pieces: Sequence[Piece], lines: Sequence[Line]) -> bool:
    return bool(pieces) and any(line.y <= pieces[0].ys[0] and TITLE.search(line.text) for line in lines)


def _same_rows(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    if not len(left) == len(right) == 1:
        return False
    a, b = left[0], right[0]
    return (
        a.ruled
        and b.ruled
        and a.size == b.size
        and min(len(a.ys), len(b.ys)) > _MIN_ROWS
        and common_edges(a.ys, b.ys) is not None
        and common_edges(a.xs, b.xs) is None  # else the rows go on
        and a.n_columns + b.n_columns <= _MOST_COLUMNS
    )


def _beside(left: Piece, right: Piece) -> Piece:
    """Both halves as one piece; a heading that the paper's edge divides spans the columns on both sides of it."""
    ys = common_edges(left.ys, right.ys) or left.ys
    left, right = _on_rows(left, ys), _on_rows(right, ys)
    shift, width = left.n_columns, right.xs[0] - left.xs[-1]
    ends = {(cell.row, cell.rowspan): cell for cell in left.cells if cell.column + cell.colspan == shift and cell.colspan > 1}
    cells = list[GridCell](left.cells)
    for cell in right.cells:
        before = ends.get((cell.row, cell.rowspan))
        if cell.column == 0 and not cell.text and before is not None and before.text:
            before.colspan += cell.colspan
        else:
            cells.append(replace(cell, column=cell.column + shift))
    wrapped = left.wrapped | {(row, column + shift) for row, column in right.wrapped}
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(left, xs=left.xs + [x - width for x in right.xs[1:]], cells=cells, wrapped=frozenset(wrapped))


def _on_rows(piece: Piece, ys: list[float]) -> Piece:
    """The piece with its cells on finer row edges."""
    place = [min(range(len(ys)), key=lambda k: abs(ys[k] - edge)) for edge in piece.ys]
    cells = [replace(cell, row=place[cell.row], rowspan=place[cell.row + cell.rowspan] - place[cell.row]) for cell in piece.cells]
    return replace(piece, ys=ys, cells=cells, wrapped=frozenset((place[row], column) for row, column in piece.wrapped))
