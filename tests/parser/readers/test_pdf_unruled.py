"""Tables without rules in a PDF: told by their columns, and going on over pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from services.parser.readers import read
from tests.parser.readers.drawing import LANDSCAPE, SIZE, Sheet, grids, pdf, rows, spans, texts

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


def centred(page: Sheet, x: float, y: float, text: str) -> None:
    page.text(x - stringWidth(text, "STSong-Light", SIZE) / 2, y, text)


def three_line(page: Sheet, lines: Sequence[float], data: dict[float, Sequence[str]]) -> None:
    """Level rules at ``lines``, a header whose headings stand in the middle of their columns, and rows with their baselines."""
    for y in lines:
        page.rule(50, y, 550, y)
    centred(page, 425, 114, "本年支出")
    for x, y, text in ((85, 123, "科目编码"), (210, 123, "科目名称"), (362, 133, "合计"), (487, 133, "基本支出")):
        centred(page, x, y, text)
    for y, (code, name, *figures) in data.items():
        page.text(53, y, code)
        page.text(123, y, name)
        for right, text in zip((422, 547), figures, strict=False):
            page.text(right - stringWidth(text, "STSong-Light", SIZE), y, text)


ROWS = [
    ["201", "一般公共服务支出", "1,234.56", "1,000.00"],
    ["205", "城乡社区管理事务支出", "88.00", "8.00"],
    ["208", "社会保障和就业支出", "", ""],
    ["221", "住房保障支出", "5.50", "5.50"],
]


@pytest.mark.parametrize("between", [[], [160, 192, 212]], ids=["three lines", "a line below every row"])
def test_a_table_with_level_rules_only_has_its_columns_groups_and_wrapped_names(between: list[float]) -> None:
    data = {
        155.0: ROWS[0],
        175.0: ("205", "城乡社区管理", "88.00", "8.00"),
        187.0: ("", "事务支出"),
        207.0: ROWS[2],
        227.0: ROWS[3],
    }
    (grid,) = grids(read(pdf(lambda page: three_line(page, [100, 140, *between, 235], data))))
    assert rows(grid)[2:] == ROWS
    assert rows(grid)[:2] == [["科目编码", "科目名称", "本年支出", ""], ["", "", "合计", "基本支出"]]
    assert (0, 2, 1, 2) in spans(grid)


def test_a_table_with_level_rules_only_goes_on_on_the_next_page() -> None:
    def first(page: Sheet) -> None:
        three_line(page, [100, 140, 180], {155.0: ROWS[0], 175.0: ROWS[1]})

    more = [["210", "卫生健康支出", "1,000.00", "900.00"], ["213", "农林水支出", "88.00", "8.00"]]

    def second(page: Sheet) -> None:
        three_line(page, [100, 140, 180], {155.0: more[0], 175.0: more[1]})

    (grid,) = grids(read(pdf(first, second)))
    assert rows(grid)[2:] == [*ROWS[:2], *more]
    assert (grid.pages, grid.joins) == ([1, 2], [4])


def test_a_table_without_any_rules_is_read_from_its_unit_to_its_note() -> None:
    data = {
        155.0: ROWS[0],
        175.0: ("205", "城乡社区管理", "88.00", "8.00"),
        187.0: ("", "事务支出"),
        207.0: ROWS[2],
        227.0: ROWS[3],
    }

    def draw(page: Sheet) -> None:
        page.text(200, 70, "一般公共预算支出表")
        page.text(490, 90, "单位：万元")
        three_line(page, [], data)
        page.text(53, 250, "注：本表反映本年度的支出。")

    layout = read(pdf(draw))
    (grid,) = grids(layout)
    assert rows(grid)[-4:] == ROWS
    assert rows(grid)[:2] == [["科目编码", "科目名称", "本年支出", ""], ["", "", "合计", "基本支出"]]
    assert texts(layout) == ["一般公共预算支出表", "单位：万元", "注：本表反映本年度的支出。"]


def test_level_rules_around_title_and_notes_of_a_ruled_table_are_no_table_of_their_own() -> None:
    cells = [("编码", "名称", "合计"), ("201", "甲", "1,234.56"), ("205", "乙", "88.00")]

    def draw(page: Sheet) -> None:
        for y in (60, 80, 180, 200):
            page.rule(60, y, 460, y)
        page.text(200, 75, "支出预算表")
        page.table([60, 140, 300, 460], [100, 120, 140, 160], cells)
        page.text(63, 195, "注：无。")

    (grid,) = grids(read(pdf(draw)))
    assert rows(grid) == [list(row) for row in cells]


def test_headings_over_many_columns_take_no_longer_than_there_are_columns_and_headings() -> None:
    columns = [40 + 30.0 * k for k in range(26)]

    def wide(page: Sheet) -> None:
        for y in (80, 120, 140, 220):
            page.rule(30, y, 815, y)
        for k in range(5):
            page.text(columns[5 * k] + 55, 95, f"项目{k}")
        for row in range(4):
            for k, x in enumerate(columns):
                page.text(x, 155 + 18 * row, f"{row}{k % 10}.50", 6)

    (grid,) = grids(read(pdf(wide, size=LANDSCAPE)))
    assert grid.n_columns == 26 and rows(grid)[-1][-1] == "35.50"


def test_a_page_full_of_level_rules_and_of_numbers_is_no_table() -> None:
    def hostile(page: Sheet) -> None:
        for k in range(100):
            for part in range(5):
                page.rule(30 + 8 * k, 20 + 100 * part, 34 + 8 * k, 20 + 100 * part)
        for row in range(50):
            page.text(5, 15 + 11 * row, "  ".join(130 * ["1.5"]), 2)

    assert len(grids(read(pdf(hostile, size=LANDSCAPE)))) <= 1
