"""Tables without rules in a PDF: told by their columns, and going on over pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from services.parser.readers import read
from tests.parser.readers.drawing import SIZE, Sheet, grids, pdf, rows, texts

UNRULED = [
    ("编码", "名称", "合计", "基本支出"),
    ("201", "一般公共服务支出", "1,234.56", "1,000.00"),
    ("205", "教育支出", "88.00", "8.00"),
]


def unruled(page: Sheet, rows: Sequence[Sequence[str]], top: float = 100) -> None:
    """Rows whose columns only white space divides: words from the left, figures to the right."""
    for number, row in enumerate(rows):
        for column, (x, text) in enumerate(zip((60, 130, 360, 480), row, strict=True)):
            page.text(x - (stringWidth(text, "STSong-Light", SIZE) if column > 1 else 0), top + 20 * number, text)


@pytest.mark.parametrize("again", [0, 1], ids=["no header", "header repeated"])
def test_a_table_without_rules_goes_on_on_the_next_page_whatever_its_widest_words(again: int) -> None:
    first = [*UNRULED, ("208", "社会保障和就业支出", "1.00", "1.00")]
    second = [
        ("210", "一个很长的科目名称支出", "12,345,678.90", "5.00"),
        ("213", "农", "6.00", "6.00"),
        ("215", "矿", "7.00", "7.00"),
    ]
    layout = read(pdf(lambda page: unruled(page, first), lambda page: unruled(page, [*first[:again], *second])))
    (grid,) = grids(layout)
    assert rows(grid) == [list(row) for row in (*first, *second)]
    assert (grid.pages, grid.joins, texts(layout)) == ([1, 2], [4], [])


def test_the_last_row_of_a_table_without_rules_alone_on_the_next_page_belongs_to_it() -> None:
    first = [*UNRULED, ("208", "社会保障和就业支出", "1.00", "1.00")]

    def rest(page: Sheet) -> None:
        unruled(page, [("合计", "", "1,323.56", "1,009.00")])
        page.text(60, 140, "注：本表反映本年度支出情况。")

    layout = read(pdf(lambda page: unruled(page, first), rest))
    (grid,) = grids(layout)
    assert rows(grid)[-1] == ["合计", "", "1,323.56", "1,009.00"]
    assert texts(layout) == ["注：本表反映本年度支出情况。"]


def test_tables_without_rules_with_a_title_between_are_two() -> None:
    first = [*UNRULED, ("208", "社会保障和就业支出", "1.00", "1.00")]

    def other(page: Sheet) -> None:
        page.text(220, 80, "收入决算表")
        unruled(page, first)

    layout = read(pdf(lambda page: unruled(page, first), other))
    assert [rows(grid)[0] for grid in grids(layout)] == [list(UNRULED[0])] * 2
    assert texts(layout) == ["收入决算表"]
