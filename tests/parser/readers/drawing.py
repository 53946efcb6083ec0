"""Small PDFs to order: text, rules and tables at given places, in points from the top left corner of an upright page."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import reportlab
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from services.parser.layout import Grid, Layout, TextBlock

A4 = (595.0, 842.0)
LANDSCAPE = (842.0, 595.0)
SIZE = 10.0


class Sheet:
    """A page being drawn."""

    def __init__(self, canvas: Canvas, size: tuple[float, float]) -> None:
        self.canvas, self.size = canvas, size

    def text(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        """Text with its baseline at y from the top."""
        self.canvas.setFont("STSong-Light", size)
        self.canvas.drawString(x, self.size[1] - y, text)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        height = self.size[1]
        self.canvas.line(x0, height - y0, x1, height - y1)

    def bar(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A rule drawn as a thin filled rectangle."""
        height = self.size[1]
        self.canvas.rect(
            min(x0, x1) - 0.25, height - max(y0, y1) - 0.25, abs(x1 - x0) + 0.5, abs(y1 - y0) + 0.5, stroke=0, fill=1
        )

    def table(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        rows: Sequence[Sequence[str]],
        merged: Sequence[tuple[int, int, int, int]] = (),
        line: Callable[[float, float, float, float], None] | None = None,
    ) -> None:
        """A ruled table; ``merged`` are (row, column, rows, columns). Every cell's text stands at its left."""
        draw = line or self.rule
        covered = {(r + i, c + k): (r, c) for r, c, rows_, columns in merged for i in range(rows_) for k in range(columns)}
        for r in range(len(ys) - 1):
            for c in range(len(xs) - 1):
                if c == 0 or covered.get((r, c), (r, c)) != covered.get((r, c - 1), (r, c - 1)):
                    draw(xs[c], ys[r], xs[c], ys[r + 1])
                if r == 0 or covered.get((r, c), (r, c)) != covered.get((r - 1, c), (r - 1, c)):
                    draw(xs[c], ys[r], xs[c + 1], ys[r])
                if rows[r][c]:
                    for number, part in enumerate(rows[r][c].split("\n")):
                        self.text(xs[c] + 3, ys[r] + 13 + 12 * number, part)
        for r in range(len(ys) - 1):
            draw(xs[-1], ys[r], xs[-1], ys[r + 1])
        draw(xs[0], ys[-1], xs[-1], ys[-1])


def pdf(*pages: Callable[[Sheet], None], size: tuple[float, float] = A4, rotate: int = 0, **options: object) -> bytes:
    """A PDF of these pages. With ``rotate`` they are drawn turned and carry ``/Rotate``, so that a viewer shows them upright.

    reportlab itself exchanges the sides of a page turned by a quarter.
    """
    registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, **options)
    for draw in pages:
        turn(canvas, rotate, size)
        if rotate:
            canvas.setPageRotation(rotate)
        draw(Sheet(canvas, size))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def turn(canvas: Canvas, rotate: int, size: tuple[float, float]) -> None:
    """User space such that what is drawn upright in it is upright after a clockwise turn of the page by ``rotate`` degrees."""
    width, height = size
    if rotate == 90:
        canvas.translate(height, 0)
    elif rotate == 180:
        canvas.translate(width, height)
    elif rotate == 270:
        canvas.translate(0, width)
    canvas.rotate(rotate)


def grids(layout: Layout) -> list[Grid]:
    return [block for block in layout.blocks if isinstance(block, Grid)]


def texts(layout: Layout) -> list[str]:
    return [block.text for block in layout.blocks if isinstance(block, TextBlock)]


def rows(grid: Grid) -> list[list[str]]:
    """Texts by slot, a merged cell's in its first one."""
    table = [[""] * grid.n_columns for _ in range(grid.n_rows)]
    for cell in grid.cells:
        table[cell.row][cell.column] = cell.text
    return table


def spans(grid: Grid) -> set[tuple[int, int, int, int]]:
    return {(c.row, c.column, c.rowspan, c.colspan) for c in grid.cells if c.rowspan > 1 or c.colspan > 1}


def tiles(grid: Grid) -> bool:
    """Whether every slot belongs to exactly one cell."""
    slots = [(c.row + r, c.column + k) for c in grid.cells for r in range(c.rowspan) for k in range(c.colspan)]
    return sorted(slots) == [(r, c) for r in range(grid.n_rows) for c in range(grid.n_columns)]


def unnamed(words: str) -> bytes:
    """A page with words in a font that is in the file but does not say which characters its glyphs are."""
    face = TTFontFile(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
    shown = "".join(f"{face.charToGlyph[ord(character)]:04X}" for character in words)
    content = f"BT /F 12 Tf 72 720 Td <{shown}> Tj ET".encode()
    file = zlib.compress(face._ttf_data)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Vera/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Vera/CIDToGIDMap/Identity/DW 600/FontDescriptor 7 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        b"<</Type/FontDescriptor/FontName/AAAAAA+Vera/Flags 4/FontBBox[-200 -250 1300 950]/ItalicAngle 0/Ascent 928"
        b"/Descent -236/CapHeight 730/StemV 80/FontFile2 8 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(file), file),
    ]
    body, starts = b"%PDF-1.5\n", []
    for number, item in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count, end = len(objects) + 1, len(body)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    return body + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, end)
