"""Reading a performance form (绩效自评表): boxes and an indicator list, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.deferred import deferred
from schemas.place import Evidence
from schemas.report import Cell, Table
from services.validator.interval import Span
from services.validator.view import View

_NUMBER = deferred(r"-?\d[\d,]*(?:\.\d+)?")
_NO_UNIT = deferred("[^%％一-鿿（）()/]|[底前内初末旬]")
"""What does not stand in a unit behind a number: 3月底前 is a time, 5-10 a range."""

_LONGEST_UNIT = 5
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
    """The indicator lists of a form, and its line of totals (总分), if it has one."""

    table: Table
    indicators: tuple[Indicator, ...]
    heads: frozenset[str]
    total: Indicator | None = None


def figure(cell: Cell | None) -> Figure | None:
    """The number that a cell consists of, perhaps with a unit; None for words and blanks."""
    if cell is None:
        return None
    text = "".join(cell.text.split()).lstrip("≥≤＞＜><=≧≦")
    match = _NUMBER.match(text)
    if match is None or _NO_UNIT.search(text, match.end()) or len(text) - match.end() > _LONGEST_UNIT:
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
        cells = view.cells(table)
        by_row: dict[int, list[Cell]] = {}
        for cell in table.cells:
            by_row.setdefault(cell.row, []).append(cell)
        heads: dict[str, int] = {}
        every: set[str] = set()
        indicators: list[Indicator] = []
        total: Indicator | None = None
        for row in range(table.n_rows):
            if _is_header(by_row.get(row, ())):  # of the money at the head of the form, of the indicators ...
                heads = {head: cell.column for cell in by_row[row] if (head := _head(cell.text)) is not None}
                every |= heads.keys()
                continue
            figures = {head: found for head, column in heads.items() if (found := figure(cells.get((row, column)))) is not None}
            words = {
                head: cells[row, heads[head]].text for head in ("how", "name") if head in heads and (row, heads[head]) in cells
            }
            if figures:
                line = Indicator(row, words.get("name", ""), words.get("how", ""), figures)
                if any(_TOTAL.fullmatch("".join(cell.text.split())) for cell in by_row[row]):
                    total = line
                else:
                    indicators.append(line)
        if every:
            yield Form(table, tuple(indicators), frozenset(every), total)


_TOTAL = deferred(r"(?:自评)?(?:总分|合计|总计|总得分|得分合计)(?:[(（].*[)）])?")


def _head(text: str) -> str | None:
    words = re.sub(r"[（(][^）)]*[）)]|\s", "", text)
    return next((head for head, names in _HEADS.items() if words in names), None)


def _is_header(cells: Sequence[Cell]) -> bool:
    heads = {_head(cell.text) for cell in cells}
    return "score" in heads and bool(heads & {"weight", "target", "actual"})


def printed(figure: Figure) -> str:
    """The figure as it stands in its cell."""
    return "".join(figure.cell.text.split())


def proof(table: Table, cell: Cell) -> Evidence:
    """Evidence for a cell."""
    place = cell.place
    return Evidence(
        quote=cell.text.strip(),
        page=place.page,
        start=place.start,
        end=place.end,
        table=table.index,
        row=cell.row,
        column=cell.column,
    )


def line_evidence(view: View, table: Table, indicator: Indicator) -> Evidence:
    """Evidence for an indicator's whole line."""
    return view.row_evidence(table, indicator.row)


def numbers(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The ids of the facts in some cells."""
    return tuple(cell.fact for cell in cells if cell.fact is not None)
