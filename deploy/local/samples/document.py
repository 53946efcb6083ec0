"""A disclosure before it is a file: headings, paragraphs and tables, and the defects planted in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Text:
    """A paragraph (level 0) or a heading: 1 title, 2 part, 3 section, 4 item."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Sheet:
    """A statement table. ``header`` is rows of ``(text, rowspan, colspan)``; ``rows`` are the data rows as printed."""

    title: str
    unit: str
    body: str
    header: tuple[tuple[tuple[str, int, int], ...], ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    landscape: bool = False


Piece = Text | Sheet


@dataclass(frozen=True)
class Defect:
    """A planted defect: ``old`` becomes ``new`` in the text or, with ``table`` and ``row``, in that row of that table."""

    id: str
    old: str
    new: str
    category: str
    stated: str
    table: str | None = None
    row: str | None = None


@dataclass(frozen=True)
class Document:
    """A whole disclosure."""

    title: str
    published: str
    pieces: tuple[Piece, ...] = field(default=())

    def plant(self, defects: list[Defect]) -> Document:
        """This document with the defects in it. Raises ValueError for a defect that fits no place or several."""
        document = self
        for defect in defects:
            document = document._plant(defect)
        return document

    def _plant(self, defect: Defect) -> Document:
        pieces: list[Piece] = []
        hits = 0
        for piece in self.pieces:
            if isinstance(piece, Text) and defect.table is None:
                hits += piece.text.count(defect.old)
                pieces.append(replace(piece, text=piece.text.replace(defect.old, defect.new)))
            elif isinstance(piece, Sheet) and piece.title == defect.table:
                rows = []
                for row in piece.rows:
                    if defect.row in row and defect.old in row:
                        at = row.index(defect.old)
                        row, hits = (*row[:at], defect.new, *row[at + 1 :]), hits + 1
                    rows.append(row)
                pieces.append(replace(piece, rows=tuple(rows)))
            else:
                pieces.append(piece)
        if hits != 1:
            raise ValueError(f"defect {defect.id}: {defect.old!r} stands {hits} times, it must stand once")
        return replace(self, pieces=tuple(pieces))
