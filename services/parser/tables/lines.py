"""The lines of each side of a table: label, code, what they are and what that makes their amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.report import RowRole
from schemas.taxonomy.codes import economy, functions
from schemas.taxonomy.tables import TableKind
from services.parser.tables.anatomy import CODED_LABEL, Anatomy, Head, Side, is_code
from services.parser.tables.figures import BLANKS
from services.parser.tables.meaning import TOTALS, Dimensions, meaning, plain_words
from services.parser.tables.notes import is_note
from services.parser.tables.sheet import Sheet

_STYLES = (
    re.compile(r"[一二三四五六七八九十]+[、.]"),
    re.compile(r"\([一二三四五六七八九十]+\)"),
    re.compile(r"\d{1,2}[.、]"),
    re.compile(r"\(\d{1,2}\)"),
    re.compile(r"[①-⑳]"),
)
_ITEM_HEADS = (
    "项目名称",
    "子项目",
    "采购项目",
    "政府采购项目",
    "项目",
    "采购品名",
    "采购品目",
    "品目",
    "购买服务内容",
    "服务内容",
    "采购内容",
    "名称",
)
_OF_WHICH = re.compile(r"^其中")
_YEAR_TOTALS = ("income", "expenditure")
_GRAND_TOTALS = ("income_total", "expenditure_total")


@dataclass(slots=True)
class Line:
    """One line of one side. ``dimensions`` are those that its label and code fix; ``unit`` is the name of a body, if any."""

    row: int
    side: int
    label: str
    code: str | None = None
    number: str | None = None
    role: RowRole = RowRole.DATA
    level: int = 0
    parent: int | None = None
    of_which: bool = False
    unit: str | None = None
    item: str | None = None
    kept: list[str] = field(default_factory=list)  # the words of its other label columns
    named: bool = False  # its label stands under a heading for the names of items
    subtotal: bool = False  # a line of a list that names no item, above lines that do
    dimensions: Dimensions = field(default_factory=dict)

    @property
    def total(self) -> bool:
        return self.role is RowRole.TOTAL


def read_lines(anatomy: Anatomy, side: Side, kind: TableKind | None, year: int | None) -> list[Line]:
    """The lines of a side in printed order, blank ones left out. Repeated headers and notes inside the grid are marked."""
    lines = []
    carried: list[str] = []
    headers = {_words(anatomy, row) for row in range(anatomy.captions, anatomy.first)}
    for row in range(anatomy.first, anatomy.sheet.n_rows):
        words = _words(anatomy, row)
        if words in headers and any(words):
            lines.append(Line(row, side.index, "", role=RowRole.HEADER))
            continue
        filled = [text for text in words if text]
        if len(filled) == 1 and is_note(filled[0]):
            lines.append(Line(row, side.index, filled[0], role=RowRole.NOTE))
            continue
        line = _line(anatomy, side, row, kind, carried)
        if line is not None:
            lines.append(line)
    _open_totals(lines)
    if kind is not None and kind.form == "list" and any(line.named for line in lines):
        for line in lines:
            line.subtotal = line.role is RowRole.DATA and not line.named and bool(line.label)
    _fix_dimensions(lines, side, kind, year)
    return lines


def _open_totals(lines: list[Line]) -> None:
    """``一、本年收入`` with its parts below it is an item like others, no total of what stands above."""
    for line, below in pairwise(lines):
        if line.total and 0 < numbering_rank(line.label) < numbering_rank(below.label):
            line.role = RowRole.DATA


def _words(anatomy: Anatomy, row: int) -> tuple[str, ...]:
    return tuple(anatomy.sheet.own(row, column) for column in range(anatomy.sheet.n_columns))


def _line(anatomy: Anatomy, side: Side, row: int, kind: TableKind | None, carried: list[str]) -> Line | None:
    sheet = anatomy.sheet
    parts = [(head.part, sheet.text(row, head.index)) for head in side.codes]
    code = _code(parts, carried)
    labels = [(head, text) for head in side.labels if (text := sheet.text(row, head.index)) not in BLANKS]
    departmental = _departmental(sheet, side, row)
    code = code and _significant(code)
    if departmental is not None:  # the government's classification stands beside it
        code = sheet.text(row, departmental)
        labels = [(head, text) for head, text in labels if head.index > departmental] or labels
    kept: list[str] = []
    if not labels:
        texts = [text for _, text in parts if text not in BLANKS and not _codelike(text)]
        first = side.values[0].index if side.values else sheet.n_columns
        texts += [text for head in side.texts if head.index < first and (text := sheet.text(row, head.index)) not in BLANKS]
        if not texts and not code and not _says_something(anatomy, side, row):
            return None
        label = texts[0] if texts else ""
    else:
        label, kept = _pick(labels, kind)
    embedded = CODED_LABEL.fullmatch(label)
    if embedded and code is None and is_code(embedded["code"]) and not meaning(label).get("year"):
        code, label = _significant(embedded["code"]), embedded["label"]
    named = any((head.path or ("",))[-1] in _ITEM_HEADS for head, _ in labels)
    number = next((text for head in side.numbers if (text := sheet.own(row, head.index))), None)
    line = Line(row, side.index, label, code, number, kept=kept, of_which=_OF_WHICH.match(label) is not None, named=named)
    line.unit = next((text for head, text in labels if "单位" in (head.path or ("",))[-1] and text != label), None)
    plain = plain_words(label)
    if code is None and (
        plain in TOTALS or plain.endswith(("合计", "总计")) or _concept(plain) in (*_YEAR_TOTALS, *_GRAND_TOTALS)
    ):
        line.role = RowRole.TOTAL
    return line


def _says_something(anatomy: Anatomy, side: Side, row: int) -> bool:
    """Whether a line without a name holds an amount: where others have names, a row filled up with 0.00 or dashes is blank."""
    figures = [anatomy.sheet.number(row, head.index) for head in side.values]
    if side.labels or side.codes:
        return any(figure is not None and figure.value for figure in figures)
    return any(anatomy.sheet.own(row, head.index) for head in side.values)


def _departmental(sheet: Sheet, side: Side, row: int) -> int | None:
    """The column of the departmental economic code where a line bears one of the government's budget, too."""
    codes = [(head.index, text) for head in side.codes if is_code(text := sheet.text(row, head.index))]
    if not {text[0] for _, text in codes} >= {"3", "5"}:
        return None
    return next(column for column, text in codes if text[0] == "3")


def _pick(labels: list[tuple[Head, str]], kind: TableKind | None) -> tuple[str, list[str]]:
    """The label of a line with several label columns: in a list the item's name, else the classification's."""
    heads = {(head.path or ("",))[-1]: text for head, text in labels}
    texts = [text for _, text in labels]
    chosen = texts[0]
    if kind is not None and kind.form == "list":
        chosen = next((heads[name] for name in _ITEM_HEADS if name in heads), texts[-1])
    elif kind is None or kind.id != "three_public":
        chosen = next((text for name, text in heads.items() if "科目" in name or "功能" in name or "经济" in name), texts[0])
    total = next((text for text in texts if text in TOTALS), None)
    chosen = total or chosen
    return chosen, [text for text in texts if text != chosen]


def _codelike(text: str) -> bool:
    return text.replace(".", "").replace("-", "").isdigit()


def _code(parts: list[tuple[int, str]], carried: list[str]) -> str | None:
    """The code of a line, from one column or from 类/款/项 columns (leading zeros dropped, upper levels left blank).

    ``carried`` holds the last 类, 款, 项 seen and is renewed.
    """
    filled = [(part, text.replace(".", "").replace("-", "")) for part, text in parts if text and _codelike(text)]
    if not filled:
        return None
    whole = next((text for _, text in filled if is_code(text) and len(text) > 3), None)
    if whole or all(part == 0 for part, _ in parts):
        code = whole or next((text for _, text in filled if is_code(text)), None)
        if code:
            carried[:] = [code[:3], code[3:5], code[5:7]]
        return code
    levels = dict(filled)
    first, second, third = levels.get(1), levels.get(2), levels.get(3)
    known = [*carried, "", "", ""]
    if first is None:
        first, second = known[0], second if second is not None else (known[1] if third else None)
    if first is None or not is_code(first):
        return None
    second = second.zfill(2) if second else None
    third = third.zfill(2) if third else None
    if third and not second:
        second = known[1] if known[0] == first else None
    code = first + (second or "") + (third if third and second else "")
    carried[:] = [code[:3], code[3:5], code[5:7]]
    return code if is_code(code) else None


def _significant(code: str) -> str:
    """A code without the pairs of zeros that stand for levels not given: 2080500 is 20805."""
    while len(code) > 3 and code.endswith("00"):
        code = code[:-2]
    return code


def _concept(words: str) -> str | None:
    return meaning(words).get("concept")


def _fix_dimensions(lines: list[Line], side: Side, kind: TableKind | None, year: int | None) -> None:
    form = kind.form if kind else "statement"
    income = _is_income(side, kind)
    economic = "经济" in side.title or sum((line.code or "")[:1] in ("3", "5") for line in lines) * 2 > len(lines) > 0
    balance: tuple[Dimensions, int] | None = None
    for line in lines:
        if line.role in (RowRole.HEADER, RowRole.NOTE):
            continue
        found = meaning(line.label)
        found.pop("unit", None) if found.get("measure") != "count" else None
        if line.code and form == "statement":
            line.dimensions = {"economy" if line.code[0] in "35" else "function": line.code}
        elif form == "list" and line.code and not line.named and kind is not None and kind.concept == "project":
            line.dimensions = {"concept": "expenditure", "nature": "project", "function": line.code}
        elif form == "list":
            line.item = None if line.total else line.label or None
        elif line.total:
            line.dimensions = found
        else:
            line.dimensions = _plain_dimensions(line, found, income, economic, year)
        if form == "statement" and kind is not None and kind.id == "three_public" and not line.total:
            line.item = line.label if line.code else (line.item or None)
        if kind is not None and kind.id == "three_public" and line.dimensions == {"concept": "expenditure"} and not income:
            line.dimensions = {"concept": "three_public"}  # 支出合计 of what the table is about
        balance = _inherit_balance(line, found, balance)


def _plain_dimensions(line: Line, found: Dimensions, income: bool, economic: bool, year: int | None) -> Dimensions:
    """The dimensions of a line without a code, by its words."""
    if not income:
        name = plain_words(line.label)
        code = economy().code(name, year, under="3") if economic else functions().code(name, year, digits=3)
        if code:
            line.code = line.code or code
            return {"economy" if economic else "function": code}
        if not found and (code := economy().code(name, year, digits=3, under="3")):
            return {"economy": code}
    if not found and line.label:
        line.item = plain_words(line.label) or line.label
    return found


def _inherit_balance(line: Line, found: Dimensions, balance: tuple[Dimensions, int] | None) -> tuple[Dimensions, int] | None:
    """Under 年初…结转和结余 the sources of money listed are sources of that balance."""
    if line.total:
        return None
    rank = numbering_rank(line.label)
    if found.get("concept", "").endswith("_balance"):
        return (found, rank)
    if balance is not None and set(found) == {"fund"} and not line.code and (not rank or rank > balance[1]):
        line.dimensions = {**balance[0], **found}
        return balance
    return None if balance is None or line.label else balance


def numbering_rank(label: str) -> int:
    """The rank of a label's numbering, 1 for 一、; 0 when it has none."""
    words = label.removeprefix("其中").lstrip(":")
    return next((rank for rank, pattern in enumerate(_STYLES, 1) if pattern.match(words)), 0)


def _is_income(side: Side, kind: TableKind | None) -> bool:
    title = side.title
    if "收入" in title or "来源" in title:
        return "支出" not in title
    return kind is not None and kind.concept == "income" and "支出" not in title
