"""Copies that put every cell of a table on a line of its own."""

from __future__ import annotations

from services.parser.layout import Grid, TextBlock
from services.parser.readers import read
from tests.parser.readers.test_text import grids, paragraphs, rows

TOTALS = """收支总表
表1 |
|||
收入 |
支出 |
||
项目 |
预算数 |
项目 |
预算数 |
一、预算拨款 |
60.00 |
一、教育支出 |
50.00 |
二、其他
资金 |
|
二、住房保障
支出 |
10.00 |
收入总计 |
60.00 |
支出总计 |
60.00 |
"""


def lines(cells: str) -> str:
    return "".join(f"{cell} |\n" for cell in cells.split())


def test_filled_rows_say_how_many_columns_there_are() -> None:
    (grid,) = grids(read(TOTALS.encode()))
    assert rows(grid) == [
        ["表1", "", "", ""],
        ["收入", "支出", "", ""],
        ["项目", "预算数", "项目", "预算数"],
        ["一、预算拨款", "60.00", "一、教育支出", "50.00"],
        ["二、其他\n资金", "", "二、住房保障\n支出", "10.00"],
        ["收入总计", "60.00", "支出总计", "60.00"],
    ]


def test_every_cell_keeps_its_place() -> None:
    (grid,) = grids(read(TOTALS.encode()))
    for cell in grid.cells:
        if cell.text:
            assert cell.start is not None and cell.end is not None
            assert TOTALS[cell.start : cell.end] == cell.text


def test_a_blank_that_fills_a_row_on_a_line_of_its_own_is_told_from_a_blank_cell() -> None:
    text = "项目 |\n合计 |\n基本支出 |\n项目支出 |\n|\n科目编码 |\n科目名称 |\n|||\n205 |\n教育支出 |\n9.00 |\n8.00 |\n1.00 |\n"
    text += "20502 |\n普通教育 |\n9.00 |\n8.00 |\n1.00 |\n2050202 |\n小学教育 |\n9.00 |\n8.00 |\n1.00 |\n"
    (grid,) = grids(read(text.encode()))
    assert grid.n_columns == 5 and rows(grid)[-1] == ["2050202", "小学教育", "9.00", "8.00", "1.00"]


def test_a_table_without_spans_has_as_many_columns_as_headings() -> None:
    text = lines("编码 名称 金额 205 教育支出 9.00 20502 普通教育 9.00 2050202 小学教育 9.00")
    (grid,) = grids(read(text.encode()))
    assert rows(grid)[0] == ["编码", "名称", "金额"] and rows(grid)[3] == ["2050202", "小学教育", "9.00"]


def test_the_next_table_begins_where_its_first_row_does_not_fit() -> None:
    other = "表2 |\n||\n编码 |\n名称 |\n金额 |\n205 |\n教育支出 |\n50.00 |\n221 |\n住房保障支出 |\n10.00 |\n合计 |\n|\n60.00 |\n"
    first, second = grids(read((TOTALS + other).encode()))
    assert (first.n_columns, second.n_columns) == (4, 3) and rows(second)[-1] == ["合计", "", "60.00"]


def test_where_nothing_says_the_width_the_figures_are_under_no_heading() -> None:
    text = lines("年度 合计 接待 车辆 购置 运行 2015年 2840 1400 1350 2016年 2364 1356")
    layout = read(text.encode())
    assert not grids(layout) and [block.text for block in paragraphs(layout)][:2] == ["年度", "合计"]
    assert all(isinstance(block, TextBlock) and not isinstance(block, Grid) for block in layout.blocks)
