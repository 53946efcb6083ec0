"""The parts of a table: header rows, header paths, what each column holds, and the statements that stand side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.report import ColumnRole
from services.parser.tables.figures import BLANKS, garbled
from services.parser.tables.meaning import TOTALS, meaning
from services.parser.tables.sheet import Sheet

CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_SPACED_CODE = re.compile(r"\d{3}(?:[.\-\s]?\d{2}){0,3}")
_CODE_HEAD = re.compile(r"(?:科目|功能|经济|分类|支出).*(?:编码|代码)|^(?:科目)?(?:编码|代码)$|^[类款项]$|^科目编号$")
_OTHER_CODE = re.compile(r"(?:单位|项目|部门|采购|品目|资产).{0,2}(?:编码|代码|编号)|电话|邮编|年度$|年份|日期|时间|文号")
_NUMBER_HEAD = re.compile(r"行次|序号|编号")
_LABEL_HEAD = re.compile(
    r"^(?:项目|科目|收入|支出|单位|预算单位|部门|名称|类别|内容|事项|品目|功能分类|经济分类|支出功能分类|支出经济分类|项目类别|栏次)$"
    r"|名称|项目\(|\(按.*\)$|支出项目|收入项目|预算科目|科目$|采购项目|采购品名|购买内容|服务内容|采购内容"
)
_VALUE_HEAD = re.compile(
    r"数$|数额|额|合计|小计|总计|支出|收入|结转|结余|经费|费$|资金|拨款|预算|决算|执行|金|比例|占比|%|率|分值|得分|权重|价|量"
)
_TEXT_HEAD = re.compile(
    r"备注|说明|依据|内容|方式|采购类别|类型|性质|是否|用途|方向|标准|目标|原因|^计量单位$|品名|规格|地址|联系"
)
_ORDINAL = re.compile(r"[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d{1,2}[.、]\D")
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?(?:=[\d+\-()]+)?|[①-⑳]|[A-Z甲乙丙丁]")
_MAX_HEADER = 7
CODED_LABEL = re.compile(r"\[?(?P<code>\d{3}(?:\d{2}){0,2})\]?[-_.、:：]?(?P<label>\D.*)")


@dataclass(slots=True)
class Head:
    """A column as read so far. ``part`` is its level where a code is spread over columns: 0 whole, 1 类, 2 款, 3 项."""

    index: int
    role: ColumnRole
    path: tuple[str, ...] = ()
    number: str | None = None
    side: int = 0
    part: int = 0


@dataclass(slots=True)
class Side:
    """One of the statements that stand side by side: its columns by role, and its outermost heading."""

    index: int
    codes: list[Head] = field(default_factory=list)
    labels: list[Head] = field(default_factory=list)
    numbers: list[Head] = field(default_factory=list)
    values: list[Head] = field(default_factory=list)
    texts: list[Head] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class Anatomy:
    """``first`` is the first data row; rows before it are captions and header. ``numbering`` are the rows of column numbers."""

    sheet: Sheet
    captions: int
    first: int
    numbering: tuple[int, ...]
    heads: list[Head]
    sides: list[Side]


def dissect(sheet: Sheet, captions: int) -> Anatomy:
    """The anatomy of a sheet whose first ``captions`` rows are title and unit lines."""
    first, numbering = _header_end(sheet, min(captions, sheet.n_rows))
    paths = header_paths(sheet, captions, first, numbering)
    heads = _heads(sheet, paths, first, numbering)
    return Anatomy(sheet, captions, first, numbering, heads, _sides(heads))


def is_code(words: str) -> bool:
    """Whether squeezed words have the form of a functional or economic code."""
    return CODE.fullmatch(words) is not None and words[0] in "235"


def heading_class(words: str) -> str | None:
    """What kind of column a heading asks for, by its words alone: ``value``, ``label``, ``code``, ``number`` or null."""
    if not words:
        return None
    if _NUMBER_HEAD.search(words):
        return "number"
    if _CODE_HEAD.search(words):
        return "code"
    if words != "项目" and _LABEL_HEAD.search(words) and not words.endswith(("收入", "支出")):
        return "label"
    return "value" if _VALUE_HEAD.search(words) and not _TEXT_HEAD.search(words) else None


def _header_end(sheet: Sheet, captions: int) -> tuple[int, tuple[int, ...]]:
    numbering: tuple[int, ...] = ()
    spanned = captions
    for row in range(captions, min(sheet.n_rows, captions + _MAX_HEADER)):
        if _is_numbering(sheet, row):
            numbering += (row,)
            continue
        if row >= spanned and _is_data(sheet, row, row > captions):
            return row, numbering
        for column in range(sheet.n_columns):
            index = sheet.at(row, column)
            if index is not None and sheet.words[index]:
                spanned = max(spanned, row + sheet.cells[index].rowspan) if sheet.cells[index].rowspan <= _MAX_HEADER else spanned
        if row + 1 >= spanned and row > captions and not _header_like(sheet, row):
            return row, numbering
    return min(sheet.n_rows, captions + _MAX_HEADER), numbering


def _is_numbering(sheet: Sheet, row: int) -> bool:
    """A row of column numbers: ``栏次 1 2 3``, ``类 款 项 1 2 3=4+5``."""
    words = [text for _, text in sheet.row(row)]
    marked = [text for text in words if _COLUMN_NUMBER.fullmatch(text)]
    digits = [int(re.match(r"\(?(\d+)", text)[1]) for text in marked if text.lstrip("(")[:1].isdigit()]  # type: ignore[index]
    rest = {text for text in words if text not in marked}
    if not rest <= {"栏次", "类", "款", "项", "**", "栏号", "列次"} or not digits:
        return False
    ascending = all(later > earlier for earlier, later in pairwise(digits))
    return ascending and digits[0] <= 3 and (len(digits) > 1 or "栏次" in rest)


def _is_data(sheet: Sheet, row: int, below_header: bool) -> bool:
    cells = sheet.row(row)
    if not cells:
        return below_header
    figures = [(column, figure) for column, _ in cells if (figure := sheet.number(row, column)) is not None]
    first = cells[0][1]
    rest = cells[1:]
    if any(figure.money_like for _, figure in figures):
        return True
    if is_code(first) and (not rest or sheet.number(row, rest[0][0]) is None):
        return True
    if _ORDINAL.match(first) or (CODED_LABEL.fullmatch(first) and meaning(first).get("year") is None):
        return True
    if _is_total(first) and all(sheet.number(row, column) is not None for column, _ in rest):
        return (below_header and len(rest) + 1 < max(3, sheet.n_columns)) or bool(figures)
    if figures and below_header and len(figures) < len(cells):
        return not all(figure.value >= 1990 and figure.value < 2100 for _, figure in figures)
    return bool(figures) and below_header and not rest


def _is_total(words: str) -> bool:
    return words in TOTALS or words.endswith(("合计", "总计"))


def _header_like(sheet: Sheet, row: int) -> bool:
    """Whether some cell of a row without numbers reads like a heading."""
    return any(
        _CODE_HEAD.search(text) or _LABEL_HEAD.search(text) or _VALUE_HEAD.search(text) or _TEXT_HEAD.search(text)
        for _, text in sheet.row(row)
    )


def header_paths(sheet: Sheet, captions: int, first: int, numbering: tuple[int, ...]) -> list[tuple[str, ...]]:
    """Per column its headings from the outermost to the innermost.

    A text copy does not say which heading spans which columns: a blank takes the heading to its left when both stand over
    a deeper row of headings, that is, when the heading to the left is a group.
    """
    rows = [row for row in range(captions, first) if row not in numbering]
    grid = [[sheet.text(row, column) for column in range(sheet.n_columns)] for row in rows]
    for level in reversed(range(len(grid))):
        line, below = grid[level], grid[level + 1 :]
        for column in range(1, sheet.n_columns):
            index = sheet.owner[rows[level]][column]
            blank = not line[column] and (index < 0 or sheet.cells[index].colspan == 1)
            grouped = any(deeper[column] and deeper[column - 1] for deeper in below)
            if blank and line[column - 1] and grouped and not any(above[column] for above in grid[:level] if _own(above, column)):
                line[column] = line[column - 1]
    paths = []
    for column in range(sheet.n_columns):
        path: list[str] = []
        for line in grid:
            named = path and ("科目" in path[-1] or _CODE_HEAD.search(path[-1])) and line[column] in TOTALS  # a line of totals
            if line[column] and not named and (not path or path[-1] != line[column]):
                path.append(line[column])
        paths.append(tuple(path))
    return paths


def _own(line: list[str], column: int) -> bool:
    """Whether a heading at ``column`` differs from its left neighbour's, that is, begins a column of its own."""
    return column == 0 or line[column] != line[column - 1]


def _heads(sheet: Sheet, paths: list[tuple[str, ...]], first: int, numbering: tuple[int, ...]) -> list[Head]:
    heads = []
    for column, path in enumerate(paths):
        number = next((text for row in numbering if (text := sheet.text(row, column))[-1:].isdigit()), None)
        role, part = _role(sheet, column, path, first)
        heads.append(Head(column, role, path, number, part=part))
    if not any(head.role is ColumnRole.LABEL for head in heads):
        _promote(sheet, heads, first)
    return heads


def _role(sheet: Sheet, column: int, path: tuple[str, ...], first: int) -> tuple[ColumnRole, int]:
    texts = [text for row in range(first, sheet.n_rows) if (text := sheet.own(row, column)) not in BLANKS]
    figures = [figure for row in range(first, sheet.n_rows) if (figure := sheet.number(row, column)) is not None]
    leaf = path[-1] if path else ""
    if leaf in ("类", "款", "项") and any(_CODE_HEAD.search(word) or "科目" in word or word == "项目" for word in path):
        parts = [word for word in path if word in ("类", "款", "项")]
        words_only = any(text not in TOTALS for text in texts) and not figures
        return (ColumnRole.LABEL, 0) if words_only else (ColumnRole.CODE, "类款项".index(parts[-1]) + 1)
    coded = sum(1 for text in texts if is_code(text) or _SPACED_CODE.fullmatch(text))
    if _NUMBER_HEAD.search(leaf) and not any(figure.money_like for figure in figures):
        return ColumnRole.ROW_NUMBER, 0
    if not leaf and len(figures) > 2 and [figure.value for figure in figures] == [*range(1, len(figures) + 1)]:
        return ColumnRole.ROW_NUMBER, 0
    if any(_OTHER_CODE.search(word) for word in path[-1:]):
        return ColumnRole.TEXT, 0
    if any(_CODE_HEAD.search(word) for word in path):
        mixed = sum(1 for text in texts if CODED_LABEL.fullmatch(text))
        return (ColumnRole.LABEL, 0) if texts and mixed > len(texts) / 2 else (ColumnRole.CODE, 0)
    money = sum(1 for figure in figures if figure.money_like)
    named = "科目" in "".join(path) or leaf == "项目"
    if coded and coded * 10 >= len(texts) * 6 and not money and column < sheet.n_columns - 1 and named:
        return ColumnRole.CODE, 0
    return _content_role(texts, len(figures) + sum(map(garbled, texts)), path, coded, column), 0


def _content_role(texts: list[str], figures: int, path: tuple[str, ...], coded: int, column: int) -> ColumnRole:
    leaf = path[-1] if path else ""
    words = len(texts) - figures
    if _LABEL_HEAD.search(leaf) and (words or not figures) and not (figures and not words):
        return ColumnRole.LABEL
    if figures and figures >= words:
        if not path and coded == len(texts) and column == 0:
            return ColumnRole.CODE
        return ColumnRole.VALUE if not _TEXT_HEAD.search(leaf) or _VALUE_HEAD.search(leaf) else ColumnRole.TEXT
    if figures and _VALUE_HEAD.search(leaf) and not _TEXT_HEAD.search(leaf) and figures * 3 >= words:
        return ColumnRole.VALUE
    if words:
        return ColumnRole.LABEL if _LABEL_HEAD.search(leaf) else ColumnRole.TEXT
    if _TEXT_HEAD.search(leaf) and not _VALUE_HEAD.search(leaf):
        return ColumnRole.TEXT
    if _VALUE_HEAD.search(leaf) or meaning(leaf):
        return ColumnRole.VALUE
    return ColumnRole.TEXT


def _promote(sheet: Sheet, heads: list[Head], first: int) -> None:
    """Where no heading names a label column, the first column of words is it."""
    for head in heads:
        filled = any(sheet.own(row, head.index) for row in range(first, sheet.n_rows))
        if head.role is ColumnRole.TEXT and filled and not _TEXT_HEAD.search(head.path[-1] if head.path else ""):
            head.role = ColumnRole.LABEL
            return


def _sides(heads: list[Head]) -> list[Side]:
    """A new side begins where, after amounts, a label or code column repeats a heading of the first side."""
    sides = [Side(0)]
    opening: set[str] = set()
    for head in heads:
        side = sides[-1]
        leaf = head.path[-1] if head.path else ""
        lead = head.role in (ColumnRole.LABEL, ColumnRole.CODE, ColumnRole.ROW_NUMBER)
        if lead and side.values and (leaf in opening or _opens(head, sides[0])):
            side = Side(len(sides))
            sides.append(side)
        if lead and len(sides) == 1:
            opening.add(leaf)
        head.side = side.index
        {
            ColumnRole.CODE: side.codes,
            ColumnRole.LABEL: side.labels,
            ColumnRole.ROW_NUMBER: side.numbers,
            ColumnRole.VALUE: side.values,
            ColumnRole.TEXT: side.texts,
        }[head.role].append(head)
        if lead and not side.title and len(head.path) > 1:
            side.title = head.path[0]
    for side in sides:
        if not side.title:
            side.title = next((head.path[0] for head in side.labels if head.path), "")
    return sides


def _opens(head: Head, first: Side) -> bool:
    """Whether a label column after amounts begins another statement: the headings say income here, expenditure there."""
    mine, theirs = "".join(head.path), "".join("".join(label.path) for label in first.labels)
    return head.role is ColumnRole.LABEL and (("支出" in mine and "收入" in theirs) or ("收入" in mine and "支出" in theirs))
