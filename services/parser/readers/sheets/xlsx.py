"""Excel workbooks (XLSX, XLSM) → the cells of each visible sheet, as they are shown."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.parser.layout import GridCell
from services.parser.readers.limits import Limits
from services.parser.readers.package import Element, Package, attribute, child, children, local, whole
from services.parser.readers.sheets.printed import BUILT_IN, printed
from services.parser.readers.words import tidy

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_MAX_COLUMN = 300
_MAX_ROW = 200_000


@dataclass(slots=True)
class Workbook:
    """What the sheets of a workbook share: texts, the number format of each cell style, which styles are bold, which
    have a border at the left or right."""

    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)
    framed: list[bool] = field(default_factory=list)
    epoch_1904: bool = False


def read_sheets(package: Package, limits: Limits) -> Iterator[tuple[str, list[GridCell]]]:
    """Name and filled cells of each sheet that is not hidden. Raises ``Unreadable``."""
    root = package.xml("xl/workbook.xml")
    parts = package.relations("xl/workbook.xml")
    properties = child(root, "workbookPr")
    shared = Workbook(epoch_1904=properties is not None and attribute(properties, "date1904") in ("1", "true"))
    if "xl/sharedStrings.xml" in package:
        shared.strings = [_text(item) for item in package.xml("xl/sharedStrings.xml") if local(item) == "si"]
    if "xl/styles.xml" in package:
        _read_styles(package.xml("xl/styles.xml"), shared)
    cells = 0
    for sheet in children(child(root, "sheets")):
        part = parts.get(attribute(sheet, "id") or "")
        if part is None or part not in package or attribute(sheet, "state") in ("hidden", "veryHidden"):
            continue
        content = package.xml(part)
        if local(content) != "worksheet":
            continue  # a chart
        found = list(_cells(content, shared, limits, cells))
        cells += len(found)
        yield attribute(sheet, "name") or "", found


def _read_styles(root: Element, shared: Workbook) -> None:
    own = {
        whole(attribute(item, "numFmtId"), 0): attribute(item, "formatCode") or "" for item in children(child(root, "numFmts"))
    }
    bold = [child(font, "b") is not None for font in children(child(root, "fonts"))]
    framed = [any(_drawn(child(border, side)) for side in ("left", "right")) for border in children(child(root, "borders"))]
    for style in children(child(root, "cellXfs")):
        identity, font = whole(attribute(style, "numFmtId"), 0), whole(attribute(style, "fontId"), 0)
        shared.formats.append(own.get(identity) or BUILT_IN.get(identity, "General"))
        shared.bold.append(font < len(bold) and bold[font])
        border = whole(attribute(style, "borderId"), 0)
        shared.framed.append(border < len(framed) and framed[border])


def _drawn(side: Element | None) -> bool:
    return side is not None and (attribute(side, "style") or "none") != "none"


def _cells(content: Element, shared: Workbook, limits: Limits, already: int) -> Iterator[GridCell]:
    spans, covered = _merged(content)
    hidden = _hidden_columns(content)
    count = already
    row = -1
    for line in children(child(content, "sheetData")):
        row = whole(attribute(line, "r"), row + 2) - 1
        column = -1
        if row >= _MAX_ROW:
            break
        for item in line:
            place = _REFERENCE.fullmatch(attribute(item, "r") or "")
            column = _column(place[1]) if place else column + 1
            if column >= _MAX_COLUMN or column in hidden or (row, column) in covered:
                continue
            text, style = _value(item, shared), whole(attribute(item, "s"), 0)
            if not text and not (style < len(shared.framed) and shared.framed[style]):
                continue
            count += 1
            limits.check_cells(count)
            rows, columns = spans.get((row, column), (1, 1))
            yield GridCell(row, column, text, rows, columns, bold=style < len(shared.bold) and shared.bold[style])


def _value(item: Element, shared: Workbook) -> str:
    kind = attribute(item, "t") or "n"
    if kind == "inlineStr":
        inline = child(item, "is")
        return tidy(_text(inline)) if inline is not None else ""
    stored = child(item, "v")
    raw = (stored.text or "") if stored is not None else ""
    if kind == "s":
        index = whole(raw.strip(), -1)
        return tidy(shared.strings[index]) if 0 <= index < len(shared.strings) else ""
    if kind in ("str", "d"):
        return tidy(raw)
    if kind == "b":
        return "TRUE" if raw.strip() == "1" else "FALSE"
    if kind == "e":
        return raw.strip()
    return _number(raw, whole(attribute(item, "s"), 0), shared)


def _number(raw: str, style: int, shared: Workbook) -> str:
    try:
        value = float(raw)
    except ValueError:
        return tidy(raw)
    if not math.isfinite(value):
        return ""
    code = shared.formats[style] if style < len(shared.formats) else "General"
    return printed(value, code, shared.epoch_1904).strip()


def _text(item: Element) -> str:
    """The characters of a string, without the readings (phonetic runs) of its characters."""
    parts = []
    for inner in item:
        if local(inner) == "t":
            parts.append(inner.text or "")
        elif local(inner) == "r":
            parts += [run.text or "" for run in inner if local(run) == "t"]
    return "".join(parts)


def _merged(content: Element) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans of merged cells by their top left slot, and the slots that they cover."""
    spans, covered = dict[tuple[int, int], tuple[int, int]](), set[tuple[int, int]]()
    for item in children(child(content, "mergeCells")):
        ends = [_REFERENCE.fullmatch(end) for end in (attribute(item, "ref") or "").split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            continue
        top, left = int(ends[0][2]) - 1, _column(ends[0][1])
        rows, columns = int(ends[1][2]) - top, min(_column(ends[1][1]) + 1, _MAX_COLUMN) - left
        if rows < 1 or columns < 1 or rows * columns > 20_000:
            continue
        spans[top, left] = rows, columns
        covered |= {(top + r, left + c) for r in range(rows) for c in range(columns)} - {(top, left)}
        if len(covered) > _MAX_ROW:
            break
    return spans, covered


def _hidden_columns(content: Element) -> set[int]:
    hidden: set[int] = set()
    for item in children(child(content, "cols")):
        if attribute(item, "hidden") in ("1", "true"):
            first, last = whole(attribute(item, "min"), 1), whole(attribute(item, "max"), 1)
            hidden.update(range(first - 1, min(last, _MAX_COLUMN)))
    return hidden


def _column(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
