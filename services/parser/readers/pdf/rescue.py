"""Characters that pdfium loses, read again by pdfminer (through pdfplumber), a page at a time.

pdfium drops a text object without extent: a single character of a font that is neither embedded nor on this machine. pdfminer
needs no font to know what is printed; it takes twenty times as long.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from typing import Any

from services.parser.readers.pdf.characters import plain
from services.parser.readers.pdf.geometry import Matrix, apply, upright
from services.parser.readers.pdf.page import Glyph, PageContent


class Rescue:
    """One document; opened when the first page is asked for."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._document: Any = None

    def reread(self, content: PageContent) -> None:
        """Replaces the glyphs of a page. The page is left as it is if pdfminer cannot read it either."""
        page = self._page(content.number)
        if page is None:
            return
        quarters = Counter(_quarter(char["matrix"]) for char in page.chars)
        if quarters:
            quarter = quarters.most_common(1)[0][0]
            turn = upright(quarter, 0, 0, float(page.width), float(page.height))
            chars = [char for char in page.chars if _quarter(char["matrix"]) == quarter]
            glyphs = [_glyph(char, turn) for char in chars if len(char["text"]) == 1 and not char["text"].isspace()]
            content.glyphs = [glyph for glyph in glyphs if glyph.text and glyph.em > 0.5]
        page.close()

    def _page(self, number: int) -> Any:
        import pdfplumber  # only here: it takes longer to import than a document to read

        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it has a word to say on every damaged operand

        try:
            if self._document is None:
                self._document = pdfplumber.open(io.BytesIO(self._body))
            page = self._document.pages[number - 1]
            return page if page.chars is not None else None
        except Exception:  # whatever a damaged page makes of pdfminer: pdfium's reading stays
            return None


def _quarter(matrix: tuple[float, ...]) -> int:
    """Quarter turns clockwise of a character's direction."""
    a, b = matrix[0], matrix[1]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b < 0 else 3


def _glyph(char: dict[str, Any], turn: Matrix) -> Glyph:
    (ax, ay), (bx, by) = apply(turn, char["x0"], char["y0"]), apply(turn, char["x1"], char["y1"])
    _, baseline = apply(turn, char["matrix"][4], char["matrix"][5])
    return Glyph(min(ax, bx), max(ax, bx), baseline, abs(by - ay), plain(ord(char["text"])))
