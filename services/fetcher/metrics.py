"""Every metric of the fetcher, declared once with its meaning."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from services.runtime.metrics import REGISTRY

FETCHED = Counter("gouji_fetcher_responses_total", "Responses with a usable status and body.", ["source"], registry=REGISTRY)
BYTES = Counter("gouji_fetcher_bytes_total", "Bytes of usable bodies, unpacked.", ["source"], registry=REGISTRY)
UNMODIFIED = Counter(
    "gouji_fetcher_unmodified_total", "Answers that what was got before is still the same (304).", ["source"], registry=REGISTRY
)
DOCUMENTS = Counter(
    "gouji_fetcher_documents_total",
    "Documents seen. change: new (first version at its URL), changed (a further version), unchanged (not published again).",
    ["source", "change"],
    registry=REGISTRY,
)
REMOVED = Counter(
    "gouji_fetcher_removed_total",
    "Documents that are not where they were. absence: gone (404 or 410), unlinked, moved.",
    ["source", "absence"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "gouji_fetcher_refused_total",
    "Requests and responses that the fetcher will have nothing to do with. reason: robots, address, scheme, port, "
    "credentials, redirects, too_large, empty, media_type, pages (limit of one poll reached), endless (a list that brings nothing"
    " new), maze (an address that repeats itself), not_a_file (a page that leads nowhere, where a file was before).",
    ["source", "reason"],
    registry=REGISTRY,
)
FAILED = Counter(
    "gouji_fetcher_failed_total",
    "Requests that failed, after their repeats. reason: timeout, dns, connection, truncated, tls, protocol, http_<status>, "
    "robots_unreachable, empty_list, circuit (behind a host that is down), deadline (the poll's time was over), plugin, defect.",
    ["source", "reason"],
    registry=REGISTRY,
)
REPEATED = Counter(
    "gouji_fetcher_repeated_total",
    "Requests that failed for a passing reason and are made again. reason: as in gouji_fetcher_failed_total.",
    ["source", "reason"],
    registry=REGISTRY,
)
POLLS = Counter(
    "gouji_fetcher_polls_total",
    "Polls that ended. result: complete (every list was read, and brought as many documents as expected), incomplete.",
    ["source", "result"],
    registry=REGISTRY,
)
FOUND = Gauge("gouji_fetcher_found_documents", "Documents that the last poll of the source found.", ["source"], registry=REGISTRY)
EXPECTED = Gauge(
    "gouji_fetcher_expected_documents",
    "Documents that a poll of the source has to find at least, as its file says: fewer are suspect.",
    ["source"],
    registry=REGISTRY,
)
LAST_SUCCESS = Gauge(
    "gouji_fetcher_last_success_timestamp_seconds",
    "Unix time at which a poll of the source last ended complete.",
    ["source"],
    registry=REGISTRY,
)
INTERVAL = Gauge(
    "gouji_fetcher_interval_seconds",
    "Seconds between the beginnings of two polls of the source, as its schedule says, the hours at which none may begin "
    "included: what its last success is judged by.",
    ["source"],
    registry=REGISTRY,
)
LAG = Gauge(
    "gouji_fetcher_schedule_lag_seconds",
    "Seconds for which a poll of the source has been due without having begun; 0 where none is due.",
    ["source"],
    registry=REGISTRY,
)
CRAWL_SECONDS = Gauge("gouji_fetcher_crawl_seconds", "How long the last poll of the source took.", ["source"], registry=REGISTRY)
IN_HAND = Gauge("gouji_fetcher_in_flight", "Addresses that this fetcher is asking for.", registry=REGISTRY)
