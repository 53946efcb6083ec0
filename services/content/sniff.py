"""What kind of file some bytes are, by their content: names and declared media types are not believed."""

from __future__ import annotations

import io
import json
import re
import zipfile

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
XML = "application/xml"
JSON = "application/json"
ZIP = "application/zip"
RAR = "application/vnd.rar"
SEVEN = "application/x-7z-compressed"
OFD = "application/ofd"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
RTF = "application/rtf"
OLE = "application/x-ole-storage"
"""A compound file that is none of the Office files known, or encrypted."""
UNKNOWN = "application/octet-stream"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = _OPEN_XML + "wordprocessingml.document"
XLSX = _OPEN_XML + "spreadsheetml.sheet"
PPTX = _OPEN_XML + "presentationml.presentation"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
ODT = _OPEN_DOCUMENT + "text"
ODS = _OPEN_DOCUMENT + "spreadsheet"
JPEG, PNG, TIFF, GIF, BMP, WEBP = (f"image/{kind}" for kind in ("jpeg", "png", "tiff", "gif", "bmp", "webp"))

EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    OFD: ("ofd",),
    DOC: ("doc", "wps", "dot"),
    XLS: ("xls", "et"),
    PPT: ("ppt",),
    OLE: (),
    DOCX: ("docx",),
    XLSX: ("xlsx", "xlsm"),
    PPTX: ("pptx",),
    ODT: ("odt",),
    ODS: ("ods",),
    RTF: ("rtf",),
    ZIP: ("zip",),
    RAR: ("rar",),
    SEVEN: ("7z",),
    TEXT: ("txt", "md", "csv"),
    JPEG: ("jpg", "jpeg"),
    PNG: ("png",),
    TIFF: ("tif", "tiff"),
}
"""Media types that a disclosure can have, and the extensions that promise them. HTML is not a file, but a page."""

DOCUMENTS = frozenset(EXTENSIONS)
FILE_EXTENSIONS = frozenset(extension for extensions in EXTENSIONS.values() for extension in extensions)

_ARCHIVES = ((b"Rar!\x1a\x07", RAR), (b"7z\xbc\xaf\x27\x1c", SEVEN))
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"GIF8", GIF),
    (b"{\\rtf", RTF),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", OLE),
    ("WordDocument", DOC),
    ("WpsDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)
_ZIP_PARTS = (
    ("OFD.xml", OFD),
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSX),
    ("ppt/presentation.xml", PPTX),
)
_HEAD = 8192
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_HTML_START = re.compile(
    rb"\s*<(?:!--|(?:title|meta|link|script|style|table|div|span|center|font|article|section|main|header|form|ul|ol|a|img|br|h[1-6]|p)\b)",
    re.I,
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\v\x1b")


def sniff(body: bytes) -> str:
    """The media type of ``body``; ``application/octet-stream`` where it is nothing known."""
    if body[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _sniff_zip(body)
    if body.startswith(_OLE_MAGIC):
        return _sniff_ole(body)
    if archive := _begins(body, _ARCHIVES):
        return archive
    if b"%PDF-" in body[:1024]:  # after the archives, which may hold a PDF as it is
        return PDF
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return WEBP
    if known := _begins(body, _MAGIC):
        return known
    if _is_text(body):
        return _sniff_text(body)
    return BMP if body.startswith(b"BM") else _anything_else(body)


def _begins(body: bytes, table: tuple[tuple[bytes, str], ...]) -> str | None:
    return next((media_type for magic, media_type in table if body.startswith(magic)), None)


def _sniff_ole(body: bytes) -> str:
    """A compound file is what its first known stream is: embedded objects come after the streams of their host."""
    found = [(place, kind) for name, kind in _OLE_STREAMS if (place := body.find(name.encode("utf-16-le") + b"\0\0")) >= 0]
    return min(found)[1] if found else OLE


def _sniff_zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 256:
                declared = package.read("mimetype").decode("ascii", "replace").strip()
                if declared in DOCUMENTS:
                    return declared
                if declared.startswith(_OPEN_DOCUMENT):
                    return next((kind for kind in (ODT, ODS) if declared.startswith(kind)), declared)  # or its template
    except Exception:  # a damaged package raises whatever its damaged part raises
        return ZIP
    return next((media_type for part, media_type in _ZIP_PARTS if part in names), ZIP)


def _is_text(body: bytes) -> bool:
    """Text has next to no control characters, but in UTF-16, which says what it is."""
    if body.startswith(_MARKS):
        return True
    head = body[:65536]
    return len(head) - len(head.translate(None, _CONTROLS)) <= len(head) // 200


def _sniff_text(body: bytes) -> str:
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")
    if _HTML.search(head) or _HTML_START.match(head):
        return HTML
    if head.lstrip().startswith(b"<?xml"):
        return XML
    return JSON if _is_json(body) else TEXT


def _is_json(body: bytes) -> bool:
    """A message from a download handler, not a document."""
    if body.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _anything_else(body: bytes) -> str:
    """A name for what is refused anyway, for the log."""
    import puremagic  # only here: it reads its table of a thousand kinds

    try:
        return str(puremagic.from_string(body[:_HEAD], mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN
