"""What people ask of the store."""

from __future__ import annotations

from typing import Any

import asyncpg


async def discrepancies(dsn: str) -> list[dict[str, Any]]:
    """Every discrepancy as it stands now with whose it is, gravest and oldest first."""
    return await _fetch(
        dsn,
        "SELECT d.*, r.issuer, r.fiscal_year, r.kind, r.scope "
        "FROM disclosures.discrepancy d JOIN disclosures.report r USING (report_id) "
        "ORDER BY r.issuer, r.kind, array_position(ARRAY['error','warning','rounding'], d.severity), d.rule, d.subject",
    )


async def reports(dsn: str) -> list[dict[str, Any]]:
    """Every report version with its identity and how it was read and checked."""
    return await _fetch(
        dsn,
        "SELECT r.*, v.document, v.url, v.version, v.title, v.reading, x.errors, x.warnings, x.roundings, x.table_numbers, "
        "x.table_numbers_checked, x.narrative_numbers, x.narrative_numbers_checked, "
        "(SELECT count(*) FROM disclosures.fact f WHERE (f.report_id, f.document) = (v.report_id, v.document)) AS facts, "
        "(SELECT count(*) FROM disclosures.claim c WHERE (c.report_id, c.document) = (v.report_id, v.document)) AS claims "
        "FROM disclosures.report_version v JOIN disclosures.report r USING (report_id) "
        "LEFT JOIN disclosures.validation x USING (report_id, document) ORDER BY r.issuer, r.kind, v.fetched_at, v.document",
    )


async def _fetch(dsn: str, query: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()
