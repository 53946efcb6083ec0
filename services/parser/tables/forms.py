"""Performance forms: labelled boxes and lists of indicators in one grid, under several header rows.

No column means one thing throughout. A number is read by the header row last seen above it, or by the label on its left; the
indicator or source of money that it belongs to is the text at the label's place in its own row.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from schemas.deferred import deferred
from schemas.report import Column, ColumnRole, Fact, Mention, RowRole, Table, TableRow
from schemas.trusted import trusted
from services.parser.tables.cells import Assembled, cells_of, place_of
from services.parser.tables.columns import Setting
from services.parser.tables.facts import Draft, fact, merged, tell_apart
from services.parser.tables.figures import MONEY, Figure, figure, garbled
from services.parser.tables.meaning import TOTALS, Dimensions, meaning, plain_words
from services.parser.tables.prose import spoken
from services.parser.tables.sheet import Sheet

_column = trusted(Column)
_row = trusted(TableRow)
_table = trusted(Table)

_HEAD = deferred(
    r"^(?:.{0,3}级指标.*|.*指标(?:名称|值|内容|解释|说明)?|.*分值.*|权重.*|.*得分.*|.*预算数.*|.*执行数.*|.*执行率.*"
    r"|.*完成(?:值|情况)|.*目标值?|偏差.*|备注|金额.*|.*金额|占比|数量|单价|资金来源|来源项目|名称|品名|序号|内容"
    r"|项目(?:名称|内容|类型|总预算|本年度预算)|.*测算依据.*|.*申报数|.*收支情况|.*依据|.*拨款|.*资金|评分标准|.*标准|.*说明"
    r"|上年.*|年初.*|全年.*)$"
)
_LABEL_HEADS = deferred(r"三级指标|指标名称|明细指标|绩效指标|项目名称|项目内容|资金来源|来源项目|品名|名称|内容")
_VALUE_HEAD = deferred(r"数$|额$|分值|得分|权重|率|值$|占比|拨款|资金|申报数|总?预算$|收支情况$|标准分|指标内容$|单价|数量")
_SKIPPED = deferred(r"电话|代码|编码|邮编|序号|年度$|时间|日期|年份|起始|终止|文号|手机|传真|联系|账号|^\d{4}年?$")
_MONEY_WORDS = deferred(r"预算|执行数|金额|资金|拨款|收入|支出|总额|合计|小计|结转|费$|申报数|收支|下达")
_NOT_MONEY = deferred(r"率|指标值|目标值|完成值|分值|得分|权重|占比|比例|数量|偏差|人数|标准")
_SCORE = deferred(r"分值|得分|权重|自评分|标准分|总分|评分$")
_KEYED = deferred(r"(?P<key>[^\d:]{2,24}):(?P<number>\S+)")
_PROJECT = deferred(r"^(?:项目名称|项目|专项名称)$")
_FIGURE_NAME = deferred(r"预算数$|执行数$|预算$|^其中|年度$|总额$|执行数\(.*\)$|预算数\(.*\)$|总分|拨款$|总预算$|当年预算$")
_TOTAL = deferred(r"^(?:合计|总计|总分|得分合计|总得分)$")


@dataclass(slots=True)
class _Head:
    """The header row in force: its row and the heading over each column. ``amounts`` counts the numbers read by it."""

    row: int
    over: dict[int, str]
    amounts: int = 0


@dataclass(frozen=True, slots=True)
class _Named:
    """A number of a row and the words that name it: the label on its left (``key``), or else the heading above it."""

    column: int
    figure: Figure
    key: str | None
    heading: str


def bind_form(sheet: Sheet, setting: Setting, index: int, subject: str | None) -> tuple[Assembled, str | None]:
    """Bind a form. ``subject`` is the project that a form before this one, of which it is the rest, is about; the project
    that this one names is handed back."""
    heads: list[_Head] = []
    drafts: list[Draft] = []
    unbound: list[Mention] = []
    rows: list[TableRow] = []
    phases: dict[int, str] = {}
    for row in range(sheet.n_rows):
        cells = sheet.row(row)
        subject = _subject(cells) or subject
        if _is_head(cells):
            heads.append(_Head(row, {column: sheet.text(row, column) for column in range(sheet.n_columns)}))
            phases = {}
            rows.append(_row(row=row, role=RowRole.HEADER, label="", dimensions={}))
            continue
        head = heads[-1] if heads else None
        shift = _shift(sheet, row, cells, head)
        label = _label(sheet, row, cells, head, shift)
        if cells:
            role = RowRole.TOTAL if any(_TOTAL.match(text) for _, text in cells) else RowRole.DATA
            rows.append(_row(row=row, role=role, label=label, dimensions={}))
        words = [text for _, text in cells[:4] if figure(text) is None]
        for named in _numbers(row, cells, head, shift):
            cell = sheet.owner[row][named.column]
            if head is not None and named.key is None:
                head.amounts += 1
            dimensions = _dimensions(setting, subject, label, named)
            if named.key is not None:
                _carry_phase(phases, named.column, dimensions)
            drafts.append(
                Draft(
                    id=f"t{index}r{row}c{named.column}",
                    figure=named.figure,
                    text=sheet.cells[cell].text.strip(),
                    place=place_of(sheet.cells[cell], index),
                    confidence=sheet.cells[cell].confidence,
                    dimensions=dimensions,
                    apart=tuple(text for text in (named.heading, *words) if text),
                )
            )
        unbound += [
            Mention(text=sheet.cells[cell].text, place=place_of(sheet.cells[cell], index), source="table")
            for column, text in cells
            if garbled(text) and (cell := sheet.owner[row][column]) >= 0
        ]
    whole = setting.kind is not None and setting.kind.item is not None
    drafts += spoken(sheet, 0, setting, index, lambda row: None if whole else subject)
    tell_apart(drafts)
    numbers = len(drafts) + len(unbound)
    facts: dict[str, Fact] = {}
    for draft in drafts:
        made = fact(draft, setting)
        if made is None:
            unbound.append(Mention(text=draft.text, place=draft.place, source="table"))
        else:
            facts[draft.id] = made
    main = max(heads, key=lambda head: head.amounts, default=None)
    table = _table(
        index=index,
        n_rows=sheet.n_rows,
        n_columns=sheet.n_columns,
        header_rows=0,
        cells=cells_of(sheet, index, {draft.id: draft.figure for draft in drafts}, facts),
        columns=_columns(sheet, main, {draft.place.column for draft in drafts}),
        rows=tuple(rows),
    )
    return Assembled(table, list(facts.values()), unbound, numbers), subject


def _carry_phase(phases: dict[int, str], column: int, dimensions: Dimensions) -> None:
    """Under 预算数 and 执行数 the lines 其中：… are of the same phase as the figure above them."""
    if "phase" in dimensions:
        phases[column] = dimensions["phase"]
    elif column in phases and dimensions.get("measure", "amount") == "amount":
        dimensions["phase"] = phases[column]


def _subject(cells: list[tuple[int, str]]) -> str | None:
    """The project that a row ``项目名称 | …`` names, when it is not the heading of a list of projects."""
    for (_, key), (_, value) in pairwise(cells):
        if _PROJECT.match(key) and not _HEAD.match(value) and figure(value) is None:
            return value
    return None


def _is_head(cells: list[tuple[int, str]]) -> bool:
    texts = [text for _, text in cells if len(text) <= 24]
    if len(texts) < 2 or any(figure(text) is not None and not text.isdigit() for text in texts):
        return False
    matched = sum(1 for text in texts if _HEAD.match(text))
    return matched >= 2 and matched * 10 >= len(cells) * 6 and not _subject(cells)


def _shift(sheet: Sheet, row: int, cells: list[tuple[int, str]], head: _Head | None) -> int:
    """How many columns a text copy's row stands too far left, its first cells having been merged with those above."""
    if head is None or not sheet.plain or not cells:
        return 0
    room = sheet.n_columns - 1 - cells[-1][0]

    def clashes(by: int) -> int:
        return sum(_clash(head.over.get(column + by, ""), text) for column, text in cells)

    return min(range(min(room, 2) + 1), key=lambda by: (clashes(by), by))


def _clash(heading: str, text: str) -> bool:
    """Whether a cell cannot stand under a heading: a number under names or shares, words under amounts."""
    number = figure(text)
    if number is None:
        return bool(_SCORE.search(heading)) or heading in ("占比", "数量", "当年金额", "金额")
    if number.unit == "%":
        return bool(_LABEL_HEADS.search(heading)) or not heading or "金额" in heading
    return bool(_LABEL_HEADS.search(heading)) or heading == "占比" or not heading


def _numbers(row: int, cells: list[tuple[int, str]], head: _Head | None, shift: int) -> list[_Named]:
    """The numbers of a row that are amounts."""
    found = []
    for place, (column, text) in enumerate(cells):
        keyed = _KEYED.fullmatch(text)
        number = figure(text) or (figure(keyed["number"]) if keyed else None)
        if number is None:
            continue
        left = next((other for _, other in reversed(cells[:place]) if figure(other) is None), "")
        heading = head.over.get(column + shift, "") if head else ""
        key = keyed["key"] if keyed else None
        direct = place > 0 and figure(cells[place - 1][1]) is None
        if key is None and direct and not _VALUE_HEAD.search(heading):
            key = left
        name = key if key is not None else (heading or left)
        if _SKIPPED.search(name) or (place == 0 and key is None and number.ordinal_like and len(cells) > 1):
            continue  # a telephone number, a code, a line's number
        if not name and number.ordinal_like:
            continue
        bare = number.decimals == 0 and not number.grouped and not number.unit
        if bare and 1990 <= number.value <= 2100 and "年" in name:
            continue
        found.append(_Named(column, number, key, heading))
    return found


def _names_value(words: str) -> bool:
    """Whether a label reads like the name of one figure (全年执行数, 其中:财政拨款) rather than an indicator."""
    return bool(_FIGURE_NAME.search(words))


def _label(sheet: Sheet, row: int, cells: list[tuple[int, str]], head: _Head | None, shift: int) -> str:
    """What a row is about: the text under the heading of names, else its last text before the first number."""
    for column in sorted(head.over, reverse=True) if head is not None else ():
        if head is not None and _LABEL_HEADS.search(head.over[column]) and column >= shift:
            text = sheet.own(row, column - shift)
            if text and figure(text) is None and len(text) <= 60:
                return text
    texts = []
    for _, text in cells:
        if figure(text) is not None:
            break
        texts.append(text)
    return texts[-1] if texts else ""


def _dimensions(setting: Setting, subject: str | None, label: str, named: _Named) -> Dimensions:
    number, key = named.figure, named.key
    name = key if key is not None else named.heading
    found = meaning(name)
    part: Dimensions = {axis: found[axis] for axis in ("phase", "year", "measure") if axis in found}
    if _SCORE.search(name):
        part["measure"] = "score"
    elif number.unit is None and (_NOT_MONEY.search(name) or not _MONEY_WORDS.search(name + ("" if key else label))):
        part["measure"] = "completion" if "执行率" in name or "完成率" in name else "other"
    elif number.unit in MONEY and part.get("measure") in ("share", "completion"):
        part["measure"] = "amount"
    row = plain_words(key if key is not None else label)
    whole = setting.kind is not None and setting.kind.item is not None
    items = [subject] if subject and not whole else []
    if row and row not in TOTALS and row != subject and not (_names_value(row) and not set(meaning(row)) - {"phase", "year"}):
        items.append(row)
    if key is None and (part.get("measure", "amount") != "amount" or number.unit not in (None, *MONEY)):
        items.append(plain_words(named.heading))
    named_items = [item for item in dict.fromkeys(items) if item]
    if named_items:
        part["item"] = "·".join(named_items)
    return merged(setting, setting.kind.concept if setting.kind else "performance", part)


def _columns(sheet: Sheet, head: _Head | None, amounts: set[int | None]) -> tuple[Column, ...]:
    made = []
    for column in range(sheet.n_columns):
        heading = head.over.get(column, "") if head else ""
        dimensions: Dimensions = {key: value for key, value in meaning(heading).items() if key != "unit"}
        if _SCORE.search(heading):
            dimensions = {"measure": "score", "item": heading}
        role = ColumnRole.LABEL if _LABEL_HEADS.search(heading) else ColumnRole.VALUE if column in amounts else ColumnRole.TEXT
        made.append(
            _column(index=column, side=0, role=role, header=(heading,) if heading else (), number=None, dimensions=dimensions)
        )
    return tuple(made)
