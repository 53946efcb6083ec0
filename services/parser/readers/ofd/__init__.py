"""OFD documents (GB/T 33190) → Layout: characters and rules with their places, and from there on the PDF reader's way."""

from __future__ import annotations

from collections.abc import Iterator

from services.parser.layout import Layout, Page, Unreadable
from services.parser.readers.limits import Limits
from services.parser.readers.ofd.document import Document
from services.parser.readers.ofd.page import Picture, read_page
from services.parser.readers.package import Package
from services.parser.readers.pdf import compose
from services.parser.readers.pdf.page import PageContent

_FEW = 80  # characters on a scan: a page number, a heading typed above it
_SCAN, _LOGO = 0.4, 0.1  # of the page, covered by a picture: with few characters, with none


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``empty``, ``too-many-pages`` besides what a package raises."""
    document = Document(Package(body, limits))
    limits.check_pages(len(document.pages))
    if not document.pages:
        raise Unreadable("no-pages")
    layout = Layout("ofd", metadata=document.metadata)
    layout.blocks = compose(list(_contents(document, layout, limits)))
    return layout


def _contents(document: Document, layout: Layout, limits: Limits) -> Iterator[PageContent]:
    characters = 0
    for number, parts in enumerate(document.pages, 1):
        content, pictures = read_page(document, parts, number)
        characters += len(content.glyphs)
        limits.check_characters(characters)
        if content.picture >= (_SCAN if content.glyphs else _LOGO) and len(content.glyphs) <= _FEW:
            yield _recognised(document, content, max(pictures, key=lambda picture: picture.area), layout, limits)
            continue
        layout.pages.append(Page(number, round(content.width, 1), round(content.height, 1)))
        yield content


def _recognised(document: Document, content: PageContent, picture: Picture, layout: Layout, limits: Limits) -> PageContent:
    """A scanned page. The models are loaded for the first one."""
    from services.parser.readers.image import decode
    from services.parser.readers.ocr.page import read_image, record

    try:
        pixels, dpi = next(decode(document.picture(picture.resource), limits))
    except (Unreadable, StopIteration):
        return record(PageContent(content.number, content.width, content.height, drawn=True), layout)
    return record(read_image(pixels, dpi, content.number), layout)
