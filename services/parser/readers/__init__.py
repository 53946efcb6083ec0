"""Readers: any file's bytes → ``Layout``. What comes after is format-blind.

A kind of file is one sibling module with ``read(body, name, limits) -> Layout`` and one line in ``READERS``; modules are
imported when first needed, so that reading a text file does not wait for the PDF library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from services.parser.layout import Layout, Unreadable
from services.parser.readers.limits import Limits
from services.parser.readers.sniff import sniff

__all__ = ["READERS", "Limits", "read"]

Reader = Callable[[bytes, str | None, Limits], Layout]

READERS: dict[str, str] = {
    "html": "services.parser.readers.html",
    "pdf": "services.parser.readers.pdf",
    "text": "services.parser.readers.text",
    "docx": "services.parser.readers.docx",
    "xlsx": "services.parser.readers.sheets",
    "odf": "services.parser.readers.odf",
    "ofd": "services.parser.readers.ofd",
    "ole": "services.parser.readers.ole",
    "rtf": "services.parser.readers.ole",
    "image": "services.parser.readers.image",
    "zip": "services.parser.readers.archive",
    "rar": "services.parser.readers.archive",
    "7z": "services.parser.readers.archive",
}
"""Kind of file → module that reads it."""

REFUSED: dict[str, tuple[str, str]] = {
    "empty": ("empty", "the file is empty"),
    "zeros": ("unknown", "the file holds nothing but zero bytes: a failed download"),
    "binary": ("unknown", "the file is of no known kind: neither text nor a document format"),
    "xml": ("unsupported", "an XML file that is not a web page cannot be read yet"),
}
"""Kind of file that no module reads → code and reason."""

DEFAULT_LIMITS = Limits()


def read(body: bytes, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The Layout of a file. ``name`` is its file name or URL, a hint only.

    Raises ``Unreadable`` (a stable code, a reason for people) when no Layout can be made of it.
    """
    limits.check_bytes(len(body))
    kind = sniff(body)
    if kind not in READERS:
        raise Unreadable(*REFUSED[kind])
    reader: Reader = import_module(READERS[kind]).read
    return reader(body, name, limits)
