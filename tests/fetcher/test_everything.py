"""One site with every way of publishing and every trap that is known: each document once, each trap refused and counted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from aiohttp import web

from schemas.raw import RawDocument
from services.fetcher import transport
from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from tests.fetcher.conftest import AGENT, PDF, SHORT, Fetcher, Site

Counted = Callable[..., float]
FIGURES = "".join(f"<tr><td>项目{n}</td><td>{n}.50</td></tr>" for n in range(1, 30))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0"


def publish(site: Site) -> set[str]:
    """Everything legitimate; the paths of its documents."""
    # an overview: frames, the beginnings of lists, a list as data
    site.page(
        "/",
        "<iframe src='/frame.html'></iframe><div><h2>预决算公开<a href='/trs/'>更多&gt;&gt;</a></h2></div>"
        "<div><h2>要闻<a href='/news/'>更多</a></h2></div><a href='/numbers?col=7'>部门预算</a><a href='/next/'>部门决算</a>"
        "<a href='/gbk/'>乡镇预算</a><a href='/articles/'>单位决算</a><a href='/traps/'>其他预算</a><a href='/hard/'>区级决算</a>"
        "<script>$.getJSON('/api/list.json?page=1&size=2', show)</script>",
    )
    site.page("/frame.html", "<a href='/f/frame.pdf'>甲局预算</a>")
    # TRS: createPageHTML in a script
    site.page("/trs/", "<li><a href='t0.pdf'>甲局预算</a></li><script>createPageHTML(3, 0, 'index', 'html')</script>")
    site.page("/trs/index_1.html", "<li><a href='t1.pdf'>乙局预算</a></li><script>createPageHTML(3, 1, 'index', 'html')</script>")
    site.page("/trs/index_2.html", "<li><a href='t2.pdf'>丙局预算</a></li><script>createPageHTML(3, 2, 'index', 'html')</script>")
    # numbers, and a next page
    site.page("/numbers?col=7", "<a href='/f/n1.pdf'>甲局预算</a><a href='?col=7&page=2'>2</a><a href='?col=7&page=3'>3</a>")
    site.page("/numbers?col=7&page=2", "<a href='/f/n2.pdf'>乙局预算</a><a href='?col=7&page=3'>3</a>")
    site.page("/numbers?col=7&page=3", "<a href='/f/n3.pdf'>丙局预算</a><a href='?col=7&page=2'>上一页</a>")
    site.page("/next/", "<a href='1.html'>甲局决算</a><a href='p2.html'>下一页</a>")
    site.page("/next/1.html", "<a href='/f/x1.pdf'>甲局决算.pdf</a><a href='/next/2.html'>下一页</a>")
    site.page("/next/p2.html", "<meta http-equiv='refresh' content='0;url=/next/page2.html'>")
    site.page("/next/page2.html", "<a href='/f/x2.pdf'>乙局决算</a>")
    # JSON, with its total
    rows = [{"title": f"第{n}小学<b>预算</b>", "docUrl": f"/f/j{n}.pdf", "pubTime": 1706749200000} for n in range(5)]
    for page in (1, 2, 3):
        site.put(f"/api/list.json?page={page}&size=2", json.dumps({"data": {"total": 5, "rows": rows[2 * page - 2 : 2 * page]}}))
    # encodings: none declared, a wrong one declared, a byte order mark
    site.put("/gbk/", "<html><a href='1.html'>丁镇2024年预算</a><a href='2.html'>戊镇2024年预算</a></html>".encode("gbk"))
    site.put("/gbk/1.html", f"<meta charset=utf-8><title>丁镇2024年预算</title>预算{FIGURES}".encode("gb18030"))
    site.put("/gbk/2.html", b"\xef\xbb\xbf" + f"<meta charset=gbk><title>戊镇2024年预算</title>预算{FIGURES}".encode(),
             headers={"Content-Type": "text/html; charset=gb2312"})  # fmt: skip
    # articles: a report with its annexes; many reports; files behind handlers, viewers and scripts
    site.page(
        "/articles/", "".join(f"<li><a href='{n}.html'>第{n}中学决算</a><em>30</em><i>2024-08</i></li>" for n in range(1, 6))
    )
    site.page(
        "/articles/1.html",
        "发布日期：二〇二四年八月三十日<a href='m.pdf'>第1中学决算.pdf</a><a href='a.xls'>第1中学决算公开表.xls</a>",
    )
    site.page("/articles/2.html", "<a href='u1.pdf'>甲站决算.pdf</a><a href='u2.pdf'>乙站决算.pdf</a><a href='a.xls'>附表</a>")
    site.page("/articles/3.html", "<a href='/module/download/down.jsp?i=1'>下载</a>")
    site.page("/articles/4.html", "<a href='/attach/9'>点击下载附件</a>")
    site.page(
        "/articles/5.html",
        "<iframe src='/pdfjs/web/viewer.html?file=/f/v1.pdf'></iframe>"
        "<a href='javascript:void(0)' onclick=\"open('/f/v2.pdf')\">附件</a>",
    )
    gbk = "第3中学决算.pdf".encode("gbk")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\nContent-Disposition: attachment; filename="
    site.raw("/module/download/down.jsp?i=1", head + gbk + b"\r\n\r\n" + PDF + b"3")
    disposition = "attachment; filename*=UTF-8''%E7%AC%AC4%E4%B8%AD%E5%AD%A6%E5%86%B3%E7%AE%97.pdf"
    site.put("/attach/9", PDF + b"4", headers={"Content-Disposition": disposition})
    site.put("/articles/a.xls", OLE)
    files = ["/trs/t0.pdf", "/trs/t1.pdf", "/trs/t2.pdf", "/articles/m.pdf", "/articles/u1.pdf", "/articles/u2.pdf"]
    files += [f"/f/{name}.pdf" for name in ("frame", "n1", "n2", "n3", "x1", "x2", "j0", "j1", "j2", "j3", "j4", "v1", "v2")]
    for path in files:
        site.put(path, PDF + path.encode())
    return {*files, "/gbk/1.html", "/gbk/2.html", "/module/download/down.jsp?i=1", "/attach/9"}


def resist(site: Site) -> set[str]:
    """Legitimate documents on a server in trouble; their paths."""
    site.page("/hard/", "".join(f"<a href='/hard/{n}.pdf'>第{n}区决算</a>" for n in range(8))
              + "<a href='/hard/0.pdf;jsessionid=1A'>第0区决算</a><a href='/hard/0.pdf?PHPSESSID=7'>第0区决算</a>"
              + "<a href='/hard/0.pdf?_=1724976000123'>第0区决算</a><a href='/hard/0.pdf#page=2'>第0区决算</a>")  # fmt: skip
    for n in range(8):
        site.put(f"/hard/{n}.pdf", PDF + f"hard {n}".encode())
    answers = {n: site.answers[f"/hard/{n}.pdf"] for n in (1, 2, 3, 4)}
    times = dict.fromkeys(answers, 0)

    def at_first(n: int, failures: int, **answer: object) -> None:
        async def answering(request: web.BaseRequest) -> web.StreamResponse:
            times[n] += 1
            return web.Response(**answer) if times[n] <= failures else await answers[n](request)

        site.answers[f"/hard/{n}.pdf"] = answering

    at_first(1, 1, status=429, headers={"Retry-After": "1"})
    at_first(2, 2, status=503)
    at_first(3, 2, status=503)
    at_first(4, 2, status=502, headers={"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"})
    return {f"/hard/{n}.pdf" for n in range(8)}


def trap(site: Site) -> None:
    """Everything that must bring nothing, linked from /traps/."""
    names = [
        "meta",
        "loop",
        "huge",
        "endless",
        "slow",
        "silent",
        "bomb",
        "short",
        "nothing",
        "script",
        "gone",
        "file",
        "forbidden/1",
    ]
    site.page(
        "/traps/",
        "".join(f"<a href='/traps/{name}.pdf'>{name}预算</a>" for name in names) + "<a href='/cal?day=1'>日程（预算）</a>",
    )
    site.put("/robots.txt", "User-agent: *\nDisallow: /traps/forbidden/\n")
    site.redirect("/traps/meta.pdf", "http://169.254.169.254/latest/meta-data/")
    site.redirect("/traps/loop.pdf", "/traps/loop.pdf?again")
    site.redirect("/traps/loop.pdf?again", "/traps/loop.pdf")
    site.raw("/traps/huge.pdf", b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n%PDF-", hold=True)
    chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
    site.raw("/traps/endless.pdf", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 40, hold=True)
    site.raw("/traps/slow.pdf", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", *[b"%"] * 100, pause=0.1)
    site.raw("/traps/silent.pdf", hold=True)
    site.put("/traps/bomb.pdf", gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    site.raw("/traps/short.pdf", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PDF)
    site.put("/traps/nothing.pdf", b"")
    site.put("/traps/script.pdf", b"\x7fELF" + bytes(2000))
    site.redirect("/traps/file.pdf", "file:///etc/passwd")
    site.put("/traps/forbidden/1.pdf", PDF)

    async def day(request: web.BaseRequest) -> web.StreamResponse:
        now = int(request.query["day"])
        return web.Response(text=f"<html><a href='/cal?day={now + 1}'>下一页</a></html>", content_type="text/html")

    site.answers["/cal"] = day


REFUSED = {"address": 1, "redirects": 1, "too_large": 3, "robots": 1, "empty": 1, "media_type": 1, "endless": 1}
FAILED = {"timeout": 2, "truncated": 1, "http_404": 1, "http_302": 1}
REPEATED = {"http_429": 1, "http_503": 4, "http_502": 2, "truncated": 2}


async def test_each_document_once_and_each_trap_counted(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    legitimate = publish(site) | resist(site)
    trap(site)
    limits = {"size": "1MB", "timeout": 1.5, "retries": 2, "concurrency": 4, "redirects": 3}
    documents = await fetcher.crawl(site.url + "/", limits=limits)
    found = [document.url.removeprefix(site.url) for document in documents]
    assert sorted(found) == sorted(legitimate), "each once"
    assert counted("documents", change="new") == len(legitimate)
    assert {reason: counted("refused", reason=reason) for reason in REFUSED} == REFUSED
    assert {reason: counted("failed", reason=reason) for reason in FAILED} == FAILED
    assert {reason: counted("repeated", reason=reason) for reason in REPEATED} == REPEATED
    assert counted("failed", reason="defect") == 0
    asked_for_rest = [time for time, request in zip(site.times, site.log, strict=True) if request.path == "/hard/1.pdf"]
    assert asked_for_rest[1] - asked_for_rest[0] >= 1, "Retry-After is waited for"
    assert "/traps/forbidden/1.pdf" not in site.paths
    assert "/news/" not in site.paths
    assert fetcher.complete, "every list was read"
    check_what_pages_say({document.url.removeprefix(site.url): document for document in documents})
    asked = len(site.log)
    for name in ("slow", "silent"):  # once is enough of waiting for them
        del site.answers[f"/traps/{name}.pdf"]
    assert await fetcher.crawl(site.url + "/", limits=limits) == []
    assert fetcher.removals == []
    assert len(site.log) < 2 * asked


def check_what_pages_say(documents: dict[str, RawDocument]) -> None:
    first = documents["/articles/m.pdf"]
    assert (first.title, first.published, first.link_text) == ("预决算公开", "二〇二四年八月三十日", "第1中学决算.pdf")
    assert [annex.name for annex in first.annexes] == ["第1中学决算公开表.xls"]
    assert [annex.name for annex in documents["/articles/u2.pdf"].annexes] == ["附表"]
    assert documents["/articles/u1.pdf"].published == "2024-08-30"
    assert documents["/module/download/down.jsp?i=1"].link_text == "第3中学决算.pdf"
    assert documents["/attach/9"].link_text == "第4中学决算.pdf"
    assert documents["/gbk/1.html"].title == "丁镇2024年预算"
    assert documents["/gbk/2.html"].title == "戊镇2024年预算"
    assert (documents["/f/j0.pdf"].link_text, documents["/f/j0.pdf"].published) == ("第0小学预算", "2024-02-01 09:00:00")
    assert documents["/f/frame.pdf"].link_text == "甲局预算"


async def test_a_public_page_leads_to_no_machine_inside(
    site: Site, fetcher: Fetcher, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a redirect, a link or a meta refresh to a name that is this machine's. The site itself is made reachable for once."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34" if host == "www.example.gov.cn" else "127.0.0.1"]

    class Everywhere(transport.aiohttp.ThreadedResolver):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[transport.aiohttp.abc.ResolveResult]:
            return await super().resolve("127.0.0.1", port, family)

    def session(guard: object) -> transport.aiohttp.ClientSession:
        return transport.aiohttp.ClientSession(
            connector=transport.aiohttp.TCPConnector(resolver=Everywhere()), auto_decompress=False
        )

    monkeypatch.setattr(transport, "_session", session)
    fetcher.crawls = Crawls(Desk(fetcher.archive, fetcher.state, fetcher), AGENT, resolve, backoff=SHORT)
    inside = f"http://inside.example.gov.cn:{site.port}/secret.pdf"
    links = ["/r.pdf", inside, "/m.html", "/ok.pdf"]
    site.page("/", "".join(f"<a href='{link}'>甲局预算</a>" for link in links))
    site.redirect("/r.pdf", inside)
    site.page("/m.html", f"<meta http-equiv='refresh' content='0;url={inside}?m'>")
    site.put("/secret.pdf", PDF)
    site.put("/ok.pdf", PDF)
    documents = await fetcher.crawl(f"http://www.example.gov.cn:{site.port}/", local=False)
    assert [document.url.rpartition("/")[2] for document in documents] == ["ok.pdf"]
    assert not any("secret" in path for path in site.paths)
    assert counted("refused", reason="address") == 3
