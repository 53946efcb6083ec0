"""What the command line asks of the store; for people there are views, docs/querying.md."""

from __future__ import annotations

from typing import Any

import asyncpg


async def discrepancies(dsn: str) -> list[dict[str, Any]]:
    """Every discrepancy as it stands now with whose it is, gravest and oldest first."""
    return await _fetch(
        dsn,
        "SELECT d.*, v.document, r.issuer, r.fiscal_year, r.kind, r.scope "
        "FROM disclosures.discrepancy d JOIN disclosures.report_version v USING (version_id) "
        "JOIN disclosures.report r ON r.report_id = d.report_id "
        "ORDER BY r.issuer, r.kind, array_position(ARRAY['error','warning','rounding'], d.severity), d.rule, d.subject",
    )


async def reports(dsn: str) -> list[dict[str, Any]]:
    """Every report version that was read, with its identity and how it was read and checked."""
    return await _fetch(
        dsn,
        "SELECT r.*, v.document, v.url, v.version, v.title, x.errors, x.warnings, x.roundings, x.table_numbers, "
        "x.table_numbers_checked, x.narrative_numbers, x.narrative_numbers_checked, "
        "(SELECT count(*) FROM disclosures.fact f WHERE f.version_id = v.version_id) AS facts, "
        "(SELECT count(*) FROM disclosures.claim c WHERE c.version_id = v.version_id) AS claims "
        "FROM disclosures.report_version v JOIN disclosures.report r USING (report_id) "
        "LEFT JOIN disclosures.validation x USING (version_id) WHERE v.said_at IS NOT NULL "
        "ORDER BY r.issuer, r.kind, v.fetched_at, v.document",
    )


async def _fetch(dsn: str, query: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()
