"""A crawl publishes every document that a listing leads to, once, with what the pages say of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.raw import INLINE_LIMIT
from tests.fetcher.conftest import AGENT, PDF, Fetcher, Site

Counted = Callable[..., float]
FIGURES = "".join(f"<tr><td>项目{n}</td><td>{n}.50</td></tr>" for n in range(1, 30))
REPORT = f"<h1>甲局2023年度部门决算</h1><p>发布时间：2024-08-30</p><p>收入总计44.50万元。</p><table>{FIGURES}</table>"


async def test_listing_then_article_then_attachment(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    site.page(
        "/",
        "<ul><li><a href='a/1.html' title='甲局2023年度部门决算公开'>甲局2023年度部门...</a><span>2024-08-29</span></li></ul>",
    )
    site.page(
        "/a/1.html",
        "<h1>甲局2023年度部门决算公开</h1><p>发布日期：2024-08-30 10:20</p>附件：<a href='./P1.pdf'>甲局2023年度部门决算.pdf</a>",
    )
    site.put("/a/P1.pdf", PDF + b"report", headers={"Last-Modified": "Fri, 30 Aug 2024 02:20:00 GMT"})
    (document,) = await fetcher.crawl(site.url + "/")
    assert document.url == site.url + "/a/P1.pdf"
    assert document.referrer == site.url + "/a/1.html"
    assert document.title == "甲局2023年度部门决算公开"
    assert document.link_text == "甲局2023年度部门决算.pdf"
    assert document.published == "2024-08-30 10:20"
    assert (document.media_type, document.status, document.version, document.source) == ("application/pdf", 200, 1, "test")
    assert document.headers["last-modified"] == "Fri, 30 Aug 2024 02:20:00 GMT"
    assert document.body == PDF + b"report"
    assert document.sha256 == hashlib.sha256(document.body).hexdigest()
    assert document.size == len(document.body)
    assert fetcher.archive.get(document.sha256) == document.body
    assert counted("documents", change="new") == 1
    assert counted("responses") == 3
    assert counted("success") > 0


async def test_an_article_with_its_text_in_the_page_is_the_document(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<li><a href='1.html'>甲局2023年度部门决算</a> [2024-08-30]</li><li><a href='2.html'>春节慰问活动</a></li>")
    site.page("/1.html", REPORT)
    (document,) = await fetcher.crawl(site.url + "/")
    assert (document.url, document.media_type) == (site.url + "/1.html", "text/html")
    assert (document.link_text, document.title, document.published) == (
        "甲局2023年度部门决算",
        "甲局2023年度部门决算",
        "2024-08-30",
    )
    assert site.paths == ["/", "/1.html"], "a link that speaks of no budget is not followed"


async def test_gbk_page_without_declared_charset(site: Site, fetcher: Fetcher) -> None:
    site.put(
        "/",
        "<html><body><a href='1.html'>乙镇2024年部门预算</a></body></html>".encode("gbk"),
        headers={"Content-Type": "text/html"},
    )
    site.put("/1.html", f"<html><title>乙镇2024年部门预算</title><body>预算{FIGURES}</body></html>".encode("gbk"))
    (document,) = await fetcher.crawl(site.url + "/")
    assert document.title == "乙镇2024年部门预算"
    assert document.link_text == "乙镇2024年部门预算"


async def test_a_page_that_declares_the_wrong_charset_is_read_by_its_bytes(site: Site, fetcher: Fetcher) -> None:
    page = "<html><meta charset='gbk'><body><a href='1.pdf'>丙局2024年部门预算</a></body></html>"
    site.put("/", page.encode(), headers={"Content-Type": "text/html; charset=GB2312"})
    site.put("/1.pdf", PDF)
    (document,) = await fetcher.crawl(site.url + "/")
    assert document.link_text == "丙局2024年部门预算"


async def test_a_report_in_the_page_with_its_tables_attached(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='1.html'>甲局2023年度部门决算</a>")
    site.page("/1.html", REPORT + "<a href='t.xls'>甲局2023年度部门决算公开表.xls</a><a href='g.pdf'>项目绩效自评表</a>")
    site.put("/t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0")
    site.put("/g.pdf", PDF)
    (document,) = await fetcher.crawl(site.url + "/")
    assert document.url == site.url + "/1.html"
    assert [(annex.url, annex.name, annex.media_type) for annex in document.annexes] == [
        (site.url + "/t.xls", "甲局2023年度部门决算公开表.xls", "application/vnd.ms-excel"),
        (site.url + "/g.pdf", "项目绩效自评表", "application/pdf"),
    ]
    assert all(annex.sha256 in fetcher.archive for annex in document.annexes)


async def test_a_page_that_collects_the_reports_of_many_units(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='1.html'>2023年度部门决算公开汇总</a>")
    site.page("/1.html", "".join(f"<p><a href='f{n}.pdf'>第{n}中学2023年度单位决算</a></p>" for n in range(1, 6)))
    for n in range(1, 6):
        site.put(f"/f{n}.pdf", PDF + bytes([n]))
    documents = await fetcher.crawl(site.url + "/")
    assert sorted(document.link_text or "" for document in documents) == [f"第{n}中学2023年度单位决算" for n in range(1, 6)]
    assert not any(document.annexes for document in documents)


async def test_download_handlers_without_extension(site: Site, fetcher: Fetcher) -> None:
    """The name comes from Content-Disposition, in GBK bytes or by RFC 5987; the type from the bytes."""
    gbk = "甲局2024年部门预算.pdf".encode("gbk")
    site.page(
        "/",
        "<a href='/module/download/down.jsp?i=1'>下载</a><a href='/attach/2'>下载</a><a href='/content?id=3'>丙局预算</a>",
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Disposition: attachment; filename=" + gbk
    site.raw("/module/download/down.jsp?i=1", head + b"\r\n\r\n" + PDF + b"1")
    site.put(
        "/attach/2",
        PDF + b"2",
        headers={
            "Content-Disposition": "attachment; filename*=UTF-8''%E4%B9%99%E5%B1%80%E9%A2%84%E7%AE%97.pdf",
            "Content-Type": "text/html",
        },
    )
    site.put("/content?id=3", PDF + b"3", headers={"Content-Type": "application/octet-stream"})
    documents = await fetcher.crawl(site.url + "/")
    assert {document.media_type for document in documents} == {"application/pdf"}
    dispositions = {document.body: document.headers.get("content-disposition", "") for document in documents}
    assert dispositions[PDF + b"1"] == "attachment; filename=甲局2024年部门预算.pdf"
    assert len(documents) == 3


async def test_a_link_to_a_file_that_leads_to_a_page_is_read_on(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='1.html'>部门预算</a>")
    site.page("/1.html", "<a href='/attach/7'>附件</a>")
    site.page("/attach/7", "<a href='/files/7.pdf'>甲局部门预算.pdf</a>")
    site.put("/files/7.pdf", PDF)
    (document,) = await fetcher.crawl(site.url + "/")
    assert (document.url, document.referrer) == (site.url + "/files/7.pdf", site.url + "/attach/7")


async def test_files_in_viewers_frames_and_scripts(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='1.html'>甲局部门预算</a>")
    site.page(
        "/1.html",
        "<iframe src='/pdfjs/web/viewer.html?file=/x/1.pdf'></iframe><embed src='/x/2.pdf'>"
        "<a href='javascript:void(0)' onclick=\"window.open('/x/3.pdf')\">附件</a>",
    )
    for n in (1, 2, 3):
        site.put(f"/x/{n}.pdf", PDF + bytes([n]))
    assert sorted(document.url for document in await fetcher.crawl(site.url + "/")) == [
        f"{site.url}/x/{n}.pdf" for n in (1, 2, 3)
    ]


async def test_a_plain_directory_listing(site: Site, fetcher: Fetcher) -> None:
    """As ``python -m http.server`` writes it: every file is a document, whatever it is called."""
    site.page("/d/", "<h1>Directory listing for /d/</h1><ul><li><a href='a.txt'>a.txt</a></li><li><a href='b.pdf'>b.pdf</a></li>"
              "<li><a href='gold/'>gold/</a></li><li><a href='../'>../</a></li></ul>")  # fmt: skip
    site.put("/d/a.txt", "部门决算\n收入总计\t1.00")
    site.put("/d/b.pdf", PDF)
    documents = await fetcher.crawl(site.url + "/d/")
    assert {(document.url, document.media_type) for document in documents} == {
        (site.url + "/d/a.txt", "text/plain"),
        (site.url + "/d/b.pdf", "application/pdf"),
    }


@pytest.fixture
def corpus_files(corpus: Path) -> dict[str, bytes | None]:
    """What is in the corpus directory; null for a directory."""
    return {path.name: path.read_bytes() if path.is_file() else None for path in corpus.iterdir()}


async def test_the_corpus_behind_a_directory_listing(site: Site, fetcher: Fetcher, corpus_files: dict[str, bytes | None]) -> None:
    site.page("/", "".join(f"<li><a href='{name}'>{name}</a></li>" for name in corpus_files))
    bodies = {name: body for name, body in corpus_files.items() if body is not None}
    for name, body in bodies.items():
        site.put(f"/{name}", body)
    documents = await fetcher.crawl(site.url + "/")
    assert sorted(document.sha256 for document in documents) == sorted(
        hashlib.sha256(body).hexdigest() for body in bodies.values()
    )


async def test_a_large_body_travels_by_its_digest(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='big.pdf'>部门决算</a><a href='just.pdf'>部门预算</a>")
    site.put("/big.pdf", PDF + bytes(INLINE_LIMIT))
    site.put("/just.pdf", PDF + bytes(INLINE_LIMIT - len(PDF)))
    documents = {document.url.rpartition("/")[2]: document for document in await fetcher.crawl(site.url + "/")}
    assert documents["big.pdf"].body is None
    assert fetcher.archive.get(documents["big.pdf"].sha256) == PDF + bytes(INLINE_LIMIT)
    assert documents["just.pdf"].body is not None


async def test_what_a_source_allows_and_denies(site: Site, fetcher: Fetcher) -> None:
    site.page(
        "/",
        "<a href='1.pdf'>甲局预算</a><a href='2.pdf'>甲局决算</a><a href='3.pdf'>乙局决算（作废）</a><a href='o.pdf'>手册</a>",
    )
    for name in ("1", "2", "3", "o"):
        site.put(f"/{name}.pdf", PDF + name.encode())
    documents = await fetcher.crawl(site.url + "/", allow=["决算"], deny=["作废"])
    assert [document.url for document in documents] == [site.url + "/2.pdf"]
    assert site.paths == ["/", "/2.pdf"]


async def test_we_say_who_we_are_and_keep_nothing(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='1.html'>部门预算</a>")
    site.put("/1.html", "<a href='x.pdf'>部门预算</a>", headers={"Set-Cookie": "JSESSIONID=1", "Content-Type": "text/html"})
    site.put("/x.pdf", PDF)
    assert len(await fetcher.crawl(site.url + "/")) == 1
    assert {request.headers["User-Agent"] for request in site.log} == {AGENT}
    assert not any("Cookie" in request.headers for request in site.log)
    assert site.log[-1].headers["Referer"] == site.url + "/1.html"


async def test_session_ids_and_fragments_do_not_make_a_new_address(site: Site, fetcher: Fetcher) -> None:
    site.page(
        "/",
        "<a href='x.pdf;jsessionid=1A'>部门预算</a><a href='x.pdf#page=2'>部门预算</a><a href='x.pdf?PHPSESSID=9'>部门预算</a>",
    )
    site.put("/x.pdf", PDF)
    assert [document.url for document in await fetcher.crawl(site.url + "/")] == [site.url + "/x.pdf"]
    assert site.paths == ["/", "/x.pdf"]


async def test_a_document_behind_a_redirect_keeps_the_address_that_was_linked(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='/go?id=7'>部门预算</a>")
    site.redirect("/go?id=7", "/files/7.pdf?token=abc")
    site.put("/files/7.pdf?token=abc", PDF)
    (document,) = await fetcher.crawl(site.url + "/")
    assert document.url == site.url + "/go?id=7"
    assert document.headers["content-location"] == site.url + "/files/7.pdf?token=abc"


async def test_depth_and_pages_are_limited(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    for n in range(50):
        site.page(f"/{n}", f"<a href='/{n + 1}'>部门预算{n + 1}</a>")
    await fetcher.crawl(site.url + "/0", limits={"depth": 2})
    assert site.paths == ["/0", "/1", "/2"]
    site.log.clear()
    await fetcher.crawl(site.url + "/0", limits={"depth": 40, "pages": 5})
    assert len(site.paths) == 5
    assert counted("refused", reason="pages") == 1


async def test_pages_of_other_organisations_are_not_read_but_their_files_are(site: Site, fetcher: Fetcher) -> None:
    other = f"http://localhost:{site.port}"
    site.page("/", f"<a href='{other}/news'>部门预算解读</a><a href='{other}/x.pdf'>部门预算</a>")
    site.page("/news", REPORT)
    site.put("/x.pdf", PDF)
    assert [document.url for document in await fetcher.crawl(site.url + "/")] == [other + "/x.pdf"]
    assert "/news" not in site.paths


async def test_a_start_page_that_is_itself_the_document(site: Site, fetcher: Fetcher) -> None:
    site.page("/1.html", REPORT)
    site.put("/2.pdf", PDF)
    assert [document.url for document in await fetcher.crawl(site.url + "/1.html")] == [site.url + "/1.html"]
    assert [document.url for document in await fetcher.crawl(site.url + "/2.pdf")] == [site.url + "/2.pdf"]
