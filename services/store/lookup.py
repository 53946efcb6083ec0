"""One thing by the beginning of its id, and passages by the words in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

SECONDS = 30
"""A search may take so long: it reads the text of every document where no index helps."""


@dataclass(frozen=True)
class Candidate:
    """A report or discrepancy whose id begins as was asked. ``kind`` is ``report`` or ``discrepancy``."""

    kind: str
    id: str
    issuer: str | None
    fiscal_year: int | None
    about: str


async def candidates(connection: asyncpg.Connection, beginning: str, most: int = 20) -> list[Candidate]:
    """What an id may mean. Raises asyncpg's errors."""
    query = """
    SELECT 'report' AS kind, report_id AS id, issuer, fiscal_year, coalesce(kind, '') AS about FROM disclosures.report
    WHERE starts_with(report_id, $1)
    UNION ALL
    SELECT 'discrepancy', discrepancy_id, issuer, fiscal_year, rule
    FROM disclosures.discrepancy JOIN disclosures.report USING (report_id)
    WHERE starts_with(discrepancy_id, $1) LIMIT $2
    """
    return [Candidate(**row) for row in await connection.fetch(query, beginning.lower(), most)]


async def report(connection: asyncpg.Connection, report_id: str) -> asyncpg.Record | None:
    """Whose a report is. Raises asyncpg's errors."""
    query = "SELECT report_id, issuer, region, scope, kind, fiscal_year FROM disclosures.report WHERE report_id = $1"
    return await connection.fetchrow(query, report_id)


async def versions(connection: asyncpg.Connection, report_id: str) -> list[asyncpg.Record]:
    """The versions of a report that were read, with how they were read and checked, the oldest first."""
    query = """
    SELECT v.*, v.version_id IS NOT DISTINCT FROM r.latest AS latest,
           x.table_numbers + x.narrative_numbers AS found, x.table_numbers_checked + x.narrative_numbers_checked AS checked,
           x.errors, x.warnings AS warned, x.roundings,
           (SELECT count(*) FROM disclosures.obligation o
            WHERE o.version_id = v.version_id AND o.outcome = 'failed') AS failed,
           (SELECT count(*) FROM disclosures.obligation o
            WHERE o.version_id = v.version_id AND o.outcome = 'not_checked') AS unchecked
    FROM disclosures.report_version v JOIN disclosures.report r USING (report_id)
    LEFT JOIN disclosures.validation x USING (version_id)
    WHERE v.report_id = $1 AND v.said_at IS NOT NULL ORDER BY v.version, v.fetched_at, v.document
    """
    return list(await connection.fetch(query, report_id))


async def life(connection: asyncpg.Connection, discrepancy_id: str) -> list[asyncpg.Record]:
    """What became of a discrepancy, in order: when, state, in which document, what was stated and expected."""
    query = """
    SELECT e.seen_at, e.state, e.stated, e.expected, v.document, v.version
    FROM disclosures.discrepancy_event e JOIN disclosures.report_version v USING (version_id)
    WHERE e.discrepancy_id = $1 ORDER BY e.said_at, e.seen_at
    """
    return list(await connection.fetch(query, discrepancy_id))


@dataclass(frozen=True)
class Hit:
    """A place with all the words. ``kind``: ``report``, ``discrepancy``, ``claim`` or ``paragraph``; ``id`` is the discrepancy's,
    else the report's."""

    kind: str
    id: str
    issuer: str | None
    fiscal_year: int | None
    report_kind: str | None
    page: int | None
    text: str


_REPORTS = """
SELECT 'report' AS kind, r.report_id AS id, r.issuer, r.fiscal_year, r.kind AS report_kind, NULL::int AS page,
       coalesce(v.title, r.issuer, '') AS text
FROM disclosures.report r LEFT JOIN disclosures.report_version v ON v.version_id = r.latest
WHERE {conditions} ORDER BY r.fiscal_year DESC NULLS LAST, r.issuer, r.report_id LIMIT {most}
"""
_DISCREPANCIES = """
SELECT 'discrepancy' AS kind, d.discrepancy_id AS id, r.issuer, r.fiscal_year, r.kind AS report_kind,
       (d.evidence -> 0 ->> 'page')::int AS page, d.message_{language} AS text
FROM disclosures.discrepancy d JOIN disclosures.report r USING (report_id)
JOIN disclosures.report_version v ON v.version_id = d.version_id
WHERE v.superseded_by IS NULL AND {conditions} ORDER BY d.last_seen DESC NULLS LAST, d.discrepancy_id LIMIT {most}
"""
_PASSAGES = """
SELECT '{kind}' AS kind, r.report_id AS id, r.issuer, r.fiscal_year, r.kind AS report_kind, p.page, p.{text} AS text
FROM disclosures.report r JOIN disclosures.{kind} p ON p.version_id = r.latest
WHERE {conditions} ORDER BY r.fiscal_year DESC NULLS LAST, r.report_id, p.{order} LIMIT {most}
"""
_FIELDS = {
    "report": (_REPORTS, "concat_ws(' ', r.issuer, v.title, v.url)"),
    "discrepancy": (
        _DISCREPANCIES,
        "concat_ws(' ', r.issuer, d.message_zh, d.message_en, array_to_string(d.quotes, ' '), d.rule)",
    ),
    "claim": (_PASSAGES, "p.quote"),
    "paragraph": (_PASSAGES, "p.text"),
}
KINDS = tuple(_FIELDS)


async def search(
    connection: asyncpg.Connection, words: Sequence[str], *, kinds: Sequence[str], language: str, most: int
) -> dict[str, list[Hit]]:
    """By kind, up to ``most`` places that have all the words, whatever their case.

    Of documents it is the version that counts today. Raises asyncpg's errors: QueryCanceledError where it takes too long.
    """
    found = {}
    async with connection.transaction(readonly=True):
        await connection.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        for kind in kinds:
            query, text = _FIELDS[kind]
            conditions = " AND ".join(f"{text} ILIKE ${number}" for number in range(1, len(words) + 1))
            column, order = {"claim": ("quote", "claim_id")}.get(kind, ("text", "position"))
            parts: dict[str, Any] = {"conditions": conditions, "most": int(most), "language": language}
            filled = query.format(**parts, kind=kind, text=column, order=order)
            found[kind] = [Hit(**row) for row in await connection.fetch(filled, *map(_pattern, words))]
    return found


def _pattern(word: str) -> str:
    """The word anywhere: what means something in LIKE is itself."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
