"""What kind of file some bytes are, by their content: names and declared media types are not believed."""

from __future__ import annotations

import io
import re
import zipfile

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
)
"""Leading bytes → kind; ``ole`` is DOC, XLS, WPS or ET."""

ZIP_PARTS: tuple[tuple[str, str], ...] = (
    ("OFD.xml", "ofd"),
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsx"),
)
"""A member that only one kind of package has → kind."""

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_HTML_START = re.compile(rb"\s*<(?:!--|title|meta|link|script|style|table|div|span|center|font|article|section|h[1-6]|p)\b", re.I)


def sniff(body: bytes) -> str:
    """The kind of file: ``empty zeros pdf html text xml docx xlsx odf ofd zip rar 7z ole image rtf`` or ``binary``."""
    if not body:
        return "empty"
    if not body.strip(b"\x00"):
        return "zeros"
    if body[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _sniff_zip(body)
    if b"%PDF-" in body[:1024] and not body.startswith((b"Rar!", b"7z\xbc\xaf")):  # which may hold a PDF as it is
        return "pdf"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image"
    for magic, kind in MAGIC:
        if body.startswith(magic) and not (magic == b"BM" and _is_text(body)):
            return kind
    if not _is_text(body):
        return "binary"
    if _HTML.search(_ascii(body[:8192])) or _HTML_START.match(_ascii(body[:1024])):
        return "html"
    return "xml" if _ascii(body[:64]).lstrip().startswith(b"<?xml") else "text"


def _is_text(body: bytes) -> bool:
    """Text has next to no control characters (but in UTF-16, which says what it is)."""
    if body.startswith(_BOMS):
        return True
    head = body[:65536]
    controls = len(head) - len(head.translate(None, bytes(c for c in range(32) if c not in b"\t\n\r\f\v\x1b")))
    return controls <= len(head) // 200


def _ascii(head: bytes) -> bytes:
    """The ASCII of some bytes, UTF-16 included."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")


def _sniff_zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 256:
                declared = package.read("mimetype")
                if b"opendocument" in declared:
                    return "odf"
    except Exception:  # a damaged archive raises whatever its damaged part raises
        return "zip"
    return next((kind for part, kind in ZIP_PARTS if part in names), "zip")
