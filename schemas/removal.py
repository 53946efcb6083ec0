"""``Removal``: a disclosure is no longer where it was published."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from schemas.base import Contract


class Absence(StrEnum):
    """How a removal was noticed."""

    GONE = "gone"  # the server answers 404 or 410
    UNLINKED = "unlinked"  # no page of the source leads to it any more
    MOVED = "moved"  # the same bytes are published at another address


class Removal(Contract):
    """A document that was published at ``url`` and is not there any more; its bytes stay in the archive.

    ``sha256`` and ``version`` are those last seen there, at ``last_seen``. ``moved_to`` is the address where the same bytes
    stand now, with ``absence`` ``moved``; null otherwise. A document that comes back at ``url`` is a new version.
    """

    url: str
    source: str
    sha256: str
    version: int
    absence: Absence
    moved_to: str | None = None
    status: int | None = None
    last_seen: datetime
    noticed_at: datetime
