"""Small hand-made reports: the examples that every rule carries, and the tests' raw material.

A ``Draft`` is filled line by line and closed with ``report()``; it gives every number its true place, as a parser would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from schemas.place import Place
from schemas.report import (
    Cell,
    Claim,
    ClaimKind,
    Column,
    ColumnRole,
    Fact,
    Identity,
    Kind,
    Measure,
    Paragraph,
    Phase,
    PrintedIdentity,
    Reading,
    Report,
    RowRole,
    Scope,
    Section,
    SectionKind,
    Table,
    TableRow,
)

_UNITS = {"万元": ("CNY", 4), "元": ("CNY", 0), "%": ("percent", 0), "亿元": ("CNY", 8)}


def _number(text: str) -> tuple[Decimal, int]:
    """The value as printed and its displayed decimals."""
    value = Decimal(text.replace(",", "").rstrip("%"))
    exponent = value.as_tuple().exponent
    return value, max(0, -exponent) if isinstance(exponent, int) else 0


class Draft:
    """A report in the making. Every method but ``number`` and ``report`` returns the draft itself."""

    def __init__(
        self,
        issuer: str | None = "某市某区档案馆",
        *,
        kind: Kind | None = Kind.FINAL_ACCOUNTS,
        scope: Scope | None = Scope.DEPARTMENT,
        year: int | None = 2023,
        region: tuple[str, ...] = ("某市", "某区"),
        metadata: Mapping[str, str] | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.identity = Identity(issuer=issuer, kind=kind, scope=scope, fiscal_year=year, region=region, money_units=("万元",))
        self.metadata = dict(metadata or {})
        self.reading = reading or Reading()
        self._outline: list[Section] = []
        self._paragraphs: list[Paragraph] = []
        self._facts: list[Fact] = []
        self._claims: list[Claim] = []
        self._tables: list[Table] = []
        self._offset = 0

    def section(
        self,
        title: str,
        kind: SectionKind = SectionKind.SECTION,
        level: int = 2,
        number: str | None = None,
        ordinal: int | None = None,
    ) -> Draft:
        """Open a section: its heading is a paragraph of its own; a deeper section belongs to the last shallower one."""
        parents = [index for index, other in enumerate(self._outline) if other.level < level]
        here = len(self._paragraphs)
        heading = (number or "") + title
        self._outline.append(
            Section(
                kind=kind,
                level=level,
                number=number,
                ordinal=ordinal,
                title=title,
                parent=parents[-1] if parents else None,
                place=Place(start=self._offset, end=self._offset + len(heading), paragraph=here),
                first=here,
                last=here,
            )
        )
        return self.paragraph(heading)

    def paragraph(self, text: str, page: int | None = None) -> Draft:
        place = Place(
            page=page,
            start=None if page else self._offset,
            end=None if page else self._offset + len(text),
            paragraph=len(self._paragraphs),
        )
        section = len(self._outline) - 1 if self._outline else None
        self._paragraphs.append(Paragraph(text=text, place=place, section=section))
        self._offset += len(text) + 1
        for index, outline in enumerate(self._outline):
            ancestors = set()
            walk = section
            while walk is not None:
                ancestors.add(walk)
                walk = self._outline[walk].parent
            if index in ancestors:
                self._outline[index] = outline.model_copy(update={"last": len(self._paragraphs)})
        return self

    def number(
        self,
        text: str,
        unit: str,
        concept: str = "expenditure",
        *,
        occurrence: int = 0,
        measure: Measure | None = None,
        fund: str = "all",
        nature: str = "total",
        function: str | None = None,
        economy: str | None = None,
        item: str | None = None,
        phase: Phase | None = Phase.FINAL,
        year: int | None = None,
        sign: int = 1,
        base: str | None = None,
        confidence: float = 1.0,
    ) -> str:
        """Bind a number of the last paragraph; returns the fact's id. ``occurrence`` picks among equal texts."""
        holder = self._paragraphs[-1]
        at = -1
        for _ in range(occurrence + 1):
            at = holder.text.index(text, at + 1)
        value, decimals = _number(text)
        name, scale = _UNITS.get(unit, (unit, 0))
        default = Measure.AMOUNT if name == "CNY" else Measure.GROWTH if name == "percent" else Measure.COUNT
        start = None if holder.place.start is None else holder.place.start + at
        fact = Fact(
            id=f"n{len(self._facts)}",
            concept=concept,
            measure=measure or default,
            fund=fund,
            nature=nature,
            function=function,
            economy=economy,
            item=item,
            base=base,
            phase=phase,
            year=year or self.identity.fiscal_year,
            value=value.scaleb(scale) * sign,
            unit=name,
            scale=scale,
            decimals=decimals - scale,
            text=text,
            source="narrative",
            confidence=confidence,
            place=Place(
                page=holder.place.page,
                start=start,
                end=None if start is None else start + len(text),
                paragraph=len(self._paragraphs) - 1,
                offset=at,
            ),
        )
        self._facts.append(fact)
        return fact.id

    def claim(
        self,
        kind: ClaimKind,
        *,
        relation: str | None = None,
        partial: bool = False,
        base: str | None = None,
        subject: str = "",
        words: str = "",
        reason: str | None = None,
        names: Sequence[str] = (),
        **roles: str | Sequence[str],
    ) -> Draft:
        holder = self._paragraphs[-1]
        cast = {role: (ids,) if isinstance(ids, str) else tuple(ids) for role, ids in roles.items()}
        self._claims.append(
            Claim(
                id=f"c{len(self._claims)}",
                kind=kind,
                roles=cast,
                relation=relation,
                partial=partial,
                base=base,
                subject=subject,
                words=words,
                reason=reason,
                names=tuple(names),
                quote=holder.text,
                place=holder.place,
            )
        )
        return self

    def table(
        self,
        kind: str | None,
        columns: Sequence[tuple[str, Mapping[str, str]]],
        rows: Sequence[tuple[object, ...]],
        *,
        unit: str = "万元",
        parents: Mapping[int, int] | None = None,
        identities: Sequence[PrintedIdentity] = (),
        said_empty: bool = False,
        page: int | None = None,
        title: str | None = None,
        notes: Sequence[str] = (),
        concept: str = "expenditure",
        dimensions: Mapping[int, Mapping[str, str]] | None = None,
        confidence: float = 1.0,
    ) -> Draft:
        """A one-sided table: ``rows`` are ``(code, label, cell, ...)`` with blank cells as ``""``.

        ``columns`` gives each value column's header and the dimensions that it fixes; ``parents`` and ``dimensions`` are by
        index of the row. A row labelled 合计 or 总计 is the total. Numbers become facts.
        """
        index = len(self._tables)
        name, scale = _UNITS[unit]
        cells: list[Cell] = []
        lines: list[TableRow] = []
        heads = [
            Column(index=0, role=ColumnRole.CODE, header=("科目编码",)),
            Column(index=1, role=ColumnRole.LABEL, header=("项目",)),
        ]
        heads += [
            Column(index=2 + at, role=ColumnRole.VALUE, header=(header,), dimensions=dict(fixed), number=str(at + 1))
            for at, (header, fixed) in enumerate(columns)
        ]
        for column in heads:
            cells.append(self._cell(index, 0, column.index, column.header[0], page))
        for at, row in enumerate(rows):
            code, label = str(row[0]), str(row[1])
            fixed_row = dict((dimensions or {}).get(at, {}))
            role = RowRole.TOTAL if label in ("合计", "总计") else RowRole.DATA
            lines.append(
                TableRow(
                    row=at + 1,
                    role=role,
                    label=label,
                    code=code or None,
                    number=str(at + 1),
                    parent=(parents or {}).get(at),
                    dimensions=fixed_row,
                )
            )
            cells.append(self._cell(index, at + 1, 0, code, page))
            cells.append(self._cell(index, at + 1, 1, label, page))
            for offset, printed in enumerate(row[2:]):
                text = str(printed)
                cell = self._cell(index, at + 1, 2 + offset, text, page)
                if text.strip("-0123456789.,%") == "" != text:
                    cell = self._bind(cell, text, columns[offset][1], fixed_row, code, concept, name, scale, confidence)
                cells.append(cell)
        self._tables.append(
            Table(
                index=index,
                kind=kind,
                title=title,
                unit=unit,
                pages=(page,) if page else (),
                after_paragraph=len(self._paragraphs),
                n_rows=len(rows) + 1,
                n_columns=len(heads),
                header_rows=1,
                cells=tuple(cells),
                columns=tuple(heads),
                rows=tuple(lines),
                notes=tuple(notes),
                identities=tuple(identities),
                said_empty=said_empty,
                confidence=confidence,
            )
        )
        return self

    def rewrite(self, table: int, texts: Mapping[tuple[int, int], str]) -> Draft:
        """Put words into cells of a table, by ``(row, column)``."""
        held = self._tables[table]
        cells = tuple(cell.model_copy(update={"text": texts.get((cell.row, cell.column), cell.text)}) for cell in held.cells)
        self._tables[table] = held.model_copy(update={"cells": cells})
        return self

    def inside(self, table: int, at: tuple[int, int], numbers: Sequence[str], concept: str) -> Draft:
        """Bind amounts in 万元 that stand inside the words of a cell."""
        (cell,) = (cell for cell in self._tables[table].cells if (cell.row, cell.column) == at)
        for text in numbers:
            value, decimals = _number(text)
            self._facts.append(
                Fact(
                    id=f"t{len(self._facts)}",
                    concept=concept,
                    year=self.identity.fiscal_year,
                    value=value.scaleb(4),
                    unit="CNY",
                    scale=4,
                    decimals=decimals - 4,
                    text=text,
                    place=cell.place,
                )
            )
        return self

    def _cell(self, table: int, row: int, column: int, text: str, page: int | None) -> Cell:
        place = Place(
            page=page,
            start=None if page else self._offset,
            end=None if page else self._offset + len(text),
            table=table,
            row=row,
            column=column,
        )
        self._offset += len(text) + 1
        return Cell(row=row, column=column, text=text, place=place)

    def _bind(
        self,
        cell: Cell,
        text: str,
        fixed: Mapping[str, str],
        row: Mapping[str, str],
        code: str,
        concept: str,
        unit: str,
        scale: int,
        confidence: float,
    ) -> Cell:
        value, decimals = _number(text)
        if text.endswith("%"):
            unit, scale = _UNITS["%"]
        words = {"concept": concept, **fixed, **row}
        fact = Fact(
            id=f"t{len(self._facts)}",
            concept=words["concept"],
            fund=words.get("fund", "all"),
            nature=words.get("nature", "total"),
            function=words.get("function") or (code if code and "economy" not in words and words["concept"] == concept else None),
            economy=words.get("economy"),
            item=words.get("item"),
            phase=Phase(words.get("phase", "final")),
            year=int(words["year"]) if "year" in words else self.identity.fiscal_year,
            value=value.scaleb(scale),
            unit=unit,
            scale=scale,
            decimals=decimals - scale,
            text=text,
            place=cell.place,
            confidence=confidence,
            measure=Measure(words.get("measure", "amount")),
        )
        self._facts.append(fact)
        return cell.model_copy(update={"value": value, "decimals": decimals, "fact": fact.id, "confidence": confidence})

    def report(self) -> Report:
        return Report(
            report_id="sample",
            document="0" * 64,
            identity=self.identity,
            metadata=self.metadata,
            outline=tuple(self._outline),
            paragraphs=tuple(self._paragraphs),
            tables=tuple(self._tables),
            facts=tuple(self._facts),
            claims=tuple(self._claims),
            reading=self.reading,
            parser_version="sample",
        )
