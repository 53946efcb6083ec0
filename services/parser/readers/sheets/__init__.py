"""Workbooks → Layout: each sheet a table of its name, with the lines above and below it."""

from __future__ import annotations

from collections.abc import Iterable

from services.content.sniff import XLS, sniff
from services.parser.layout import GridCell, Layout, TextBlock, Unreadable
from services.parser.readers.flow import number_offsets
from services.parser.readers.limits import Limits
from services.parser.readers.package import Package
from services.parser.readers.sheets import binary, old, xlsx
from services.parser.readers.sheets.grid import sheet_blocks


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Workbooks of any Excel. Raises ``Unreadable``: ``empty`` besides what a package and calamine raise."""
    if sniff(body) == XLS:
        try:
            return layout_of("xls", old.read_sheets(body, limits), limits)
        except old.Unknown:
            return layout_of("xls", binary.read_sheets(body, limits), limits)
    package = Package(body, limits)
    if "xl/workbook.xml" in package:
        return layout_of("xlsx", xlsx.read_sheets(package, limits), limits)
    package.check()
    return layout_of("xlsb", binary.read_sheets(body, limits), limits)


def layout_of(reader: str, sheets: Iterable[tuple[str, list[GridCell]]], limits: Limits) -> Layout:
    """The Layout of a workbook's sheets (name, filled cells)."""
    layout = Layout(reader)
    for name, cells in sheets:
        layout.blocks += sheet_blocks(cells, name)
    if not layout.blocks:
        raise Unreadable("no-text")
    limits.check_characters(
        sum(
            len(block.text) if isinstance(block, TextBlock) else sum(len(cell.text) for cell in block.cells)
            for block in layout.blocks
        )
    )
    number_offsets(layout.blocks)
    return layout
