"""Where what was found is kept, compared with what is known, and published: in this order, so that a crash at any point
leaves nothing worse than a document that is published a second time with the same ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import structlog

from schemas.base import Contract
from schemas.raw import INLINE_LIMIT, Annex, RawDocument
from schemas.removal import Removal
from services.fetcher.address import shown
from services.fetcher.found import Found
from services.fetcher.judge import Absent, Change, change_of
from services.fetcher.state import State, Version
from services.runtime import tracing
from services.runtime.archive import Archive
from services.runtime.errors import Unavailable

A = TypeVar("A")
T = TypeVar("T")
log = structlog.get_logger()
_AT_ONCE = 16  # documents published together; each body up to INLINE_LIMIT is in memory meanwhile


class Out(Protocol):
    """The way out; ``services.runtime.Runtime`` is one, and so is a list with two methods in a single process."""

    async def publish(self, events: Sequence[Contract]) -> None:
        """Returns when the events are safe with their readers."""
        ...

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        """Repeat ``operation`` while it raises ``Unavailable``."""
        ...


class Desk:
    """Keeps bodies, publishes new versions and removals, remembers them."""

    def __init__(self, archive: Archive, state: State, out: Out) -> None:
        self.state = state
        self.out = out
        self._archive = archive

    async def keep(self, body: bytes) -> str:
        """Archive a body, however long the archive is away; its sha256."""
        return await self.out.persist("archive", lambda: _available(self._archive.put, body))

    async def holds(self, sha256: str) -> bool:
        """Whether a body is in the archive."""
        return await self.out.persist("archive", lambda: _available(self._archive.__contains__, sha256))

    async def deliver(self, source: str, documents: Sequence[Found]) -> list[Change]:
        """Publish those of a source's documents that are not unchanged since their last version, and remember them."""
        urls = [found.file.url for found in documents]
        latest = await self.out.persist("database", lambda: self.state.versions.latest(urls))
        changes = [change_of(found, latest.get(found.file.url)) for found in documents]
        fresh = [found for found, change in zip(documents, changes, strict=True) if change is not Change.UNCHANGED]
        for place in range(0, len(fresh), _AT_ONCE):
            some = fresh[place : place + _AT_ONCE]
            versions = await asyncio.gather(*(self._publish(source, found, latest.get(found.file.url)) for found in some))
            await self.out.persist("database", lambda versions=versions: self.state.versions.remember(versions))  # type: ignore[misc]
        return changes

    async def withdraw(self, source: str, told: Sequence[Absent]) -> None:
        """Publish that documents are not where they were, and remember it. What another source still sees is not gone."""
        urls = [one.version.url for one in told]
        elsewhere = await self.out.persist("database", lambda: self.state.versions.elsewhere(source, urls))
        gone = [one for one in told if one.version.url not in elsewhere]
        now = datetime.now(UTC)
        await self.out.publish([_removal(source, one, now) for one in gone])
        versions, published = [one.version for one in told], [one.version.url for one in gone]
        await self.out.persist("database", lambda: self.state.versions.remove(source, versions, published))
        for one in gone:
            log.info("removed", source=source, url=shown(one.version.url), absence=one.absence.value, version=one.version.number)

    async def _publish(self, source: str, found: Found, known: Version | None) -> Version:
        file = found.file
        body = None
        if file.size <= INLINE_LIMIT:
            body = await self.out.persist("archive", lambda: _available(self._archive.get, file.sha256))
        document = RawDocument(
            url=file.url,
            referrer=found.referrer,
            link_text=found.link_text,
            title=found.title,
            published=found.published,
            fetched_at=file.fetched_at,
            status=file.status or None,
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
            await self.out.publish([document])
        log.info("published", source=source, url=shown(file.url), version=document.version, document=file.sha256, size=file.size)
        return Version(
            file.url,
            document.version,
            found.fingerprint,
            file.sha256,
            source,
            file.fetched_at,
            file.content,
            file.media_type,
            file.status,
            file.headers,
        )


def _removal(source: str, one: Absent, now: datetime) -> Removal:
    version = one.version
    return Removal(
        url=version.url,
        source=source,
        sha256=version.sha256,
        version=version.number,
        absence=one.absence,
        moved_to=one.moved_to,
        status=one.status,
        last_seen=version.seen,
        noticed_at=now,
    )


async def _available(operation: Callable[[A], T], value: A) -> T:
    """The result of an operation of the archive. Raises Unavailable."""
    try:
        return await asyncio.to_thread(operation, value)
    except OSError as error:
        raise Unavailable(f"archive: {error}") from error
