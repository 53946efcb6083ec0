"""The validator's memory: what checking each version of each report found, and the key figures that other documents must meet.

In PostgreSQL, in a schema of the validator's own, or in memory for a single process without a database. Writing the same
again changes nothing, so that a redelivered report leaves no trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import asyncpg
from pydantic import TypeAdapter

from schemas.base import Contract
from schemas.report import Identity
from schemas.taxonomy.concepts import squeeze
from schemas.validation import Discrepancy
from services.runtime.database import available, open_pool
from services.validator.digest import Digest

MIGRATIONS = Path(__file__).parent / "migrations"
_OWN_UNIT = re.compile(r"[(（]?(?:本级|本部|机关本级|机关)[)）]?$")
_EVER = datetime.min.replace(tzinfo=UTC)
_LIST = TypeAdapter(tuple[Discrepancy, ...])


class Version(Contract):
    """What one set of rules found in one reading of one version of a report. ``rules``: id → version of the rules that were run.
    ``number`` is the version's at its URL, ``fetched`` when it was found there, ``seen`` when its report came to be checked."""

    report_id: str
    document: str
    ruleset: str
    number: int
    fetched: datetime | None = None
    seen: datetime
    rules: Mapping[str, int]
    found: tuple[Discrepancy, ...]
    digest: Digest
    told: str

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        """What makes it this one, whenever it comes again. A better reading of the same document is another."""
        return (self.report_id, self.document, self.number, self.ruleset, self.told)


def told(digest: Digest, found: Sequence[Discrepancy]) -> str:
    """A digest of what a reading says and of what was found in it. It is kept: what is read again from JSON need not be written
    as it was (a coordinate 12 as 12.0)."""
    return sha256("".join((digest.model_dump_json(), *(each.model_dump_json() for each in found))).encode()).hexdigest()[:32]


class History(Protocol):
    """Remembers versions. Every method may raise ``Unavailable``, and may be repeated at will."""

    async def remember(self, version: Version) -> None:
        """Keep a version; one that is known already stays as it is."""
        ...

    async def versions(self, report_id: str) -> tuple[Version, ...]:
        """All versions of a report in order: as they were fetched, by number, then as they were seen."""
        ...

    async def relatives(self, identity: Identity) -> tuple[Digest, ...]:
        """The newest version's digest of every report of this issuer and of its own unit or department."""
        ...

    async def across(self, report_id: str) -> tuple[Discrepancy, ...]:
        """What comparing the report with its relatives has found so far, with states."""
        ...

    async def remember_across(self, report_id: str, found: Sequence[Discrepancy]) -> None:
        """Replace what ``across`` returns."""
        ...


def root(identity: Identity) -> str:
    """The issuer's name without 本级, 本部: shared by a department and its own unit; empty where it is unknown."""
    return _OWN_UNIT.sub("", squeeze(identity.issuer or ""))


class MemoryHistory:
    """For one process, forgotten at its end."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str, int, str, str], Version] = {}
        self._across: dict[str, tuple[Discrepancy, ...]] = {}

    async def remember(self, version: Version) -> None:
        self._versions.setdefault(version.key, version)

    async def versions(self, report_id: str) -> tuple[Version, ...]:
        return _ordered(version for version in self._versions.values() if version.report_id == report_id)

    async def relatives(self, identity: Identity) -> tuple[Digest, ...]:
        issuer = root(identity)
        return _newest(version for version in self._versions.values() if issuer and root(version.digest.identity) == issuer)

    async def across(self, report_id: str) -> tuple[Discrepancy, ...]:
        return self._across.get(report_id, ())

    async def remember_across(self, report_id: str, found: Sequence[Discrepancy]) -> None:
        self._across[report_id] = tuple(found)


class PostgresHistory:
    """In the schema ``validator`` of a PostgreSQL database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, database_url: str) -> PostgresHistory:
        """Connect, and bring the schema up to date. Raises Unavailable."""
        return cls(await open_pool(database_url, "validator", MIGRATIONS))

    def close(self) -> None:
        self._pool.terminate()

    async def remember(self, version: Version) -> None:
        statement = (
            "INSERT INTO validator.versions (report, document, number, ruleset, told, seen, issuer, content) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
        )
        values = (*version.key, version.seen, root(version.digest.identity), version.model_dump_json())
        await available(lambda: self._pool.execute(statement, *values))

    async def versions(self, report_id: str) -> tuple[Version, ...]:
        query = "SELECT content FROM validator.versions WHERE report = $1"
        rows = await available(lambda: self._pool.fetch(query, report_id))
        return _ordered(_read(row["content"]) for row in rows)

    async def relatives(self, identity: Identity) -> tuple[Digest, ...]:
        issuer = root(identity)
        query = "SELECT content FROM validator.versions WHERE issuer = $1 AND issuer <> ''"
        rows = await available(lambda: self._pool.fetch(query, issuer))
        return _newest(_read(row["content"]) for row in rows)

    async def across(self, report_id: str) -> tuple[Discrepancy, ...]:
        query = "SELECT content FROM validator.across WHERE report = $1"
        row = await available(lambda: self._pool.fetchrow(query, report_id))
        return _LIST.validate_json(row["content"]) if row else ()

    async def remember_across(self, report_id: str, found: Sequence[Discrepancy]) -> None:
        statement = "INSERT INTO validator.across VALUES ($1, $2) ON CONFLICT (report) DO UPDATE SET content = excluded.content"
        content = _LIST.dump_json(tuple(found)).decode()
        await available(lambda: self._pool.execute(statement, report_id, content))


@lru_cache(maxsize=32)
def _read(content: str) -> Version:
    """A version as it was written; a report's own is read twice in a row, and its relatives' again with the next of them."""
    return Version.model_validate_json(content)


def _ordered(versions: Iterable[Version]) -> tuple[Version, ...]:
    return tuple(sorted(versions, key=lambda version: (version.fetched or _EVER, version.number, version.seen, version.key)))


def _newest(versions: Iterable[Version]) -> tuple[Digest, ...]:
    newest = {version.report_id: version.digest for version in _ordered(versions)}
    return tuple(newest[report] for report in sorted(newest))
