"""Pieces of tables on following pages → one table each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from services.parser.layout import Grid, GridCell
from services.parser.readers.pdf.lines import Line
from services.parser.readers.pdf.tables import Piece, drop_rows

_MOSTLY = 0.6  # of a column without rules stands on the next page where it stood
_EDGE = 2.0  # points between the column edges of two pieces of one table
_AMOUNT = re.compile(r"-?[\d,]*\d\.\d+%?|-?\d{1,3}(?:,\d{3})+")
_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_NUMERIC = re.compile(r"[-\d,.%\s]+")
_ITEM = re.compile(r"其中|[（(]?[一二三四五六七八九十\d]+[)）、.．]|[①-⑳]")
_CONTINUED = re.compile(r"[（(]?\s*续\s*表?\s*\d*\s*[)）]?")
_CAPTION_LINES = 6


class Table:
    """A table growing by the pieces of the following pages."""

    def __init__(self, piece: Piece, captions: Sequence[Line] = ()) -> None:
        self.captions = {_words(line.text) for line in captions[-_CAPTION_LINES:]}
        self.pieces = [piece]
        self.joins: list[int] = []

    def takes(self, piece: Piece, above: Sequence[Line] = ()) -> bool:
        """Whether a piece continues the table: the next page, the same size, column edges within 2 pt, no text in between.

        The lines ``above`` it may only repeat the table's own caption - then its header row has to be repeated as well, or
        the caption has to say 续: two forms of one kind look alike.
        """
        last = self.pieces[-1]
        if piece.page != last.page + 1 or not _alike(piece.size, last.size) or self._edges(piece) is None:
            return False
        if not above:
            return True
        if any(_words(line.text) not in self.captions for line in above):
            return False
        return any(_CONTINUED.search(line.text) for line in above) or self._repeated(piece) > 0

    def add(self, piece: Piece) -> None:
        """Joins a piece: without its repeated header; a row that runs over the page break becomes one row."""
        xs = self._edges(piece)
        assert xs is not None  # takes() said so
        self.pieces = [_on_edges(own, xs) for own in self.pieces]
        piece = _on_edges(piece, xs)
        piece = drop_rows(piece, self._repeated(piece))
        piece = drop_rows(piece, self._run_over(piece))
        if piece.n_rows:
            self.joins.append(sum(own.n_rows for own in self.pieces))
        self.pieces.append(piece)

    @property
    def xs(self) -> list[float]:
        return self.pieces[0].xs

    def grid(self) -> Grid:
        """The finished table; it takes the cells of its pieces over."""
        cells, offset = list[GridCell](), 0
        for piece in self.pieces:
            for cell in piece.cells:
                cell.row += offset
            cells += piece.cells
            offset += piece.n_rows
        return Grid(
            offset,
            len(self.xs) - 1,
            cells,
            pages=[piece.page for piece in self.pieces],
            boxes=[(piece.page, piece.box) for piece in self.pieces],
            joins=self.joins,
            ruled=self.pieces[0].ruled,
        )

    def _edges(self, piece: Piece) -> list[float] | None:
        """The column edges that the table and a piece have in common.

        Without rules they are the middles of the white space between the columns, which the widest words of each page decide.
        """
        if not piece.ruled and not self.pieces[0].ruled:
            return self.xs if _overlap(self.xs, piece.xs) else None
        return common_edges(self.xs, piece.xs)

    def _repeated(self, piece: Piece) -> int:
        """How many leading rows of a piece repeat the table's header."""
        xs = self._edges(piece) or self.xs
        first, again = _on_edges(self.pieces[0], xs).rows(), _on_edges(piece, xs).rows()
        count = 0
        for own, other in zip(first, again, strict=False):
            texts = [(cell.column, cell.text) for cell in own]
            words = [text for _, text in texts if text]
            if texts != [(cell.column, cell.text) for cell in other] or any(_AMOUNT.fullmatch(text) for text in words):
                break
            count += 1
        filled = any(cell.text for row in first[:count] for cell in row)
        return count if filled else 0

    def _run_over(self, piece: Piece) -> int:
        """1 if the first row is the rest of the last row of the page before, which then takes its text, else 0.

        Two ways of printing a row that does not fit: in full on both pages, clipped; or its text divided. Divided text goes
        on in cells that were full, while the row's other cells, filled on the first page, stay empty.
        """
        last = self.pieces[-1]
        if not piece.n_rows or not last.n_rows:
            return 0
        before = {cell.column: cell for cell in last.cells if cell.row + cell.rowspan == last.n_rows and cell.text}
        rest = [cell for cell in piece.rows()[0] if cell.text]
        if not rest or any(cell.column not in before for cell in rest):
            return 0
        if all(cell.text == before[cell.column].text for cell in rest):
            return int(any(not _NUMERIC.fullmatch(cell.text) for cell in rest))
        texts = [(before[cell.column].text, cell.text) for cell in rest]
        code = any(_CODE.fullmatch(first + more) and not _CODE.fullmatch(first) for first, more in texts)
        numbers = [_broken(first, more, code) for first, more in texts if _NUMERIC.fullmatch(more)]
        divided = all(numbers) and all(
            (before[cell.column].row, cell.column) in last.wrapped
            and cell.colspan == before[cell.column].colspan
            and (_NUMERIC.fullmatch(cell.text) or not _ITEM.match(cell.text))
            for cell in rest
        )
        if not divided or (len(before) == len(rest) and not numbers):
            return 0
        for cell in rest:
            before[cell.column].text += cell.text
        return 1


def _broken(first: str, rest: str, row: bool) -> bool:
    """Whether both together are an amount that the second is not: 1,530. and 32, 1,530.3 and 2. Or a code: 2050 and 2.

    Where the code of a ``row`` was divided, its amounts may be divided before any of their digits.
    """
    if _CODE.fullmatch(first + rest):
        return _CODE.fullmatch(first) is None or _CODE.fullmatch(rest) is None
    return (row or _AMOUNT.fullmatch(rest) is None) and _AMOUNT.fullmatch(first + rest) is not None


def _words(text: str) -> str:
    return "".join(_CONTINUED.sub("", text).split())


def _alike(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return abs(a[0] - b[0]) <= _EDGE and abs(a[1] - b[1]) <= _EDGE


def _overlap(a: list[float], b: list[float]) -> bool:
    """Whether two rows of slots are of one number, each mostly where its counterpart is."""
    return len(a) == len(b) and all(
        min(end, last) - max(start, first) > _MOSTLY * min(end - start, last - first)
        for (start, end), (first, last) in zip(pairwise(a), pairwise(b), strict=True)
    )


def common_edges(a: list[float], b: list[float]) -> list[float] | None:
    """The finer of two rows of column edges, if the other one's are all among them and the outer ones are the same."""
    fine, coarse = (a, b) if len(a) >= len(b) else (b, a)
    if abs(a[0] - b[0]) > _EDGE or abs(a[-1] - b[-1]) > _EDGE:
        return None
    return fine if all(any(abs(x - edge) <= _EDGE for edge in fine) for x in coarse) else None


def _on_edges(piece: Piece, xs: list[float]) -> Piece:
    """The piece with its cells on finer column edges: a cell that was one column wide may now span several."""
    if len(xs) == len(piece.xs):
        return replace(piece, xs=xs)
    place = [min(range(len(xs)), key=lambda k: abs(xs[k] - edge)) for edge in piece.xs]
    cells = [
        replace(cell, column=place[cell.column], colspan=place[cell.column + cell.colspan] - place[cell.column])
        for cell in piece.cells
    ]
    wrapped = frozenset((row, place[column]) for row, column in piece.wrapped)
    return replace(piece, xs=xs, cells=cells, wrapped=wrapped)
