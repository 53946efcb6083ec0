"""A report laid out for a page: paragraphs and tables in reading order, every number a mark in its place."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.place import Evidence, Place
from schemas.report import Cell, ColumnRole, Report, SectionKind, Table

LEVELS = 6
"""HTML has headings from h1 to h6."""
HEADING = 40
"""Characters: a numbered paragraph that is longer is text, though it counts as an item of the outline."""
TITLE_WITHIN = 4
"""Paragraphs above a table among which its title may stand."""


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number: what stands there, and the facts that were read from it (none: unbound). ``index`` is its anchor."""

    index: int
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a paragraph: plain text, or a number; ``anchors`` are those of the quotes that begin here."""

    text: str
    number: Number | None = None
    quoted: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell to be drawn."""

    text: str
    number: Number | None
    rowspan: int
    colspan: int
    head: bool
    amount: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to be drawn; ``caption`` and ``notes`` are what the paragraphs around it do not say already."""

    table: Table
    caption: str
    notes: tuple[str, ...]
    rows: tuple[tuple[Slot, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (with its heading level, 0 for none) or a table; ``page`` where a new page begins."""

    index: int
    page: int | None
    level: int = 0
    segments: tuple[Segment, ...] = ()
    grid: Grid | None = None


@dataclass
class Numbers:
    """Every printed number of a document, counted from ``first``: the documents of one page are numbered through."""

    first: int = 0
    all: list[Number] = field(default_factory=list)

    def add(self, text: str, facts: Iterable[str]) -> Number:
        number = Number(self.first + len(self.all), text, tuple(facts))
        self.all.append(number)
        return number


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a paragraph that a finding quotes."""

    anchor: str
    paragraph: int
    start: int
    end: int


Spans = dict[int, list[tuple[int, int, str | None]]]


def lay_out(report: Report, numbers: Numbers, quotes: Iterable[Quote] = ()) -> list[Block]:
    """The report as blocks. Its numbers are added to ``numbers``."""
    spans, cells = _places(report)
    quoted: dict[int, list[Quote]] = defaultdict(list)
    for quote in quotes:
        quoted[quote.paragraph].append(quote)
    levels = {section.first: section.level for section in report.outline if section.kind is not SectionKind.COVER}
    tables = sorted(report.tables, key=lambda table: (table.after_paragraph, table.index))
    texts = [paragraph.text for paragraph in report.paragraphs]
    said = frozenset(texts)
    blocks: list[Block] = []
    page = None

    def turned(now: int | None) -> int | None:
        nonlocal page
        if now is None or now == page:
            return None
        page = now
        return now

    def draw(table: Table) -> None:
        at = table.after_paragraph
        above = texts[max(0, at - TITLE_WITHIN) : at]
        caption = "" if table.title is None or table.title in above else table.title
        notes = tuple(note for note in table.notes if note not in said)
        grid = Grid(table, caption, notes, _rows(table, cells, numbers))
        blocks.append(Block(table.index, turned(min(table.pages, default=None)), grid=grid))

    for index, paragraph in enumerate(report.paragraphs):
        while tables and tables[0].after_paragraph <= index:
            draw(tables.pop(0))
        segments = tuple(_segments(paragraph.text, spans.get(index, []), quoted.get(index, []), numbers))
        level = min(levels[index] + 1, LEVELS) if index in levels and len(paragraph.text) <= HEADING else 0
        blocks.append(Block(index, turned(paragraph.place.page), level, segments))
    for table in tables:
        draw(table)
    return blocks


def _places(report: Report) -> tuple[Spans, dict[tuple[int, int, int], list[str]]]:
    """Where the numbers stand: spans of paragraphs, and cells; each with the ids of its facts (None: unbound)."""
    spans: Spans = defaultdict(list)
    cells: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    found: list[tuple[Place, str, str | None]] = [(fact.place, fact.text, fact.id) for fact in report.facts]
    found += [(mention.place, mention.text, None) for mention in report.reading.unbound]
    for place, text, fact in found:
        if place.table is not None and place.row is not None and place.column is not None:
            cells[place.table, place.row, place.column] += [fact] if fact else []
        elif place.paragraph is not None and place.offset is not None:
            spans[place.paragraph].append((place.offset, place.offset + len(text), fact))
    return spans, cells


def _merged(spans: list[tuple[int, int, str | None]], length: int) -> list[tuple[int, int, tuple[str, ...]]]:
    """The spans in order; those that overlap (several facts of one print) are one."""
    merged: list[tuple[int, int, tuple[str, ...]]] = []
    for start, end, fact in sorted(spans, key=lambda span: span[:2]):
        facts = (fact,) if fact else ()
        if merged and start < merged[-1][1]:
            first, last, before = merged[-1]
            merged[-1] = (first, min(max(last, end), length), before + facts)
        elif start < min(end, length):
            merged.append((start, min(end, length), facts))
    return merged


def _segments(text: str, spans: list[tuple[int, int, str | None]], quotes: list[Quote], numbers: Numbers) -> Iterator[Segment]:
    """The text cut at its numbers, and at its quotes where they do not cut a number."""
    merged = _merged(spans, len(text))
    starting = {start: facts for start, _, facts in merged}
    inside = {at for start, end, _ in merged for at in range(start + 1, end)}
    cuts = {0, len(text)} | {at for start, end, _ in merged for at in (start, end)}
    cuts |= {at for quote in quotes for at in (quote.start, quote.end) if at not in inside and 0 < at < len(text)}
    seen: set[str] = set()
    for start, end in pairwise(sorted(cuts)):
        number = numbers.add(text[start:end], starting[start]) if start in starting else None
        here = [quote.anchor for quote in quotes if quote.start < end and start < quote.end]
        yield Segment(text[start:end], number, bool(here), tuple(anchor for anchor in here if anchor not in seen))
        seen.update(here)


def _rows(table: Table, facts: dict[tuple[int, int, int], list[str]], numbers: Numbers) -> tuple[tuple[Slot, ...], ...]:
    """The physical grid; slots that no cell covers are drawn empty."""
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        by_row[cell.row].append(cell)
    codes = {column.index for column in table.columns if column.role in (ColumnRole.CODE, ColumnRole.ROW_NUMBER)}
    reach = [0] * table.n_columns  # the first row that the cell above leaves free
    rows = []
    for row in range(table.n_rows):
        slots: list[Slot] = []
        cells = {cell.column: cell for cell in by_row[row]}
        for column in range(table.n_columns):
            if reach[column] > row:
                continue
            here = cells.get(column)
            if here is None:
                slots.append(Slot("", None, 1, 1, row < table.header_rows, False))
                continue
            end = min(column + here.colspan, table.n_columns)
            bottom = min(row + here.rowspan, table.n_rows)
            reach[column:end] = [bottom] * (end - column)
            place = (table.index, row, column)
            number = numbers.add(here.text, facts[place]) if place in facts else None
            amount = here.value is not None and column not in codes
            slots.append(Slot(here.text, number, bottom - row, end - column, row < table.header_rows, amount))
        rows.append(tuple(slots))
    return tuple(rows)


class Finder:
    """Finds in a report's paragraphs what evidence quotes."""

    def __init__(self, report: Report) -> None:
        self._paragraphs = report.paragraphs
        self._starts = [(p.place.start, index) for index, p in enumerate(report.paragraphs) if p.place.start is not None]
        self._of_page: dict[int, list[int]] = defaultdict(list)
        for index, paragraph in enumerate(report.paragraphs):
            for page in {paragraph.place.page, *(line.page for line in paragraph.lines)} - {None}:
                self._of_page[page or 0].append(index)

    def find(self, evidence: Evidence, anchor: str) -> Quote | None:
        """The span of the quote; the whole paragraph where the offsets say which it is and the words differ in layout."""
        if evidence.start is not None:
            at = bisect_right(self._starts, (evidence.start, len(self._paragraphs))) - 1
            candidates = [self._starts[at][1]] if at >= 0 else []
        else:
            candidates = self._of_page.get(evidence.page or 0, [])
        for index in candidates:
            start = self._paragraphs[index].text.find(evidence.quote)
            if start >= 0 and evidence.quote:
                return Quote(anchor, index, start, start + len(evidence.quote))
        place = self._paragraphs[candidates[0]].place if evidence.start is not None and candidates else None
        if place is None or place.end is None or evidence.start is None or evidence.start >= place.end:
            return None
        return Quote(anchor, candidates[0], 0, len(self._paragraphs[candidates[0]].text))
