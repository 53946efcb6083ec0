"""What people ask of the register."""

from __future__ import annotations

import json
from typing import Any

import asyncpg

from services.runtime.database import available

STANDINGS = ("missing", "late", "expected", "published")
"""What needs attention first."""


async def expectations(dsn: str) -> list[dict[str, Any]] | None:
    """Everything that the registers expect, as it stood when it was announced last: missing first, then by place and name.

    ``near`` is a list of documents that might be meant: ``{why, url, issuer}``. Null where no register has run on this
    database. Raises Unavailable without a database.
    """

    async def fetch() -> list[dict[str, Any]] | None:
        connection = await asyncpg.connect(dsn)
        try:
            rows = await connection.fetch(
                "SELECT expectation_id, issuer, region, kind, scope, fiscal_year, due, basis, standing, published, report_id, "
                "document, url, noticed_at, near FROM register.expectation WHERE listed AND standing IS NOT NULL "
                "ORDER BY array_position($1::text[], standing), region, issuer, fiscal_year DESC, kind, scope",
                list(STANDINGS),
            )
        except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
            return None
        finally:
            await connection.close()
        return [{**dict(row), "near": json.loads(row["near"])} for row in rows]

    return await available(fetch)
