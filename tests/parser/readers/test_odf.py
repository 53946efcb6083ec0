"""OpenDocument texts and spreadsheets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import DEFAULT_LIMITS, Limits, read
from tests.fuzz.seeds import ROWS, SENTENCE, TITLE, ods, odt, packed, unpacked

CONTENT = "content.xml"


def rows(layout: Layout) -> list[list[str]]:
    (grid,) = (block for block in layout.blocks if isinstance(block, Grid))
    return [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.n_rows)]


def table(body: bytes, xml: str, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The seed with the rows of its table replaced."""
    parts = unpacked(body)
    content = parts[CONTENT].decode()
    start, end = content.index("<table:table-row"), content.rindex("</table:table>")
    parts[CONTENT] = (content[:start] + xml + content[end:]).encode()
    return read(packed(parts), limits=limits)


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def test_a_text_has_headings_paragraphs_and_tables() -> None:
    layout = read(odt())
    heading, sentence = (block for block in layout.blocks if isinstance(block, TextBlock))
    assert (heading.text, heading.heading, sentence.text, sentence.heading) == (TITLE, 1, SENTENCE, 0)
    assert rows(layout) == [list(row) for row in ROWS]


def test_a_spreadsheet_shows_what_its_cells_show() -> None:
    layout = read(ods())
    assert (layout.reader, rows(layout)) == ("ods", [list(row) for row in ROWS])


@pytest.mark.parametrize("make", [odt, ods])
def test_merged_cells_keep_their_spans(make: Callable[[], bytes]) -> None:
    covered = "<table:covered-table-cell/>"
    spans = 'table:number-columns-spanned="2" table:number-rows-spanned="1"'
    tall = 'table:number-rows-spanned="2"'
    xml = (
        f"<table:table-row>{cell('项目', tall)}{cell('金额', spans)}{covered}</table:table-row>"
        f"<table:table-row>{covered}{cell('基本')}{cell('1.00')}</table:table-row>"
    )
    (grid,) = (block for block in table(make(), xml).blocks if isinstance(block, Grid))
    assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in grid.cells] == [
        ("项目", 0, 0, 2, 1),
        ("金额", 0, 1, 1, 2),
        ("基本", 1, 1, 1, 1),
        ("1.00", 1, 2, 1, 1),
    ]


def test_a_million_empty_rows_and_columns_cost_nothing() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    xml = (
        f"<table:table-row>{cell('合计')}{cell('1.00')}{empty}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048574">{empty}</table:table-row>'
        f"<table:table-row>{cell('其中')}{cell('0.50')}</table:table-row>"
    )
    assert rows(table(ods(), xml)) == [["合计", "1.00"], ["其中", "0.50"]]


def test_a_million_filled_rows_are_refused() -> None:
    xml = f'<table:table-row table:number-rows-repeated="1000000">{cell("1") * 50}</table:table-row>'
    with pytest.raises(Unreadable) as caught:
        table(ods(), xml, Limits(cells=5_000))
    assert caught.value.code == "too-large"
