"""Sentences in cells: the amounts of money in them, each a fact of the words of its clause.

Budget forms explain a project in words (``2020年年初预算11万元，调减3万元``). The clause before an amount says what it is of, its
year and its phase; the project or line that the cell belongs to is the subject. Only money counts here: targets and rates in
sentences are descriptions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from schemas.deferred import deferred
from schemas.taxonomy.concepts import squeeze
from services.parser.layout import GridCell
from services.parser.tables.cells import place_of
from services.parser.tables.columns import Setting
from services.parser.tables.facts import Draft, merged
from services.parser.tables.figures import figure
from services.parser.tables.meaning import Dimensions, meaning, plain_words
from services.parser.tables.sheet import Sheet

_AMOUNT = deferred(r"(?<![\d.])\d[\d,]*(?:\.\d+)?\s*(?:百万元|亿元|千元|万元|元)")
_CLAUSE = deferred(r"[，,。；;：:、！？!?\n（(]")
_LESS, _MORE = deferred(r"调减|减少|核减|压减|下降"), deferred(r"调增|增加|追加|增长")
_SPENT = deferred(r"(?:支出|执行|决算|列支|支付)(?:数|金额|了)?$")
_PHASE_ONLY = deferred(r"(?:年初|全年|年度|调整后?)?(?:部门)?(?:预算|决算)(?:数|金额|为)*")
_LONG = 24  # squeezed characters of a clause kept as an item


def spoken(sheet: Sheet, first: int, setting: Setting, index: int, subject: Callable[[int], str | None]) -> list[Draft]:
    """The amounts in the sentences of rows from ``first`` on; ``subject`` names what a row is about."""
    found = []
    for number, cell in enumerate(sheet.cells):
        if cell.row < first or len(cell.text) < 4 or "元" not in cell.text or sheet.figures[number] is not None:
            continue
        end, year = 0, None
        for count, match in enumerate(_AMOUNT.finditer(cell.text)):
            value = figure(squeeze(match[0]))
            clause = squeeze(_CLAUSE.split(cell.text[end : match.start()])[-1])
            end = match.end()
            if value is None:
                continue
            dimensions = _dimensions(setting, subject(cell.row), clause)
            year = dimensions.get("year") or year
            if year:
                dimensions["year"] = year  # 2020年年初预算11万元，调减3万元
            found.append(
                Draft(
                    id=f"t{index}r{cell.row}c{cell.column}n{count}",
                    figure=replace(value, value=-value.value) if _LESS.search(clause) else value,
                    text=match[0],
                    place=place_of(_part(cell, match.start(), match.end()), index),
                    confidence=cell.confidence,
                    dimensions=dimensions,
                )
            )
    return found


def _dimensions(setting: Setting, subject: str | None, clause: str) -> Dimensions:
    found = meaning(clause)
    part: Dimensions = {axis: found[axis] for axis in ("phase", "year") if axis in found}
    if _LESS.search(clause) or _MORE.search(clause):
        part["measure"] = "change"
    if _SPENT.search(clause) and "预算" not in clause:
        part["phase"] = "final"
    words = plain_words(clause)[-_LONG:]
    if _PHASE_ONLY.fullmatch(words):
        words = ""
    part["item"] = "·".join(word for word in dict.fromkeys((subject, words)) if word) or "说明"
    concept = setting.kind.concept if setting.kind is not None and setting.kind.form == "form" else "other"
    return merged(setting, concept, part)


def _part(cell: GridCell, start: int, end: int) -> GridCell:
    """The cell narrowed to a span of its text, where the document has the text as it stands there."""
    if cell.start is None or cell.end is None or cell.end - cell.start != len(cell.text):
        return cell
    return GridCell(
        cell.row, cell.column, cell.text, page=cell.page, box=cell.box, start=cell.start + start, end=cell.start + end
    )
