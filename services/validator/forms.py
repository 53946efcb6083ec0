"""Reading a performance form (绩效自评表): boxes and an indicator list, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from schemas.report import Cell, Table
from services.validator.interval import Span
from services.validator.view import View

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_UNITS = "%％分个项次人件家台套天年月条户辆处场期万元亩平方米公里小时"
_HEADS = {
    "weight": ("分值", "权重", "标准分"),
    "target": ("年初目标值", "年度指标值", "预期目标值", "目标值", "指标值"),
    "actual": ("实际完成值", "全年实际值", "实际完成", "完成值", "全年完成值"),
    "score": ("得分", "自评得分", "自评分"),
    "deviation": ("指标值偏差率", "偏差率"),
    "how": ("评分标准", "评分规则", "计分方法"),
    "name": ("三级指标", "指标名称"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a cell: its value (a percentage divided by 100), half of its last digit's unit, and whether it has a ``%``."""

    cell: Cell
    value: Decimal
    half: Decimal
    percent: bool

    @property
    def span(self) -> Span:
        return Span.around(self.value, self.half)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the indicator list: figures by head (weight, target, actual, score, deviation), and words."""

    row: int
    name: str
    how: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Form:
    """The indicator list of a form."""

    table: Table
    indicators: tuple[Indicator, ...]
    heads: frozenset[str]


def figure(cell: Cell | None) -> Figure | None:
    """The number that a cell consists of, perhaps with a unit; None for words and blanks."""
    if cell is None:
        return None
    text = "".join(cell.text.split()).lstrip("≥≤＞＜><=≧≦")
    match = _NUMBER.match(text)
    if match is None or text[match.end() :].strip(_UNITS):
        return None
    value = Decimal(match[0].replace(",", ""))
    exponent = value.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    percent = text[match.end() :].startswith(("%", "％"))
    return Figure(cell, value / 100 if percent else value, half / 100 if percent else half, percent)


def forms(view: View) -> tuple[Form, ...]:
    """Every table with an indicator list: a header line that names a score and a weight, a target or an actual value."""
    return view.once(_forms)


def _forms(view: View) -> tuple[Form, ...]:
    return tuple(_read(view))


def _read(view: View) -> Iterator[Form]:
    for table in view.tables:
        if "得分" not in view.printed[table.index] and "自评分" not in view.printed[table.index]:
            continue
        cells = view.cells[table.index]
        by_row: dict[int, list[Cell]] = {}
        for cell in table.cells:
            by_row.setdefault(cell.row, []).append(cell)
        header = next((row for row in sorted(by_row) if _is_header(by_row[row])), None)
        if header is None:
            continue
        heads = {head: cell.column for cell in by_row[header] if (head := _head(cell.text)) is not None}
        indicators = []
        for row in range(header + 1, table.n_rows):
            figures = {head: found for head, column in heads.items() if (found := figure(cells.get((row, column)))) is not None}
            words = {
                head: cells[row, heads[head]].text for head in ("how", "name") if head in heads and (row, heads[head]) in cells
            }
            if figures:
                indicators.append(Indicator(row, words.get("name", ""), words.get("how", ""), figures))
        yield Form(table, tuple(indicators), frozenset(heads))


def _head(text: str) -> str | None:
    words = re.sub(r"[（(][^）)]*[）)]|\s", "", text)
    return next((head for head, names in _HEADS.items() if words in names), None)


def _is_header(cells: list[Cell]) -> bool:
    heads = {_head(cell.text) for cell in cells}
    return "score" in heads and bool(heads & {"weight", "target", "actual"})
