"""Titles of tables against the tables themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.place import Evidence
from schemas.report import Cell, ColumnRole, Kind, Report, SectionKind, Table
from schemas.taxonomy.tables import table_kinds
from schemas.validation import Category, Severity, Text
from services.validator.prose import Prose, fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：公开的报表应当完整；没有数据的表格应列出空表并注明"
_TITLE = re.compile(r"[^,。;:!?]{2,50}表(?:[(][^()]{1,8}[)])?$")
_NOT_A_TITLE = re.compile(r"(?:列|编|填|如下|详见|附|见|下|上|本|该|此)表$|情况说明")
_NUMBER = re.compile(r"^(?:\d+[.、]|[一二三四五六七八九十]+、|[(].{1,3}[)]|附?表\d+[:.、]?)")
_EMPTY = re.compile(r"无|没有|空表|不涉及")
_YEARED = re.compile(r"^(?:附?表[一二三四五六七八九十\d]+[:.、]?|\d+[.、]|[一二三四五六七八九十]+、)?20\d\d年")
_MANY = 4


@rule(
    "text.announced-tables",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="列有表名而无表格", en="tables announced and not present"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("一、收入决算表").table("income", [("合计", {})], [("", "合计", "1.00")]).report(),
    failing=lambda: Draft().paragraph("一、收入决算表").paragraph("二、支出决算表").paragraph("三、情况说明").report(),
)
def announced_tables(view: View) -> Iterator[Finding | NotApplicable | NotChecked | Passed]:
    """Under the title of a table stands the table, or the statement that it is empty.

    A copy of a page as text loses its pictures and attachments, so this is a warning, one a document with all titles. Where
    pages could not be read, or tables were found that could not be recognised, nothing is missed. Where the body names no
    tables, those of the contents page are taken.
    """
    if view.report.reading.unreadable_pages:
        yield NotChecked("pages could not be read")
        return
    text = prose(view)
    filled = {table.after_paragraph for table in view.tables}
    standing = {_NUMBER.sub("", fold(table.title)) for table in view.tables if table.title}
    bare = [
        index
        for index in _titles(text, contents=False)
        if _NUMBER.sub("", text.lines[index]) not in standing and not _is_filled(text, index, filled)
    ]
    if len(bare) < 2 and not any(_is_statement(table) for table in view.tables):
        bare = _titles(text, contents=True)
    if len(bare) < 2:
        yield Passed("报表") if view.tables else NotApplicable("no tables are announced")
        return
    yield Finding(
        subject="tables",
        message=Text(
            zh=f"列有{len(bare)}个表名而无表格：{'、'.join(text.lines[index] for index in bare)[:160]}。",
            en=f"{len(bare)} tables are announced by their titles and not present in the text.",
        ),
        evidence=tuple(text.whole(view, index) for index in bare[:30]),
        stated=f"{len(bare)}个表名",
    )


@rule(
    "text.table-title-year",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="表题缺年份", en="a table's title without the year that the others carry"),
    basis="财预〔2016〕143号：公开内容规范",
    passing=lambda: _titled("2024年部门支出预算总表"),
    failing=lambda: _titled("部门支出预算总表"),
)
def table_title_year(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Where the titles of the tables begin with the year, all do. One finding a document."""
    titled = [table for table in view.tables if table.title and _is_statement(table)]
    years = [bool(_YEARED.match(fold(table.title or ""))) for table in titled]
    if sum(years) < _MANY or sum(years) < 0.7 * len(years):
        yield NotApplicable("titles of tables carry no year")
        return
    odd = [table for table, yeared in zip(titled, years, strict=True) if not yeared and "20" not in (table.title or "")]
    if not odd:
        yield Passed("表题")
        return
    text = prose(view)
    wanted = {fold(table.title or "") for table in odd}
    places = [
        index for index, line in enumerate(text.lines) if any(line.endswith(title) or title in line[:60] for title in wanted)
    ]
    yield Finding(
        subject="、".join(sorted(wanted)),
        message=Text(
            zh=f"表题“{odd[0].title}”未标明年份，其余{sum(years)}张表均有。",
            en=f"{len(odd)} title(s) of tables lack the year that the others carry.",
        ),
        evidence=tuple(text.whole(view, index) for index in places[:6]) or tuple(view.row_evidence(table, 0) for table in odd),
        stated=odd[0].title,
        expected=f"{view.year}年{odd[0].title}" if view.year else None,
    )


@rule(
    "text.code-width",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="科目编码缺前导零", en="a code without its leading zero"),
    basis="政府收支分类科目：款、项编码为两位",
    passing=lambda: Draft().table("basic", [("合计", {})], [("01", "基本工资", "1.00")]).report(),
    failing=lambda: (
        Draft()
        .table("basic", [("合计", {})], [("01", "基本工资", "1.00"), ("02", "津贴补贴", "2.00"), ("7", "绩效工资", "3.00")])
        .report()
    ),
)
def code_width(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Where 类, 款 and 项 stand in columns of their own, 款 and 项 have two digits: 02, not 2. One finding a document."""
    seen = False
    short: list[tuple[Table, Cell]] = []
    for table in view.tables:
        columns = {column.index for column in table.columns if column.role == ColumnRole.CODE}
        if not columns:
            continue
        below: dict[int, list[Cell]] = {column: [] for column in sorted(columns)}
        for cell in table.cells:
            if cell.column in below and cell.row >= table.header_rows and cell.text.strip().isdecimal():
                below[cell.column].append(cell)
        for listed in below.values():
            widths = [len(cell.text.strip()) for cell in listed]
            if widths.count(2) > widths.count(1) and widths.count(2) + widths.count(1) == len(widths):
                seen = True
                short += [(table, cell) for cell in listed if len(cell.text.strip()) == 1]
    if not short:
        yield Passed("编码") if seen else NotApplicable("no codes in columns of two digits")
        return
    evidence = tuple(_coded(view, table, cell) for table, cell in short[:10])
    yield Finding(
        subject="编码",
        message=Text(zh=f"款、项编码缺前导零，共{len(short)}处。", en=f"{len(short)} code(s) lack their leading zero."),
        evidence=evidence,
        stated="、".join(dict.fromkeys(item.quote for item in evidence)),
    )


def _coded(view: View, table: Table, code: Cell) -> Evidence:
    """A code's cell with the name beside it."""
    name = view.cells(table).get((code.row, code.column + code.colspan))
    place, end = code.place, name.place.end if name else code.place.end
    quote = " ".join(cell.text.strip() for cell in (code, name) if cell is not None)
    return Evidence(quote=quote, page=place.page, start=place.start, end=end, box=place.box, table=table.index, row=code.row)


def announced_titles(view: View) -> list[str]:
    """The folded titles of tables that stand in the body as lines of their own, without their numbers."""
    return view.once(_announced)


def _announced(view: View) -> list[str]:
    text = prose(view)
    return [_NUMBER.sub("", text.lines[index]) for index in _titles(text, contents=False)]


def _titles(text: Prose, *, contents: bool) -> list[int]:
    """The paragraphs that are a table's title and nothing else: of the contents page, or of the body."""
    return [
        index
        for index, line in enumerate(text.lines)
        if (text.parts[index] == SectionKind.CONTENTS) == contents
        and text.parts[index] != SectionKind.COVER
        and len(line) >= 4
        and "表" in line
        and _TITLE.fullmatch(line)
        and not _NOT_A_TITLE.search(line)
    ]


def _is_filled(text: Prose, index: int, filled: set[int]) -> bool:
    """Whether a table, or the word that it is empty, follows within the lines that belong to a title (unit, body's name)."""
    for following in range(index + 1, min(index + 7, len(text.lines) + 1)):
        if following in filled:
            return True
        if following == len(text.lines):
            return False
        line = text.lines[following]
        if _TITLE.fullmatch(line) or (following in text.headings and not _EMPTY.search(line)):
            # A part's title over its tables' titles is no table's title itself.
            return bool(_TITLE.fullmatch(line)) and text.lines[index].startswith("第")
        if _EMPTY.search(line) and len(line) < 80:
            return True
    return False


def _is_statement(table: Table) -> bool:
    return table.kind is not None and table_kinds()[table.kind].form == "statement"


def _titled(title: str) -> Report:
    draft = Draft(kind=Kind.BUDGET, year=2024)
    for name in ("收支预算总表", "收入预算总表", "财政拨款收支预算总表", "一般公共预算支出表"):
        draft.paragraph(f"2024年部门{name}").table("income", [("合计", {})], [("", "合计", "1.00")], title=f"2024年部门{name}")
    return draft.paragraph(title).table("expenditure", [("合计", {})], [("", "合计", "1.00")], title=title).report()
