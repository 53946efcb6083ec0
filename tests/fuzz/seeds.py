"""One small, sound document of each format, made here: what the mutations start from, and what the tests of readers read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
import numpy as np
import openpyxl
import py7zr
import pypdfium2 as pdfium
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import H, P
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen import canvas

from tests.fuzz import xls

TITLE = "2024年度部门决算公开"
SENTENCE = "2024年度收入总计1,234.50万元，比上年增加34.50万元，增长2.88%。"
ROWS = (
    ("项目", "行次", "决算数"),
    ("一、一般公共预算财政拨款收入", "1", "1,200.00"),
    ("二、其他收入", "2", "34.50"),
    ("本年收入合计", "3", "1,234.50"),
)


def text() -> bytes:
    return "\n".join((TITLE, SENTENCE, "", *("\t".join(row) for row in ROWS))).encode("gb18030")


def html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return f"<html><body><h1>{TITLE}</h1><p>{SENTENCE}&nbsp;</p><table>{rows}</table></body></html>".encode("gb18030")


def pdf() -> bytes:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, (595, 842))
    for number, row in enumerate(ROWS):
        for k, cell in enumerate(row):
            page.drawString(60 + 160 * k, 700 - 20 * number, "".join(c for c in cell if c.isascii()) or "x")
    page.grid([50, 210, 370, 530], [640 + 20 * k for k in range(5)])
    page.drawString(60, 760, "1,234.50 34.50 2.88%")
    page.showPage()
    page.save()
    return buffer.getvalue()


def word() -> bytes:
    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph(SENTENCE)
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    return _saved(document.save)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "收入决算表"
    sheet.append((TITLE,))
    sheet.merge_cells("A1:C1")
    for row in ROWS:
        sheet.append(row[:2] + tuple(float(cell.replace(",", "")) if "." in cell else cell for cell in row[2:]))
    for (cell,) in sheet["C3:C5"]:
        cell.number_format = "#,##0.00"
    sheet.append((SENTENCE,))
    return _saved(book.save)


def odt() -> bytes:
    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text=TITLE))
    document.text.addElement(P(text=SENTENCE))
    document.text.addElement(_odf_table())
    return _saved(document.save)


def ods() -> bytes:
    document = OpenDocumentSpreadsheet()
    document.spreadsheet.addElement(_odf_table())
    return _saved(document.save)


def _odf_table() -> Table:
    table = Table(name="收入决算表")
    for cells in ROWS:
        row = TableRow()
        for words in cells:
            cell = TableCell()
            cell.addElement(P(text=words))
            row.addElement(cell)
        table.addElement(row)
    return table


def ofd() -> bytes:
    """A page of A4: a title, a sentence, a table drawn with lines; coordinates in millimetres."""
    texts = [_ofd_text(60, 30, TITLE), _ofd_text(20, 45, SENTENCE)]
    for number, row in enumerate(ROWS):
        texts += [_ofd_text(22 + 60 * k, 66 + 10 * number, cell) for k, cell in enumerate(row)]
    lines = [f"M 20 {60 + 10 * k} L 200 {60 + 10 * k}" for k in range(len(ROWS) + 1)]
    lines += [f"M {20 + 60 * k} 60 L {20 + 60 * k} {60 + 10 * len(ROWS)}" for k in range(4)]
    path = f'<ofd:PathObject Boundary="0 0 210 297"><ofd:AbbreviatedData>{" ".join(lines)}</ofd:AbbreviatedData></ofd:PathObject>'
    area = "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
    return packed(
        {
            "OFD.xml": _ofd("OFD", "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"),
            "Doc_0/Document.xml": _ofd(
                "Document",
                f"<ofd:CommonData><ofd:PageArea>{area}</ofd:PageArea></ofd:CommonData>"
                '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>',
            ),
            "Doc_0/Pages/Page_0/Content.xml": _ofd(
                "Page", f'<ofd:Content><ofd:Layer ID="2">{"".join(texts)}{path}</ofd:Layer></ofd:Content>'
            ),
        }
    )


def _ofd(tag: str, content: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:{tag} xmlns:ofd="http://www.ofdspec.org/2016">{content}</ofd:{tag}>'.encode()
    )


def _ofd_text(x: float, y: float, words: str, size: float = 3.5) -> str:
    steps = " ".join(f"{size if ord(character) > 127 else size / 2:g}" for character in words[:-1])
    code = f'<ofd:TextCode X="0" Y="{size}" DeltaX="{steps}">{words}</ofd:TextCode>'
    return f'<ofd:TextObject Boundary="{x} {y - size} 180 {size * 1.2}" Size="{size}">{code}</ofd:TextObject>'


def picture(rows: int = 3) -> np.ndarray:
    """A drawn table of numbers with a line above it, 200 dpi, grey. Square: the detector enlarges strips, at a threefold cost."""
    image = Image.new("L", (1000, 1000), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(30)
    pen.text((60, 20), "Total income 1,234.50 and growth 2.88%", 0, font)
    for number in range(rows):
        for k, words in enumerate((f"Item {number + 1}", f"{number + 1},{number + 2}34.50", f"{number}{number + 5}.0{number}")):
            pen.text((70 + 300 * k, 92 + 60 * number), words, 0, font)
    for k in range(4):
        pen.line((50 + 300 * k, 80, 50 + 300 * k, 80 + 60 * rows), 0, 3)
    for k in range(rows + 1):
        pen.line((50, 80 + 60 * k, 950, 80 + 60 * k), 0, 3)
    return np.array(image)


def image() -> bytes:
    return _saved(lambda buffer: Image.fromarray(picture()).save(buffer, "png", dpi=(200, 200)))


def tiff() -> bytes:
    return _saved(lambda buffer: Image.fromarray(picture()).save(buffer, "tiff", dpi=(200, 200), compression="tiff_lzw"))


def scan() -> bytes:
    """A PDF whose page is an image."""
    document = pdfium.PdfDocument.new()
    page, item = document.new_page(360, 360), pdfium.PdfImage.new(document)
    item.load_jpeg(io.BytesIO(_saved(lambda buffer: Image.fromarray(picture()).save(buffer, "jpeg"))), inline=True)
    item.set_matrix(pdfium.PdfMatrix().scale(360, 360))
    page.insert_obj(item)
    page.gen_content()
    return _saved(document.save)


def archive() -> bytes:
    return packed({"2024年度部门决算公开.docx": word(), "附件1 收入决算表.xlsx": workbook()})


def seven() -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as packer:
        packer.writestr(word(), "决算公开.docx")
        packer.writestr(text(), "附件1.txt")
    return buffer.getvalue()


def rar(method: int = 0x30) -> bytes:
    """RAR 4, members stored (or said to be packed by another method): readable without a program that unpacks."""
    body = b"Rar!\x1a\x07\x00" + _rar_block(0x73, 0, b"\x00" * 6)
    for name, content in (("final.docx", word()), ("annex1.txt", text())):
        fields = struct.pack("<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0x21, 20, method, len(name), 0x20)
        body += _rar_block(0x74, 0x8000, fields + name.encode()) + content
    return body + _rar_block(0x7B, 0x4000, b"")


def _rar_block(kind: int, flags: int, fields: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def compound() -> bytes:
    """What an old Excel file begins with, and nothing that a workbook needs."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le") + bytes(1008)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP file of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packer:
        for name, content in parts.items():
            packer.writestr(name, content)
    return buffer.getvalue()


def unpacked(body: bytes) -> dict[str, bytes]:
    """The members of a ZIP file."""
    with zipfile.ZipFile(io.BytesIO(body)) as packer:
        return {name: packer.read(name) for name in packer.namelist()}


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


SEEDS: dict[str, Callable[[], bytes]] = {
    "text": text,
    "html": html,
    "pdf": pdf,
    "docx": word,
    "xlsx": workbook,
    "odt": odt,
    "ods": ods,
    "ofd": ofd,
    "zip": archive,
    "7z": seven,
    "rar": rar,
    "ole": compound,
    "xls": xls.workbook,
    "image": image,
    "tiff": tiff,
    "scan": scan,
}
"""Format → maker of its seed."""

PACKAGES = ("docx", "xlsx", "odt", "ods", "ofd", "zip")
"""Formats that are ZIP files: their members are mutated as well, and packed again."""

SLOW = ("image", "tiff", "scan")
"""Formats that need character recognition: seconds, not milliseconds."""
