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
