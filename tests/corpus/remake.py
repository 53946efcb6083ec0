"""A document that was read, written again in other formats: web page in GBK, Word, Excel."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import docx
import openpyxl
from docx.table import Table
from openpyxl.styles import Border, Side

from services.parser.layout import Block, Grid, Layout, TextBlock

_FRAME = Border(left=Side("thin"), right=Side("thin"))
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?(%?)")


def as_html(layout: Layout) -> bytes:
    """A page that does not say its encoding."""
    parts = []
    for block in layout.blocks:
        if isinstance(block, TextBlock):
            tag = f"h{min(block.heading, 6)}" if block.heading else "p"
            inner = f"<b>{html.escape(block.text)}</b>" if block.bold else html.escape(block.text)
            parts.append(f"<{tag}>{inner}</{tag}>")
            continue
        parts.append("<table border=1>")
        for row in range(block.n_rows):
            cells = "".join(
                f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{_lines(cell.text)}</td>'
                for cell in block.cells
                if cell.row == row
            )
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    return f"<html><head></head><body><div>{''.join(parts)}</div></body></html>".encode("gb18030")


def _lines(text: str) -> str:
    return "<br>".join(html.escape(line) for line in text.split("\n"))


def as_docx(layout: Layout) -> bytes:
    document = docx.Document()
    for block in layout.blocks:
        if isinstance(block, TextBlock):
            paragraph = document.add_heading(level=min(block.heading, 9)) if block.heading else document.add_paragraph()
            paragraph.add_run(block.text).bold = block.bold or None
        else:
            _fill(document.add_table(block.n_rows, block.n_columns), block)
    return _saved(document.save)


def _fill(table: Table, grid: Grid) -> None:
    slots = [list(row.cells) for row in table.rows]
    for cell in grid.cells:
        first = slots[cell.row][cell.column]
        if cell.rowspan * cell.colspan > 1:
            first = first.merge(slots[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1])
        first.text = cell.text


def as_xlsx(layout: Layout) -> bytes:
    """A sheet for each run of paragraphs and for each table, framed; numbers are numbers, shown as they were printed."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, run in enumerate(_runs(layout.blocks), 1):
        sheet = book.create_sheet(f"Sheet{number}")
        if isinstance(run, Grid):
            for cell in run.cells:
                sheet.cell(cell.row + 1, cell.column + 1).border = _FRAME
                if cell.text:
                    _write(sheet.cell(cell.row + 1, cell.column + 1), cell.text)
                if cell.rowspan * cell.colspan > 1:
                    bottom, right = cell.row + cell.rowspan, cell.column + cell.colspan
                    sheet.merge_cells(start_row=cell.row + 1, end_row=bottom, start_column=cell.column + 1, end_column=right)
        else:
            for row, block in enumerate(run, 1):
                _say(sheet.cell(row, 1), block.text)
    return _saved(book.save)


def _runs(blocks: Sequence[Block]) -> list[Grid | list[TextBlock]]:
    runs: list[Grid | list[TextBlock]] = []
    for block in blocks:
        if isinstance(block, Grid):
            runs.append(block)
        elif runs and isinstance(runs[-1], list):
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _write(cell: openpyxl.cell.Cell, text: str) -> None:
    number = _NUMBER.fullmatch(text)
    if number is None or len(text) > 15:
        _say(cell, text)
        return
    value = Decimal(text.rstrip("%").replace(",", ""))
    decimals = "." + "0" * len(number[1]) if number[1] else ""
    cell.value = float(value / 100 if number[2] else value)
    cell.number_format = f"{'#,##' if ',' in text else ''}0{decimals}{number[2]}"


def _say(cell: openpyxl.cell.Cell, text: str) -> None:
    cell.value, cell.data_type = text, "s"  # else a text that begins with = is a formula


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()
