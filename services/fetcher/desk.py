"""Where what was found is kept, compared with what is known, and published: in this order, so that a crash at any point
leaves nothing worse than a document that is published a second time with the same ids.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from schemas.base import Contract
from schemas.raw import INLINE_LIMIT, Annex, RawDocument
from services.fetcher.state import State, Version
from services.runtime import tracing
from services.runtime.archive import Archive
from services.runtime.errors import Unavailable

A = TypeVar("A")
T = TypeVar("T")
log = structlog.get_logger()


class Out(Protocol):
    """The way out; ``services.runtime.Runtime`` is one, and so is a list with two methods in a single process."""

    async def publish(self, events: Sequence[Contract]) -> None:
        """Returns when the events are safe with their readers."""
        ...

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        """Repeat ``operation`` while it raises ``Unavailable``."""
        ...


@dataclass(frozen=True)
class Kept:
    """A body that is in the archive, and how it was got."""

    url: str
    name: str | None
    media_type: str
    sha256: str
    size: int
    fetched_at: datetime
    status: int
    headers: dict[str, str]


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

    @property
    def fingerprint(self) -> str:
        """Changes when any byte of the document or of its annexes does; not with the order of the annexes."""
        digests = [self.file.sha256, *sorted(annex.sha256 for annex in self.annexes)]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()


class Desk:
    """Keeps bodies, publishes new versions, remembers them."""

    def __init__(self, archive: Archive, state: State, out: Out) -> None:
        self._archive = archive
        self._state = state
        self._out = out

    async def keep(self, body: bytes) -> str:
        """Archive a body, however long the archive is away; its sha256."""
        return await self._out.persist("archive", lambda: _available(self._archive.put, body))

    async def deliver(self, source: str, found: Found) -> str:
        """Publish a document unless it is unchanged since its last version: ``new``, ``changed`` or ``unchanged``.

        An annex that could not be got is no change: a site's bad day must not make two versions.
        """
        file = found.file
        known = await self._out.persist("database", lambda: self._state.latest(file.url))
        if known and (known.fingerprint == found.fingerprint or (found.partial and known.sha256 == file.sha256)):
            return "unchanged"
        body = None
        if file.size <= INLINE_LIMIT:
            body = await self._out.persist("archive", lambda: _available(self._archive.get, file.sha256))
        document = RawDocument(
            url=file.url,
            referrer=found.referrer,
            link_text=found.link_text,
            title=found.title,
            published=found.published,
            fetched_at=file.fetched_at,
            status=file.status,
            headers=file.headers,
            media_type=file.media_type,
            sha256=file.sha256,
            size=file.size,
            source=source,
            version=known.number + 1 if known else 1,
            body=body,
            annexes=tuple(
                Annex(url=annex.url, name=annex.name, media_type=annex.media_type, sha256=annex.sha256, size=annex.size)
                for annex in found.annexes
            ),
        )
        with tracing.found(source, file.url, file.fetched_at):
            await self._out.publish([document])
        version = Version(file.url, document.version, found.fingerprint, file.sha256, source, file.fetched_at)
        await self._out.persist("database", lambda: self._state.remember(version))
        log.info("published", source=source, url=file.url, version=document.version, document=file.sha256, size=file.size)
        return "changed" if known else "new"


async def _available(operation: Callable[[A], T], value: A) -> T:
    """The result of an operation of the archive. Raises Unavailable."""
    try:
        return await asyncio.to_thread(operation, value)
    except OSError as error:
        raise Unavailable(f"archive: {error}") from error
