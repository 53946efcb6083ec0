"""Every metric of the forwarder, declared once with its meaning."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from services.runtime.metrics import REGISTRY

DELIVERIES = Counter(
    "gouji_forwarder_deliveries_total",
    "Requests to a webhook. outcome: delivered (a 2xx answer), timeout, connection, address (not one that may be dialled), "
    "defect, or http_<status>.",
    ["subscription", "outcome"],
    registry=REGISTRY,
)
GIVEN_UP = Counter(
    "gouji_forwarder_given_up_total",
    "Events that failed for longer than the subscription's give_up and became dead letters.",
    ["subscription"],
    registry=REGISTRY,
)
WAITING = Gauge("gouji_forwarder_waiting", "Events that wait for their delivery.", ["subscription"], registry=REGISTRY)
OLDEST = Gauge(
    "gouji_forwarder_oldest_seconds",
    "Age of the oldest event that waits for its delivery; 0 if none does.",
    ["subscription"],
    registry=REGISTRY,
)
FEEDS = Counter(
    "gouji_forwarder_feeds_written_total", "Times that a feed's file was replaced.", ["subscription"], registry=REGISTRY
)
