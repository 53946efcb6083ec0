"""PDFs as offices make them: workbooks printed between pages of text, titles inside tables, tables that touch."""

from __future__ import annotations

import pypdfium2

from services.parser.readers import read
from services.parser.readers.pdf.characters import read_page
from tests.parser.readers.drawing import Sheet, grids, pdf, rows, texts, unnamed

XS = [60, 140, 300, 380, 460]


def levels(top: float, count: int, pitch: float = 20) -> list[float]:
    return [top + pitch * k for k in range(count + 1)]


def test_title_and_unit_drawn_as_rows_of_the_grid_are_two_lines_above_it() -> None:
    xs = [60, 300, 500]
    cells = [("收入支出决算总表", ""), ("单位：万元", ""), ("项目", "金额"), ("收入", "1,234.56")]
    merged = [(0, 0, 1, 2), (1, 0, 1, 2)]
    layout = read(pdf(lambda page: page.table(xs, [100, 120, 140, 160, 180], cells, merged)))
    (grid,) = grids(layout)
    assert texts(layout) == ["收入支出决算总表", "单位：万元"]
    assert rows(grid) == [["项目", "金额"], ["收入", "1,234.56"]]


def test_the_edges_of_tables_are_no_margins_of_the_text() -> None:
    def sheet(page: Sheet) -> None:
        page.text(30, 60, "编制单位：某某局")
        page.text(515, 60, "单位：万元")
        page.table([30, 300, 565], [70, 90, 110], [("项目", "金额"), ("收入", "1,234.56")])
        page.text(30, 130, "注：本表反映本年度的总收入，不含其他单位的收入，也不含上年的结转和结余，均以万元列示。")

    words = (
        "本年收入一千万元，比上年增加三十万元，其中财政拨款收入九百万元，事业收入六十万元，其他收入四十万元，"
        "增加的主要原因是新增了多个重点项目，人员也有增加，详见附表。"
    )

    def text(page: Sheet) -> None:
        for number in range(6):
            for line, part in enumerate((words[:34], words[34:70], words[70:])):
                page.text(90 if line else 110, 80 + 60 * number + 20 * line, part)

    layout = read(pdf(sheet, sheet, text, text))
    assert len(texts(layout)) == 4 + 12
    assert texts(layout)[4:] == 12 * [words]


def test_a_number_divided_by_the_page_is_one_number_and_a_note_below_a_number_is_none_of_it() -> None:
    edges = [60, 86, 226, 268]
    body = pdf(
        lambda page: page.table(edges, levels(760, 1, 30), [["2101", "医疗机构与公共卫生事业的支", "12,530.3"]]),
        lambda page: page.table(edges, levels(60, 2), [["1", "出", "2"], ["注：本表反映支出。", "", ""]], [(1, 0, 1, 3)]),
    )
    (grid,) = grids(read(body))
    assert rows(grid)[0] == ["21011", "医疗机构与公共卫生事业的支出", "12,530.32"]
    note = [["注：支出。", ""], ["1.00", "2.00"]]
    body = pdf(
        lambda page: page.table([60, 92, 124], levels(780, 1), [["93.42", "70.73"]]),
        lambda page: page.table([60, 92, 124], levels(60, 2), note, [(0, 0, 1, 2)]),
    )
    (grid,) = grids(read(body))
    assert rows(grid) == [["93.42", "70.73"], *note]


def test_a_code_divided_behind_a_whole_one_is_one_code() -> None:
    edges = [60, 92, 232, 400]
    body = pdf(
        lambda page: page.table(edges, levels(760, 1, 30), [["20805", "机关事业单位的职业年金的缴", "38.36"]]),
        lambda page: page.table(edges, levels(60, 2), [["06", "费支出", ""], ["210", "卫生健康支出", "1.00"]]),
    )
    (grid,) = grids(read(body))
    assert rows(grid) == [["2080506", "机关事业单位的职业年金的缴费支出", "38.36"], ["210", "卫生健康支出", "1.00"]]


def test_a_number_wrapped_in_its_cell_is_no_stack_of_figures() -> None:
    edges = [60, 80, 100, 123, 146]
    header, row = ["编码", "名称", "甲", "乙"], ["20\n50\n2", "普\n通\n教", "39\n9.0\n9", "40\n1.3\n8"]
    (grid,) = grids(read(pdf(lambda page: page.table(edges, [100, 120, 180], [header, row]))))
    assert rows(grid) == [header, ["20502", "普通教", "399.09", "401.38"]]


def test_a_table_drawn_right_under_another_is_one_of_its_own() -> None:
    title, unit = ["政府性基金预算支出表", "", "", ""], ["单位：万元", "", "", ""]
    first = [["编码", "名称", "合计", "其中"], ["201", "甲", "1.00", "1.00"], ["注：无。", "", "", ""]]
    second = [["编码", "", "名称", "金额"], ["212", "", "乙", "2.00"]]
    across = [(2, 0, 1, 4), (3, 0, 1, 4), (4, 0, 1, 4), (5, 0, 1, 2), (6, 0, 1, 2)]
    layout = read(pdf(lambda page: page.table(XS, levels(100, 7), [*first, title, unit, *second], across)))
    above, below = grids(layout)
    assert rows(above) == first
    assert rows(below) == [["编码", "名称", "金额"], ["212", "乙", "2.00"]]
    assert texts(layout) == [title[0], unit[0]]


def test_glyphs_whose_font_does_not_name_them_are_no_characters() -> None:
    document = pypdfium2.PdfDocument(unnamed("1,234.56"))
    content = read_page(document, 0)
    document.close()
    assert ["".join(glyph.text for glyph in content.glyphs), content.unmapped] == [8 * "\ufffd", 8]


def test_columns_printed_on_the_pages_behind_belong_to_the_table_with_the_same_rows() -> None:
    left = [["人员", "", ""], ["科目", "金额", "编码"], ["工资", "60.00", "302"], ["合计", "60.00", "310"]]
    right = [["", ""], ["科目", "金额"], ["办公费", "8.00"], ["设备", "2.00"]]
    edges = [100, 120, 152, 170, 196]

    def first(page: Sheet) -> None:
        page.text(200, 80, "基本支出明细表")
        page.table([60, 200, 400, 530], edges, left, [(0, 0, 1, 1), (0, 1, 1, 2)])

    def behind(page: Sheet) -> None:
        page.text(250, 90, "单位：万元")
        page.table([60, 200, 300], edges, right, [(0, 0, 1, 2)])

    def other(page: Sheet) -> None:
        page.text(200, 80, "收入明细表")
        page.table([60, 200, 300], edges, right)

    layout = read(pdf(first, behind))
    (grid,) = grids(layout)
    assert rows(grid)[1:] == [[*a, *b] for a, b in zip(left[1:], right[1:], strict=True)]
    assert texts(layout) == ["基本支出明细表", "单位：万元"] and {cell.page for cell in grid.cells} == {1, 2}
    assert len(grids(read(pdf(first, other)))) == 2

    def spanned(page: Sheet) -> None:
        page.table([60, 200], [100, *edges[2:]], [["科目"], ["会议费"], ["差旅费"]])

    (grid,) = grids(read(pdf(first, behind, spanned)))
    assert rows(grid)[2:] == [[*left[2], *right[2], "会议费"], [*left[3], *right[3], "差旅费"]]
