"""Bytes → ``Report``: reading, identity, outline, tables and narrative put together. Pure: no broker, no clock, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from schemas.ids import document_id, report_id
from schemas.place import Place
from schemas.report import Line, Paragraph, Reading, Report
from schemas.trusted import trusted
from services.parser.annexes import join
from services.parser.blanks import closed
from services.parser.identity import identify
from services.parser.layout import Layout, TextBlock, Unreadable
from services.parser.narrative import Narrative, narrate
from services.parser.outline import outline
from services.parser.readers import read
from services.parser.reasons import unread
from services.parser.tables import TablesRead, bind

_MOST_GAPS = 200  # stretches of a paragraph that are told apart; text of nothing but entities is not worth more
_trusted_place, _trusted_paragraph, _trusted_line = trusted(Place), trusted(Paragraph), trusted(Line)
PARSER_VERSION = "1"
"""Goes up when the same bytes give another report."""


def build_report(
    body: bytes,
    *,
    name: str | None = None,
    url: str | None = None,
    source: str | None = None,
    version: int = 1,
    title: str | None = None,
    published: str | None = None,
    annexes: Sequence[tuple[str, bytes]] = (),
) -> Report:
    """What a document says, every number with its place.

    ``name`` is the file name, ``title`` and ``published`` what the page that linked to the file says, ``annexes`` the files
    (name, bytes) that belong to the same report; one that cannot be read is a warning. Raises
    ``services.parser.layout.Unreadable`` where no reader can make sense of the document itself.
    """
    layout = read(body, name)
    read_annexes = []
    for annex, content in annexes:
        try:
            read_annexes.append((annex, read(content, annex)))
        except Unreadable as error:
            layout.warnings.append(unread(annex, error.reason))
    return assemble(
        join(layout, read_annexes) if read_annexes else layout,
        document_id(body),
        name=name,
        url=url,
        source=source,
        version=version,
        title=title,
        published=published,
    )


def assemble(
    layout: Layout,
    document: str,
    *,
    name: str | None = None,
    url: str | None = None,
    source: str | None = None,
    version: int = 1,
    title: str | None = None,
    published: str | None = None,
) -> Report:
    """The report of a layout that has been read; ``document`` is the sha256 of its bytes."""
    layout = closed(layout)
    blocks = [block for block in layout.blocks if isinstance(block, TextBlock)]
    places = [_place(index, block) for index, block in enumerate(blocks)]
    sections = outline([block.text for block in blocks], places, _marked(blocks))
    identity = identify(layout, sections, name=name, url=url, title=title, published=published)
    tables = bind(layout, kind=identity.kind, fiscal_year=identity.fiscal_year, issuer=identity.issuer)
    narrative = narrate(blocks, sections, identity, tables=tables.tables, facts=tables.facts)
    return Report(
        report_id=report_id(identity, url or document),
        document=document,
        url=url,
        source=source,
        version=version,
        identity=identity,
        metadata=layout.metadata,
        outline=tuple(sections.sections),
        paragraphs=tuple(map(_paragraph, blocks, places, sections.of_paragraph)),
        tables=tuple(tables.tables),
        facts=(*tables.facts, *narrative.facts),
        claims=tuple(narrative.claims),
        reading=_reading(layout, tables, narrative),
        parser_version=PARSER_VERSION,
    )


def _marked(blocks: Sequence[TextBlock]) -> list[bool]:
    """Which paragraphs the file itself marks as headings: by markup, or centred and no smaller than its text."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        sizes[round(block.size, 1)] += len(block.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    return [
        bool(block.heading) or (block.centred and len(block.text) <= 45 and (block.bold or block.size > body * 0.9))
        for block in blocks
    ]


def _place(index: int, block: TextBlock) -> Place:
    start, end = block.span(0, len(block.text))
    return _trusted_place(page=block.page, box=block.box, start=start, end=end, paragraph=index, offset=0)


def _paragraph(block: TextBlock, place: Place, section: int | None) -> Paragraph:
    return _trusted_paragraph(
        text=block.text,
        place=place,
        lines=tuple(_lines(block)),
        section=section,
        confidence=block.confidence,
    )


def _lines(block: TextBlock) -> Iterator[Line]:
    """The printed lines; where the decoded text holds more than the paragraph, a fragment for each stretch without a gap."""
    if block.map is None or len(block.map) != len(block.text):
        yield from (_trusted_line(offset=line.offset, page=line.page, box=line.box) for line in block.lines)
        return
    gaps = [at for at in range(1, len(block.map)) if block.map[at] != block.map[at - 1] + 1]
    if len(gaps) > _MOST_GAPS:
        gaps = []
    known = gaps or block.map[-1] - block.map[0] == len(block.map) - 1
    printed = {line.offset: line for line in block.lines}
    here = block.lines[0] if block.lines else None
    for offset in sorted({0, *gaps, *(offset for offset in printed if offset < len(block.map))}):
        here = printed.get(offset, here)
        start = block.map[offset] if known else None
        yield _trusted_line(offset=offset, start=start, page=here.page if here else None, box=here.box if here else None)


def _reading(layout: Layout, tables: TablesRead, narrative: Narrative) -> Reading:
    """How well the document could be read."""
    return Reading(
        pages=len(layout.pages),
        unreadable_pages=tuple(page.number for page in layout.pages if not page.readable),
        ocr_pages=tuple(page.number for page in layout.pages if page.ocr),
        tables_found=len(tables.tables),
        tables_recognised=sum(table.kind is not None for table in tables.tables),
        table_numbers=tables.table_numbers,
        table_numbers_bound=tables.bound,
        narrative_numbers=narrative.numbers,
        narrative_numbers_bound=narrative.bound,
        unbound=(*tables.unbound, *narrative.unbound),
        reader=layout.reader,
        warnings=tuple(layout.warnings),
    )
