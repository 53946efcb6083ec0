"""Workbooks: cells as they are shown, sheets as tables with their titles and notes."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import Limits, read
from services.parser.readers.sheets import old
from services.parser.readers.sheets.printed import general, printed
from tests.fuzz import xls
from tests.fuzz.seeds import packed, unpacked, workbook


def written(*fill: Callable[[Worksheet], object]) -> Layout:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, write in enumerate(fill, 1):
        write(book.create_sheet(f"表{number}"))
    buffer = io.BytesIO()
    book.save(buffer)
    return read(buffer.getvalue())


def rows(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.n_rows)]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, "0.00", "1234.50"),
        (1234567.891, "#,##0", "1,234,568"),
        (0.2549, "0.00%", "25.49%"),
        (0.125, "0%", "13%"),
        (-3, "#,##0.00_);(#,##0.00)", "(3.00)"),
        (-3, "#,##0.00;[Red]-#,##0.00", "-3.00"),
        (-3.5, "0.0", "-3.5"),
        (0, '#,##0.00;-#,##0.00;"-"', "-"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (12, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "12.00"),
        (0, "#,##0.00;;", ""),
        (5, "000", "005"),
        (2080501, "General", "2080501"),
        (0.1 + 0.2, "General", "0.3"),
        (45000, 'yyyy"年"m"月"d"日"', "2023年3月15日"),
        (45000, "yyyy-mm-dd", "2023-03-15"),
        (12.5, '0.0"万元"', "12.5万元"),
        (1234567, "#,##0,", "1,235"),
        (2.5, "0.##", "2.5"),
        (2, "0.##", "2"),
        (12, "@", "12"),
    ],
)
def test_a_number_is_read_as_it_is_shown(value: float, code: str, shown: str) -> None:
    assert printed(value, code) == shown


@given(st.floats(allow_nan=True, allow_infinity=True), st.text(alphabet='#0,.?%;"[]_*-()@ymdhs年 \\', max_size=24))
def test_no_number_and_no_format_is_too_strange(value: float, code: str) -> None:
    assert isinstance(printed(value, code), str)


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_shown_whole(value: int) -> None:
    assert general(float(value)) == str(value)


def test_a_sheet_is_a_table_of_its_name_with_its_title_above_and_its_note_below() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(("收入支出决算总表",))
        sheet.merge_cells("A1:D1")
        sheet.append(("部门：某局", None, None, "单位：万元"))
        sheet.append(("项目", "决算数", "项目", "决算数"))
        sheet.append(("合计", 1234.5, "合计", 1234.5))
        sheet.append(("其中：其他",))
        sheet.append(("注：本表反映收支情况。",))
        sheet["B4"].number_format = sheet["D4"].number_format = "#,##0.00"

    title, grid, note = written(fill).blocks
    assert isinstance(title, TextBlock) and isinstance(grid, Grid) and isinstance(note, TextBlock)
    assert (title.text, grid.name, note.text) == ("收入支出决算总表", "表1", "注：本表反映收支情况。")
    assert rows(grid) == [
        ["部门：某局", "", "", "单位：万元"],
        ["项目", "决算数", "项目", "决算数"],
        ["合计", "1,234.50", "合计", "1,234.50"],
        ["其中：其他", "", "", ""],
    ]


def test_sheets_follow_each_other_and_hidden_ones_are_left_out() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.append(("秘密", 1))
        sheet.sheet_state = "hidden"

    layout = written(lambda sheet: sheet.append(("甲", 1)), hide, lambda sheet: sheet.append(("乙", 2)))
    assert [block.name for block in layout.blocks if isinstance(block, Grid)] == ["表1", "表3"]


def test_merged_headers_keep_their_spans_and_empty_rows_and_columns_go() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B3"], sheet["C3"], sheet["C4"], sheet["D4"] = "科目", "金额", "基本", "项目"
        sheet["B7"], sheet["C7"], sheet["D7"] = "201", 1, 2
        sheet.merge_cells("B3:B4")
        sheet.merge_cells("C3:D3")

    (grid,) = written(fill).blocks
    assert isinstance(grid, Grid) and (grid.n_rows, grid.n_columns) == (3, 3)
    assert {(c.text, c.row, c.column, c.rowspan, c.colspan) for c in grid.cells if c.row == 0} == {
        ("科目", 0, 0, 2, 1),
        ("金额", 0, 1, 1, 2),
    }


def test_a_sheet_that_claims_a_million_columns_costs_nothing() -> None:
    parts = unpacked(workbook())
    cell = b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
    content = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", b'<row r="1048576">' + cell + b"</row></sheetData>")
    parts["xl/worksheets/sheet1.xml"] = content
    grids = [block for block in read(packed(parts)).blocks if isinstance(block, Grid)]
    assert [(grid.n_rows, grid.n_columns) for grid in grids] == [(5, 3)]


def test_more_cells_than_are_read_are_refused() -> None:
    row = b"<row>" + b'<c t="n"><v>1</v></c>' * 250 + b"</row>"
    parts = unpacked(workbook())
    parts["xl/worksheets/sheet1.xml"] = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + row * 21
        + b"</sheetData></worksheet>"
    )
    with pytest.raises(Unreadable) as caught:
        read(packed(parts), limits=Limits(cells=5_000))
    assert caught.value.code == "too-large"


def test_an_old_workbook_is_read_as_it_is_shown() -> None:
    layout = read(xls.workbook())
    title, grid, note = layout.blocks
    assert isinstance(title, TextBlock) and isinstance(grid, Grid) and isinstance(note, TextBlock)
    assert (layout.reader, title.text, note.text) == ("xls", "收入决算表", "注：本表反映本年度取得的各项收入情况。")
    assert rows(grid)[1:] == [
        ["项目", "占比", "决算数"],
        ["一、财政拨款收入", "97.50%", "1,200.00"],
        ["二、其他收入", "2.50%", "34.50"],
        ["合计", "100.00%", "1,234.50"],
    ]
    assert {cell.text for cell in grid.cells if cell.bold} == {"合计"}
    assert (title.centred, grid.name) == (True, "收入决算表")


def test_more_cells_of_an_old_workbook_than_are_read_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        read(xls.workbook(), limits=Limits(cells=10))
    assert caught.value.code == "too-large"


def test_a_workbook_that_one_library_does_not_know_is_tried_with_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise old.Unknown

    monkeypatch.setattr(old, "read_sheets", unknown)
    (grid,) = (block for block in read(xls.workbook()).blocks if isinstance(block, Grid))
    assert ["一、财政拨款收入", "0.975", "1200"] in [row[:3] for row in rows(grid)]  # values, not as they are shown
