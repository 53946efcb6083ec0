"""Every metric of the register, declared once with its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge

from services.runtime.metrics import REGISTRY

EXPECTATIONS = Gauge(
    "gouji_register_expectations",
    "Disclosures that the registers expect, by how they stand (expected, missing, late, published). Every process of the "
    "register counts all of them: take the maximum, not the sum.",
    ["standing", "kind", "region"],
    registry=REGISTRY,
)
NEAR = Gauge(
    "gouji_register_near",
    "Expected disclosures that are not counted as published although a document might be meant (gouji register status says why).",
    registry=REGISTRY,
)
CHECKED = Gauge(
    "gouji_register_checked_timestamp_seconds",
    "Unix time at which due dates were last compared with the clock.",
    registry=REGISTRY,
)
ANNOUNCED = Counter(
    "gouji_register_announced_total",
    "Changes of standing that were published, by the new standing.",
    ["standing"],
    registry=REGISTRY,
)


def show(rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Set the gauges from rows of standing, kind, region (a list of places), number and near."""
    EXPECTATIONS.clear()
    near = 0
    for row in rows:
        EXPECTATIONS.labels(row["standing"], row["kind"], "".join(row["region"])).set(row["number"])
        near += row["near"]
    NEAR.set(near)
    CHECKED.set(now.timestamp())
