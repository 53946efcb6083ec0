"""What changes on a site between two polls becomes exactly the events that it is, and a bad day of the site becomes none."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.fetcher.state import MemoryState, PostgresState, State
from services.runtime.archive import Archive
from tests.fetcher.conftest import PDF, Fetcher, Site

Counted = Callable[..., float]
FIGURES = "".join(f"<tr><td>项目{n}</td><td>{n}.50</td></tr>" for n in range(1, 30))


class Column:
    """A column of a site: a list, articles, files."""

    def __init__(self, site: Site, fetcher: Fetcher) -> None:
        self.site = site
        self.fetcher = fetcher
        self.links: dict[str, str] = {}
        self.footer = "备案号1"

    def link(self, path: str, text: str) -> None:
        self.links[path] = text
        entries = "".join(f"<li><a href='{path}'>{text}</a></li>" for path, text in self.links.items())
        self.site.page("/", f"<ul>{entries}</ul>")

    def unlink(self, *paths: str) -> None:
        for path in paths:
            del self.links[path]
        (path, text), *_ = self.links.items()
        self.link(path, text)

    def article(self, path: str, total: str) -> None:
        text = f"<h1>丙局2023年度部门决算</h1><p>收入总计{total}万元。</p><table>{FIGURES}</table>"
        self.site.page(path, f"<div class='content'>{text}</div><div class='footer'>{self.footer}</div>")

    async def poll(self) -> list[tuple[str, ...]]:
        """What a poll publishes: documents with their version, removals with their kind."""
        removed = len(self.fetcher.removals)
        documents = await self.fetcher.crawl(self.site.url + "/")
        short = self.site.url
        events: list[tuple[str, ...]] = [("document", d.url.removeprefix(short), str(d.version)) for d in documents]
        for r in self.fetcher.removals[removed:]:
            events.append(("removal", r.url.removeprefix(short), r.absence.value, (r.moved_to or "").removeprefix(short)))
        return sorted(events)


@pytest.fixture
def column(site: Site, fetcher: Fetcher) -> Column:
    return Column(site, fetcher)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    if request.param == "memory":
        yield MemoryState()
        return
    opened = await PostgresState.open(request.getfixturevalue("database"))
    yield opened
    await opened.close()


async def test_five_polls(column: Column, state: State, counted: Counted) -> None:
    site = column.site
    column.fetcher = Fetcher(column.fetcher.archive, state)
    # 1: a file; an article that is the report; a report with its annex; a file that will move
    column.link("/a.pdf", "甲局2023年度部门决算")
    column.link("/c.html", "丙局2023年度部门决算")
    column.link("/d.html", "丁局2023年度部门决算")
    column.link("/old/e.pdf", "戊局2023年度部门决算")
    column.link("/f.pdf", "己局2023年度部门决算")
    site.put("/a.pdf", PDF + b"a1")
    column.article("/c.html", "44.50")
    site.page("/d.html", "<a href='d.pdf'>丁局2023年度部门决算.pdf</a><a href='d.xls'>丁局2023年度部门决算公开表.xls</a>")
    site.put("/d.pdf", PDF + b"d")
    site.put("/d.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0one")
    site.put("/old/e.pdf", PDF + b"e")
    site.put("/f.pdf", PDF + b"f")
    assert await column.poll() == [
        ("document", "/a.pdf", "1"), ("document", "/c.html", "1"), ("document", "/d.pdf", "1"), ("document", "/f.pdf", "1"),
        ("document", "/old/e.pdf", "1"),
    ]  # fmt: skip

    # 2: one more, one with another body; the footer of the article changes
    column.link("/b.pdf", "乙局2023年度部门决算")
    site.put("/b.pdf", PDF + b"b1")
    site.put("/a.pdf", PDF + b"a2")
    column.footer = "备案号2，技术支持：某公司"
    column.article("/c.html", "44.50")
    assert await column.poll() == [("document", "/a.pdf", "2"), ("document", "/b.pdf", "1")]

    # 3: a corrected attachment, a corrected article; a file and its link are taken down; another only loses its link
    site.put("/d.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0two")
    column.article("/c.html", "45.40")
    column.unlink("/b.pdf", "/f.pdf")
    del site.answers["/b.pdf"]
    assert await column.poll() == [
        ("document", "/c.html", "2"), ("document", "/d.pdf", "2"),
        ("removal", "/b.pdf", "gone", ""), ("removal", "/f.pdf", "unlinked", ""),
    ]  # fmt: skip
    gone, unlinked = column.fetcher.removals
    assert (gone.status, gone.version, gone.sha256) == (404, 1, hashlib.sha256(PDF + b"b1").hexdigest())
    assert (unlinked.status, unlinked.version) == (200, 1)
    assert gone.last_seen <= gone.noticed_at

    # 4: a file moves, with its bytes; the one that was taken down comes back as it was
    column.unlink("/old/e.pdf")
    column.link("/new/e.pdf", "戊局2023年度部门决算")
    column.link("/b.pdf", "乙局2023年度部门决算")
    site.put("/new/e.pdf", PDF + b"e")
    del site.answers["/old/e.pdf"]
    site.put("/b.pdf", PDF + b"b1")
    assert await column.poll() == [
        ("document", "/b.pdf", "2"), ("document", "/new/e.pdf", "1"), ("removal", "/old/e.pdf", "moved", "/new/e.pdf")
    ]  # fmt: skip

    # 5: nothing
    assert await column.poll() == []
    assert column.fetcher.complete
    assert counted("documents", change="new") == 7
    assert counted("documents", change="changed") == 4
    assert (
        counted("removed", absence="gone") == counted("removed", absence="unlinked") == counted("removed", absence="moved") == 1
    )


@pytest.fixture
async def polled(column: Column) -> Column:
    """Six files in two articles on two list pages, all seen once."""
    site = column.site
    site.page("/", "<a href='1.html'>甲局部门决算</a><a href='index_1.html'>下一页</a>")
    site.page("/index_1.html", "<a href='2.html'>乙局部门决算</a>")
    for article, names in (("1", "abc"), ("2", "def")):
        site.page(f"/{article}.html", "".join(f"<a href='{name}.pdf'>{name}单位决算.pdf</a>" for name in names))
        for name in names:
            site.put(f"/{name}.pdf", PDF + name.encode())
    assert len(await column.poll()) == 6
    return column


@pytest.mark.parametrize("path", ["/", "/index_1.html", "/1.html", "/2.html", "/a.pdf"])
@pytest.mark.parametrize("status", [500, 403])
async def test_a_page_that_fails_removes_nothing(polled: Column, path: str, status: int) -> None:
    """Neither a start page, nor a further page, nor an article that was read before, nor a file that is still linked."""
    polled.site.put(path, b"", status=status)
    assert await polled.poll() == []


async def test_a_site_that_is_being_repaired_removes_nothing(polled: Column) -> None:
    polled.site.page("/", "<h1>网站维护中，请稍后访问</h1>")
    assert await polled.poll() == []
    assert not polled.fetcher.complete


async def test_a_list_that_loses_most_of_itself_is_believed_at_the_third_poll(polled: Column) -> None:
    polled.site.page("/", "<a href='/zixun'>咨询</a><a href='1.html'>甲局部门决算</a>")
    polled.site.page("/1.html", "<a href='a.pdf'>a单位决算.pdf</a>")
    assert await polled.poll() == []
    assert await polled.poll() == []
    assert [event[:3] for event in await polled.poll()] == [("removal", f"/{name}.pdf", "unlinked") for name in "bcdef"]
    assert await polled.poll() == []


async def test_an_article_that_is_gone_takes_its_files_with_it(polled: Column) -> None:
    """Its files stand there still, but nothing leads to them."""
    del polled.site.answers["/2.html"]
    assert [event[:3] for event in await polled.poll()] == [("removal", f"/{name}.pdf", "unlinked") for name in "def"]


async def test_a_file_that_is_linked_and_gone(polled: Column) -> None:
    del polled.site.answers["/a.pdf"]
    assert await polled.poll() == [("removal", "/a.pdf", "gone", "")]
    assert await polled.poll() == []
    polled.site.put("/a.pdf", PDF + b"a")
    assert await polled.poll() == [("document", "/a.pdf", "2")]


async def test_not_found_with_status_200_is_no_change(polled: Column, counted: Counted) -> None:
    """Neither a document, nor gone; and its annex does not become the document."""
    site = polled.site
    site.page("/1.html", "<a href='a.pdf'>a单位决算.pdf</a><a href='t.pdf'>绩效自评表</a>")
    site.put("/t.pdf", PDF + b"t")
    site.page("/", "<a href='1.html'>甲局部门决算</a><a href='b.pdf'>b</a><a href='c.pdf'>c</a><a href='index_1.html'>下一页</a>")
    assert await polled.poll() == [("document", "/a.pdf", "2")]
    site.page("/a.pdf", "<h1>您访问的页面不存在</h1><a href='/'>返回首页</a>")
    assert await polled.poll() == []
    assert counted("refused", reason="not_a_file") == 1
    site.page("/a.pdf", "<a href='/files/a.pdf'>a单位决算.pdf</a>")
    site.put("/files/a.pdf", PDF + b"a")
    assert ("document", "/files/a.pdf", "1") in await polled.poll(), "a page that leads on is a page"


async def test_a_missing_file_that_does_not_answer_is_judged_later(polled: Column) -> None:
    polled.site.page("/1.html", "<a href='b.pdf'>b单位决算.pdf</a><a href='c.pdf'>c单位决算.pdf</a>")
    polled.site.put("/a.pdf", b"", status=503)
    assert await polled.poll() == []
    del polled.site.answers["/a.pdf"]
    assert await polled.poll() == [("removal", "/a.pdf", "gone", "")]


async def test_a_limit_removes_nothing(polled: Column) -> None:
    await polled.fetcher.crawl(polled.site.url + "/", limits={"pages": 4})
    assert polled.fetcher.removals == []


async def test_too_few_documents_are_an_alarm_and_remove_nothing(polled: Column) -> None:
    polled.site.page("/1.html", "<a href='a.pdf'>a单位决算.pdf</a>")
    await polled.fetcher.crawl(polled.site.url + "/", expected=6)
    assert not polled.fetcher.complete
    assert polled.fetcher.removals == []
    await polled.fetcher.crawl(polled.site.url + "/", expected=4)
    assert len(polled.fetcher.removals) == 2


async def test_what_another_source_still_sees_is_not_gone(polled: Column) -> None:
    other = polled.site.url + "/2.html"
    await polled.fetcher.crawl(other, id="other")
    del polled.site.answers["/index_1.html"]
    polled.site.page("/", "<a href='1.html'>甲局部门决算</a>")
    assert await polled.poll() == []
    await polled.fetcher.crawl(other, id="other")
    assert polled.fetcher.removals == []


async def test_the_text_of_an_article_gives_way_to_its_file(polled: Column) -> None:
    """The page answers still: it is no document any more, and it is not gone."""
    polled.article("/3.html", "1.00")
    polled.site.page("/", "<a href='3.html'>丙局部门决算</a><a href='index_1.html'>下一页</a><a href='1.html'>甲局部门决算</a>")
    assert await polled.poll() == [("document", "/3.html", "1")]
    polled.site.page("/3.html", "<a href='g.pdf'>丙局部门决算.pdf</a>")
    polled.site.put("/g.pdf", PDF + b"g")
    assert await polled.poll() == [("document", "/g.pdf", "1")]
    assert await polled.poll() == []


@pytest.mark.parametrize("validator", [{"ETag": '"1"'}, {"Last-Modified": "Fri, 30 Aug 2024 02:20:00 GMT"}])
async def test_what_has_not_changed_is_not_sent_again(polled: Column, validator: dict[str, str], counted: Counted) -> None:
    """A page that is as it was still leads to what it led to."""
    site = polled.site
    for path in ("/", "/index_1.html", "/1.html", "/2.html", "/a.pdf"):
        site.answers[path] = conditional(site.answers[path], validator)
    assert await polled.poll() == []
    assert counted("unmodified") == 0
    assert await polled.poll() == []
    assert counted("unmodified") == 5
    site.put("/a.pdf", PDF + b"a2", headers={"ETag": '"2"'})
    assert await polled.poll() == [("document", "/a.pdf", "2")]
    del site.answers["/a.pdf"]
    assert await polled.poll() == [("removal", "/a.pdf", "gone", "")]


def conditional(answer, validator: dict[str, str]):
    """The answer as a server gives it that knows conditional requests."""

    async def answering(request):
        asked = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        response = await answer(request)
        if asked in validator.values():
            response = type(response)(status=304)
        response.headers.update(validator)
        return response

    return answering


async def test_not_modified_is_not_believed_of_another_address(polled: Column) -> None:
    """A download handler that leads to another file now, which is older than the one that we have."""
    site = polled.site
    site.redirect("/a.pdf", "/files/1.pdf")
    site.put("/files/1.pdf", PDF + b"one", headers={"Last-Modified": "Fri, 30 Aug 2024 02:20:00 GMT"})
    assert await polled.poll() == [("document", "/a.pdf", "2")]
    site.redirect("/a.pdf", "/files/2.pdf")
    site.put("/files/2.pdf", PDF + b"two")
    site.answers["/files/2.pdf"] = conditional(site.answers["/files/2.pdf"], {"Last-Modified": "Fri, 30 Aug 2024 02:20:00 GMT"})
    assert await polled.poll() == [("document", "/a.pdf", "3")]


async def test_not_modified_is_no_use_without_the_bytes(polled: Column, tmp_path: Path) -> None:
    """The archive was lost, or is another one now: the bytes are asked for again."""
    site = polled.site
    site.answers["/a.pdf"] = conditional(site.answers["/a.pdf"], {"ETag": '"1"'})
    await polled.poll()
    polled.fetcher = Fetcher(Archive(str(tmp_path / "elsewhere")), polled.fetcher.state)
    assert await polled.poll() == []
    latest = (await polled.fetcher.state.versions.latest([site.url + "/a.pdf"]))[site.url + "/a.pdf"]
    assert polled.fetcher.archive.get(latest.sha256) == PDF + b"a"


async def test_headers_are_kept_with_each_version(polled: Column) -> None:
    site = polled.site
    site.put("/a.pdf", PDF + b"a2", headers={"Last-Modified": "Fri, 30 Aug 2024 02:20:00 GMT", "ETag": '"7"'})
    await polled.poll()
    version = (await polled.fetcher.state.versions.latest([site.url + "/a.pdf"]))[site.url + "/a.pdf"]
    assert version.headers["last-modified"] == "Fri, 30 Aug 2024 02:20:00 GMT"
    assert version.headers["etag"] == '"7"'
    assert (version.status, version.media_type) == (200, "application/pdf")
