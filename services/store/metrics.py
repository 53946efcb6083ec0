"""Every metric of the store, declared once with its meaning, and the census that fills them."""

from __future__ import annotations

import asyncpg
from prometheus_client import Counter, Gauge

from services.runtime.metrics import REGISTRY

ROWS = Counter(
    "gouji_store_rows_total",
    "Rows of committed transactions, by table; a repeat counts its own row, and nothing of what belongs to it.",
    ["table"],
    registry=REGISTRY,
)
DISCREPANCIES = Gauge(
    "gouji_store_discrepancies",
    "Discrepancies in the database by region (its first two places), severity and state (opened, changed, resolved, withdrawn). "
    "Every process of the store counts all of them: take the maximum, not the sum.",
    ["region", "severity", "state"],
    registry=REGISTRY,
)
OPEN_BY_RULE = Gauge(
    "gouji_store_open_by_rule",
    "Open discrepancies (opened or changed) in the database by rule. Every process of the store counts all of them.",
    ["rule", "severity"],
    registry=REGISTRY,
)
REPORTS = Gauge(
    "gouji_store_reports",
    "Reports in the database by kind. Every process of the store counts all of them.",
    ["kind"],
    registry=REGISTRY,
)

_DISCREPANCIES = """
SELECT coalesce(nullif(array_to_string(r.region[1:2], ''), ''), 'unknown') AS region, d.severity, d.state, count(*) AS number
FROM disclosures.discrepancy d JOIN disclosures.report r USING (report_id) GROUP BY 1, 2, 3"""
_OPEN_BY_RULE = """
SELECT rule, severity, count(*) AS number FROM disclosures.discrepancy WHERE state IN ('opened', 'changed') GROUP BY 1, 2"""
_REPORTS = "SELECT coalesce(kind, 'unknown') AS kind, count(*) AS number FROM disclosures.report GROUP BY 1"


async def take_census(pool: asyncpg.Pool) -> None:
    """Count what the database holds. Raises asyncpg's errors."""
    for gauge, query in ((DISCREPANCIES, _DISCREPANCIES), (OPEN_BY_RULE, _OPEN_BY_RULE), (REPORTS, _REPORTS)):
        rows = await pool.fetch(query)
        gauge.clear()
        for *labels, number in rows:
            gauge.labels(*map(str, labels)).set(number)
