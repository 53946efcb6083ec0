"""A statement or list: rows × columns of amounts → ``Table`` and facts."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from schemas.report import Column, ColumnRole, Fact, Mention, RowRole, Table, TableRow
from schemas.trusted import trusted
from services.parser.tables.anatomy import Anatomy, Side
from services.parser.tables.arithmetic import closings
from services.parser.tables.cells import Assembled, cells_of, place_of
from services.parser.tables.columns import Setting, column_dimensions, side_concept
from services.parser.tables.facts import Draft, fact, merged, tell_apart
from services.parser.tables.figures import garbled
from services.parser.tables.hierarchy import set_parents, unmarked
from services.parser.tables.lines import Line, read_lines
from services.parser.tables.meaning import TOTALS, Dimensions, plain_words
from services.parser.tables.nesting import nest
from services.parser.tables.prose import spoken

_column = trusted(Column)
_row = trusted(TableRow)
_table = trusted(Table)

_PROJECT_TOTAL = {"concept": "expenditure", "nature": "project"}


def bind_statement(anatomy: Anatomy, setting: Setting, index: int) -> Assembled:
    """Bind every amount of a statement: its line and its column say what it is of."""
    columns = column_dimensions(anatomy, setting)
    per_side = [read_lines(anatomy, side, setting.kind, setting.year) for side in anatomy.sides]
    _borrow(anatomy, per_side)
    for side, lines in zip(anatomy.sides, per_side, strict=True):
        _grand_total(lines, side_concept(side, setting), columns)
    lines = [line for side in per_side for line in side]
    set_parents(lines, setting.kind)
    for side, own in zip(anatomy.sides, per_side, strict=True):
        nest(lines, own, lambda line, side=side: _values(anatomy, side, line))  # type: ignore[misc]
    doubts = _unplace(anatomy, per_side, lines)
    drafts, unreadable = _drafts(anatomy, setting, index, per_side, columns)
    labels = {line.row: line.label for line in reversed(lines)}
    drafts += spoken(anatomy.sheet, anatomy.first, setting, index, labels.get)
    tell_apart(drafts)
    facts: dict[str, Fact] = {}
    unbound = list(unreadable)
    for draft in drafts:
        made = fact(draft, setting)
        if made is None:
            unbound.append(Mention(text=draft.text, place=draft.place, source="table"))
        else:
            facts[draft.id] = made
    stray = _stray(anatomy, index)
    table = _table(
        index=index,
        n_rows=anatomy.sheet.n_rows,
        n_columns=anatomy.sheet.n_columns,
        header_rows=anatomy.first,
        cells=cells_of(anatomy.sheet, index, {draft.id: draft.figure for draft in drafts}, facts),
        columns=_columns(anatomy, columns),
        rows=_rows(anatomy, lines),
        doubts=doubts,
    )
    return Assembled(table, list(facts.values()), unbound + stray, len(drafts) + len(unreadable) + len(stray))


def _borrow(anatomy: Anatomy, per_side: list[list[Line]]) -> None:
    """An amount under no label of its own belongs to the label on its left that has none (公用经费合计 over two sides).

    0.00 is none where blanks are filled up with it.
    """
    for left, right in pairwise(per_side):
        labelled = {line.row: line for line in left}
        for line in right:
            other = labelled.get(line.row)
            if line.label or line.code or other is None or not other.label or any(_amounts(anatomy, other)):
                continue
            if _amounts(anatomy, line):
                line.label, line.role, line.dimensions, line.item = other.label, other.role, other.dimensions, other.item
                left.remove(other)


def _amounts(anatomy: Anatomy, line: Line) -> list[Decimal]:
    figures = [anatomy.sheet.number(line.row, head.index) for head in anatomy.sides[line.side].values]
    return [figure.value for figure in figures if figure is not None]


def _grand_total(lines: list[Line], concept: str, columns: dict[int, Dimensions]) -> None:
    """总计 with balances is the grand total; without any it is the income or expenditure of the year itself."""
    if concept not in ("income", "expenditure"):
        return
    totals = [line for line in lines if line.total]
    balances = any(line.dimensions.get("concept", "").endswith("_balance") for line in lines)
    yearly = any(line.dimensions.get("concept") == concept for line in totals)
    with_balances = any(dims.get("concept", "").endswith("_balance") for dims in columns.values())
    for line in totals:
        plain = plain_words(line.label)
        grand = line.dimensions.get("concept") == f"{concept}_total" or (plain in TOTALS and (yearly or balances))
        if grand and (balances or yearly):
            line.dimensions = {**line.dimensions, "concept": f"{concept}_total"}
        elif grand and not with_balances:
            line.dimensions = {**line.dimensions, "concept": concept}


def _unplace(anatomy: Anatomy, per_side: list[list[Line]], lines: list[Line]) -> tuple[str, ...]:
    """Lines without code or numbering may be of several levels: they belong to their total only if they add up to it."""
    for side, own in zip(anatomy.sides, per_side, strict=True):
        if not unmarked(own) and not any(line.subtotal for line in own):
            continue
        for index, total in enumerate(lines):
            parts = [line for line in own if line.parent == index]
            if len(parts) < 2:
                continue

            if not closings(_values(anatomy, side, total), [_values(anatomy, side, line) for line in parts]):
                for line in parts:
                    line.parent = None
                return ("the levels of its lines are not printed and do not add up flat: no line is taken for a part of another",)
    return ()


def _values(anatomy: Anatomy, side: Side, line: Line) -> list[Decimal | None]:
    """The amounts of a line, column by column."""
    figures = [anatomy.sheet.number(line.row, head.index) for head in side.values]
    return [figure.value if figure else None for figure in figures]


def _drafts(
    anatomy: Anatomy, setting: Setting, index: int, per_side: list[list[Line]], columns: dict[int, Dimensions]
) -> tuple[list[Draft], list[Mention]]:
    sheet, drafts, unreadable = anatomy.sheet, list[Draft](), list[Mention]()
    listed = setting.kind is not None and setting.kind.id == "project"
    for side, lines in zip(anatomy.sides, per_side, strict=True):
        concept = side_concept(side, setting)
        for line in lines:
            if line.role in (RowRole.HEADER, RowRole.NOTE):
                continue
            own: Dimensions = {**line.dimensions, "item": line.item} if line.item else line.dimensions
            base = _PROJECT_TOTAL if listed and line.total else {}
            apart = (line.unit, *line.kept, line.label, line.code)
            for head in side.values:
                cell = sheet.at(line.row, head.index)
                if cell is None:
                    continue
                figure = sheet.figures[cell]
                place = place_of(sheet.cells[cell], index)
                if figure is None:
                    if garbled(sheet.words[cell]):
                        unreadable.append(Mention(text=sheet.cells[cell].text, place=place, source="table"))
                    continue
                drafts.append(
                    Draft(
                        id=f"t{index}r{line.row}c{head.index}",
                        figure=figure,
                        text=sheet.cells[cell].text.strip(),
                        place=place,
                        confidence=sheet.cells[cell].confidence,
                        dimensions=merged(setting, concept, base, own, columns[head.index]),
                        apart=tuple(word for word in (*apart, *head.path[::-1]) if word),
                    )
                )
    return drafts, unreadable


def _stray(anatomy: Anatomy, index: int) -> list[Mention]:
    """Amounts that stand in no column of amounts."""
    sheet, found = anatomy.sheet, []
    for head in anatomy.heads:
        if head.role in (ColumnRole.VALUE, ColumnRole.CODE, ColumnRole.ROW_NUMBER):
            continue
        for row in range(anatomy.first, sheet.n_rows):
            cell = sheet.at(row, head.index)
            figure = None if cell is None else sheet.figures[cell]
            if cell is not None and figure is not None and figure.money_like:
                found.append(Mention(text=sheet.cells[cell].text, place=place_of(sheet.cells[cell], index), source="table"))
    return found


def _columns(anatomy: Anatomy, dimensions: dict[int, Dimensions]) -> tuple[Column, ...]:
    return tuple(
        _column(
            index=head.index,
            side=head.side,
            role=head.role,
            header=head.path,
            number=head.number,
            dimensions=_shown(dimensions.get(head.index, {})),
        )
        for head in anatomy.heads
    )


def _rows(anatomy: Anatomy, lines: list[Line]) -> tuple[TableRow, ...]:
    header = tuple(_row(row=row, role=RowRole.HEADER, dimensions={}) for row in range(anatomy.first))
    offset = len(header)
    return header + tuple(
        _row(
            row=line.row,
            side=line.side,
            role=line.role,
            label=line.label,
            code=line.code,
            number=line.number,
            level=line.level,
            parent=None if line.parent is None else line.parent + offset,
            of_which=line.of_which,
            dimensions=_shown({**line.dimensions, "item": line.item} if line.item else line.dimensions),
        )
        for line in lines
    )


def _shown(dimensions: Dimensions) -> Dimensions:
    return {key: value for key, value in dimensions.items() if key != "unit"}
