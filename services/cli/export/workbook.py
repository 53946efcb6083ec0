"""A list for putting things right (整改清单) as an Excel workbook: an overview, then one sheet a document.

Rows are written as they come (openpyxl's write-only mode), so that memory does not grow with their number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from schemas.place import Evidence
from schemas.report import Identity
from schemas.validation import Severity, State
from services.cli.formats.machine import FORMULA
from services.cli.words import words as words_of
from services.store.exports import Finding

LONGEST = 32_767
"""Characters of a cell that Excel keeps."""
LONGEST_LINK = 2000
A4 = 9  # ECMA-376, paperSize
SHEETS = 250
"""Documents in one workbook: more tabs than that nobody finds his way in."""
OVERVIEW: tuple[tuple[str, float], ...] = (
    ("number", 6), ("issuer", 34), ("fiscal_year", 8), ("kind", 8), ("scope", 8), ("errors", 8), ("warnings", 8),
    ("roundings", 8), ("document", 44), ("address", 40), ("sheet", 30),
)  # fmt: skip
DETAIL: tuple[tuple[str, float], ...] = (
    ("number", 5), ("severity", 8), ("category", 11), ("place", 15), ("quote", 28), ("stated", 12), ("expected", 12),
    ("arithmetic", 38), ("cause", 15), ("basis", 20), ("state", 8), ("remedy", 10), ("remark", 14), ("rule", 16),
)  # fmt: skip
HEADING_ROW = 4
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LINE = Side(style="thin", color="BFBFBF")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TOP = Alignment(vertical="top", wrap_text=True)
_CENTRED = Alignment(vertical="top", horizontal="center", wrap_text=True)
_LINE_POINTS = 13.5


def _styles() -> list[NamedStyle]:
    """Named, so that a cell only points at its style: to give each cell font, border and so on takes ten times as long."""

    def style(name: str, alignment: Alignment = _TOP, fill: str | None = None, border: Border = _GRID, **font: Any) -> NamedStyle:
        filled = PatternFill("solid", fgColor=fill) if fill else PatternFill()
        return NamedStyle(f"gouji {name}", Font(**({"size": 10} | font)), filled, border, alignment)

    return [
        style("text"),
        style("centred", _CENTRED),
        style("error", _CENTRED, "F8D7D4"),
        style("warning", _CENTRED, "FCEFC9"),
        style("rounding", _CENTRED),
        style("link", color="1F4E9E", underline="single"),
        style("head", _CENTRED, "DDE6F0", bold=True),
        style("total", _CENTRED, bold=True),
        style("title", Alignment(), border=Border(), bold=True, size=14),
        style("note", Alignment(), border=Border()),
        style("address", Alignment(), border=Border(), color="1F4E9E", underline="single"),
    ]


class TooManyDocuments(ValueError):
    """More documents than one workbook can usefully hold."""


class Checklist:
    """``add`` each document's discrepancies, then ``save``. Nothing that is written is a formula, or an address but http(s)."""

    def __init__(self, language: str, today: date) -> None:
        self._words = words_of(language)
        self._language = language
        self._today = today
        self._book = Workbook(write_only=True)
        self._book.properties.creator = "gouji 勾稽"
        self._book.properties.title = self._words["list_title"]
        for style in _styles():
            self._book.add_named_style(style)
        self._numbers = count(1)
        self._totals: Counter[Severity] = Counter()
        self._overview = self._sheet(self._words["list_overview"], OVERVIEW)
        self._heading(self._overview, OVERVIEW, self._words["list_title"], self._words["list_note"])

    def add(
        self, findings: Sequence[Finding], *, identity: Identity | None = None, name: str = "", problem: str | None = None
    ) -> None:
        """A document and what was found in it, which may be nothing, or why it could not be read.

        ``identity`` and ``name`` say which it is where the findings do not. Raises TooManyDocuments.
        """
        number = next(self._numbers)
        if number > SHEETS:
            raise TooManyDocuments
        first = findings[0].discrepancy if findings else None
        identity = first.identity if first else identity or Identity()
        whose, title, url = self._whose(identity), identity.title or name, first.url if first else None
        sheet = _FORBIDDEN.sub(" ", f"{number:03} {_short(whose[0] or title)} {whose[1]}{whose[2]}").strip()[:31].rstrip()
        counts = Counter(finding.discrepancy.severity for finding in findings)
        self._totals += counts
        link = self._cell(self._overview, sheet, "link")
        link.hyperlink = Hyperlink(ref="", location=f"'{sheet}'!A1")
        tally = ["—" if problem else counts[severity] for severity in Severity]
        values = [
            (number, "centred"),
            *((part, "text") for part in whose),
            *((part, "centred") for part in tally),
            (title, "text"),
        ]
        cells = [*(self._cell(self._overview, *value) for value in values), self._address(self._overview, url), link]
        _append(self._overview, HEADING_ROW + number, cells, OVERVIEW)
        self._document(sheet, " ".join(str(part) for part in whose if part) or title, title, url, findings, problem)

    def save(self, file: Path) -> None:
        """Write the file. Raises OSError."""
        total = ["", self._words["list_total"], "", "", "", *(self._totals[severity] for severity in Severity), "", "", ""]
        self._overview.append([self._cell(self._overview, value, "total") for value in total])
        self._book.save(file)

    def _document(
        self, name: str, head: str, title: str, url: str | None, findings: Sequence[Finding], problem: str | None
    ) -> None:
        sheet = self._sheet(name, DETAIL)
        self._heading(sheet, DETAIL, f"{self._words['list_title']} — {head}", title, url)
        if findings:
            choices = DataValidation(type="list", formula1=f'"{self._words["list_remedies"]}"', allow_blank=True)
            column = chr(ord("A") + [column for column, _ in DETAIL].index("remedy"))
            choices.add(f"{column}{HEADING_ROW + 1}:{column}{HEADING_ROW + len(findings)}")
            sheet.data_validations.append(choices)
        for number, finding in enumerate(findings, 1):
            cells = self._cells(sheet, number, finding)
            _append(sheet, HEADING_ROW + number, cells, DETAIL)
        if not findings:
            said = f"{self._words['cannot']}: {problem}" if problem else self._words["clean"]
            sheet.append([None, self._cell(sheet, said, "note")])
        sheet.close()

    def _cells(self, sheet: Any, number: int, finding: Finding) -> list[Any]:
        d, words = finding.discrepancy, self._words
        quotes = dict.fromkeys(f"「{evidence.quote}」" for evidence in d.evidence)
        values: dict[str, Any] = {
            "number": number,
            "severity": words[d.severity],
            "category": words[f"category_{d.category}"],
            "place": _places(d.evidence, finding.titles, words),
            "quote": "\n".join(quotes),
            "stated": d.stated,
            "expected": "\n".join(filter(None, (d.expected, d.difference and f"{words['difference']} {d.difference}"))),
            "arithmetic": getattr(d.message, self._language),
            "cause": getattr(d.cause, self._language) if d.cause else None,
            "basis": d.basis,
            "state": words[f"state_{d.state}"],
            "remedy": words["list_corrected"] if d.state is State.RESOLVED else None,
            "remark": None,
            "rule": f"{d.rule}\n{d.discrepancy_id[:8]}",
        }
        styles = {"number": "centred", "severity": d.severity.value, "state": "centred"}
        return [self._cell(sheet, values[name], styles.get(name, "text")) for name, _ in DETAIL]

    def _sheet(self, name: str, columns: Sequence[tuple[str, float]]) -> Any:
        sheet: Any = self._book.create_sheet(name)
        for index, (_, width) in enumerate(columns):
            sheet.column_dimensions[chr(ord("A") + index)].width = width
        sheet.freeze_panes = f"A{HEADING_ROW + 1}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.oddFooter.center.text = "&P / &N"
        sheet.oddFooter.left.text = "&A"
        return sheet

    def _heading(
        self, sheet: Any, columns: Sequence[tuple[str, float]], title: str, note: str | None, url: str | None = None
    ) -> None:
        sheet.append([self._cell(sheet, title, "title")])
        sheet.append([self._cell(sheet, note, "note")])
        made = self._cell(sheet, f"{self._words['list_made']} {self._today.isoformat()}", "note")
        sheet.append([made, None, None, self._address(sheet, url, "address", "note")])
        sheet.append([self._cell(sheet, self._words[f"list_{name}"], "head") for name, _ in columns])

    def _whose(self, who: Identity) -> tuple[Any, ...]:
        kind, scope = (self._words[part] if part else "" for part in (who.kind, who.scope))
        return (who.issuer or "", who.fiscal_year or "", kind, scope)

    def _address(self, sheet: Any, url: str | None, style: str = "link", otherwise: str = "text") -> Any:
        """An address, a link where it is an http(s) one that Excel can follow."""
        followed = url and urlsplit(url).scheme in ("http", "https") and len(url) < LONGEST_LINK
        cell = self._cell(sheet, url, style if followed else otherwise)
        if followed:
            cell.hyperlink = Hyperlink(ref="", target=url)
        return cell

    def _cell(self, sheet: Any, value: Any, style: str) -> Any:
        """A cell with its value as it is: text is text, also if it begins as a formula does."""
        text = isinstance(value, str)
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:LONGEST] if text else value)
        cell.style = f"gouji {style}"
        if text:
            cell.data_type = "s"
            cell.quotePrefix = value[:1] in FORMULA and value != ""
        return cell


def _append(sheet: Any, row: int, cells: Sequence[Any], columns: Sequence[tuple[str, float]]) -> None:
    """Write a row as high as its highest cell: spreadsheets do not measure a row that they did not make."""
    lines = max(_lines(str(cell.value or ""), width) for cell, (_, width) in zip(cells, columns, strict=True))
    sheet.row_dimensions[row].height = min(lines * _LINE_POINTS + 3, 409)  # Excel's highest
    sheet.append(cells)
    del sheet.row_dimensions[row]


def _lines(text: str, width: float) -> int:
    """Lines that text takes in a column of so many digits, if anything too many; a Chinese character is as wide as two."""
    lines = sum(max(1, ceil(sum(1 if char < "\u1100" else 2 for char in line) * 1.05 / (width - 1))) for line in text.split("\n"))
    return lines if lines == 1 else lines + 1


def _places(found: Sequence[Evidence], titles: Mapping[int, str], words: Mapping[str, str]) -> str:
    """The places in words, a line for each page and table, its cells after it."""
    cells: dict[str, dict[str, None]] = {}
    for evidence in found:
        parts = []
        if evidence.page is not None:
            parts.append(words["page"].format(evidence.page))
        elif evidence.start is not None and evidence.table is None:
            parts.append(words["chars"].format(evidence.start + 1))
        if evidence.table is not None:
            parts.append(titles.get(evidence.table) or f"{words['table']}{evidence.table + 1}")
        of_place = cells.setdefault(" ".join(parts), {})
        if evidence.row is not None and evidence.column is not None:
            of_place[words["cell"].format(evidence.row + 1, evidence.column + 1)] = None
    return "\n".join(f"{place} {'，'.join(of_place)}".strip() for place, of_place in cells.items())


def _short(name: str) -> str:
    """The end of a body's name, which tells it from its neighbours."""
    return name[-14:]
