"""PDF files with a text layer → Layout.

pdfium delivers characters and rules (``characters``, ``paths``); rules make lattices (``lattice``) and with the characters in
them pieces of tables (``tables``), which are joined over pages (``abreast``, ``continuation``); the other characters make lines
(``lines``), of which page headers and numbers are dropped (``furniture``) and the rest becomes paragraphs (``paragraphs``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from schemas.base import Box
from services.parser.layout import Block, Layout, Page, Unreadable
from services.parser.readers.limits import Limits
from services.parser.readers.pdf.abreast import join_abreast
from services.parser.readers.pdf.bare import bare_tables
from services.parser.readers.pdf.borderless import find_borderless, rows_below
from services.parser.readers.pdf.characters import read_page
from services.parser.readers.pdf.continuation import Table
from services.parser.readers.pdf.furniture import without_furniture
from services.parser.readers.pdf.lattice import Lattice, find_lattices
from services.parser.readers.pdf.lines import Line, set_lines
from services.parser.readers.pdf.page import Glyph, PageContent
from services.parser.readers.pdf.paragraphs import Margins, find_margins, set_paragraphs
from services.parser.readers.pdf.rescue import Rescue
from services.parser.readers.pdf.rows import missing_rules
from services.parser.readers.pdf.tables import Piece, read_piece, split_caption, stacked, words
from services.parser.readers.pdf.unwalled import missing_between, missing_walls

_TAIL = 4096  # bytes at the end of the file in which its end mark stands
_FEW = 80  # characters on a scan: a page number, a heading typed above it
_SCAN = 0.4  # of the page, covered by a picture
_LOGO = 0.1
_GARBLED = 0.1  # of the characters of a page: enough to make a word or a number another one anywhere

REASONS: dict[int, str] = {
    raw.FPDF_ERR_FILE: "no-pages",  # what _why sets before, left alone
    raw.FPDF_ERR_PASSWORD: "password",
    raw.FPDF_ERR_SECURITY: "security",
    raw.FPDF_ERR_FORMAT: "damaged",
}
"""pdfium's error → the reason."""


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``encrypted``, ``damaged``, ``empty`` (no pages) or ``too-many-pages``."""
    document = _open(body)
    try:
        limits.check_pages(len(document))
        layout = Layout("pdf", metadata=_metadata(document))
        contents = list(_contents(document, Rescue(body), layout, limits))
    finally:
        document.close()
    layout.blocks = compose(contents)
    return layout


def _open(body: bytes) -> Any:
    tail = body[-_TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        # pdfium would patch up what is left of it and nobody would miss the rest.
        raise Unreadable("cut-off")
    try:
        return pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        raise Unreadable(REASONS.get(_why(body), "damaged")) from error


def _why(body: bytes) -> int:
    """pdfium's error for a file that it does not open. It leaves the last error as it was when there are no pages."""
    raw.FPDF_LoadDocument(b"", None)
    try:
        pdfium.PdfDocument(body).close()
    except pdfium.PdfiumError:
        return int(raw.FPDF_GetLastError())
    return int(raw.FPDF_ERR_UNKNOWN)


def _metadata(document: Any) -> dict[str, str]:
    return {key: value.strip("\x00 ") for key, value in document.get_metadata_dict(skip_empty=True).items()}


def _contents(document: Any, rescue: Rescue, layout: Layout, limits: Limits) -> Iterator[PageContent]:
    characters = 0
    for index in range(len(document)):
        try:
            content = read_page(document, index)
        except pdfium.PdfiumError:
            content = PageContent(index + 1, 0, 0, unmapped=1)
        if content.lost:
            rescue.reread(content)
        characters += len(content.glyphs)
        limits.check_characters(characters)
        readable = _readable(content)
        if readable:
            layout.pages.append(Page(content.number, round(content.width, 1), round(content.height, 1)))
        else:
            content = _recognised(document, content, layout)
        yield content


def _recognised(document: Any, content: PageContent, layout: Layout) -> PageContent:
    """What can be recognised on a page without readable text. The models are loaded for the first one."""
    from services.parser.readers.ocr.page import read_scan, record

    return record(read_scan(document, content.number), layout)


def _readable(content: PageContent) -> bool:
    """Whether what a page says is in its text: not where a picture covers most of it, nor where it is drawn or garbled."""
    characters = len(content.glyphs)
    if content.unmapped > _GARBLED * characters:
        return False
    if not characters:
        return content.picture < _LOGO and not content.drawn
    return characters > _FEW or content.picture < _SCAN


def compose(contents: Sequence[PageContent]) -> list[Block]:
    """The blocks of some pages, in reading order."""
    pieces, lines = [], []
    for content in contents:
        found, rest = _tables(content)
        pieces.append(found)
        lines.append(rest)
    lines = without_furniture([(content.height, its) for content, its in zip(contents, lines, strict=True)])
    join_abreast(pieces, lines)
    margins = find_margins(chain.from_iterable(lines), {content.number: content.width for content in contents})
    stream = chain.from_iterable(_in_order(its, found) for its, found in zip(lines, pieces, strict=True))
    return list(_blocks(stream, margins))


def _tables(content: PageContent) -> tuple[list[Piece], list[Line]]:
    """The pieces of tables on a page, and the lines outside them."""
    floors, walls = missing_walls(content.levels, content.uprights, content.glyphs)
    levels = content.levels + floors
    lattices = find_lattices(levels, content.uprights + walls)
    held, free = _hold(lattices, content.glyphs)
    rest = set_lines(free, content.number)
    added = [rule for lattice, cells in zip(lattices, held, strict=True) for rule in missing_rules(lattice, cells)]
    for rules in bare_tables(rest):
        its_floors, its_walls = missing_between(rules, free)
        added += [*rules, *its_floors] if its_walls else []
        walls += its_walls
    if added:
        lattices = find_lattices(levels + added, content.uprights + walls)
        held, free = _hold(lattices, content.glyphs)
        rest = set_lines(free, content.number)
    size = content.width, content.height
    pieces, lines = find_borderless(rest, size)
    for lattice, cells in zip(lattices, held, strict=True):
        if not any(cells):
            continue  # a stray empty table, a drawing
        whole = read_piece(lattice, cells, content.number, size)
        whole.ruled = not any(wall.start in lattice.ys and wall.at in lattice.xs for wall in walls)
        for part in stacked(whole):
            captions, piece = split_caption(part)
            lines += captions
            if piece is not None:
                pieces.append(piece)
    return pieces, sorted(lines, key=lambda line: line.y)


Held = list[list[list[Glyph]]]
NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)


def _hold(lattices: list[Lattice], glyphs: Sequence[Glyph]) -> tuple[Held, list[Glyph]]:
    """The glyphs in each cell of each lattice - each belongs to the cell that holds its middle - and those in none."""
    held: Held = [[[] for _ in lattice.spans] for lattice in lattices]
    free: list[Glyph] = []
    if not lattices:
        return held, list(glyphs)
    cell, (left, top, right, bottom) = free, NOWHERE
    for word in words(glyphs, sorted(x for lattice in lattices for x in lattice.xs)):
        first = word[0]
        x, y = (first.x0 + word[-1].x1) / 2, first.y - 0.36 * first.em  # the middle, whatever the glyph's box says
        if not (left <= x < right and top <= y < bottom):
            cell, (left, top, right, bottom) = _cell(lattices, held, x, y) or (free, NOWHERE)
        cell += word
    return held, free


def _cell(lattices: list[Lattice], held: Held, x: float, y: float) -> tuple[list[Glyph], Box] | None:
    """What the cell that holds a point holds so far, and its box where every point of it is its own."""
    for number, lattice in enumerate(lattices):
        cell = lattice.at(x, y)
        if cell is not None:
            return held[number][cell], NOWHERE if number else lattice.span_box(lattice.spans[cell])
    return None


def _in_order(lines: list[Line], pieces: list[Piece]) -> list[Line | Piece]:
    return sorted([*lines, *pieces], key=lambda item: item.y if isinstance(item, Line) else item.ys[0])


def _blocks(stream: Iterable[Line | Piece], margins: dict[int, Margins]) -> Iterator[Block]:
    table: Table | None = None
    lines: list[Line] = []
    for item in _with_last_rows(list(stream)):
        if isinstance(item, Line):
            lines.append(item)
            continue
        between = lines if table and all(line.page == item.page for line in lines) else None
        if table and between is not None and table.takes(item, between):
            table.add(item)
        else:
            if table:
                yield table.grid()
            yield from set_paragraphs(lines, margins)
            table = Table(item, [line for line in lines if line.page == item.page])
        lines = []
    if table:
        yield table.grid()
    yield from set_paragraphs(lines, margins)


def _with_last_rows(stream: list[Line | Piece]) -> Iterator[Line | Piece]:
    """The stream; the last rows of a table without rules, where they stand at the head of the next page, as a piece of it."""
    at = 0
    while at < len(stream):
        item = stream[at]
        yield item
        at += 1
        if isinstance(item, Piece) and not item.ruled:
            rest = rows_below(item, _head(stream[at:], item.page + 1))
            if rest is not None:
                at += rest.n_rows
                yield rest


def _head(stream: list[Line | Piece], page: int) -> list[Line]:
    """The lines with which the stream goes on, of one page."""
    lines: list[Line] = []
    for item in stream:
        if not isinstance(item, Line) or item.page != page:
            break
        lines.append(item)
    return lines
