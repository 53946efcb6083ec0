"""PDFs with a text layer: tables with real spans over pages, paragraphs over lines and pages, everything with page and box."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from services.parser.layout import Grid, TextBlock, Unreadable
from services.parser.readers import Limits, read
from tests.parser.readers.drawing import A4, LANDSCAPE, Sheet, grids, pdf, rows, spans, texts, tiles

XS = [60, 140, 300, 380, 460]
HEADER = [["项目", "", "本年支出", ""], ["编码", "名称", "合计", "基本支出"]]
MERGED = [(0, 0, 1, 2), (0, 2, 1, 2)]
BODY = [["201", "一般公共服务支出", "1,234.56", "1,000.00"], ["20103", "政府办公厅及相关机构事务", "234.56", ""]]


def levels(top: float, count: int, pitch: float = 20) -> list[float]:
    return [top + pitch * k for k in range(count + 1)]


def sample(page: Sheet) -> None:
    page.text(220, 80, "支出决算表")
    page.text(400, 95, "单位：万元")
    page.table(XS, levels(100, 4), [*HEADER, *BODY], MERGED)
    page.text(60, 200, "注：本表反映本年度支出情况。")


def test_a_ruled_table_has_its_cells_and_spans_and_the_text_around_it_stays_outside() -> None:
    layout = read(pdf(sample))
    (grid,) = grids(layout)
    assert rows(grid) == [*HEADER, *BODY]
    assert spans(grid) == {(0, 0, 1, 2), (0, 2, 1, 2)}
    assert tiles(grid) and grid.ruled
    assert [type(block) for block in layout.blocks] == [TextBlock, TextBlock, Grid, TextBlock]
    assert texts(layout) == ["支出决算表", "单位：万元", "注：本表反映本年度支出情况。"]


def test_every_cell_and_paragraph_has_page_and_box() -> None:
    layout = read(pdf(sample))
    amount = next(cell for cell in grids(layout)[0].cells if cell.text == "1,234.56")
    assert amount.page == 1
    assert amount.box == pytest.approx((300, 140, 380, 160), abs=0.6)
    title = layout.blocks[0]
    assert isinstance(title, TextBlock) and title.box is not None and title.page == 1
    assert title.box[0] == pytest.approx(220, abs=1) and title.box[1] < 80 < title.box[3]


def test_borders_drawn_as_thin_rectangles_are_rules() -> None:
    (grid,) = grids(read(pdf(lambda page: page.table(XS, levels(100, 4), [*HEADER, *BODY], MERGED, page.bar))))
    assert rows(grid) == [*HEADER, *BODY]
    assert spans(grid) == {(0, 0, 1, 2), (0, 2, 1, 2)}


def test_borders_may_be_missing_at_the_sides() -> None:
    def draw(page: Sheet) -> None:
        for y in levels(100, 2):
            page.rule(60, y, 460, y)
        page.rule(300, 100, 300, 140)
        for k, row in enumerate(BODY):
            page.text(65, 113 + 20 * k, row[1])
            page.text(305, 113 + 20 * k, row[2])

    (grid,) = grids(read(pdf(draw)))
    assert rows(grid) == [[row[1], row[2]] for row in BODY]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_rotated_page_is_read_upright(rotate: int) -> None:
    layout = read(pdf(sample, size=LANDSCAPE, rotate=rotate))
    (grid,) = grids(layout)
    assert rows(grid) == [*HEADER, *BODY]
    assert (layout.pages[0].width, layout.pages[0].height) == LANDSCAPE
    amount = next(cell for cell in grid.cells if cell.text == "1,234.56")
    assert amount.box == pytest.approx((300, 140, 380, 160), abs=0.6)


def test_a_table_printed_sideways_on_an_upright_page_is_read_too() -> None:
    def draw(page: Sheet) -> None:
        page.canvas.translate(A4[0], 0)
        page.canvas.rotate(90)
        sample(Sheet(page.canvas, LANDSCAPE))

    (grid,) = grids(read(pdf(draw)))
    assert rows(grid) == [*HEADER, *BODY]


def test_a_slanted_watermark_is_not_text() -> None:
    def draw(page: Sheet) -> None:
        sample(page)
        page.canvas.rotate(45)
        page.canvas.drawString(400, 300, "草稿 999.99")

    layout = read(pdf(draw))
    assert rows(grids(layout)[0]) == [*HEADER, *BODY]
    assert not any("999" in text for text in texts(layout))


def test_several_tables_on_a_page_keep_their_order() -> None:
    def draw(page: Sheet) -> None:
        page.table(XS[:3], levels(100, 2), [["科目", "名称"], ["201", "甲"]])
        page.text(60, 170, "二、第二张表")
        page.table(XS[:4], levels(200, 2), [["科目", "名称", "金额"], ["202", "乙", "3.00"]])

    layout = read(pdf(draw))
    assert [block.n_columns if isinstance(block, Grid) else block.text for block in layout.blocks] == [2, "二、第二张表", 3]


def test_a_table_goes_on_over_pages_without_its_repeated_header() -> None:
    header = ["科目", "名称", "合计", "其中"]

    def page_of(first: int) -> list[list[str]]:
        return [header, *([str(201 + k), f"科目{k}", f"{k}.50", ""] for k in range(first, first + 5))]

    body = pdf(
        lambda page: (page.text(200, 80, "支出表"), page.table(XS, levels(100, 6), page_of(0))),
        lambda page: page.table(XS, levels(60, 6), page_of(5)),
        lambda page: (page.table(XS, levels(60, 6), page_of(10)), page.text(60, 220, "注：完。")),
    )
    layout = read(body)
    (grid,) = grids(layout)
    assert rows(grid) == [header, *(row for first in (0, 5, 10) for row in page_of(first)[1:])]
    assert (grid.pages, grid.joins) == ([1, 2, 3], [6, 11])
    assert [cell.page for cell in grid.cells if cell.text == "7.50"] == [2]
    assert texts(layout) == ["支出表", "注：完。"]


def test_a_continuation_may_have_merged_columns() -> None:
    body = pdf(
        lambda page: page.table(XS, levels(700, 2), [["201", "甲", "1.00", "2.00"], ["202", "乙", "3.00", "4.00"]]),
        lambda page: page.table([XS[0], XS[2], XS[3], XS[4]], levels(60, 1), [["合计", "4.00", "6.00"]]),
    )
    (grid,) = grids(read(body))
    assert rows(grid)[-1] == ["合计", "", "4.00", "6.00"]
    assert spans(grid) == {(2, 0, 1, 2)}


def test_text_in_between_or_other_columns_begin_a_new_table() -> None:
    table = [["科目", "名称", "1.00", ""], ["201", "甲", "3.00", ""]]
    titled = pdf(
        lambda page: page.table(XS, levels(100, 2), table),
        lambda page: (page.text(200, 50, "另一张表"), page.table(XS, levels(60, 2), table)),
    )
    other = pdf(
        lambda page: page.table(XS, levels(100, 2), table),
        lambda page: page.table([60, 160, 330, 400, 460], levels(60, 2), table),
    )
    assert len(grids(read(titled))) == len(grids(read(other))) == 2


def test_a_caption_printed_again_with_the_header_is_no_text_in_between() -> None:
    header = ["科目", "名称", "合计", "其中"]

    def draw(page: Sheet, rows_: list[list[str]]) -> None:
        page.text(200, 60, "支出预算表")
        page.text(400, 75, "单位：元")
        page.table(XS, levels(80, 3), [header, *rows_])

    first, second = [["201", "甲", "1.00", ""], ["202", "乙", "2.00", ""]], [["203", "丙", "3.00", ""], ["合计", "", "6.00", ""]]
    layout = read(pdf(lambda page: draw(page, first), lambda page: draw(page, second)))
    (grid,) = grids(layout)
    assert rows(grid) == [header, *first, *second]
    assert texts(layout) == ["支出预算表", "单位：元"]


def test_a_row_divided_by_the_page_is_one_row() -> None:
    body = pdf(
        lambda page: page.table(XS, levels(760, 1, 30), [["20805", "机关事业单位基本养老保险费用缴费", "446.11", ""]]),
        lambda page: page.table(XS, levels(60, 2), [["", "支出", "", ""], ["20806", "职业年金", "225.12", ""]]),
    )
    (grid,) = grids(read(body))
    assert rows(grid) == [["20805", "机关事业单位基本养老保险费用缴费支出", "446.11", ""], ["20806", "职业年金", "225.12", ""]]


def test_a_row_printed_on_both_pages_appears_once() -> None:
    row = ["20805", "机关事业单位基本养老", "446.11", ""]
    body = pdf(
        lambda page: page.table(XS, levels(780, 2), [["201", "甲", "1.00", ""], row]),
        lambda page: page.table(XS, levels(60, 2), [row, ["20806", "职业年金", "225.12", ""]]),
    )
    (grid,) = grids(read(body))
    assert [cells[0] for cells in rows(grid)] == ["201", "20805", "20806"]


def test_clipped_and_invisible_text_is_not_read() -> None:
    def draw(page: Sheet) -> None:
        page.canvas.saveState()
        path = page.canvas.beginPath()
        path.rect(50, 700, 500, 100)
        page.canvas.clipPath(path, stroke=0)
        page.text(60, 100, "看得见的一行字")
        page.text(60, 300, "被裁掉的 888.88 万元")
        page.canvas.restoreState()
        hidden = page.canvas.beginText(60, 400)
        hidden.setFont("STSong-Light", 10)
        hidden.setTextRenderMode(3)
        hidden.textLine("隐藏的 999.99 万元")
        page.canvas.drawText(hidden)

    assert texts(read(pdf(draw))) == ["看得见的一行字"]


def test_wrapped_cells_are_joined_numbers_included_but_two_numbers_stay_two() -> None:
    xs = [60, 130, 181, 300]
    (grid,) = grids(
        read(
            pdf(
                lambda page: page.table(
                    xs, levels(100, 2, 30), [["附属单位上缴\n收入", "12,345,67\n8.90", "1.00\n2.00"], ["因 公 出 国", "", "x"]]
                )
            )
        )
    )
    assert rows(grid)[0] == ["附属单位上缴收入", "12,345,678.90", "1.00\n2.00"]
    assert rows(grid)[1][0] == "因公出国"


def test_a_number_wider_than_its_column_stays_whole() -> None:
    (grid,) = grids(read(pdf(lambda page: page.table([60, 100, 200], levels(100, 2), [["1,234,567.89", ""], ["2.00", "3.00"]]))))
    assert rows(grid) == [["1,234,567.89", ""], ["2.00", "3.00"]]


def test_a_table_without_rules_is_told_by_its_columns() -> None:
    def draw(page: Sheet) -> None:
        page.text(200, 80, "收支情况表")
        for k, row in enumerate(
            [["科目名称", "预算数", "决算数"], ["工资福利支出", "1,200.00", "1,180.50"]] + [["其他", "3.00", "4.00"]] * 3
        ):
            for x, text in zip((80, 250, 380), row, strict=True):
                page.text(x, 110 + 18 * k, text)
        page.text(60, 230, "以上数据按万元列示，详见正文。")

    layout = read(pdf(draw))
    (grid,) = grids(layout)
    assert rows(grid)[:2] == [["科目名称", "预算数", "决算数"], ["工资福利支出", "1,200.00", "1,180.50"]]
    assert (grid.n_rows, grid.ruled, tiles(grid)) == (5, False, True)
    assert texts(layout) == ["收支情况表", "以上数据按万元列示，详见正文。"]


def test_rows_without_rules_between_them_are_told_by_their_baselines() -> None:
    def draw(page: Sheet) -> None:
        page.table(XS, [100, 120, 190], [["编码", "名称", "合计", "其中"], [""] * 4])
        for k, row in enumerate([["201", "甲", "1.00", "0.50"], ["202", "乙", "2.00", "1.50"], ["203", "丙", "3.00", ""]]):
            for x, text in zip(XS, row, strict=False):
                page.text(x + 3, 135 + 20 * k, text)

    (grid,) = grids(read(pdf(draw)))
    assert rows(grid)[1:] == [["201", "甲", "1.00", "0.50"], ["202", "乙", "2.00", "1.50"], ["203", "丙", "3.00", ""]]


def test_a_frame_around_text_is_no_table_and_an_empty_grid_is_dropped() -> None:
    def draw(page: Sheet) -> None:
        page.canvas.rect(50, 600, 400, 100)
        page.text(60, 190, "框里的一句话。")
        page.table(XS, levels(400, 2), [[""] * 4] * 2)

    layout = read(pdf(draw))
    assert grids(layout) == []
    assert texts(layout) == ["框里的一句话。"]


LINE = "本单位二〇二三年度收入总计与上年相比增加一千万元主要原因是新增项目以及人员经费标准调整之后相应"


def test_paragraphs_go_on_over_lines_and_pages_and_numbers_stay_whole() -> None:
    def first(page: Sheet) -> None:
        page.text(250, 40, "某某单位决算公开")
        page.text(70, 100, "一、收入情况说明")
        page.text(90, 130, LINE[:-2])
        page.text(70, 150, LINE[:-3] + "计12,")
        page.text(70, 170, "345.67万元。")
        page.text(90, 700, LINE[:-2])
        page.text(290, 820, "- 1 -")

    def second(page: Sheet) -> None:
        page.text(250, 40, "某某单位决算公开")
        page.text(70, 80, "增长8.5%。")
        page.text(70, 110, "二、支出情况说明")
        page.text(290, 820, "- 2 -")

    def third(page: Sheet) -> None:
        page.text(250, 40, "某某单位决算公开")
        page.text(90, 80, "支出持平。")
        page.text(290, 820, "- 3 -")

    layout = read(pdf(first, second, third))
    assert texts(layout) == [
        "一、收入情况说明",
        LINE[:-2] + LINE[:-3] + "计12,345.67万元。",
        LINE[:-2] + "增长8.5%。",
        "二、支出情况说明",
        "支出持平。",
    ]
    joined = layout.blocks[2]
    assert isinstance(joined, TextBlock)
    assert [(fragment.offset, fragment.page) for fragment in joined.lines] == [(0, 1), (len(LINE) - 2, 2)]


def picture() -> ImageReader:
    buffer = io.BytesIO()
    Image.new("L", (60, 80), 200).save(buffer, "PNG")
    return ImageReader(io.BytesIO(buffer.getvalue()))


def test_a_scanned_page_is_said_to_be_unreadable_and_a_blank_one_is_not() -> None:
    layout = read(pdf(sample, lambda page: page.canvas.drawImage(picture(), 0, 0, 595, 842), lambda page: None))
    assert [page.readable for page in layout.pages] == [True, False, True]
    assert len(layout.warnings) == 1 and "page 2" in layout.warnings[0]


def test_a_logo_makes_no_scan_and_a_heading_typed_above_a_scan_makes_no_text() -> None:
    def cover(page: Sheet) -> None:
        page.canvas.drawImage(picture(), 100, 700, 60, 60)
        page.text(200, 300, "某某局部门决算")

    def annex(page: Sheet) -> None:
        page.text(200, 60, "部门决算公开表")
        page.canvas.drawImage(picture(), 40, 60, 500, 700)

    assert [page.readable for page in read(pdf(cover, annex)).pages] == [True, False]


def test_metadata_is_what_the_file_says_of_itself() -> None:
    def draw(page: Sheet) -> None:
        page.canvas.setTitle("二〇二三年决算")
        sample(page)

    assert read(pdf(draw)).metadata["Title"] == "二〇二三年决算"


def no_pages() -> bytes:
    buffer = io.BytesIO()
    PdfDocument.new().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (pdf(sample)[:-600], "damaged", "cut off"),
        (b"%PDF-1.7\n" + b"x" * 5000 + b"\nstartxref\n0\n%%EOF", "damaged", "damaged"),
        (no_pages(), "empty", "no pages"),
        (pdf(sample, encrypt=StandardEncryption("secret", "owner")), "encrypted", "password"),
    ],
    ids=["cut off", "rubbish", "no pages", "password"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(body: bytes, code: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(body, "report.pdf")
    assert refused.value.code == code
    assert words in refused.value.reason.en


def test_limits_are_kept() -> None:
    body = pdf(sample, sample, sample)
    for limits, code in [
        (Limits(pages=2), "too-many-pages"),
        (Limits(bytes=100), "too-large"),
        (Limits(characters=50), "too-long"),
    ]:
        with pytest.raises(Unreadable) as refused:
            read(body, limits=limits)
        assert refused.value.code == code
