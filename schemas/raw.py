"""``RawDocument``: bytes that a disclosure page offered, as they were found."""

from __future__ import annotations

from datetime import datetime

from schemas.base import Contract

INLINE_LIMIT = 512 * 1024
"""Bodies up to this many bytes travel in the message; larger ones only by their sha256 (claim check)."""


class RawDocument(Contract):
    """One version of one disclosure at one URL.

    The archive holds every body under its ``sha256``; ``body`` repeats it inline up to ``INLINE_LIMIT`` bytes and is null
    above. ``version`` counts from 1 the different bodies seen at ``url``. ``media_type`` is sniffed from the bytes, never
    believed from the server. ``published`` is the date as the page shows it. ``annexes`` are the files that the same
    article offers and that belong to the same report.
    """

    url: str
    referrer: str | None = None
    link_text: str | None = None
    title: str | None = None
    published: str | None = None
    fetched_at: datetime
    status: int | None = None
    headers: dict[str, str] = {}
    media_type: str
    sha256: str
    size: int
    source: str
    version: int = 1
    body: bytes | None = None
    annexes: tuple[Annex, ...] = ()


class Annex(Contract):
    """A file that belongs to a document: an attached table, an appendix."""

    url: str
    name: str | None = None
    media_type: str
    sha256: str
    size: int


RawDocument.model_rebuild()
