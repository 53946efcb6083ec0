"""Old texts (DOC, WPS, RTF) → Layout: converted to DOCX by LibreOffice, where it is installed."""

from __future__ import annotations

from services.content.sniff import OLE, RTF, sniff
from services.parser.layout import Layout, Unreadable
from services.parser.readers import docx
from services.parser.readers.libreoffice import converted
from services.parser.readers.limits import Limits

_SECTOR = 512
_WORD = b"\xec\xa5"  # wIdent, the first two bytes of a Word document's main stream ([MS-DOC] 2.5.2, FibBase)
_FLAGS, _ENCRYPTED = 0x0A, 0x0100


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``encrypted``, ``unsupported`` (no LibreOffice, no Office file), ``damaged``, ``timeout``."""
    kind = sniff(body)
    if kind == OLE:
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise Unreadable("password")
        raise Unreadable("compound")
    if kind != RTF and _encrypted(body):
        raise Unreadable("password")
    layout = docx.read(converted(body, ".rtf" if kind == RTF else ".doc", "docx"), None, limits)
    layout.reader = "rtf" if kind == RTF else "doc"
    return layout


def _encrypted(body: bytes) -> bool:
    """Whether a Word file asks for a password: its main stream begins with a sector of the compound file."""
    starts = (at for at in range(_SECTOR, len(body), _SECTOR) if body.startswith(_WORD, at))
    start = next(starts, None)
    return start is not None and bool(int.from_bytes(body[start + _FLAGS : start + _FLAGS + 2], "little") & _ENCRYPTED)
