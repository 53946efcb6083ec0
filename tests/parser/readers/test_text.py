"""Plain text and Markdown copies: paragraphs and tab- or pipe-separated tables, every piece with its exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import read


def rows(grid: Grid) -> list[list[str]]:
    table = [[""] * grid.n_columns for _ in range(grid.n_rows)]
    for cell in grid.cells:
        table[cell.row][cell.column] = cell.text
    return table


def grids(layout: Layout) -> list[Grid]:
    return [block for block in layout.blocks if isinstance(block, Grid)]


def paragraphs(layout: Layout) -> list[TextBlock]:
    return [block for block in layout.blocks if isinstance(block, TextBlock)]


def test_a_tab_separated_table_is_a_grid_with_its_ragged_rows_padded() -> None:
    (grid,) = grids(read("收 入\t\t支 出\n一、财政拨款\t1,464.43\n\t\t51\n".encode()))
    assert rows(grid) == [["收入", "", "支出"], ["一、财政拨款", "1,464.43", ""], ["", "", "51"]]


def test_outer_pipes_are_a_frame_and_a_dash_row_is_a_rule() -> None:
    (grid,) = grids(read("| 项目 | 金额 |\n|---|---:|\n| 合计 | 12.50 |\n".encode()))
    assert rows(grid) == [["项目", "金额"], ["合计", "12.50"]]


def test_pipes_inside_only_separate() -> None:
    (grid,) = grids(read("序号 | 事项 | 情况 |\n1 | 建平台 | 已完成 |\n".encode()))
    assert rows(grid) == [["序号", "事项", "情况"], ["1", "建平台", "已完成"]]


def test_an_indented_paragraph_is_no_table() -> None:
    layout = read("\t第一段说明。\n\t\t第二段说明。\n".encode())
    assert [block.text for block in paragraphs(layout)] == ["第一段说明。", "第二段说明。"]


def test_marks_are_taken_out_and_offsets_stay_exact() -> None:
    source = "## **二、构成**\n\n- 一、职能\n<b>合计</b>\t<b>1.50</b>\n其他\t2.00\n其中，**人员经费 3.75 万元**，等。"
    layout = read(source.encode())
    heading, item, paragraph = paragraphs(layout)
    assert (heading.text, heading.heading, heading.bold) == ("二、构成", 2, True)
    assert item.text == "一、职能"
    assert paragraph.text == "其中，人员经费 3.75 万元，等。"
    first = paragraph.text.index("3.75")
    start, end = paragraph.span(first, first + 4)
    assert source[start:end] == "3.75"
    total = grids(layout)[0].cells[1]
    assert (total.text, total.bold, source[total.start : total.end]) == ("1.50", True, "1.50")


def test_a_sentence_cut_by_a_page_goes_on_in_the_next_line_and_a_heading_does_not() -> None:
    cut = "3. 卫生健康支出年初预算为 30.46 万元，支出决算为 31.22 万元，支出决算"
    heading = "四、2019 年度一般公共预算财政拨款支出决算情况说明部门决算"
    layout = read(f"{cut}\n\n数大于年初预算数。\n\n{heading}\n\n说明如下。".encode())
    assert [block.text for block in paragraphs(layout)] == [
        cut + "数大于年初预算数。",
        heading,
        "说明如下。",
    ]
    assert [fragment.offset for fragment in paragraphs(layout)[0].lines] == [0, len(cut)]


def test_lines_that_the_width_of_a_page_cut_are_one_paragraph_again() -> None:
    full = "　　" + "其他支出是指除上述各项以外的支出" * 2 + "办公"  # 36 characters
    short = "　　公务用车购置及运行维护费：2023年安排公务用车购置及运行维护费预算"  # the number did not fit
    stopped = "　　16.城乡社区支出（类）城乡社区环境卫生（款）城乡社区环境卫生（项）。"
    rest = ["费等支出。", "33.61万元，比上年增加。", "年初预算为681.10万元。"]
    lines = [full, rest[0]] * 5 + [short, rest[1], stopped, rest[2]]
    wanted = [full.strip() + rest[0]] * 5 + [short.strip() + rest[1], stopped.strip() + rest[2]]
    assert [block.text for block in paragraphs(read("\n".join(lines).encode()))] == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_found_in_the_wild(encoding: str) -> None:
    assert paragraphs(read("2023年度部门决算，合计１２３万元。".encode(encoding)))[0].text == "2023年度部门决算，合计１２３万元。"


def test_a_file_cut_in_the_middle_of_a_character_is_still_what_it_was() -> None:
    assert paragraphs(read(("部门决算公开" * 100).encode()[:-1]))[0].text.startswith("部门决算公开部门决算公开")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (bytes(100_000), "unknown"),
        (bytes(range(256)) * 40, "unknown"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(body, "report.pdf")
    assert refused.value.code == code
    assert refused.value.reason


def test_a_page_copied_as_text_still_says_when_it_was_published() -> None:
    layout = read("某中心2023年度部门决算\n  • 发布时间:2024-11-05 09:44\n  • 信息来源:县档案局\n打印\n\n正文。".encode())
    assert (layout.published, layout.metadata["source"]) == ("2024-11-05 09:44", "县档案局")


@given(st.text(alphabet=st.sampled_from("一二，。3.5 \t|\n*#-<b>/\u3000")))
def test_whatever_the_text_every_piece_is_where_it_says(source: str) -> None:
    try:
        layout = read(source.encode())
    except Unreadable as refused:
        assert refused.code == "empty"
        return
    for block in layout.blocks:
        if isinstance(block, Grid):
            assert len(block.cells) == block.n_rows * block.n_columns
            for cell in block.cells:
                assert cell.start is not None
                stated = "".join(source[cell.start : cell.end].split())
                assert all(character in stated for character in "".join(cell.text.split()))
            continue
        for at, character in enumerate(block.text):
            start, end = block.span(at, at + 1)
            assert character in (source[start:end], "\n")


def test_what_the_width_of_a_page_cut_is_one_paragraph_whatever_the_line_begins_with() -> None:
    lines = [
        "(二)按支出结构分类划分,分为基本支出预算和项目支",
        "出预算。",
        "1. 基本支出预算 881300.39 元,占一般公共预算支出的",
        "96.74%,同比减少 166271.4 元,下降 15.87 %。其中:",
        "工资福利支出预算 716052.51 元,占基本支出预算",
        "81.25%,同比减少 148979.48 元,下降 17.22%。",
        "2. 项目支出 29700 元,占一般公共预算支出的 3.26%,",
        "同比减少 13900 元,下降 31.88 %。其中:商品和服务支",
        "出预算 29700 元,占项目支出预算 100%,同比减少",
        "13900 元,下降 31.88 %。",
    ]
    starts = ["(二)按支出", "1. 基本支", "2. 项目支"]
    page = "".join(f"<p>{line}</p>" for line in lines)
    for layout in (
        read("\n".join(lines).encode(), name="a.txt"),
        read(f"<html><body>{page}</body></html>".encode(), name="a.html"),
    ):
        texts = [block.text for block in paragraphs(layout)]
        assert [text[:6] for text in texts if text[:6] in starts] == starts
        assert any("占基本支出预算81.25%,同比" in text for text in texts)


def test_paragraphs_that_their_author_ended_stay_apart() -> None:
    lines = [f"{number}、本单位第{number}项工作已经全部按照要求完成并通过了验收检查" for number in "一二三四五六七八九"]
    layout = read("\n".join(lines).encode(), name="a.txt")
    assert len(layout.blocks) == len(lines)


def test_a_line_that_a_comma_ends_or_a_rate_begins_is_the_rest_of_a_sentence() -> None:
    text = "人员经费20.00元，占基本支出\n80.00%，同比增加1.00元，\n增长5.26%。\n公用经费5.00元。\n"
    assert [block.text for block in paragraphs(read(text.encode()))] == [
        "人员经费20.00元，占基本支出80.00%，同比增加1.00元，增长5.26%。",
        "公用经费5.00元。",
    ]


@pytest.mark.parametrize("number", ["— 3 —", "- 3 -", "第 3 页", "3"])
def test_a_page_number_between_the_rows_of_one_table_does_not_cut_it(number: str) -> None:
    (grid,) = grids(read(f"201\t公共服务\t5.00\t\n\n{number}\n\n208\t社会保障\t2.00\n221\t住房保障\t1.00\n".encode()))
    assert [row[0] for row in rows(grid)] == ["201", "208", "221"]


def test_a_page_number_before_the_heading_that_the_next_page_repeats_and_one_between_tables_stay() -> None:
    again = read("编码\t名称\t金额\n201\t公共服务\t5.00\n\n— 3 —\n\n编码\t名称\t金额\n208\t社会保障\t2.00\n".encode())
    other = read(
        "编码\t名称\t金额\n201\t公共服务\t5.00\n\n— 3 —\n\n收入\t\t\t支出\t\t\n财政拨款\t1\t5.00\t公共服务\t1\t5.00\n".encode()
    )
    assert [len(grids(layout)) for layout in (again, other)] == [2, 2]


def test_a_bracket_that_the_next_line_closes_is_one_sentence() -> None:
    layout = read("2023年一般公共预算安排支出5481.53万元（其中当年财政拨款\n5421.42万元、上年结转60.11万元）。\n".encode())
    assert len(paragraphs(layout)) == 1
