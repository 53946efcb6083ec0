"""Where something stands in a document."""

from __future__ import annotations

from schemas.base import Box, Contract


class Place(Contract):
    """A place in a document: a page and box, or a character span, and a table cell where there is one.

    ``page`` is 1-based and null in documents without pages. ``start`` and ``end`` (exclusive) are code-point offsets into
    the document's decoded text and null where the document has no such text (PDF). ``table``, ``row`` and ``column`` are
    0-based indexes into ``Report.tables`` and the physical cell grid. ``paragraph`` is a 0-based index into
    ``Report.paragraphs`` and ``offset`` the code-point offset inside that paragraph's text.
    """

    page: int | None = None
    start: int | None = None
    end: int | None = None
    box: Box | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    paragraph: int | None = None
    offset: int | None = None


class Evidence(Contract):
    """A verbatim quote and its place: what a reader is shown as proof."""

    quote: str
    page: int | None = None
    start: int | None = None
    end: int | None = None
    box: Box | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
