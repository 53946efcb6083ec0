"""Works on what is archived anew: found documents are announced again (to be read), or their reports (to be checked).

Whoever receives an event that he knows writes nothing; so only what the better code sees differently changes.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from schemas.raw import RawDocument
from schemas.topics import REPORTS
from services.runtime.archive import Archive
from services.runtime.errors import Unavailable
from services.runtime.producer import Producer
from services.runtime.republish import republish
from services.runtime.settings import Settings
from services.store.archived import Found, documents, versions


class Outcome(StrEnum):
    """``read``: announced, to be read and checked anew; ``checked``: its report was, to be checked anew; ``gone``: a body is no
    longer in the archive."""

    READ = "read"
    CHECKED = "checked"
    GONE = "gone"


@dataclass(frozen=True)
class Again:
    """What became of one document; ``name`` is its address, or the id of its report."""

    name: str
    document: str
    outcome: Outcome


async def read_again(
    settings: Settings,
    connection: asyncpg.Connection,
    found: Found,
    *,
    only: Collection[str] | None = None,
    send: bool = True,
) -> AsyncGenerator[Again, None]:
    """Announce the documents that were found once more, in the order in which they were, ``only`` these where it is given.

    Raises Unavailable and asyncpg's errors.
    """
    archive, producer = Archive(settings.archive_url), Producer("replay", settings)
    async with aclosing(producer), aclosing(documents(connection, found)) as stored:
        async for document in stored:
            if only is not None and document.sha256 not in only:
                continue
            there = _there(archive, document)
            if there and send:
                await producer.publish([document])
            yield Again(document.url, document.sha256, Outcome.READ if there else Outcome.GONE)


async def check_again(
    settings: Settings, connection: asyncpg.Connection, found: Found, *, send: bool = True
) -> AsyncGenerator[Again, None]:
    """Publish the reports of the documents once more; those that their topic holds no longer are read anew from the archive.

    Raises as ``read_again`` does.
    """
    wanted = await versions(connection, found)
    held: set[str] = set()
    async with aclosing(republish(settings, REPORTS, wanted, since=found.since, send=send)) as sent:
        async for report, document in sent:
            held.add(document)
            yield Again(report, document, Outcome.CHECKED)
    missing = {document for _, document in wanted} - held
    if missing:
        async with aclosing(read_again(settings, connection, found, only=missing, send=send)) as read:
            async for each in read:
                yield each


def _there(archive: Archive, document: RawDocument) -> bool:
    try:
        return all(sha256 in archive for sha256 in (document.sha256, *(annex.sha256 for annex in document.annexes)))
    except Exception as error:  # whatever the archive's file system raises
        raise Unavailable(f"archive: {error}") from error
