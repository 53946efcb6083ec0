"""Tables without upright rules: columns told from the white space between them.

Seeds are lines that end in amounts; three or more of them with the same columns are a table, to which the lines above that
fall into its columns are the header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from services.parser.layout import GridCell
from services.parser.readers.pdf.lines import Line
from services.parser.readers.pdf.tables import Piece
from services.parser.readers.words import tidy

_AMOUNT = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|-?\d+\.\d+%?")
_MIN_ROWS = 3
_REACH = 3.0  # em between the baselines of neighbouring rows
_HEADER_ROWS = 4
_MAX_ROWS = 300  # of a run that makes no table, looked at again from its second line on

Columns = list[tuple[float, float]]


def find_borderless(lines: Sequence[Line], size: tuple[float, float]) -> tuple[list[Piece], list[Line]]:
    """The tables among the lines of a page (top to bottom), and the lines that are left."""
    pieces, left, at = list[Piece](), list[Line](), 0
    while at < len(lines):
        end = _run(lines, at)
        columns = _columns(lines[at:end])
        if end - at < _MIN_ROWS or len(columns) < 2:
            passed = 1 if end - at <= _MAX_ROWS else end - at
            left += lines[at : at + passed]
            at += passed
            continue
        header = _header(left, lines[at], columns)
        rows = left[len(left) - header :] + list(lines[at:end])
        del left[len(left) - header :]
        pieces.append(_piece(rows, columns, size))
        at = end
    return pieces, left


def rows_below(table: Piece, lines: Sequence[Line]) -> Piece | None:
    """The rows of a table without rules that the next page begins with, too few there to be told as a table of their own."""
    columns = list(pairwise(table.xs))
    count = 0
    for line, above in zip(lines, (None, *lines), strict=False):
        places = [_place(x0, x1, columns) for x0, x1, _ in line.segments]
        apart = all(first == last for first, last in places) and all(a < b for a, b in pairwise(places))
        if not _is_row(line) or not apart or (above is not None and line.y - above.y > _REACH * line.em):
            break
        count += 1
    return _piece(lines[:count], columns, table.size) if count else None


def _is_row(line: Line) -> bool:
    return len(line.segments) > 1 and any(_AMOUNT.fullmatch(text) for _, _, text in line.segments)


def _run(lines: Sequence[Line], at: int) -> int:
    """Where the run of rows ends that begins here; a line of few columns between two rows belongs to it."""
    end = at
    for index in range(at, len(lines)):
        line, previous = lines[index], lines[max(at, index - 1)]
        if line.y - previous.y > _REACH * line.em:
            break
        if _is_row(line):
            end = index + 1
        elif index > end or end == at:
            break
    return end


def _columns(rows: Sequence[Line]) -> Columns:
    """The extents of the columns: the segments of all rows, merged where they overlap."""
    columns: Columns = []
    for start, end in sorted((x0, x1) for row in rows for x0, x1, _ in row.segments if len(row.segments) > 1):
        if columns and start < columns[-1][1]:
            columns[-1] = columns[-1][0], max(end, columns[-1][1])
        else:
            columns.append((start, end))
    return columns


def _header(above: Sequence[Line], first: Line, columns: Columns) -> int:
    """How many of the lines right above a table are its header: several segments, each above columns of its own."""
    count, below = 0, first
    for line in reversed(above[-_HEADER_ROWS:]):
        places = [_place(x0, x1, columns) for x0, x1, _ in line.segments]
        ordered = all(a[1] < b[0] for a, b in pairwise(places))
        if below.y - line.y > _REACH * line.em or len(places) < 2 or not ordered:
            break
        count, below = count + 1, line
    return count


def _place(x0: float, x1: float, columns: Columns) -> tuple[int, int]:
    """First and last column that a segment stands above; between two columns, the nearer one."""
    over = [k for k, (start, end) in enumerate(columns) if x0 < end and start < x1]
    if over:
        return over[0], over[-1]
    nearest = min(range(len(columns)), key=lambda k: min(abs(columns[k][0] - x1), abs(columns[k][1] - x0)))
    return nearest, nearest


def _piece(rows: Sequence[Line], columns: Columns, size: tuple[float, float]) -> Piece:
    """``columns`` may touch: then they are the slots of a table known from the page before."""
    xs = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1]]
    ys = [rows[0].top, *((a.bottom + b.top) / 2 for a, b in pairwise(rows)), rows[-1].bottom]
    cells = []
    for number, row in enumerate(rows):
        texts: dict[int, tuple[int, str]] = {}
        for x0, x1, text in row.segments:
            first, last = _place(x0, x1, columns)
            while first in texts and first < last:
                first += 1
            known = texts.get(first)
            texts[first] = (max(last, known[0]), f"{known[1]} {text}") if known else (last, text)
        column = 0
        while column < len(columns):
            last, text = texts.get(column, (column, ""))
            last = next((k - 1 for k in range(column + 1, last + 1) if k in texts), last)
            box = (round(xs[column], 1), round(ys[number], 1), round(xs[last + 1], 1), round(ys[number + 1], 1))
            cells.append(GridCell(number, column, tidy(text), 1, last - column + 1, row.page, box, confidence=row.confidence))
            column = last + 1
    return Piece(rows[0].page, size, xs, ys, cells, ruled=False)
