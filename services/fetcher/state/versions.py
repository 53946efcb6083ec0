"""The versions of documents, in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import asyncpg

from services.fetcher.state.model import Version
from services.runtime.database import available

_COLUMNS = "url, number, fingerprint, sha256, source, seen, content, media_type, status, headers, removed"
_LATEST = f"SELECT DISTINCT ON (url) {_COLUMNS} FROM fetcher.versions WHERE url = ANY($1) ORDER BY url, number DESC"  # noqa: S608
_PRESENT = """
    SELECT * FROM (
        SELECT DISTINCT ON (url) v.url, v.number, v.fingerprint, v.sha256, v.source, s.seen, v.content, v.media_type, v.status,
            v.headers, v.removed
        FROM fetcher.versions v JOIN fetcher.sightings s USING (url) WHERE s.source = $1 ORDER BY url, v.number DESC
    ) latest WHERE NOT removed"""
_REMEMBER = f"INSERT INTO fetcher.versions ({_COLUMNS}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT DO NOTHING"  # noqa: S608
_SEE = """
    INSERT INTO fetcher.sightings (source, url) SELECT $1, unnest($2::text[])
    ON CONFLICT (source, url) DO UPDATE SET seen = now()"""


class PostgresVersions:
    """See ``Versions``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def latest(self, urls: Collection[str]) -> dict[str, Version]:
        rows = await available(lambda: self._pool.fetch(_LATEST, list(urls)))
        return {row["url"]: _version(row) for row in rows}

    async def remember(self, versions: Sequence[Version]) -> None:
        rows = [_row(version) for version in versions]
        await available(lambda: self._pool.executemany(_REMEMBER, rows))

    async def see(self, source: str, urls: Collection[str]) -> None:
        await available(lambda: self._pool.execute(_SEE, source, sorted(set(urls))))

    async def present(self, source: str) -> dict[str, Version]:
        rows = await available(lambda: self._pool.fetch(_PRESENT, source))
        return {row["url"]: _version(row) for row in rows}

    async def elsewhere(self, source: str, urls: Collection[str]) -> set[str]:
        query = "SELECT DISTINCT url FROM fetcher.sightings WHERE source <> $1 AND url = ANY($2)"
        rows = await available(lambda: self._pool.fetch(query, source, list(urls)))
        return {row["url"] for row in rows}

    async def remove(self, source: str, versions: Sequence[Version], published: Collection[str]) -> None:
        gone = [(version.url, version.number) for version in versions if version.url in published]

        async def forget() -> None:
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.executemany("UPDATE fetcher.versions SET removed = true WHERE url = $1 AND number = $2", gone)
                statement = "DELETE FROM fetcher.sightings WHERE source = $1 AND url = ANY($2)"
                await connection.execute(statement, source, [version.url for version in versions])

        await available(forget)


def _row(v: Version) -> tuple[object, ...]:
    headers = json.dumps(v.headers, ensure_ascii=False)
    return v.url, v.number, v.fingerprint, v.sha256, v.source, v.seen, v.content, v.media_type, v.status, headers, v.removed


def _version(row: asyncpg.Record) -> Version:
    return Version(**{**row, "headers": json.loads(row["headers"])})
