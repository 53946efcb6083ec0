"""Web pages: the document without its site, tables with real spans, every character with its offset in the source."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import read
from tests.parser.readers.drawing import grids, rows, spans, texts, tiles

PAGE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>某县档案局2023年度部门决算-某县人民政府门户网站</title>
<script>var total = "<p>9,999.99</p>";</script></head>
<body><div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul></div>
<div class="wrap"><div class="position">您现在的位置：<a href="/">首页</a> &gt; <a href="/y">预决算公开</a></div>
<div class="main"><h1>某县档案局2023年度部门决算</h1>
<div class="info">发布时间：2024-09-12 10:20　来源：县档案局　浏览次数：<span>1024</span> <a href="#">打印</a></div>
<div id="zoom"><p style="text-align: center"><b>第一部分&nbsp;概况</b></p>
<p class="MsoNormal">　　2023年度收入合计<span lang="EN-US">1,2</span><span>34.56</span>万元，比上年
增加100.00万元，<!--[if gte mso 9]><xml>7.77</xml><![endif]-->增长8.82%。<br>其中：财政拨款收入1,000.00万元。</p>
<div style="display: none">隐藏的888.88万元</div>
<table><tr><td><p>收入支出决算总表</p>
<table border=1><tr><td colspan=3>收入<td colspan=253>支出
<tr><td>项目<td>行次<td>决算数<td>项目<td>行次<td>决<br>算<br>数
<tr><td rowspan=2>一、一般公共<br>预算财政拨款<td>1<td>1,000.00<td>一、一般公共服务支出<td>28<td>1,234.56</tr>
<tr><td>2<td>&nbsp;<td>二、外交支出<td>29</tr>
</table></td></tr></table>
<p>注：本表反映总收支情况。</p>
<p>附件：<a href="./P020240912.xls">1.公开表</a> <a href="/2.pdf?id=3">2.自评表</a></p></div>
<div class="share">分享到：微信 微博</div><div>扫一扫在手机打开当前页</div>
<div class="xgxw"><h3>相关链接</h3><ul><li><a href="/1.html">某县档案局2022年度部门决算</a></li></ul></div>
</div></div><div class="footer">主办：某县人民政府办公室 电话：0000-1234567</div></body></html>"""


@pytest.fixture(scope="module")
def layout() -> Layout:
    return read(PAGE.format(charset="gb2312").encode("gb18030"))


def test_only_the_document_is_left(layout: Layout) -> None:
    assert texts(layout) == [
        "某县档案局2023年度部门决算",
        "第一部分 概况",
        "2023年度收入合计1,234.56万元，比上年增加100.00万元，增长8.82%。",
        "其中：财政拨款收入1,000.00万元。",
        "收入支出决算总表",
        "注：本表反映总收支情况。",
        "附件：1.公开表 2.自评表",
    ]


def test_what_the_page_says_of_the_document(layout: Layout) -> None:
    assert layout.title == "某县档案局2023年度部门决算"
    assert layout.published == "2024-09-12 10:20"
    assert layout.metadata["source"] == "县档案局"
    assert layout.attachments == [("./P020240912.xls", "1.公开表"), ("/2.pdf?id=3", "2.自评表")]


def test_markup_is_kept_as_hints(layout: Layout) -> None:
    title, part = layout.blocks[0], layout.blocks[1]
    assert isinstance(title, TextBlock) and isinstance(part, TextBlock)
    assert title.heading == 1
    assert (part.bold, part.centred, part.heading) == (True, True, 0)


def test_the_data_table_is_a_grid_and_the_layout_table_is_not(layout: Layout) -> None:
    (grid,) = grids(layout)
    assert rows(grid) == [
        ["收入", "", "", "支出", "", ""],
        ["项目", "行次", "决算数", "项目", "行次", "决算数"],
        ["一、一般公共预算财政拨款", "1", "1,000.00", "一、一般公共服务支出", "28", "1,234.56"],
        ["", "2", "", "二、外交支出", "29", ""],
    ]
    assert spans(grid) == {(0, 0, 1, 3), (0, 3, 1, 3), (2, 0, 2, 1)}
    assert tiles(grid)


@pytest.mark.parametrize(("encoding", "charset"), [*product(["utf-8", "gb18030", "utf-8-sig"], ["utf-8", "gbk", ""])])
def test_the_declared_charset_is_not_believed(encoding: str, charset: str, layout: Layout) -> None:
    assert texts(read(PAGE.format(charset=charset).encode(encoding))) == texts(layout)


def test_every_character_is_where_it_says(layout: Layout) -> None:
    source = PAGE.format(charset="gb2312")
    paragraph = layout.blocks[2]
    assert isinstance(paragraph, TextBlock)
    for figure, stated in [("1,234.56", "1,2</span><span>34.56"), ("100.00", "100.00"), ("8.82%", "8.82%")]:
        first = paragraph.text.index(figure)
        start, end = paragraph.span(first, first + len(figure))
        assert source[start:end] == stated
    amount = next(cell for cell in grids(layout)[0].cells if cell.text == "1,234.56")
    assert source[amount.start : amount.end] == "1,234.56"


def test_a_table_pasted_from_a_spreadsheet_loses_its_empty_width() -> None:
    page = """<body><p>支出决算表如下，各项支出按功能分类列示。</p><table><tr><td colspan=3>单位：元</td></tr>
    <tr><th>编码<th>名称<th>金额<tr><td style="mso-number-format:'@'">201<td>甲<td x:num="12.5">12.50</table></body>"""
    (grid,) = grids(read(page.encode()))
    assert rows(grid) == [["单位：元", "", ""], ["编码", "名称", "金额"], ["201", "甲", "12.50"]]


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr>nginx</body></html>",
        "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
        "<html><title>某县</title><body><ul class=nav><a href=/>首页</a></ul><div>抱歉，您访问的页面不存在！</div></body></html>",
        "<html><body><div>您的访问被拦截，事件编号 1234567</div><script>x()</script></body></html>",
    ],
)
def test_an_error_page_is_no_document(page: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(page.encode())
    assert refused.value.code == "error-page"


def test_a_page_of_scripts_only_is_no_document() -> None:
    with pytest.raises(Unreadable) as refused:
        read(b"<html><body><div id=app></div><script>render()</script></body></html>")
    assert refused.value.code == "no-content"


def test_a_short_notice_with_an_attachment_is_a_document() -> None:
    layout = read('<html><body><p>现将决算予以公开。</p><a href="a.pdf">决算.pdf</a></body></html>'.encode())
    assert layout.attachments == [("a.pdf", "决算.pdf")]


PIECES = st.sampled_from(
    ["<table>", "<tr>", "<td>", "<td colspan=9>", "<td rowspan=3>", "</table>", "<p>", "</p>", "<div>", "</div>", "<b>"]
)
NOISE = st.sampled_from(
    ["一二三", "1,234.56", "&nbsp;", "&lt;", "<", ">", '"', "<a href='", "<!--", "-->", "<script>", "</script>", "\n"]
)


@given(st.lists(PIECES | NOISE, max_size=60))
def test_whatever_the_markup_the_layout_holds_together(pieces: list[str]) -> None:
    source = "<html><body>" + "".join(pieces)
    try:
        layout = read(source.encode())
    except Unreadable:
        return
    for block in layout.blocks:
        if isinstance(block, Grid):
            assert tiles(block)
        else:
            spans_ = [block.span(at, at + 1) for at in range(len(block.text))]
            assert all(start is not None and end is not None and 0 <= start < end <= len(source) for start, end in spans_)


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 30_000,
        "<table><tr><td>" * 5_000,
        '<a "' * 300_000 + ">",
        "<!--" * 300_000 + "-->",
        "<" * 500_000,
        "<table><tr>" + "<td colspan=60000 rowspan=60000>1" * 2_000 + "</table>",
        "&amp;" * 300_000,
    ],
    ids=["nesting", "nested tables", "quotes", "comments", "less than", "spans", "entities"],
)
def test_hostile_markup_is_read_or_refused_within_the_test_s_time(source: str) -> None:
    try:
        layout = read(b"<html><body>" + source.encode())
    except Unreadable as refused:
        assert refused.code == "no-content"
        return
    assert all(block.n_rows * block.n_columns <= 400_000 if isinstance(block, Grid) else block.text for block in layout.blocks)
