"""How much of a document a reader is willing to read: input is hostile, and a worker's memory is finite."""

from __future__ import annotations

from dataclasses import dataclass

from services.parser.layout import Unreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """``bytes`` of the file, ``pages`` of a paged document, ``characters`` of text in the whole document."""

    bytes: int = 128 * 1024 * 1024
    pages: int = 2_000
    characters: int = 20_000_000

    def check_bytes(self, size: int) -> None:
        """Raises ``Unreadable("too-large")``."""
        if size > self.bytes:
            raise Unreadable("too-large", f"the file has {size:,} bytes, more than the {self.bytes:,} that are read")

    def check_pages(self, pages: int) -> None:
        """Raises ``Unreadable("too-many-pages")``."""
        if pages > self.pages:
            raise Unreadable("too-many-pages", f"the document has {pages:,} pages, more than the {self.pages:,} that are read")

    def check_characters(self, characters: int) -> None:
        """Raises ``Unreadable("too-long")``."""
        if characters > self.characters:
            raise Unreadable("too-long", f"the document has more than the {self.characters:,} characters that are read")
