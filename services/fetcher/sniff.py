"""What kind of file some bytes are: names and declared media types are not believed."""

from __future__ import annotations

import io
import json
import re
import zipfile

import puremagic

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
XML = "application/xml"
JSON = "application/json"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
UNKNOWN = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument."

EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    "application/ofd": ("ofd",),
    "application/msword": ("doc", "wps", "dot"),
    "application/vnd.ms-excel": ("xls", "et"),
    "application/vnd.ms-powerpoint": ("ppt",),
    OLE: (),
    _OFFICE + "wordprocessingml.document": ("docx",),
    _OFFICE + "spreadsheetml.sheet": ("xlsx", "xlsm"),
    _OFFICE + "presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/rtf": ("rtf",),
    ZIP: ("zip",),
    "application/vnd.rar": ("rar",),
    "application/x-7z-compressed": ("7z",),
    TEXT: ("txt", "md", "csv"),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/tiff": ("tif", "tiff"),
}
"""Media types that a disclosure can have, and the extensions that promise them. HTML is not a file, but a page."""

DOCUMENTS = frozenset(EXTENSIONS)
FILE_EXTENSIONS = frozenset(extension for extensions in EXTENSIONS.values() for extension in extensions)

_MAGIC = (
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"{\\rtf", "application/rtf"),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", OLE),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_ZIP_PARTS = (
    ("OFD.xml", "application/ofd"),
    ("word/document.xml", _OFFICE + "wordprocessingml.document"),
    ("xl/workbook.xml", _OFFICE + "spreadsheetml.sheet"),
    ("xl/workbook.bin", _OFFICE + "spreadsheetml.sheet"),
    ("ppt/presentation.xml", _OFFICE + "presentationml.presentation"),
)
_HEAD = 8192
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_HTML_START = re.compile(rb"\s*<(?:!--|[a-z][a-z0-9]*[\s/>])", re.I)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\v\x1b")


def sniff(body: bytes) -> str:
    """The media type of ``body``; ``application/octet-stream`` where it is nothing known."""
    if b"%PDF-" in body[:1024]:
        return PDF
    if body.startswith(_OLE_MAGIC):
        return _sniff_ole(body)
    if body[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _sniff_zip(body)
    for magic, media_type in _MAGIC:
        if body.startswith(magic):
            return media_type
    if _is_text(body):
        return _sniff_text(body)
    return _anything_else(body)


def _sniff_ole(body: bytes) -> str:
    """A compound file is what its first known stream is: embedded objects come after the streams of their host."""
    found = [(place, kind) for name, kind in _OLE_STREAMS if (place := body.find(name.encode("utf-16-le") + b"\0\0")) >= 0]
    return min(found)[1] if found else OLE


def _sniff_zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                declared = package.read("mimetype").decode("ascii", "replace").strip()
                if declared in DOCUMENTS:
                    return declared
    except Exception:  # a damaged package raises whatever its damaged part raises
        return ZIP
    return next((media_type for part, media_type in _ZIP_PARTS if part in names), ZIP)


def _is_text(body: bytes) -> bool:
    """Text has no NUL bytes, but in UTF-16, which says what it is, and next to no control characters."""
    if body.startswith(_MARKS):
        return True
    head = body[:65536]
    return b"\x00" not in head and len(head) - len(head.translate(None, _CONTROLS)) <= len(head) // 200


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
    try:
        return str(puremagic.from_string(body[:_HEAD], mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN
