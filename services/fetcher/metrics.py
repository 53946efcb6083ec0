"""Every metric of the fetcher, declared once with its meaning."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from services.runtime.metrics import REGISTRY

FETCHED = Counter("gouji_fetcher_responses_total", "Responses with a usable status and body.", ["source"], registry=REGISTRY)
BYTES = Counter("gouji_fetcher_bytes_total", "Bytes of usable bodies, unpacked.", ["source"], registry=REGISTRY)
DOCUMENTS = Counter(
    "gouji_fetcher_documents_total",
    "Documents seen. change: new (first version at its URL), changed (a further version), unchanged (not published again).",
    ["source", "change"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "gouji_fetcher_refused_total",
    "Requests and responses that the fetcher will have nothing to do with. reason: robots, address, scheme, port, redirects, "
    "too_large, empty, media_type, pages (limit of one crawl reached), stopping (the fetcher was told to end).",
    ["source", "reason"],
    registry=REGISTRY,
)
FAILED = Counter(
    "gouji_fetcher_failed_total",
    "Requests that failed, after their repeats. reason: timeout, dns, connection, truncated, tls, protocol, http_<status>, "
    "defect.",
    ["source", "reason"],
    registry=REGISTRY,
)
LAST_SUCCESS = Gauge(
    "gouji_fetcher_last_success_timestamp_seconds",
    "Unix time at which a crawl of the source last ended having read every one of its start pages.",
    ["source"],
    registry=REGISTRY,
)
INTERVAL = Gauge(
    "gouji_fetcher_interval_seconds",
    "Seconds between the beginnings of two crawls of the source, as its schedule says: what its last success is judged by.",
    ["source"],
    registry=REGISTRY,
)
CRAWL_SECONDS = Gauge("gouji_fetcher_crawl_seconds", "How long the last crawl of the source took.", ["source"], registry=REGISTRY)
