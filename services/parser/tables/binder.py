"""Layout → tables and facts: the one way in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.report import Fact, Kind, Mention, Table
from schemas.taxonomy.concepts import squeeze
from schemas.taxonomy.tables import TableKind
from schemas.trusted import trusted
from services.parser.layout import Layout, TextBlock
from services.parser.tables.anatomy import Anatomy, dissect
from services.parser.tables.cells import Assembled
from services.parser.tables.columns import Setting
from services.parser.tables.forms import bind_form
from services.parser.tables.meaning import meaning
from services.parser.tables.notes import identities, is_note, says_empty
from services.parser.tables.pieces import Piece, gather, unit_of
from services.parser.tables.realign import realign
from services.parser.tables.recognise import recognise
from services.parser.tables.sets import tell_sets_apart
from services.parser.tables.sheet import Sheet
from services.parser.tables.statement import bind_statement

_table = trusted(Table)

_STATED = re.compile(r"(\d[\d,]*\.?\d*)(万元|亿元|千元|元)")
_YEAR = re.compile(r"(20\d\d)年")


@dataclass(frozen=True, slots=True)
class TablesRead:
    """All tables of a document. ``table_numbers`` counts the amounts in them, ``bound`` those that became facts; the others
    are in ``unbound``."""

    tables: tuple[Table, ...]
    facts: tuple[Fact, ...]
    unbound: tuple[Mention, ...]
    table_numbers: int
    bound: int


def bind(layout: Layout, *, kind: Kind | None, fiscal_year: int | None, issuer: str | None = None) -> TablesRead:
    """Bind every table of a document.

    ``kind`` and ``fiscal_year`` are what the document says of itself; where it is null the tables' titles are asked. ``issuer``
    tells which of several sets of tables is the document's own.
    """
    pieces = gather(layout)
    titles = [squeeze(piece.title) for piece in pieces if piece.title]
    document = kind or _kind_of(titles)
    year = fiscal_year or _year_of(titles)
    units = [piece.unit for piece in pieces if piece.unit]
    in_text = {} if all(piece.unit for piece in pieces) else _units_in_text(layout)
    bound: list[Assembled] = []
    before: str | None = None
    subject: str | None = None
    for index, piece in enumerate(pieces):
        assembled, subject = _bind(piece, index, document, year, units, before, subject, in_text)
        bound.append(assembled)
        before = assembled.table.kind or before
    tell_sets_apart(bound, [piece.body for piece in pieces], issuer)
    facts = tuple(fact for assembled in bound for fact in assembled.facts)
    return TablesRead(
        tables=tuple(assembled.table for assembled in bound),
        facts=facts,
        unbound=tuple(mention for assembled in bound for mention in assembled.unbound),
        table_numbers=sum(assembled.numbers for assembled in bound),
        bound=len(facts),
    )


def _bind(
    piece: Piece,
    index: int,
    document: Kind | None,
    year: int | None,
    units: Sequence[str],
    before: str | None,
    subject: str | None,
    in_text: dict[str, str],
) -> tuple[Assembled, str | None]:
    sheet = Sheet.of(piece.grid)
    anatomy = dissect(sheet, piece.captions)
    kind, doubts = recognise(piece.kind, anatomy, before)
    piece.unit = piece.unit or _unit_inside(anatomy, kind)
    money, assumed = _money(piece, anatomy, units, in_text)
    fund = meaning(squeeze(piece.title)).get("fund") if piece.title and kind is not None and kind.id == "project" else None
    setting = Setting(kind, document, year, money, fund)
    if kind is not None and kind.form == "form":
        assembled, subject = bind_form(sheet, setting, index, subject if piece.inherits else None)
        header = 0
    else:
        anatomy, moved = realign(anatomy)
        doubts += moved
        assembled, subject = bind_statement(anatomy, setting, index), None
        doubts += assembled.table.doubts
        header = anatomy.first
    if assumed and assembled.numbers:
        doubts.append(assumed)
    table = assembled.table
    notes = [*_notes_inside(piece), *piece.notes]
    rest = {
        "kind": kind.id if kind else None,
        "title": piece.title,
        "unit": piece.unit,
        "pages": tuple(dict.fromkeys(piece.grid.pages)),
        "after_paragraph": piece.after_paragraph,
        "header_rows": header,
        "notes": tuple(note.text for note in notes),
        "identities": tuple(identity for note in notes for identity in identities(note)),
        "said_empty": not any(fact.value for fact in assembled.facts) and any(says_empty(squeeze(note.text)) for note in notes),
        "doubts": tuple(doubts),
        "confidence": min((cell.confidence for cell in piece.grid.cells), default=1.0),
    }
    assembled.table = _table(**{name: getattr(table, name) for name in table.model_fields_set} | rest)
    return assembled, subject


def _notes_inside(piece: Piece) -> list[TextBlock]:
    """Notes that are drawn as lines of the table."""
    return [
        TextBlock(cell.text, page=cell.page, box=cell.box, start=cell.start)
        for cell in piece.grid.cells
        if len(cell.text) > 8 and (is_note(words := squeeze(cell.text)) or says_empty(words))
    ]


def _unit_inside(anatomy: Anatomy, kind: TableKind | None) -> str | None:
    """The unit that a table prints in its header, or a form in one of its boxes."""
    words = [word for head in anatomy.heads for word in head.path]
    if kind is not None and kind.form == "form":
        words += [text for text in anatomy.sheet.words if len(text) < 60]
    return next((found for word in words if (found := unit_of(word))), None)


def _money(piece: Piece, anatomy: Anatomy, printed: Sequence[str], in_text: dict[str, str]) -> tuple[str | None, str | None]:
    """The unit of a table's money, and a doubt where neither the table, nor the text, nor all other tables tell it."""
    if piece.unit:
        return piece.unit, None
    stated = _unit_in_text(anatomy, in_text)
    if stated:
        return stated, None
    units = sorted(set(printed))
    if not units:
        return None, "no unit printed, none known"
    most = max(units, key=printed.count)
    return most, f"no unit printed: {most} as in most other tables" if len(units) > 1 else None


def _units_in_text(layout: Layout) -> dict[str, str]:
    """The amounts that the running text states (digits without commas) → the unit that it states them in."""
    stated: dict[str, str] = {}
    for block in layout.blocks:
        if isinstance(block, TextBlock) and "元" in block.text:
            for match in _STATED.finditer(squeeze(block.text)):
                stated.setdefault(match[1].replace(",", ""), match[2])
    return stated


def _unit_in_text(anatomy: Anatomy, stated: dict[str, str]) -> str | None:
    """The unit with which the running text states the largest amounts of a table."""
    figures = [figure for figure in anatomy.sheet.figures if figure is not None and figure.money_like and figure.value]
    largest = sorted(figures, key=lambda figure: -abs(figure.value))[:5]
    return next((stated[text] for figure in largest if (text := f"{figure.value:f}") in stated), None)


def _kind_of(titles: Sequence[str]) -> Kind | None:
    final = sum("决算" in title for title in titles)
    budget = sum("决算" not in title and "预算" in title for title in titles)
    if final == budget:
        return None
    return Kind.FINAL_ACCOUNTS if final else Kind.BUDGET


def _year_of(titles: Sequence[str]) -> int | None:
    years = [int(match[1]) for title in titles if (match := _YEAR.search(title))]
    return max(sorted(set(years)), key=years.count) if years else None
