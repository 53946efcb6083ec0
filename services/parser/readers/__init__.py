"""Readers: any file's bytes → ``Layout``. What comes after is format-blind.

A kind of file is one sibling module with ``read(body, name, limits) -> Layout`` and one line in ``READERS``; modules are
imported when first needed, so that reading a text file does not wait for the PDF library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from services.content import sniff
from services.parser.layout import Layout, Unreadable
from services.parser.readers.limits import Limits

__all__ = ["READERS", "Limits", "read"]

Reader = Callable[[bytes, str | None, Limits], Layout]

_HERE = "services.parser.readers."
READERS: dict[str, str] = {
    sniff.HTML: _HERE + "html",
    sniff.PDF: _HERE + "pdf",
    sniff.TEXT: _HERE + "text",
    sniff.DOCX: _HERE + "docx",
    sniff.XLSX: _HERE + "sheets",
    sniff.XLS: _HERE + "sheets",
    sniff.ODT: _HERE + "odf",
    sniff.ODS: _HERE + "odf",
    sniff.OFD: _HERE + "ofd",
    sniff.DOC: _HERE + "old",
    sniff.RTF: _HERE + "old",
    sniff.OLE: _HERE + "old",
    **dict.fromkeys((sniff.JPEG, sniff.PNG, sniff.TIFF, sniff.GIF, sniff.BMP, sniff.WEBP), _HERE + "image"),
    **dict.fromkeys((sniff.ZIP, sniff.RAR, sniff.SEVEN), _HERE + "archive"),
}
"""Kind of file → module that reads it."""

REFUSED: dict[str, str] = {
    sniff.XML: "xml",
    sniff.JSON: "json",
    sniff.PPT: "presentation",
    sniff.PPTX: "presentation",
}
"""Kind of file that no module reads → the reason."""

DEFAULT_LIMITS = Limits()


def read(body: bytes, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The Layout of a file. ``name`` is its file name or URL, a hint only.

    Raises ``Unreadable`` (a stable code, a reason for people) when no Layout can be made of it.
    """
    limits.check_bytes(len(body))
    if not body:
        raise Unreadable("empty-file")
    if not body.strip(b"\x00"):
        raise Unreadable("zeros")
    kind = sniff.sniff(body)
    if kind not in READERS:
        raise Unreadable(REFUSED.get(kind, "unknown-kind"))
    reader: Reader = import_module(READERS[kind]).read
    return reader(body, name, limits)
