"""A document as a PDF: portrait text, tables over several pages without a repeated header, wide tables on landscape pages."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph, Spacer, Table

from deploy.local.samples.document import Document, Sheet, Text

FONT = "STSong-Light"
MARGIN = 72


def to_pdf(document: Document) -> bytes:
    """The PDF's bytes; the same for the same document (no creation time, no random id)."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    upright, wide = A4, landscape(A4)
    template = BaseDocTemplate(buffer, title=document.title, author="", invariant=1)
    template.addPageTemplates([_page("upright", upright), _page("wide", wide)])
    story: list[Any] = []
    is_wide = False
    for i, piece in enumerate(document.pieces):
        if isinstance(piece, Sheet):
            story += _turn(piece.landscape) + _table(piece, (wide if piece.landscape else upright)[0] - 2 * MARGIN)
            is_wide = piece.landscape
        else:
            after_table = i > 0 and isinstance(document.pieces[i - 1], Sheet)
            if is_wide or after_table or piece.level == 2:
                story += _turn(False)
                is_wide = False
            story.append(_text(piece))
    template.build(story)
    return buffer.getvalue()


def _page(name: str, size: tuple[float, float]) -> PageTemplate:
    frame = Frame(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN, leftPadding=0, rightPadding=0)

    def number(canvas: Any, _: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(size[0] / 2, MARGIN / 2, f"- {canvas.getPageNumber()} -")

    return PageTemplate(name, [frame], onPage=number, pagesize=size)


def _turn(wide: bool) -> list[Any]:
    return [NextPageTemplate("wide" if wide else "upright"), PageBreak()]


def _text(piece: Text) -> Paragraph:
    if piece.level == 0:
        style = ParagraphStyle("body", fontName=FONT, fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
    else:
        size = {1: 22, 2: 18, 3: 14, 4: 12}[piece.level]
        centred = {"alignment": TA_CENTER} if piece.level < 3 else {"firstLineIndent": 24}
        style = ParagraphStyle("head", fontName=FONT, fontSize=size, leading=size * 1.6, spaceAfter=6, wordWrap="CJK", **centred)
    return Paragraph(piece.text, style)


def _table(sheet: Sheet, width: float) -> list[Any]:
    title = ParagraphStyle("title", fontName=FONT, fontSize=16, leading=24, alignment=TA_CENTER, wordWrap="CJK")
    small = ParagraphStyle("small", fontName=FONT, fontSize=9, leading=14, wordWrap="CJK")
    n_columns = sum(across for _, _, across in sheet.header[0])
    data: list[list[Any]] = []
    style: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ]
    cell = ParagraphStyle("cell", fontName=FONT, fontSize=9, leading=13, wordWrap="CJK")
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(sheet.header):
        out: list[Any] = [""] * n_columns
        c = 0
        for text, down, across in row:
            while (r, c) in taken:
                c += 1
            out[c] = Paragraph(text, cell)
            taken |= {(r + i, c + j) for i in range(down) for j in range(across)}
            if down > 1 or across > 1:
                style.append(("SPAN", (c, r), (c + across - 1, r + down - 1)))
            c += across
        data.append(out)
    data += [[Paragraph(text, cell) if text else "" for text in row] for row in sheet.rows]
    widths = _widths(sheet, n_columns, width)
    return [
        Paragraph(sheet.title, title),
        Paragraph(f"部门：{sheet.body}　　　　单位：{sheet.unit}", small),
        Table(data, colWidths=widths, style=style, repeatRows=0),
        Spacer(1, 6),
        *[Paragraph(note, small) for note in sheet.notes],
    ]


def _widths(sheet: Sheet, n_columns: int, width: float) -> list[float]:
    """Columns of names get more room than columns of amounts."""
    weights = [1.0] * n_columns
    for row in sheet.rows:
        for i, text in enumerate(row):
            weights[i] = max(weights[i], min(len(text) / 5, 3.5))
    return [width * weight / sum(weights) for weight in weights]
