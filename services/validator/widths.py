"""A report as rules search it: wide digits (１４６４．４３％) are like the others, cells have no blanks of layout."""

from __future__ import annotations

import re
from operator import is_

from schemas.report import Cell, Paragraph, Report, Table

_FOLDED = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_WIDE = re.compile("[０-９％]")
_ODD = re.compile(r"[０-９％\s]")
_LAYOUT = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")


def folded(report: Report) -> Report:
    """The report itself where nothing in it is so, else a copy; every character of a paragraph stays in its place."""
    paragraphs = tuple(map(_paragraph, report.paragraphs))
    tables = tuple(map(_table, report.tables))
    if paragraphs == report.paragraphs and tables == report.tables:
        return report
    return report.model_copy(update={"paragraphs": paragraphs, "tables": tables})


def _paragraph(paragraph: Paragraph) -> Paragraph:
    text = fold(paragraph.text)
    return paragraph if text is paragraph.text else paragraph.model_copy(update={"text": text})


def _table(table: Table) -> Table:
    odd = _ODD.search
    if not odd("".join([cell.text for cell in table.cells])):
        return table
    cells = tuple([_cell(cell) if odd(cell.text) else cell for cell in table.cells])
    same = all(map(is_, cells, table.cells))
    return table if same else table.model_copy(update={"cells": cells})


def _cell(cell: Cell) -> Cell:
    text = _LAYOUT.sub("", fold(cell.text))
    return cell if text == cell.text else cell.model_copy(update={"text": text})


def fold(text: str) -> str:
    """The text itself where nothing in it is wide."""
    return text.translate(_FOLDED) if not text.isascii() and _WIDE.search(text) else text
