"""Addresses: one form for the same page however it is linked, and what of an address may be shown in a log."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_LONGEST = 2000
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^?#/]*", re.I)
_SESSION_FOLDER = re.compile(r"/\([A-Z]\([^()/]+\)\)(?=/)", re.I)  # ASP.NET without cookies: /(S(lit3py55t21z5v55vlm25s55))/
_SESSION_NAMES = re.compile(r"(?:j|php|asp)?sess(?:ion)?_?id\w*|aspsessionid\w*|cfid|cftoken|jsessionid\w*", re.I)
_BUSTER_NAMES = frozenset({"_", "t", "ts", "time", "timestamp", "r", "rand", "rnd", "random", "nocache", "v"})
_BUSTER = re.compile(r"1\d{9}(?:\d{3})?|0\.\d{6,}")  # a moment in seconds or milliseconds, or what Math.random() gives
_SECRET_NAMES = re.compile(r"token|key|secret|pass|pwd|auth|sign|credential|sess|ticket|code", re.I)
_URL = re.compile(r"https?://[^\s'\"<>]+", re.I)
_REPEATED = 4  # a folder so many times in one path: relative links of a page that answers below itself


def tidy(href: str, base: str) -> str | None:
    """The absolute http(s) URL of a link, without fragment, session id, cache buster and user name; null for other schemes."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:  # an impossible port raises
            return None
        href.encode()  # half a character raises
        if len(href) > _LONGEST or "\x00" in href:
            return None
        query = parts.query
        given = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        kept = [(name, value) for name, value in given if not _passing(name, value)]
        if len(kept) < len(given):
            query = urlencode(kept, encoding="latin-1")
    except ValueError:
        return None
    path = _SESSION_FOLDER.sub("", _SESSION.sub("", parts.path)) or "/"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, query, ""))


def is_maze(url: str) -> bool:
    """Whether an address looks as if it were built without end: one folder again and again in its path."""
    folders = Counter(folder for folder in urlsplit(url).path.split("/")[:-1] if folder)
    return max(folders.values(), default=0) >= _REPEATED


def host_of(url: str) -> str:
    """The host of a URL in small letters, without port: what is asked gently, and what goes up and down."""
    return (urlsplit(url).hostname or "").lower()


def shown(url: str) -> str:
    """A URL for a log: without user name and password, and without the values of what may be a secret (``token=…``)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that is none"
    query = "&".join(
        f"{name}=…" if equals and value and _SECRET_NAMES.search(name) else name + equals + value
        for name, equals, value in (part.partition("=") for part in parts.query.split("&"))
    )
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def without_secrets(text: str) -> str:
    """A text for a log, with every URL in it as it may be ``shown``."""
    return _URL.sub(lambda url: shown(url[0]), text)


def _passing(name: str, value: str) -> bool:
    """Whether a parameter of a query says nothing of what is asked for."""
    return bool(_SESSION_NAMES.fullmatch(name) or (name.lower() in _BUSTER_NAMES and _BUSTER.fullmatch(value)))
