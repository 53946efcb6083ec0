"""Copies of pages that put every cell of a table on a line of its own: ``教育支出 |``, ``516.39 |``, ``|`` for a blank one.

A row that has fewer cells than the table has columns, because some span others, is filled up with pipes: ``支出 | ||``. Such rows
say how many columns there are: more than the pipes that fill one, and as many as fit into all the cells before each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

_CELL = re.compile(r"\s*(?P<text>[^|]{0,120}?)\s*(?P<pipes>\|[|\s]*)")
_NUMBER = re.compile(r"-?[\d,，]*\d(?:\.\d+)?[%％]?")
_LEAST_LINES = 12
_LONGEST_WRAP = 40  # code points of a line that is the first part of a cell's text
_LEAST_COLUMNS, _MOST_COLUMNS = 2, 40
_PURE = 0.7  # how pure the columns must be where only one filled row says how many there are
_LESS_PURE = 0.05
_ALL_PURE = 0.95  # without any such row, its headings left out
_LEAST_UNSPANNED = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and where in the document it begins."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that are cells: ``taken`` of them, as the rows of a table; null where nothing says how many columns it has."""

    taken: int
    rows: list[list[Cell]] | None


def run(lines: Sequence[tuple[int, str]], at: int) -> Run | None:
    """What begins with the line ``at``, null where that is no run of cells; ``lines`` are the offset and text of each line."""
    if not (at < len(lines) and _CELL.fullmatch(lines[at][1])):
        return None
    cells: list[Cell] = []
    ends: list[int] = []  # after how many cells a row was filled up
    blanks = 0  # the most that filled one up
    counts: list[int] = []  # how many cells are complete after each line
    begun: Cell | None = None  # of a cell whose text goes on in the next line
    for number in range(at, len(lines)):
        start, text = lines[number]
        found = _CELL.fullmatch(text)
        if found is None:
            following = lines[number + 1][1] if number + 1 < len(lines) else ""
            if begun is not None or not (_is_part(text) and _CELL.fullmatch(following)):
                break
            begun = Cell(start, text)
            counts.append(0)
            continue
        pipes = found["pipes"].count("|")
        if found["text"] or begun is not None:
            cells.append(_cell(begun, start, text[: found.end("text")]))
            pipes -= 1
        filled = pipes and (pipes > 1 or found["text"])
        cells += [Cell(start + len(text), "")] * pipes
        if filled and not _width(cells, [*ends, len(cells)], max(blanks, pipes)):
            break  # a row of another table
        if filled:
            ends.append(len(cells))
            blanks = max(blanks, pipes)
        begun = None
        counts.append(len(cells))
    return _table(cells, _width(cells, ends, blanks), ends, counts) if len(counts) >= _LEAST_LINES else None


def _cell(begun: Cell | None, start: int, text: str) -> Cell:
    """The cell that ends in a line, blanks in place of the line's end where its text begins in the line before."""
    if begun is None:
        return Cell(start + len(text) - len(text.lstrip()), text.lstrip())
    return Cell(begun.start, begun.text + "\n" * (start - begun.start - len(begun.text)) + text)


def _is_part(text: str) -> bool:
    return "|" not in text and "\t" not in text and len(text) <= _LONGEST_WRAP and text[-1:] not in "。；"


def _width(cells: list[Cell], ends: list[int], blanks: int) -> int:
    """The least number of columns that the filled rows allow and under which columns hold one thing, 0 where there is none."""
    if not ends:
        return _unspanned(cells)
    whole = gcd(*ends)
    fit = [width for width in range(max(_LEAST_COLUMNS, blanks + 1), min(whole, _MOST_COLUMNS) + 1) if whole % width == 0]
    if len(fit) < 2:
        return fit[0] if fit else 0
    pure = {width: _purity(cells, width) for width in fit}
    return next(width for width in fit if pure[width] >= max(pure.values()) - _LESS_PURE)


def _unspanned(cells: list[Cell]) -> int:
    """The number of columns of a table no cell of which spans others: its headings stand in one row, and all rows are full."""
    heads = next((at for at, cell in enumerate(cells) if not cell.text or _NUMBER.fullmatch(cell.text)), 0)
    fit = [width for width in range(_LEAST_UNSPANNED, min(heads, _MOST_COLUMNS) + 1) if len(cells) % width == 0]
    pure = {width: purity for width in fit if (purity := _purity(cells[width:], width)) >= _ALL_PURE}
    return max(pure, key=lambda width: (pure[width], -width)) if pure else 0


def _table(cells: list[Cell], width: int, ends: list[int], counts: list[int]) -> Run:
    """The rows up to the last line with which a row is full."""
    full = [number for number, count in enumerate(counts, 1) if count and width and count % width == 0]
    if not full:
        return Run(len(counts), None)
    kept = cells[: counts[full[-1] - 1]]
    rows = [kept[first : first + width] for first in range(0, len(kept), width)]
    agreed = sum(end <= len(kept) for end in ends) != 1 or _purity(kept, width) >= _PURE
    return Run(full[-1], rows) if agreed else Run(len(counts), None)


def _purity(cells: list[Cell], width: int) -> float:
    """In what share of the cells their column holds what most of it holds: figures, or words."""
    said = alike = 0
    for column in range(width):
        texts = [cell.text for cell in cells[column::width] if cell.text]
        figures = sum(_NUMBER.fullmatch(text) is not None for text in texts)
        said += len(texts)
        alike += max(figures, len(texts) - figures)
    return alike / said if said else 0.0
