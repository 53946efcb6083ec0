"""What a visitor sees on a page: title, date, figures, links."""

from __future__ import annotations

import pytest

from services.fetcher.page import Page, read_page

URL = "http://www.example.gov.cn/yjs/2024/t1.html"


def read(body: str, head: str = "") -> Page:
    return read_page(f"<html><head>{head}</head><body>{body}</body></html>", URL)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<meta name='ArticleTitle' content='甲局2023年度决算'><title>x</title>", "<h1>某区人民政府</h1>", "甲局2023年度决算"),
        ("<title>甲局2023年度决算_某区人民政府</title>", "<h1> 甲局2023\n年度决算 </h1>", "甲局2023 年度决算"),
        ("<title>甲局2023年度决算 - 某区人民政府</title>", "", "甲局2023年度决算"),
        ("<title>甲局2023年度决算_某区人民政府</title>", "<h1>某</h1><h1>某</h1>", "甲局2023年度决算"),
        ("", "<p>决算</p>", None),
    ],
)
def test_the_title(head: str, body: str, title: str | None) -> None:
    assert read(body, head).title == title


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ("<meta name='PubDate' content='2024-08-30 09:00'>", "", "2024-08-30 09:00"),
        ("", "发布时间：2024-08-30", "2024-08-30"),
        ("", "发布日期：<span>2024年8月30日</span> 来源：甲局", "2024年8月30日"),
        ("", "日期: [2024.08.30]", "2024.08.30"),
        ("", "时间：2024/8/30 10:20:30 浏览次数：12", "2024/8/30 10:20:30"),
        ("", "甲局2023年度决算 文号〔2024〕12号", None),
    ],
)
def test_the_date_is_given_as_the_page_shows_it(head: str, body: str, published: str | None) -> None:
    assert read(body, head).published == published


def test_the_date_in_the_row_of_a_link() -> None:
    page = read("<ul><li><a href='1'>甲局</a><span>[2024-08-30]</span></li><li><a href='2'>乙局</a><i>2024-08-29</i></li></ul>")
    assert [link.date for link in page.links] == ["2024-08-30", "2024-08-29"]


def test_figures_are_counted_where_a_page_speaks_of_a_budget() -> None:
    cells = "<table><tr><td>1.00</td><td>-2.50%</td><td>甲</td></tr></table>"
    figures = f"<p>收入1,234.56万元，支出 99元。</p>{cells}<script>'3.00万元'</script>"
    assert read("部门决算" + figures).numbers == 4
    assert read("商品价格" + figures).numbers == 0


@pytest.mark.parametrize(
    ("anchor", "url", "text", "is_file"),
    [
        ("<a href='./P0.pdf'>决算</a>", "/yjs/2024/P0.pdf", "决算", True),
        ("<a href='x.html' title='甲局2023年决算'>甲局2023...</a>", "/yjs/2024/x.html", "甲局2023年决算", False),
        ("<a href='/down.jsp?f=a.xls'>下载</a>", "/down.jsp?f=a.xls", "下载", True),
        ("<a href='/d/7'>附件1：甲局.docx</a>", "/d/7", "附件1：甲局.docx", True),
        ("<a href='/attach/0/7'>附件</a>", "/attach/0/7", "附件", True),
        ("<a href='/module/download/downfile.jsp?i=1'>x</a>", "/module/download/downfile.jsp?i=1", "x", True),
        ("<a href='1.html'>通知</a>", "/yjs/2024/1.html", "通知", False),
        ("<area href='1.html'>", "/yjs/2024/1.html", "", False),
        ("<embed src='1.pdf'>", "/yjs/2024/1.pdf", "", True),
    ],
)
def test_links(anchor: str, url: str, text: str, is_file: bool) -> None:
    (link,) = read(anchor).links
    assert (link.url, link.text, link.is_file) == ("http://www.example.gov.cn" + url, text, is_file)


@pytest.mark.parametrize(
    "attribute",
    [
        "href='mailto:a@b'",
        "href='javascript:go()'",
        "href='#top'",
        "name='x'",
        "href='ftp://x/1.pdf'",
        "href='file:///etc/passwd'",
        "href='http://[x'",
    ],
)
def test_what_leads_nowhere_is_no_link(attribute: str) -> None:
    assert read(f"<a {attribute}>x</a>").links == ()


def test_links_are_relative_to_the_base_of_the_page() -> None:
    assert [link.url for link in read("<a href='1.pdf'>x</a>", "<base href='/other/'>").links] == [
        "http://www.example.gov.cn/other/1.pdf"
    ]


def test_a_page_that_is_declared_as_xml() -> None:
    page = read_page("<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE html><html><a href='/x?page=2&id=7'>预算</a></html>", URL)
    assert [link.url for link in page.links] == ["http://www.example.gov.cn/x?page=2&id=7"]


def test_the_parts_of_a_page_that_stand_elsewhere() -> None:
    page = read(
        "<iframe src='list.html'></iframe><iframe></iframe>"
        "<script>$.getJSON('data/list.json?x=1')</script><script>'a b.json'</script>"
    )
    assert page.frames == (
        "http://www.example.gov.cn/yjs/2024/list.html",
        "http://www.example.gov.cn/yjs/2024/data/list.json?x=1",
    )
    assert read("<a href='1'>x</a>").frames == ()


def test_a_page_made_of_frames() -> None:
    page = read_page("<html><frameset><frame src='a.html'><frame src='b.html'></frameset></html>", URL)
    assert page.frames == ("http://www.example.gov.cn/yjs/2024/a.html", "http://www.example.gov.cn/yjs/2024/b.html")


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1 ",
        " ",
        ".a?",
        "时间：",
        "2024-1",
        "!",
        "(",
        "<p>",
        "<td>1.0",
        "<li><a href=x>1</a>",
        "<a href=y>更多</a>",
        "<![CDATA[",
        "'x",
        "<div>更多",
    ],
)
def test_a_page_made_to_be_slow_is_read_in_time(piece: str) -> None:
    """Quadratic reading would take hours."""
    long = piece * (200_000 // len(piece))
    page = read(f"预算<td>{long}</td><a href='1.pdf' onclick=\"open('{long}')\">{long}</a>", f"<title>{long}</title>")
    assert page.url == URL
