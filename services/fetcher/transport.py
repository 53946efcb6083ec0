"""One HTTP request as Scrapy's download handler: bounded in size and time, paced per host, and only to permitted addresses.

A handler of our own rather than a setting of Scrapy's: its reactor-less one (marked experimental) leaves no way to look at
the address that is dialled.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import urlsplit

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from yarl import URL

from services.fetcher.address import host_of
from services.fetcher.gate import Closed, Gate
from services.fetcher.outcome import Refused
from services.fetcher.sources import Limits
from services.runtime.guard import AddressRefused, Guard, NotPermitted

_CHUNK = 65536


@dataclass
class Errand:
    """On what terms a task's requests are made: its own, those for a robots.txt, those that redirects lead to.

    ``turn`` is the host whose turn came with the task; the first request to it takes it.
    """

    guard: Guard
    limits: Limits
    local: bool
    turn: str | None = None

    def takes_turn(self, host: str) -> bool:
        """Whether a request to ``host`` is the one whose turn it is already."""
        took, self.turn = self.turn == host, None if self.turn == host else self.turn
        return took


class HasGate(Protocol):
    """A spider that has the gate through which every request goes."""

    gate: Gate


def errand_of(request: Request) -> Errand:
    """The errand that a request is a part of."""
    return cast(Errand, request.meta["errand"])


class GuardMiddleware:
    """Refuses a request before anything is sent, redirects and robots.txt included."""

    async def process_request(self, request: Request) -> None:
        """Raises Refused."""
        if "@" in urlsplit(request.url).netloc:
            raise Refused("credentials", "an address with a user name")
        try:
            await errand_of(request).guard.check(request.url)
        except NotPermitted as error:
            raise Refused(error.reason, str(error)) from error


class Transport(BaseDownloadHandler):
    """Downloads over HTTP(S) with aiohttp: no redirects, cookies, proxies or unpacking of its own."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        # connections are kept and shared, but never between sources that may and that may not dial this machine's network
        self._sessions = {local: _session(Guard(local=local)) for local in (False, True)}

    async def download_request(self, request: Request) -> Response:
        """The response. Raises Refused (``too_large address stopping``) and Scrapy's download exceptions."""
        errand = errand_of(request)
        limits, host = errand.limits, host_of(request.url)
        gate = cast(HasGate, self._crawler.spider).gate
        turn = gate.turn(host, pause=limits.pause.total_seconds(), concurrency=limits.concurrency, taken=errand.takes_turn(host))
        try:
            async with turn, asyncio.timeout(limits.timeout.total_seconds()):
                return await self._get(request, request.meta.get("download_maxsize", limits.size))
        except Closed as error:
            raise Refused("stopping", "the fetcher is about to end") from error
        except TimeoutError as error:
            raise DownloadTimeoutError(f"longer than {limits.timeout}") from error
        except AddressRefused as error:
            raise Refused("address", f"{host} was dialled at {error}") from error
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise CannotResolveHostError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise DownloadConnectionRefusedError(str(error)) from error
        except (aiohttp.ClientError, ValueError) as error:  # ValueError: headers or addresses that cannot be parsed
            raise DownloadFailedError(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _get(self, request: Request, most: int) -> Response:
        async with self._sessions[errand_of(request).local].get(
            URL(request.url, encoded=True),
            headers=request.headers.to_tuple_list(),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        ) as answer:
            if (answer.content_length or 0) > most:
                raise Refused("too_large", f"{answer.content_length} bytes are announced, {most} are the limit")
            chunks: list[bytes] = []
            size = 0
            async for chunk in answer.content.iter_chunked(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise Refused("too_large", f"more than {most} bytes")
                chunks.append(chunk)
            headers = Headers(list(answer.raw_headers))
            body = b"".join(chunks)
            kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
            return kind(url=request.url, status=answer.status, headers=headers, body=body, request=request)


def _session(guard: Guard) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, socket_factory=guard.open_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )
