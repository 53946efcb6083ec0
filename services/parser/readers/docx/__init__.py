"""Word documents (DOCX) → Layout, from their XML: as the document reads with all tracked changes accepted."""

from __future__ import annotations

from services.parser.layout import Layout, Unreadable
from services.parser.readers.docx.body import Body
from services.parser.readers.docx.numbering import Numbering
from services.parser.readers.docx.styles import Styles
from services.parser.readers.flow import number_offsets
from services.parser.readers.limits import Limits
from services.parser.readers.package import Element, Package, child, local
from services.parser.readers.wrapped import rejoined

_MAIN = "word/document.xml"


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Offsets point into the text that is read. Raises ``Unreadable``: ``empty`` besides what a package raises."""
    package = Package(body, limits)
    document = child(package.xml(_MAIN), "body")
    if document is None:
        raise Unreadable("damaged")
    reader = Body(Styles(_optional(package, "word/styles.xml")), Numbering(_optional(package, "word/numbering.xml")), limits)
    blocks = rejoined(reader.blocks(document))
    if not blocks:
        raise Unreadable("no-text")
    number_offsets(blocks)
    return Layout("docx", blocks, metadata=_metadata(package))


def _optional(package: Package, name: str) -> Element | None:
    return package.xml(name) if name in package else None


def _metadata(package: Package) -> dict[str, str]:
    core = _optional(package, "docProps/core.xml")
    return {} if core is None else {local(item): item.text.strip() for item in core if item.text and item.text.strip()}
