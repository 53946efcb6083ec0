"""What was found, as the events that said so: for reading it anew. Bodies stay in the archive."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from schemas.raw import Annex, RawDocument

PREFETCH = 200


@dataclass(frozen=True)
class Found:
    """Which documents: found at ``since`` or later, and read as one of a body with ``issuer`` in its name."""

    since: datetime
    issuer: str | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        return (self.since, self.issuer)


_DOCUMENTS = """
SELECT v.url, v.version, v.sha256, v.source_id, v.referrer, v.link_text, v.title, v.published, v.fetched_at, v.status, v.headers,
       d.media_type, d.size,
       (SELECT jsonb_agg(jsonb_build_object('url', a.annex_url, 'name', a.name, 'sha256', a.sha256, 'media_type', f.media_type,
                                            'size', f.size) ORDER BY a.position)
        FROM disclosures.annex a JOIN disclosures.document f ON f.sha256 = a.sha256
        WHERE (a.url, a.version, a.document) = (v.url, v.version, v.sha256)) AS annexes
FROM disclosures.document_version v JOIN disclosures.document d ON d.sha256 = v.sha256
WHERE v.said_at IS NOT NULL AND v.fetched_at >= $1 AND ($2::text IS NULL OR EXISTS (
    SELECT FROM disclosures.report_version read JOIN disclosures.report r USING (report_id)
    WHERE read.document = v.sha256 AND strpos(r.issuer, $2) > 0))
ORDER BY v.fetched_at, v.url, v.version, v.sha256
"""
_VERSIONS = """
SELECT v.report_id, v.document FROM disclosures.report_version v JOIN disclosures.report r USING (report_id)
WHERE v.said_at IS NOT NULL AND v.fetched_at >= $1 AND ($2::text IS NULL OR strpos(r.issuer, $2) > 0)
"""


async def documents(connection: asyncpg.Connection, found: Found) -> AsyncGenerator[RawDocument, None]:
    """The documents as they were announced, in the order in which they were found, without bodies.

    The event has the id that it had, so whoever remembers it knows it again. Raises asyncpg's errors.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for row in connection.cursor(_DOCUMENTS, *found.values, prefetch=PREFETCH):
            yield RawDocument(
                url=row["url"],
                referrer=row["referrer"],
                link_text=row["link_text"],
                title=row["title"],
                published=row["published"],
                fetched_at=row["fetched_at"],
                status=row["status"],
                headers=json.loads(row["headers"]),
                media_type=row["media_type"],
                sha256=row["sha256"],
                size=row["size"],
                source=row["source_id"],
                version=row["version"],
                annexes=tuple(Annex.model_validate(annex) for annex in json.loads(row["annexes"] or "[]")),
            )


async def versions(connection: asyncpg.Connection, found: Found) -> set[tuple[str, str]]:
    """``(report_id, document)`` of every report version that was read of them. Raises asyncpg's errors."""
    return {(row["report_id"], row["document"]) for row in await connection.fetch(_VERSIONS, *found.values)}
