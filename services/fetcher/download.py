"""One file or page, now, for a person who names its address: ``gouji check URL``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urljoin

import aiohttp

from services.fetcher.filename import filename
from services.fetcher.sources import Limits
from services.runtime.guard import AddressRefused, Guard

_CHUNK = 65536
_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; gouji/0.1)", "Accept-Language": "zh-CN,zh;q=0.9"}


class DownloadError(OSError):
    """The address brought no document; the text says why, for people."""


@dataclass(frozen=True)
class Download:
    """A body and what it is called (from Content-Disposition, else from the address)."""

    body: bytes
    name: str


def download(url: str, limits: Limits = Limits()) -> Download:
    """The document at ``url``, within the bounds of a crawl. Raises DownloadError.

    Private addresses are dialled, since the person asked for one; link-local ones (metadata services) never are.
    """
    try:
        return asyncio.run(_download(url, limits, Guard(local=True)))
    except TimeoutError as error:
        raise DownloadError(f"no answer within {limits.timeout}") from error
    except (AddressRefused, aiohttp.ClientError, ValueError) as error:
        raise DownloadError(str(error) or type(error).__name__) from error


async def _download(url: str, limits: Limits, guard: Guard) -> Download:
    connector = aiohttp.TCPConnector(socket_factory=guard.open_socket)
    timeout = aiohttp.ClientTimeout(total=limits.timeout.total_seconds())
    async with aiohttp.ClientSession(connector=connector, headers=_HEADERS, timeout=timeout) as session:
        for _ in range(limits.redirects + 1):
            await guard.check(url)
            async with session.get(url, allow_redirects=False) as answer:
                if answer.status in (301, 302, 303, 307, 308) and "Location" in answer.headers:
                    url = urljoin(url, answer.headers["Location"])
                    continue
                if not answer.ok:
                    raise DownloadError(f"the server answers {answer.status} {answer.reason}")
                disposition = next((value for name, value in answer.raw_headers if name.lower() == b"content-disposition"), None)
                return Download(await _body(answer, limits.size), filename(disposition, url) or url)
    raise DownloadError(f"more than {limits.redirects} redirects")


async def _body(answer: aiohttp.ClientResponse, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > most:
            raise DownloadError(f"larger than {most} bytes")
        chunks.append(chunk)
    return b"".join(chunks)
