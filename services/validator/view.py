"""``View``: a report indexed once for all rules, and the only maker of evidence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from schemas.place import Evidence, Place
from schemas.report import (
    Cell,
    Claim,
    ClaimKind,
    Column,
    Fact,
    Identity,
    Measure,
    Paragraph,
    Report,
    Section,
    SectionKind,
    Table,
    TableRow,
)
from schemas.trusted import trusted
from services.validator.widths import folded

T = TypeVar("T")
_evidence = trusted(Evidence)
_STOPS = "。；;！？\n"
_WHOLE_TEXT = 80


_money: Callable[[Fact], tuple[object, ...]] = attrgetter(
    "concept", "fund", "nature", "function", "economy", "item", "phase", "year"
)


class View:
    """A report and its indexes. Rules read; they never change anything.

    ``report`` is what rules search, full-width digits folded; evidence quotes ``printed_report``, where every character has the
    same place.
    """

    def __init__(self, report: Report) -> None:
        self.printed_report = report
        self.report = folded(report)
        self.facts: dict[str, Fact] = {fact.id: fact for fact in report.facts}
        self._made: dict[Callable[[View], Any], Any] = {}
        self._by_slot: dict[int, dict[tuple[int, int], Cell]] = {}
        self._by_row: dict[int, dict[int, list[Cell]]] = {}

    def once(self, make: Callable[[View], T]) -> T:
        """What ``make`` makes of this view, made once for all rules that ask."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def by_concept(self) -> dict[str, list[Fact]]:
        """The facts of each concept, in the order of the report."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.report.facts:
            found[fact.concept].append(fact)
        return found

    @cached_property
    def said(self) -> list[Fact]:
        """The facts that sentences state."""
        return [fact for fact in self.report.facts if fact.source != "table"]

    @cached_property
    def tabled(self) -> list[Fact]:
        """The facts that tables state."""
        return [fact for fact in self.report.facts if fact.source == "table"]

    @cached_property
    def by_value(self) -> dict[tuple[str, Decimal], list[Fact]]:
        """The facts by unit and absolute value."""
        found: dict[tuple[str, Decimal], list[Fact]] = defaultdict(list)
        for fact in self.report.facts:
            found[fact.unit, abs(fact.value)].append(fact)
        return found

    @cached_property
    def _by_table(self) -> dict[int, list[Fact]]:
        found: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.report.facts:
            if fact.place.table is not None:
                found[fact.place.table].append(fact)
        return found

    def in_table(self, table: int) -> list[Fact]:
        """The facts of a table, by its index."""
        return self._by_table.get(table, [])

    @cached_property
    def by_paragraph(self) -> dict[int, list[Fact]]:
        """The facts of each paragraph in order of their place."""
        found: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.report.facts:
            if fact.place.paragraph is not None and fact.place.offset is not None:
                found[fact.place.paragraph].append(fact)
        for facts in found.values():
            facts.sort(key=lambda fact: fact.place.offset or 0)
        return found

    @cached_property
    def identity(self) -> Identity:
        return self.report.identity

    @cached_property
    def year(self) -> int | None:
        return self.report.identity.fiscal_year

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return self.report.paragraphs

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return self.report.tables

    def amount_of(self, fact: Fact) -> Fact | None:
        """The amount that a change or rate is a change or rate of; None where it is stated nowhere, or in two ways."""
        found = self.amounts_like(fact)
        return found[0] if found and all(other.value == found[0].value for other in found) else None

    def amounts_like(self, fact: Fact) -> list[Fact]:
        """Every amount that is stated of the subject of ``fact``, for its phase and year."""
        return self._amounts.get(_money(fact), [])

    @cached_property
    def _amounts(self) -> dict[tuple[object, ...], list[Fact]]:
        found: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
        for fact in self.report.facts:
            if fact.measure is Measure.AMOUNT:
                found[_money(fact)].append(fact)
        return found

    # -- text -----------------------------------------------------------------------------------------------------

    def section_of(self, paragraph: int) -> Section | None:
        """The innermost section that the paragraph stands in."""
        index = self.paragraphs[paragraph].section
        return None if index is None else self.report.outline[index]

    def part_of(self, paragraph: int) -> SectionKind | None:
        """The kind of the outermost section around the paragraph that says more than PART (glossary, annex, contents ...)."""
        section = self.section_of(paragraph)
        kinds: list[SectionKind] = []
        while section is not None:
            kinds.append(section.kind)
            section = None if section.parent is None else self.report.outline[section.parent]
        for kind in reversed(kinds):
            if kind in (SectionKind.COVER, SectionKind.CONTENTS, SectionKind.ANNEX, SectionKind.GLOSSARY):
                return kind
        return kinds[-1] if kinds else None

    def sections(self, kind: SectionKind) -> Iterator[Section]:
        return (section for section in self.report.outline if section.kind == kind)

    def search(self, pattern: re.Pattern[str], *, marks: Sequence[str] = ()) -> Iterator[tuple[int, re.Match[str]]]:
        """Every match in every paragraph: ``(paragraph index, match)``. One of ``marks`` stands in whatever matches: a paragraph
        without any is not scanned."""
        there = [mark for mark in marks if mark in self.text]
        if marks and not there:
            return
        for index, paragraph in enumerate(self.paragraphs):
            text = paragraph.text
            if not there or any(mark in text for mark in there):
                for match in pattern.finditer(text):
                    yield index, match

    @cached_property
    def text(self) -> str:
        """All paragraphs, one a line."""
        return "\n".join([paragraph.text for paragraph in self.paragraphs])

    # -- tables ---------------------------------------------------------------------------------------------------

    @cached_property
    def printed(self) -> dict[int, str]:
        """Per table index, the text of its cells, one a line: to see quickly whether a table has some words at all."""
        return {table.index: "\n".join([cell.text for cell in table.cells]) for table in self.tables}

    def cells(self, table: Table) -> dict[tuple[int, int], Cell]:
        """The cells of one of the report's tables by ``(row, column)`` of their top left slot."""
        found = self._by_slot.get(id(table))
        if found is None:
            found = self._by_slot[id(table)] = {(cell.row, cell.column): cell for cell in table.cells}
        return found

    @cached_property
    def lines(self) -> dict[int, dict[tuple[int, int], TableRow]]:
        """Per table index, the lines by ``(row, side)``."""
        return {table.index: {(line.row, line.side): line for line in table.rows} for table in self.tables}

    @cached_property
    def columns(self) -> dict[int, dict[int, Column]]:
        """Per table index, the columns by index."""
        return {table.index: {column.index: column for column in table.columns} for table in self.tables}

    @cached_property
    def _tables(self) -> dict[int, Table]:
        return {table.index: table for table in self.tables}

    def line_of(self, fact: Fact) -> tuple[Table, TableRow | None, Column | None] | None:
        """The table, line and column that a fact stands in; None for a fact of the text."""
        place = fact.place
        if place.table is None or place.table not in self._tables or place.column is None or place.row is None:
            return None
        column = self.columns[place.table].get(place.column)
        line = self.lines[place.table].get((place.row, column.side if column else 0))
        return self._tables[place.table], line, column

    @cached_property
    def tables_by_kind(self) -> dict[str, list[Table]]:
        found: dict[str, list[Table]] = defaultdict(list)
        for table in self.tables:
            if table.kind:
                found[table.kind].append(table)
        return found

    def clause_before(self, fact: Fact, stops: re.Pattern[str], reach: int) -> str:
        """What is printed before a number of the text, from the last of ``stops`` on and at most ``reach`` characters; nothing
        before one that does not stand in the text."""
        place = fact.place
        if place.paragraph is None or place.offset is None:
            return ""
        return stops.split(self.paragraphs[place.paragraph].text[max(0, place.offset - reach) : place.offset])[-1]

    # -- claims ---------------------------------------------------------------------------------------------------

    @cached_property
    def claims_by_kind(self) -> dict[ClaimKind, list[Claim]]:
        found: dict[ClaimKind, list[Claim]] = defaultdict(list)
        for claim in self.report.claims:
            found[claim.kind].append(claim)
        return found

    def played(self, claim: Claim, role: str) -> tuple[Fact, ...]:
        """The facts that play a role of a claim."""
        identifiers = claim.roles.get(role)
        return tuple([self.facts[each] for each in identifiers if each in self.facts]) if identifiers else ()

    # -- evidence -------------------------------------------------------------------------------------------------

    def quote(self, paragraph: int, start: int, end: int) -> Evidence:
        """Evidence for ``text[start:end]`` of a paragraph."""
        holder = self.printed_report.paragraphs[paragraph]
        place = holder.place
        page, box = place.page, place.box
        first = last = None
        if holder.lines:
            offsets = [item.offset for item in holder.lines]
            line = holder.lines[max(0, bisect_right(offsets, start) - 1)]
            tail = holder.lines[max(0, bisect_right(offsets, max(start, end - 1)) - 1)]
            page, box = line.page or page, line.box or box
            if line.start is not None and tail.start is not None:
                first, last = line.start + start - line.offset, tail.start + end - tail.offset
        if first is None and place.start is not None and place.end is not None and place.end - place.start == len(holder.text):
            first, last = place.start + start, place.start + end
        return _evidence(quote=holder.text[start:end], page=page, start=first, end=last, box=box)

    def around(self, paragraph: int, start: int, end: int) -> Evidence:
        """Evidence for the clause around ``text[start:end]``: as much of its sentence as helps, at most some 80 characters."""
        text = self.paragraphs[paragraph].text
        first = max((text.rfind(stop, 0, start) for stop in _STOPS), default=-1) + 1
        stops = [found for stop in _STOPS if (found := text.find(stop, end)) >= 0]
        last = min(stops) if stops else len(text)
        if last - first > _WHOLE_TEXT:
            commas = [first] + [match.end() for match in re.finditer("[，,：:、](?!\\d)", text[:start]) if match.end() > first]
            first = commas[-1] if start - commas[-1] < _WHOLE_TEXT else max(first, start - 20)
            last = end
        return self.quote(paragraph, first, last)

    def evidence(self, place: Place, text: str) -> Evidence:
        """Evidence for a number at its place: its cell, or the number with the words around it."""
        if place.table is not None:
            table = self._printed_tables.get(place.table)
            cell = None if table is None else self.cells(table).get((place.row or 0, place.column or 0))
            spot = cell.place if cell else place
            return _evidence(
                quote=(cell.text if cell else text).strip() or text,
                page=spot.page,
                start=spot.start,
                end=spot.end,
                box=spot.box,
                table=place.table,
                row=place.row,
                column=place.column,
            )
        if place.paragraph is not None and place.offset is not None and place.paragraph < len(self.paragraphs):
            return self.around(place.paragraph, place.offset, place.offset + len(text))
        return _evidence(quote=text, page=place.page, start=place.start, end=place.end, box=place.box)

    def fact_evidence(self, fact: Fact) -> Evidence:
        return self.evidence(fact.place, fact.text)

    @cached_property
    def _printed_tables(self) -> dict[int, Table]:
        return {table.index: table for table in self.printed_report.tables}

    def row_evidence(self, table: Table, row: int) -> Evidence:
        """Evidence for a whole physical row of a table, its words separated by single spaces."""
        if table.index not in self._by_row:
            self._by_row[table.index] = _words_by_row(self._printed_tables[table.index])
        cells = self._by_row[table.index].get(row, [])
        starts = [cell.place.start for cell in cells if cell.place.start is not None]
        ends = [cell.place.end for cell in cells if cell.place.end is not None]
        return _evidence(
            quote=" ".join(cell.text.strip() for cell in cells),
            page=cells[0].place.page if cells else None,
            start=min(starts) if starts else None,
            end=max(ends) if ends else None,
            table=table.index,
            row=row,
        )


def _words_by_row(table: Table) -> dict[int, list[Cell]]:
    """The cells with words in each row."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        if cell.text and not cell.text.isspace():
            found[cell.row].append(cell)
    return found
