"""What is expected, what was seen and what was announced, in the schema ``register`` of a PostgreSQL database.

An event is published before it is noted as announced, both under the row's lock: after a crash in between it is published
again, with the same id, and two processes never announce one duty in an order that differs from what they note.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import structlog

from schemas.base import Contract
from schemas.report import Kind, Report, Scope
from services.register import metrics
from services.register.bodies import Body
from services.register.entries import Duty, index
from services.register.standing import Match, Sighting, day_of, match, stand
from services.runtime.database import available, open_pool

MIGRATIONS = Path(__file__).parent / "migrations"
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
Publish = Callable[[Sequence[Contract]], Awaitable[None]]
_SIGHTING = "document, url, report_id, source, issuer, region, kind, scope, fiscal_year, published, found"
log = structlog.get_logger()


class Register:
    """Every method may raise ``Unavailable`` and may be repeated at will.

    ``clock`` gives the time with its zone. A duty that was overdue when it was first registered is not called missing before
    ``grace`` has passed: the sites have yet to be read.
    """

    def __init__(
        self, pool: asyncpg.Pool, duties: Iterable[Duty], publish: Publish, clock: Callable[[], datetime], grace: timedelta
    ) -> None:
        self._pool = pool
        self._duties = {duty.id: duty for duty in duties}
        self._index = index(self._duties.values())
        self._publish = publish
        self._clock = clock
        self._grace = grace

    async def enroll(self) -> None:
        """Note what is expected, and that nothing else is any more; then say what changes by that."""
        await available(self._enroll)
        await self._announce(await available(self._changed))

    async def see(self, report: Report, seen: datetime) -> None:
        """Note which disclosure a document is, and say what changes by it. ``seen``: when it was found, if it does not say.

        Returns when everything is announced. A report without issuer, kind or year fulfils nothing.
        """
        concerned = await available(lambda: self._see(report, report.fetched_at or seen))
        await self._announce(concerned)

    async def tick(self) -> None:
        """Say what has become due, and count."""
        query = (
            "SELECT expectation_id FROM register.expectation "
            "WHERE listed AND (standing IS NULL OR standing = 'expected') AND due < $1 AND listed_since <= $2"
        )
        now = self._clock()
        rows = await available(lambda: self._pool.fetch(query, day_of(now), now - self._grace))
        await self._announce([row["expectation_id"] for row in rows])
        await self._count()

    async def _enroll(self) -> None:
        now = self._clock()
        rows = [
            (d.id, now, d.issuer, list(d.region), d.kind.value, d.scope.value, d.fiscal_year, d.due.day, d.due.basis)
            for _, d in sorted(self._duties.items())
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.executemany(
                "INSERT INTO register.expectation "
                "(expectation_id, listed, listed_since, issuer, region, kind, scope, fiscal_year, due, basis) "
                "VALUES ($1, true, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (expectation_id) DO UPDATE SET listed = true, "
                "issuer = excluded.issuer, region = excluded.region, due = excluded.due, basis = excluded.basis",
                rows,
            )
            await connection.execute(
                "UPDATE register.expectation SET listed = false WHERE listed AND expectation_id <> ALL($1)", list(self._duties)
            )

    async def _changed(self) -> list[str]:
        """The duties whose standing, or whose near documents, are not what was noted last."""
        years = sorted({duty.fiscal_year for duty in self._duties.values()})
        noted = {row["expectation_id"]: row for row in await self._pool.fetch("SELECT * FROM register.expectation WHERE listed")}
        seen: dict[str, list[Sighting]] = {}
        query = f"SELECT {_SIGHTING} FROM register.sighting WHERE fiscal_year = ANY($1)"  # noqa: S608 - our constant
        for row in await self._pool.fetch(query, years):
            sighting = _sighting(row)
            for duty in self._rivals(sighting):
                seen.setdefault(duty.id, []).append(sighting)
        changed = []
        for key, duty in self._duties.items():
            matched = match(duty, seen.get(key, ()), self._rivals)
            expectation = stand(duty, matched.counted, self._clock(), noted[key]["listed_since"] + self._grace)
            if expectation.standing != noted[key]["standing"] or _near(matched) != json.loads(noted[key]["near"]):
                changed.append(key)
        return changed

    async def _see(self, report: Report, found: datetime) -> list[str]:
        """Note a document; the ids of the duties that it concerns, or concerned as it was read before."""
        key = (report.document, report.url or "")
        query = f"SELECT {_SIGHTING} FROM register.sighting WHERE (document, url) = ($1, $2) FOR UPDATE"  # noqa: S608 - our constant
        async with self._pool.acquire() as connection, connection.transaction():
            before = await connection.fetchrow(query, *key)
            now = _seen(report, min(before["found"], day_of(found)) if before else day_of(found))
            if now is None:
                await connection.execute("DELETE FROM register.sighting WHERE (document, url) = ($1, $2)", *key)
            else:
                await connection.execute(
                    f"INSERT INTO register.sighting ({_SIGHTING}, forms) "  # noqa: S608 - our constant
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (document, url) DO UPDATE SET "
                    "report_id = excluded.report_id, source = excluded.source, issuer = excluded.issuer, "
                    "region = excluded.region, kind = excluded.kind, scope = excluded.scope, "
                    "fiscal_year = excluded.fiscal_year, published = excluded.published, "
                    "found = least(excluded.found, register.sighting.found), forms = excluded.forms",
                    *_values(now),
                )
        concerned = [sighting for sighting in (_sighting(before) if before else None, now) if sighting]
        return list(dict.fromkeys(duty.id for sighting in concerned for duty in self._rivals(sighting)))

    async def _announce(self, ids: Iterable[str]) -> None:
        for key in ids:
            if key in self._duties:  # another process may have been given another register
                await available(lambda key=key: self._announce_one(key))  # type: ignore[misc]

    async def _announce_one(self, key: str) -> None:
        duty = self._duties[key]
        async with self._pool.acquire() as connection, connection.transaction():
            noted = await connection.fetchrow("SELECT * FROM register.expectation WHERE expectation_id = $1 FOR UPDATE", key)
            if noted is None:
                return
            matched = match(duty, await self._seen_for(connection, duty), self._rivals)
            said = stand(duty, matched.counted, self._clock(), noted["listed_since"] + self._grace)
            if said.standing != noted["standing"]:
                await self._publish([said])
                metrics.ANNOUNCED.labels(said.standing).inc()
                about = {"issuer": duty.issuer, "kind": duty.kind, "fiscal_year": duty.fiscal_year, "url": said.url}
                log.info("announced", standing=said.standing, before=noted["standing"], due=str(duty.due.day), **about)
            await connection.execute(
                "UPDATE register.expectation SET standing = $2, published = $3, report_id = $4, document = $5, url = $6, "
                "near = $7, noticed_at = CASE WHEN standing IS DISTINCT FROM $2 THEN $8 ELSE noticed_at END "
                "WHERE expectation_id = $1",
                *(key, said.standing.value, said.published, said.report_id, said.document, said.url),
                *(json.dumps(_near(matched), ensure_ascii=False), said.noticed_at),
            )

    async def _seen_for(self, connection: Connection, duty: Duty) -> list[Sighting]:
        query = f"SELECT {_SIGHTING} FROM register.sighting WHERE kind = $1 AND fiscal_year = $2 AND forms && $3"  # noqa: S608
        rows = await connection.fetch(query, duty.kind.value, duty.fiscal_year, list(duty.body.forms))
        return [_sighting(row) for row in rows]

    def _rivals(self, sighting: Sighting) -> list[Duty]:
        """The duties that a document could fulfil by its name, kind and year."""
        found: dict[str, Duty] = {}
        for form in sighting.body.forms:
            found |= {duty.id: duty for duty in self._index.get((sighting.kind, sighting.fiscal_year, form), ())}
        return list(found.values())

    async def _count(self) -> None:
        query = (
            "SELECT standing, kind, region, count(*) AS number, count(*) FILTER (WHERE near <> '[]') AS near "
            "FROM register.expectation WHERE listed AND standing IS NOT NULL GROUP BY standing, kind, region"
        )
        rows: list[asyncpg.Record] = await available(lambda: self._pool.fetch(query))
        metrics.show([dict(row) for row in rows], self._clock())


async def open_register_pool(database_url: str) -> asyncpg.Pool:
    """Connections to a database that has the register's schema. Raises Unavailable."""
    return await open_pool(database_url, "register", MIGRATIONS)


def _seen(report: Report, found: Any) -> Sighting | None:
    """What a report says it is; null where it does not say whose, what or of which year."""
    who = report.identity
    if not who.issuer or who.kind is None or who.fiscal_year is None:
        return None
    issuer, *region = (text.replace("\0", "") for text in (who.issuer, *who.region))  # the database holds no NUL
    url, source = report.url or "", report.source or ""
    about = (issuer, tuple(region), who.kind, who.scope, who.fiscal_year, who.published)
    return Sighting(report.document, url, report.report_id, source, *about, found)


def _values(sighting: Sighting) -> tuple[Any, ...]:
    scope = sighting.scope.value if sighting.scope else None
    who = (sighting.issuer, list(sighting.region), sighting.kind.value, scope, sighting.fiscal_year, sighting.published)
    forms = list(Body(sighting.issuer, sighting.region).forms)
    return (sighting.document, sighting.url, sighting.report_id, sighting.source, *who, sighting.found, forms)


def _sighting(row: asyncpg.Record) -> Sighting:
    return Sighting(
        **{
            **dict(row),
            "region": tuple(row["region"]),
            "kind": Kind(row["kind"]),
            "scope": Scope(row["scope"]) if row["scope"] else None,
        }
    )


def _near(matched: Match) -> list[dict[str, str]]:
    """What is told of near documents: none where one is counted."""
    return [] if matched.counted else [asdict(near) for near in matched.near]
