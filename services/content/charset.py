"""Bytes → text, in the encodings found in the wild."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TOLERATED = 0.01  # more damage than a file cut or pasted in the middle of a character has: another encoding
_SAMPLE = 200_000


def decode(body: bytes) -> tuple[str, str]:
    """The text of ``body`` without its byte order mark, and the name of its encoding.

    A byte order mark decides; then UTF-8, but for a character damaged here and there (else GB18030, which accepts almost
    anything, would take the page); then GB18030, with the same tolerance; then detection. What the page or the server declares
    is not asked: it is often wrong, and a GBK text that is valid UTF-8 does not occur. Characters that could not be decoded, and
    NUL, which no database takes, come out as U+FFFD.
    """
    text, encoding = _decode(body)
    return text.replace("\x00", "\ufffd"), encoding


def _decode(body: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    text = body.decode("utf-8", "replace")
    if _damage(text) <= _TOLERATED:
        return text, "utf-8"
    try:
        return body.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
        return (text, "gb18030") if _damage(text) <= _TOLERATED else _detect(body)


def _damage(text: str) -> float:
    """Share of the characters beyond ASCII that could not be decoded."""
    lost = text.count("\ufffd")
    return lost / sum(not character.isascii() for character in text) if lost else 0.0


def _detect(body: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # only here: it costs as long as reading a page

    match = from_bytes(body[:_SAMPLE]).best()
    encoding = match.encoding if match else "gb18030"
    return body.decode(encoding, "replace"), encoding
