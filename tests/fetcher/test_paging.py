"""Every page of a listing is read, in whatever style the site turns its pages."""

from __future__ import annotations

import pytest

from services.fetcher.page import read_page
from tests.fetcher.conftest import PDF, Fetcher, Site

BASE = "http://www.example.gov.cn/yjsgk/"


@pytest.mark.parametrize(
    ("path", "inner", "further"),
    [
        ("index.html", "<script>createPageHTML(3, 0, 'index', 'html');</script>", ["index_1.html", "index_2.html"]),
        ("", '<script>createPageHTML("page_div",3, 1,"index","shtml",57);</script>', ["index_1.shtml", "index_2.shtml"]),
        ("index_2.html", "<script>createPageHTML(3, 2, 'index', 'html');</script>", ["index_1.html", "index_2.html"]),
        ("index.html", "<script>createPageHTML(1, 0, 'index', 'html');</script>", []),
        ("list.htm", "<script>var currentPage = 0;//当前页\nvar countPage = 3//总页\n</script>", ["list_1.htm", "list_2.htm"]),
        ("index.html", "<a href='index_1.html'>下一页</a>", ["index_1.html"]),
        ("index.html", "<a href='index_1.html'>下页 ></a> <a href='index_9.html'>尾页</a>", ["index_1.html"]),
        ("index.html", "<a href='index_1.html'>2</a><a href='index_2.html'>[3]</a>", ["index_1.html", "index_2.html"]),
        ("index.html", "<a href='../2024/t_1.html'>2</a>", []),
        ("list?id=7", "<a href='?id=7&page=2'>2</a><a href='?id=7&page=2'>»</a>", ["list?id=7&page=2"]),
        ("list?id=7", "<a href='?id=8'>2</a>", []),
        ("index.html", "<link rel='next' href='index_1.html'>", ["index_1.html"]),
        ("index.html", "<a href='javascript:go(2)'>下一页</a><a href='#'>2</a>", []),
    ],
)  # fmt: skip
def test_further_pages(path: str, inner: str, further: list[str]) -> None:
    assert list(read_page(f"<html><body>{inner}</body></html>", BASE + path).further) == [BASE + page for page in further]


@pytest.mark.parametrize(
    ("inner", "more"),
    [
        ("<div><h2>预决算公开<a href='/yjs/'>更多&gt;&gt;</a></h2></div>", ["/yjs/"]),
        ("<div><h2>要闻<a href='/yw/'>更多</a></h2><li><a href='1.html'>召开会议</a></li></div>", []),
        ("<div><a href='/x/'>MORE+</a><ul><li><a href='1.html'>甲局2024年部门预算</a></li></ul></div>", ["/x/"]),
        ("<div><h2>部门<a href='/yjsgk/bm/'>查看更多</a></h2></div>", ["/yjsgk/bm/"]),
        ("<div><h2>预算<a href='javascript:more()'>更多</a><a href='#'>更多</a></h2></div>", []),
        ("<p>预算" + "文" * 3000 + "<a href='/yw/'>更多</a></p>", []),
    ],
)
def test_the_whole_of_a_list_that_is_begun(inner: str, more: list[str]) -> None:
    page = read_page(f"<html><body>{inner}</body></html>", BASE + "index.html")
    assert list(page.more) == ["http://www.example.gov.cn" + path for path in more]


def test_a_list_that_a_script_unpacks() -> None:
    """As one publishing system sends every list: the entries as data, the next group behind an address without text."""
    data = (
        "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"/web/dataproxy.jsp?page=2&col=7\"></a>]]></nextgroup>"
        "<recordset><record><![CDATA[<li><a href='1.html'>甲局2024年部门预算</a><i>2024-02-01</i></li>]]></record></recordset>"
        "</datastore></script>"
    )
    answer = data.removeprefix("<script type='text/xml'>").removesuffix("</script>")
    for text in (f"<html><body><p>x</p>{data}</body></html>", f"<?xml version='1.0'?>{answer}", answer):
        page = read_page(text, BASE)
        assert [(link.url, link.text, link.date) for link in page.links if link.text] == [
            (BASE + "1.html", "甲局2024年部门预算", "2024-02-01")
        ]
        assert page.further == ("http://www.example.gov.cn/web/dataproxy.jsp?page=2&col=7",)


async def test_a_listing_of_several_pages_in_several_styles(site: Site, fetcher: Fetcher) -> None:
    """Each document once, though its pages are linked many times over; articles do not turn pages."""
    site.page("/a/index.html", "<a href='1.pdf'>预算</a><script>createPageHTML(3,0,'index','html')</script>")
    site.page("/a/index_1.html", "<a href='2.pdf'>预算</a><script>createPageHTML(3,1,'index','html')</script>")
    site.page("/a/index_2.html", "<a href='3.pdf'>预算</a><a href='/b?page=1'>下一页</a>")
    site.page("/b?page=1", "<a href='/a/4.pdf'>预算</a><a href='/b?page=2'>2</a><a href='/b?page=3'>3</a>")
    site.page("/b?page=2", "<a href='/a/5.pdf'>预算</a><a href='/b?page=1'>上一页</a><a href='/b?page=3'>下一页</a>")
    site.page("/b?page=3", "<a href='/a/6.html'>预算</a>")
    site.page("/a/6.html", "<a href='6.pdf'>预算.pdf</a><a href='7.html'>下一页</a>")
    for n in range(1, 7):
        site.put(f"/a/{n}.pdf", PDF + bytes([n]))
    documents = await fetcher.crawl(site.url + "/a/index.html", limits={"depth": 1})
    assert sorted(document.url for document in documents) == [f"{site.url}/a/{n}.pdf" for n in range(1, 7)]
    assert len(site.paths) == len(set(site.paths)) == 13
