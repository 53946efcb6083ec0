"""A Report with one mistake in it, as a reader would have delivered it: facts, cells, and the text of the paragraph."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.mutation.candidates import Drop, Slip, Turn
from benchmarks.mutation.slips import decimals_of, turned, value_of
from schemas.place import Place
from schemas.report import Cell, Claim, Fact, Report

_OPPOSITE = {"increase": "decrease", "decrease": "increase", "lt": "gt", "gt": "lt", "eq": "gt"}


def changed(report: Report, what: Slip | Turn | Drop) -> Report:
    """The report with that one thing wrong."""
    if isinstance(what, Slip):
        return _misprinted(report, what)
    return _turned(report, what) if isinstance(what, Turn) else _dropped(report, what)


def _misprinted(report: Report, slip: Slip) -> Report:
    old = {fact.id: _restated(fact, slip) for fact in slip.printed.facts}
    facts = tuple(old.get(fact.id, fact) for fact in report.facts)
    place = slip.printed.place
    if place.table is not None:
        return _in_cell(report.model_copy(update={"facts": facts}), slip, set(old))
    return _in_text(report.model_copy(update={"facts": facts}), place, len(slip.printed.facts[0].text), slip.text)


def _restated(fact: Fact, slip: Slip) -> Fact:
    """The fact with what is printed now. Its direction word, and so its sign, stays."""
    scale = fact.scale
    if slip.after != slip.printed.after:
        scale = 0 if "万" not in slip.after else 4
    value = abs(value_of(slip.number)).scaleb(scale)
    decimals = decimals_of(slip.number) - scale
    return fact.model_copy(update={"value": value.copy_sign(fact.value), "text": slip.text, "decimals": decimals, "scale": scale})


def _in_cell(report: Report, slip: Slip, identifiers: set[str]) -> Report:
    def cell(old: Cell) -> Cell:
        if old.fact not in identifiers:
            return old
        value = abs(value_of(slip.number)).copy_sign(old.value or Decimal(0))
        return old.model_copy(update={"text": slip.text, "value": value, "decimals": decimals_of(slip.number)})

    index = slip.printed.place.table
    assert index is not None
    table = report.tables[index]
    table = table.model_copy(update={"cells": tuple(map(cell, table.cells))})
    return report.model_copy(update={"tables": (*report.tables[:index], table, *report.tables[index + 1 :])})


def _in_text(report: Report, place: Place, length: int, text: str) -> Report:
    """``text`` for ``length`` characters at a place of a paragraph; what stands behind them in it moves."""
    index, offset = place.paragraph, place.offset
    assert index is not None
    assert offset is not None
    paragraph, by = report.paragraphs[index], len(text) - length

    def moved(old: Place) -> Place:
        behind = old.paragraph == index and old.offset is not None and old.offset > offset
        return old.model_copy(update={"offset": (old.offset or 0) + by}) if behind else old

    def longer(claim: Claim) -> Claim:
        around = claim.place.paragraph == index and 0 <= offset - (claim.place.offset or 0) < len(claim.quote)
        quote = claim.quote
        if around:
            at = offset - (claim.place.offset or 0)
            quote = quote[:at] + text + quote[at + length :]
        return claim.model_copy(update={"quote": quote, "place": moved(claim.place)})

    lines = tuple(
        line.model_copy(update={"offset": line.offset + by * (line.offset > offset), "start": None}) for line in paragraph.lines
    )
    written = paragraph.text[:offset] + text + paragraph.text[offset + length :]
    paragraph = paragraph.model_copy(update={"text": written, "lines": lines})
    return report.model_copy(
        update={
            "paragraphs": (*report.paragraphs[:index], paragraph, *report.paragraphs[index + 1 :]),
            "facts": tuple(fact.model_copy(update={"place": moved(fact.place)}) for fact in report.facts),
            "claims": tuple(map(longer, report.claims)),
        }
    )


def _turned(report: Report, turn: Turn) -> Report:
    """The word turned round; of a change also the sign of the numbers behind the word, for that is how it is read."""
    numbers = {fact.id for fact in turn.facts} if turn.claim.kind == "change" else set()
    facts = tuple(fact.model_copy(update={"value": -fact.value}) if fact.id in numbers else fact for fact in report.facts)
    relation = _OPPOSITE.get(turn.claim.relation or "", turn.claim.relation)
    claims = tuple(
        claim.model_copy(update={"relation": relation, "words": turned(turn.word)}) if claim.id == turn.claim.id else claim
        for claim in report.claims
    )
    place = Place(paragraph=turn.paragraph, offset=turn.offset)
    return _in_text(report.model_copy(update={"facts": facts, "claims": claims}), place, len(turn.word), turned(turn.word))


def _dropped(report: Report, drop: Drop) -> Report:
    """The line's facts and its entry are gone, its cells are empty."""
    gone = {fact.id for fact in drop.facts}
    table = report.tables[drop.table]
    rows = list(table.rows)
    at = rows.index(drop.line)
    rows.pop(at)
    rows = [
        line if line.parent is None or line.parent < at else line.model_copy(update={"parent": line.parent - 1}) for line in rows
    ]
    sides = {column.index: column.side for column in table.columns}
    cells = tuple(
        cell.model_copy(update={"text": "", "value": None, "fact": None})
        if cell.row == drop.line.row and sides.get(cell.column, 0) == drop.line.side
        else cell
        for cell in table.cells
    )
    table = table.model_copy(update={"rows": tuple(rows), "cells": cells})
    claims = tuple(
        claim.model_copy(update={"roles": {role: tuple(i for i in ids if i not in gone) for role, ids in claim.roles.items()}})
        for claim in report.claims
    )
    return report.model_copy(
        update={
            "facts": tuple(fact for fact in report.facts if fact.id not in gone),
            "claims": claims,
            "tables": (*report.tables[: drop.table], table, *report.tables[drop.table + 1 :]),
        }
    )
