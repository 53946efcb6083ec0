"""One address, asked for by a person."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from services.fetcher.download import Download, DownloadError, download
from services.fetcher.sources import Limits
from tests.fetcher.conftest import PDF, Site


async def get(url: str, **limits: object) -> Download:
    return await asyncio.to_thread(download, url, Limits.model_validate(limits))


async def test_a_document_with_its_name(site: Site) -> None:
    site.redirect("/go", "/x/%E5%86%B3%E7%AE%97.pdf")
    site.put("/x/%E5%86%B3%E7%AE%97.pdf", gzip.compress(PDF), headers={"Content-Encoding": "gzip"})
    site.put("/x/决算.pdf", gzip.compress(PDF), headers={"Content-Encoding": "gzip"})
    assert await get(site.url + "/go") == Download(PDF, "决算.pdf")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/none", "answers 404"),
        ("/loop", "redirects"),
        ("/big", "larger than"),
        ("/meta", "169.254.169.254"),
        ("/file", "file: is not fetched"),
        ("/short", "payload"),
        ("/slow", "no answer within"),
        ("/nonsense", "Bad status line"),
    ],
)
async def test_why_there_is_none(site: Site, path: str, why: str) -> None:
    site.redirect("/loop", "/loop")
    site.put("/big", bytes(2000))
    site.redirect("/meta", "http://169.254.169.254/")
    site.redirect("/file", "file:///etc/passwd")
    site.raw("/short", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")
    site.raw("/slow", hold=True)
    site.raw("/nonsense", b"nonsense\r\n\r\n")
    with pytest.raises(DownloadError, match=why):
        await get(site.url + path, size=1000, timeout=0.3 if path == "/slow" else 60)


async def test_nobody_there() -> None:
    with pytest.raises(DownloadError, match="Cannot connect"):
        await get("http://127.0.0.1:1/")
