"""What a downloaded file is called: Content-Disposition as these servers write it, else the URL."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from services.content.sniff import FILE_EXTENSIONS

_EXTENDED = re.compile(r"filename\*\s*=\s*\"?([\w!#$%&+^`{}~-]*)'[^']*'([^;\"]+)", re.I)
_PLAIN = re.compile(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))', re.I)
_LONGEST = 255


def filename(disposition: bytes | None, url: str) -> str | None:
    """The file's name from a raw ``Content-Disposition`` header, else from ``url``; null where neither gives one.

    Reads RFC 6266/5987 (``filename*=UTF-8''%E5…``), and what is sent instead: raw GBK or UTF-8 bytes, percent-encoded
    bytes of either, RFC 2047 words. Any path in the name is dropped.
    """
    name = _from_header(disposition) if disposition else None
    return _clean(name) or _clean(_from_url(url))


def extension(name: str | None) -> str:
    """The extension of a name or a path, in small letters without its dot; empty where there is none."""
    return PurePosixPath(name or "").suffix[1:].strip().lower()


def _from_header(disposition: bytes) -> str | None:
    header = _text(disposition)
    if extended := _EXTENDED.search(header):
        charset, value = extended[1] or "utf-8", unquote_to_bytes(extended[2].strip())
        try:
            return value.decode(charset)
        except (LookupError, UnicodeDecodeError):
            return _text(value)
    plain = _PLAIN.search(header)
    if not plain:
        return None
    name = plain[1].replace('\\"', '"') if plain[1] is not None else plain[2].strip()
    if "=?" in name:
        try:
            return str(make_header(decode_header(name)))
        except (HeaderParseError, LookupError, UnicodeDecodeError):
            return name
    return _text(unquote_to_bytes(name)) if "%" in name else name


def _from_url(url: str) -> str | None:
    """The last segment of the path, or a query parameter that ends as a file does (``down.jsp?filename=a.pdf``)."""
    parts = urlsplit(url)
    raw = [unquote_to_bytes(parts.path.rpartition("/")[2])]
    raw += [value.encode("latin-1", "replace") for _, value in parse_qsl(parts.query, encoding="latin-1")]
    named = [_text(name) for name in raw]
    return next((name for name in named if extension(name) in FILE_EXTENSIONS), named[0] or None)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _clean(name: str | None) -> str | None:
    if not name:
        return None
    last = re.split(r"[/\\]", name)[-1]
    return "".join(character for character in last if character.isprintable()).strip()[-_LONGEST:] or None
