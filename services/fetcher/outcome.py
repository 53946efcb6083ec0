"""What became of a request that brought nothing, in one word: refused by us, or failed on the way."""

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

REFUSED = "refused"
FAILED = "failed"

_BY_MESSAGE = (  # how Scrapy's middlewares say why they ignore a request; none has a type of its own
    ("Forbidden by robots.txt", "robots"),
    ("max redirections reached", "redirects"),
    ("Ignored response", "too_large"),  # HttpCompressionMiddleware: unpacked beyond the limit
)
_BY_TYPE = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection"),
    (ResponseDataLossError, "truncated"),
    (DownloadFailedError, "protocol"),
)


class Refused(IgnoreRequest):  # type: ignore[misc,unused-ignore]  # Scrapy's exceptions are typed in some installations only
    """A request or response that the fetcher will have nothing to do with; ``reason`` is a stable short name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def outcome_of(error: BaseException | None) -> tuple[str, str]:
    """``(refused | failed, reason)`` of whatever a request ended with.

    Reasons for refusing: ``robots address scheme port redirects too_large stopping``; for failing: ``timeout dns connection
    truncated tls protocol`` and ``defect`` for anything unforeseen.
    """
    if isinstance(error, Refused):
        return REFUSED, error.reason
    if isinstance(error, IgnoreRequest):
        return REFUSED, next((reason for start, reason in _BY_MESSAGE if str(error).startswith(start)), "ignored")
    if isinstance(getattr(error, "__cause__", None), aiohttp.ClientSSLError):
        return FAILED, "tls"
    return FAILED, next((reason for kind, reason in _BY_TYPE if isinstance(error, kind)), "defect")
