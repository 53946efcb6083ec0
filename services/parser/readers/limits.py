"""How much of a document a reader is willing to read: input is hostile, and a worker's memory is finite."""

from __future__ import annotations

from dataclasses import dataclass

from services.parser.layout import Unreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """``bytes`` of the file, ``pages`` of a paged document, ``characters`` of text in the whole document.

    Of a packed file: ``expanded`` bytes and ``members`` in all, ``nesting`` of archives in archives. Of a table: ``cells``.
    """

    bytes: int = 128 * 1024 * 1024
    pages: int = 2_000
    characters: int = 20_000_000
    expanded: int = 256 * 1024 * 1024
    members: int = 5_000
    nesting: int = 3
    cells: int = 500_000

    def check_bytes(self, size: int) -> None:
        """Raises ``Unreadable`` (``too-large``)."""
        if size > self.bytes:
            raise Unreadable("large-file", size=size, limit=self.bytes)

    def check_pages(self, pages: int) -> None:
        """Raises ``Unreadable`` (``too-many-pages``)."""
        if pages > self.pages:
            raise Unreadable("many-pages", pages=pages, limit=self.pages)

    def check_characters(self, characters: int) -> None:
        """Raises ``Unreadable`` (``too-long``)."""
        if characters > self.characters:
            raise Unreadable("many-characters", limit=self.characters)

    def check_cells(self, cells: int) -> None:
        """Raises ``Unreadable`` (``too-large``)."""
        if cells > self.cells:
            raise Unreadable("many-cells", limit=self.cells)
