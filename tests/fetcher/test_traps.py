"""A hostile site costs a crawl nothing but a count; the legitimate document beside every trap is still found."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from tests.fetcher.conftest import AGENT, PDF, Fetcher, Site

Counted = Callable[..., float]


@pytest.fixture
def trap(site: Site) -> str:
    """The address of a trap, linked beside a legitimate document."""
    site.page("/", "<a href='/trap.pdf'>甲局部门预算</a><a href='/good.pdf'>乙局部门预算</a>")
    site.put("/good.pdf", PDF + b"good")
    return "/trap.pdf"


async def found(fetcher: Fetcher, site: Site, **changes: object) -> list[str]:
    return [document.url.removeprefix(site.url) for document in await fetcher.crawl(site.url + "/", **changes)]


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://2852039166/", "http://[fe80::1]/"],
)
async def test_redirect_to_a_metadata_service(site: Site, fetcher: Fetcher, counted: Counted, trap: str, target: str) -> None:
    """Not even for a source that may ask private addresses."""
    site.redirect(trap, target)
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("refused", reason="address") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "[::1]"])
async def test_a_public_source_never_reaches_this_machine(site: Site, fetcher: Fetcher, counted: Counted, host: str) -> None:
    site.page("/", "<a href='x.pdf'>部门预算</a>")
    assert await fetcher.crawl(f"http://{host}:{site.port}/", local=False) == []
    assert site.log == []
    assert not fetcher.complete
    assert counted("refused", reason="address") == 1


async def test_a_name_that_resolves_differently_when_dialled(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    """DNS rebinding: the check is told a public address, the connector is told this machine's."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    fetcher.crawls = Crawls(Desk(fetcher.archive, fetcher.state, fetcher), AGENT, resolve)
    assert await fetcher.crawl(f"http://localhost:{site.port}/", local=False) == []
    assert site.log == []
    assert counted("refused", reason="address") == 1


async def test_endless_redirects(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.redirect(trap, "/trap.pdf?n=1")
    site.redirect("/trap.pdf?n=1", trap)
    assert await found(fetcher, site, limits={"redirects": 4}) == ["/good.pdf"]
    assert len([path for path in site.paths if path.startswith(trap)]) == 5
    assert counted("refused", reason="redirects") == 1


async def test_redirect_to_itself(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.redirect(trap, trap)
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("refused", reason="redirects") == 1


async def test_redirect_to_another_scheme(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.redirect(trap, "file:///etc/passwd")
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("failed", reason="http_302") == 1


async def test_redirect_with_a_password(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    """What a page gives away is not used, and a log does not show it."""
    site.redirect(trap, f"http://admin:secret@127.0.0.1:{site.port}/good.pdf?2")
    with capture_logs() as log:
        assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("refused", reason="credentials") == 1
    assert not any("Authorization" in request.headers for request in site.log)
    assert any(entry.get("reason") == "credentials" for entry in log)
    assert "secret" not in str(log)


async def test_a_token_in_an_address_is_asked_for_and_not_logged(site: Site, fetcher: Fetcher) -> None:
    site.page("/", "<a href='/x.pdf?id=1&access_token=secret'>甲局部门预算</a><a href='/none.pdf?sign=secret'>乙局部门预算</a>")
    site.put("/x.pdf?id=1&access_token=secret", PDF)
    with capture_logs() as log:
        assert len(await fetcher.crawl(site.url + "/")) == 1
    assert {entry["event"] for entry in log} >= {"published", "failed"}
    assert "secret" not in str(log)


async def test_not_modified_without_having_been_asked(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.put(trap, b"", status=304)
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("failed", reason="http_304") == 1


async def test_meta_refresh_is_a_redirect(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.put(
        trap,
        "<html><head><meta http-equiv='refresh' content='0; url=/real.pdf'></head></html>",
        headers={"Content-Type": "text/html"},
    )
    site.put("/real.pdf", PDF + b"real")
    assert sorted(await found(fetcher, site)) == ["/good.pdf", "/trap.pdf"]
    assert {document.body for document in fetcher.documents} == {PDF + b"good", PDF + b"real"}


async def test_a_body_announced_too_large_is_not_received(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.raw(trap, b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n", hold=True)
    assert await found(fetcher, site, limits={"size": "1MB"}) == ["/good.pdf"]
    assert counted("refused", reason="too_large") == 1


async def test_a_body_that_grows_too_large_is_cut_off(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
    site.raw(trap, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 40, hold=True)
    assert await found(fetcher, site, limits={"size": "1MB"}) == ["/good.pdf"]
    assert counted("refused", reason="too_large") == 1


async def test_a_gzip_bomb_is_not_unpacked(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.put(trap, gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    assert await found(fetcher, site, limits={"size": "1MB"}) == ["/good.pdf"]
    assert counted("refused", reason="too_large") == 1


async def test_a_compressed_body_is_unpacked(site: Site, fetcher: Fetcher, trap: str) -> None:
    site.put(trap, gzip.compress(PDF + b"packed"), headers={"Content-Encoding": "gzip"})
    assert "/trap.pdf" in await found(fetcher, site)
    assert PDF + b"packed" in {document.body for document in fetcher.documents}


async def test_a_body_shorter_than_announced(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    """Half a document is no document: it is asked for again, then counted."""
    site.raw(trap, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PDF)
    assert await found(fetcher, site, limits={"retries": 1}) == ["/good.pdf"]
    assert site.paths.count(trap) == 2
    assert counted("failed", reason="truncated") == 1


async def test_a_body_longer_than_announced(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    """It ends where it was to end, and what follows it is not taken for the next answer."""
    more = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + PDF + b"evil"
    site.raw(trap, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + PDF + b"1" + more)
    await found(fetcher, site, limits={"concurrency": 1})
    assert {document.body for document in fetcher.documents} == {PDF + b"1", PDF + b"good"}
    assert counted("failed", reason="defect") == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: " + b"a" * 100_000,
        b"",
    ],
    ids=["no HTTP", "length that is no number", "endless header", "closed at once"],
)
async def test_an_answer_that_is_not_http(site: Site, fetcher: Fetcher, counted: Counted, trap: str, answer: bytes) -> None:
    site.raw(trap, answer)
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("failed", reason="protocol") == 1


@pytest.mark.parametrize("status", [404, 500])
async def test_error_pages_are_not_documents(site: Site, fetcher: Fetcher, counted: Counted, trap: str, status: int) -> None:
    site.put(trap, PDF, status=status)
    assert await found(fetcher, site, limits={"retries": 1}) == ["/good.pdf"]
    assert counted("failed", reason=f"http_{status}") == 1
    assert site.paths.count(trap) == (2 if status == 500 else 1), "what may pass is asked for again"


async def test_what_robots_txt_forbids_is_not_asked_for(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /trap")
    assert await found(fetcher, site) == ["/good.pdf"]
    assert trap not in site.paths
    assert counted("refused", reason="robots") == 1


async def test_robots_txt_that_forbids_us_by_name(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    site.put("/robots.txt", "User-agent: gouji\nDisallow: /\n\nUser-agent: *\nAllow: /")
    assert await found(fetcher, site) == []
    assert site.paths == []
    assert not fetcher.complete


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "empty"), (bytes(60_000), "media_type"), (b"GIF89a...", "media_type"), (b'{"error": 404}', "media_type")],
)
async def test_what_is_no_document_is_refused(
    site: Site, fetcher: Fetcher, counted: Counted, trap: str, body: bytes, reason: str
) -> None:
    site.put(trap, body)
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("refused", reason=reason) == 1


async def test_a_page_of_broken_markup_and_a_page_of_nothing_but_depth(
    site: Site, fetcher: Fetcher, counted: Counted, trap: str
) -> None:
    site.put(trap, b"<html>" + b"<div>" * 200_000 + b"\xff\xfe\x00<a href='http://[broken'>" + "预算".encode())
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("failed", reason="defect") == 0


async def test_a_page_of_nothing_but_tags(site: Site, fetcher: Fetcher, counted: Counted, trap: str) -> None:
    """Reading it would take minutes."""
    site.put(trap, b"<html>" + b"<p>" * 3_000_000)
    assert await found(fetcher, site) == ["/good.pdf"]
    assert counted("refused", reason="too_large") == 1


async def test_a_calendar_without_end(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    """Nothing but days to turn to: it is not turned for ever."""

    async def day(request: web.BaseRequest) -> web.StreamResponse:
        now = int(request.query["day"])
        days = "".join(f"<a href='/cal?day={now + n}'>{n}</a>" for n in range(1, 29))
        text = f"<html><a href='/'>首页</a>{days}<a href='/cal?day={now + 1}'>下一页</a></html>"
        return web.Response(text=text, content_type="text/html")

    site.answers["/cal"] = day
    await fetcher.crawl(site.url + "/cal?day=0")
    assert site.paths == ["/cal?day=0", "/cal?day=1"]
    assert counted("refused", reason="endless") == 1


async def test_a_list_without_end_ends_at_the_limit_and_hides_nothing(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    """A hostile list that always has something new: what stands on its first pages is asked for before the hundredth page."""

    async def page(request: web.BaseRequest) -> web.StreamResponse:
        number = int(request.query["page"])
        links = f"<a href='/{number}.pdf'>甲局部门预算{number}</a><a href='/list?page={number + 1}'>下一页</a>"
        return web.Response(text=f"<html>{links}</html>", content_type="text/html")

    async def file(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=PDF + request.path.encode())

    site.answers["/list"] = page
    for number in range(100):
        site.answers[f"/{number}.pdf"] = file
    documents = await fetcher.crawl(site.url + "/list?page=0", limits={"pages": 20})
    assert len(site.paths) == 20
    assert len(documents) >= 9
    assert counted("refused", reason="pages") >= 1


async def test_relative_links_that_build_ever_longer_addresses(site: Site, fetcher: Fetcher, counted: Counted) -> None:
    async def below(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="<html><a href='a/b/index.html'>部门预算</a></html>", content_type="text/html")

    for depth in range(30):
        site.answers["/" + "a/b/" * depth + "index.html"] = below
    await fetcher.crawl(site.url + "/index.html", limits={"depth": 30})
    assert len(site.paths) == 4
    assert counted("refused", reason="maze") == 1
