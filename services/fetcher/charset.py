"""Bytes → text, whatever the server and the page say about their encoding."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TOLERATED = 0.01  # share of damaged characters: more than a page cut in mid-character, less than a wrong encoding has
_SAMPLE = 200_000


def decode(body: bytes) -> str:
    """The text of ``body``; what cannot be decoded comes out as U+FFFD.

    A byte order mark decides, then UTF-8 (a damaged character here and there is tolerated, else GB18030, which accepts
    almost anything, would take the page), then strict GB18030, then detection. The declared encoding is not asked: on
    these sites it is often wrong, and wrong declarations are what makes mojibake.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    text = body.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if lost <= _TOLERATED * (len(text) - sum(map(str.isascii, text)) if lost else 0):
        return text
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError:
        best = from_bytes(body[:_SAMPLE]).best()
        return body.decode(best.encoding if best else "gb18030", "replace")
