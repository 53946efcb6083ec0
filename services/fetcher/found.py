"""What a poll finds: how it came to an address, what stood there, and the documents that follow from it all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What an address is asked for."""

    START = "start"  # a start page of the source
    LIST = "list"  # what continues a list, or is a part of it
    LINK = "link"  # what a list or an article links to: an article, another list, a file
    PROBE = "probe"  # a document that nothing links to any more: is it still there?


@dataclass(frozen=True)
class Trail:
    """How a poll came to an address. ``title`` and ``published`` are those of the article that the link stands in.

    ``depth`` counts the links from a start page, ``turn`` the pages of lists that were turned on the way; ``entries`` is a digest
    of what the list page before this one listed.
    """

    url: str
    role: Role = Role.LINK
    text: str = ""
    date: str | None = None
    depth: int = 0
    turn: int = 0
    referrer: str | None = None
    title: str | None = None
    published: str | None = None
    entries: str | None = None


NO_SERVER = 0
"""The status of what came from no server."""


@dataclass(frozen=True)
class Kept:
    """A body that is in the archive, and how it was got.

    ``content`` tells two versions apart: the sha256 of a file, for a page the digest of what it says (``substance``).
    """

    url: str
    name: str | None
    media_type: str
    sha256: str
    size: int
    fetched_at: datetime
    status: int
    headers: dict[str, str]
    content: str = ""

    def __post_init__(self) -> None:
        if not self.content:
            object.__setattr__(self, "content", self.sha256)


@dataclass(frozen=True)
class File:
    """A file stood there. ``kept.name`` is what it is called by its server or address."""

    kept: Kept
    kind: Literal["file"] = "file"


@dataclass(frozen=True)
class Article:
    """A page stood there: ``files`` are the links to files in it, with their texts, unless the page is only a list.

    ``kept`` is the page itself where it may be a document. ``numbers`` counts its figures.
    """

    listing: bool
    title: str | None
    published: str | None
    numbers: int
    files: tuple[tuple[str, str], ...] = ()
    kept: Kept | None = None
    kind: Literal["article"] = "article"


@dataclass(frozen=True)
class Missed:
    """Nothing usable came: ``refused`` by us, or failed on the way; ``status`` is the server's answer, if there was one."""

    refused: bool
    reason: str
    status: int | None = None
    kind: Literal["missed"] = "missed"

    @property
    def gone(self) -> bool:
        """Whether the server says that there is nothing."""
        return self.status in (404, 410)


Outcome = File | Article | Missed


@dataclass(frozen=True)
class Result:
    """What became of one address in a poll."""

    trail: Trail
    outcome: Outcome


@dataclass(frozen=True)
class Found:
    """One document with its annexes, and how the page that links to it speaks of it.

    ``partial`` says that an annex could not be got this time.
    """

    file: Kept
    annexes: tuple[Kept, ...] = ()
    partial: bool = False
    referrer: str | None = None
    link_text: str | None = None
    title: str | None = None
    published: str | None = None
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        contents = [self.file.content, *sorted(annex.content for annex in self.annexes)]
        # changes when the document or an annex does, not with the order of the annexes
        object.__setattr__(self, "fingerprint", hashlib.sha256("\n".join(contents).encode()).hexdigest())
