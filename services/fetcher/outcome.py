"""What became of a request that brought nothing: refused by us, or failed on the way; and whether it may pass."""

from __future__ import annotations

import aiohttp
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from services.fetcher.found import Missed


class RobotsUnreachable(Exception):
    """A site's robots.txt could not be got, and none is known from before: RFC 9309 has us ask for nothing."""


_BY_MESSAGE = (  # how Scrapy's middlewares say why they ignore a request; none has a type of its own
    ("Forbidden by robots.txt", "robots"),
    ("max redirections reached", "redirects"),
    ("Ignored response", "too_large"),  # HttpCompressionMiddleware: unpacked beyond the limit
)
_BY_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (RobotsUnreachable, "robots_unreachable"),
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection"),
    (ResponseDataLossError, "truncated"),
    (DownloadFailedError, "protocol"),
)
_PASSING = frozenset({"timeout", "dns", "connection", "truncated", "protocol", "robots_unreachable"})
_HOSTS = frozenset({"timeout", "dns", "connection", "robots_unreachable"})
_HOSTS_STATUS = frozenset({408, 429, 502, 503, 504, 520, 521, 522, 523, 524})
_PASSING_STATUS = _HOSTS_STATUS | {425, 500}  # 500: one page is broken; a row of such pages must not hide what comes after them


class Refused(IgnoreRequest):  # type: ignore[misc,unused-ignore]  # Scrapy's exceptions are typed in some installations only
    """A request or response that the fetcher will have nothing to do with; ``reason`` is a stable short name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def missed(error: BaseException) -> Missed:
    """What a request ended with that brought no response.

    Reasons for refusing: ``robots address scheme port redirects too_large stopping``; for failing: ``timeout dns connection
    truncated tls protocol robots_unreachable`` and ``defect`` for anything unforeseen.
    """
    if isinstance(error, Refused):
        return Missed(refused=True, reason=error.reason)
    if isinstance(error, IgnoreRequest):
        reason = next((reason for start, reason in _BY_MESSAGE if str(error).startswith(start)), "ignored")
        return Missed(refused=True, reason=reason)
    if isinstance(getattr(error, "__cause__", None), aiohttp.ClientSSLError):
        return Missed(refused=False, reason="tls")
    return Missed(refused=False, reason=next((reason for kind, reason in _BY_TYPE if isinstance(error, kind)), "defect"))


def answered(status: int) -> Missed:
    """What an answer is that is none of 200 to 299."""
    return Missed(refused=False, reason=f"http_{status}", status=status)


def may_pass(outcome: Missed) -> bool:
    """Whether a request may succeed when it is repeated."""
    return not outcome.refused and (outcome.reason in _PASSING or outcome.status in _PASSING_STATUS)


def is_hosts(outcome: Missed) -> bool:
    """Whether it is the host that does not work or wants rest, rather than the one address."""
    return not outcome.refused and (outcome.reason in _HOSTS or outcome.status in _HOSTS_STATUS)
