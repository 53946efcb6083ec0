"""Every metric of the runtime, declared once with its meaning. Services add theirs on ``REGISTRY``."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

MESSAGES = Counter(
    "gouji_messages_total",
    "Input messages whose fate is sealed. outcome: done, dead_letter, or dropped (a dead letter's dead letter failed again).",
    ["stage", "outcome"],
    registry=REGISTRY,
)
PUBLISHED = Counter("gouji_published_total", "Messages that the broker has acknowledged.", ["stage", "topic"], registry=REGISTRY)
FAILURES = Counter(
    "gouji_failures_total",
    "Failures that retrying cannot cure. failure: bad_input (the input's fault) or defect (ours); code: the reason's short name.",
    ["stage", "failure", "code"],
    registry=REGISTRY,
)
DEAD_LETTERS = Counter(
    "gouji_dead_letters_total", "Dead letters that the broker has acknowledged.", ["stage", "topic"], registry=REGISTRY
)
RETRIES = Counter("gouji_retries_total", "Attempts that failed because something was unavailable.", ["what"], registry=REGISTRY)
DATABASE = Counter(
    "gouji_database_unavailable_total",
    "Times that PostgreSQL could not do what was asked and may later. condition: disk_full, admin_shutdown, deadlock_detected, "
    "read_only_sql_transaction, insufficient_privilege, query_canceled (a timeout), connection_refused ...",
    ["condition"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "gouji_handling_seconds",
    "Seconds that the stage's handler took for one batch (one message where the stage does not batch), failures included.",
    ["stage"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300),
    registry=REGISTRY,
)
IN_HAND = Gauge("gouji_in_flight", "Messages taken from the broker's stream and not finished.", ["stage"], registry=REGISTRY)
LAG = Gauge(
    "gouji_lag_messages",
    "Messages in a partition assigned to this process that are not committed.",
    ["stage", "topic", "partition"],
    registry=REGISTRY,
)
OLDEST = Gauge(
    "gouji_oldest_unprocessed_seconds",
    "Age of the oldest message that is not committed in the partitions assigned to this process; 0 if there is none.",
    ["stage"],
    registry=REGISTRY,
)
LAST_SUCCESS = Gauge(
    "gouji_last_success_timestamp_seconds", "Unix time at which the stage last finished a message.", ["stage"], registry=REGISTRY
)
READY = Gauge("gouji_ready", "1 if the service is ready, 0 if it lacks something; /readyz says what.", registry=REGISTRY)
ARCHIVE_FREE = Gauge(
    "gouji_archive_free_ratio",
    "Share of the file system of a local archive that is free, 0 to 1; of an object store, and of a service without an archive, "
    "there is none to tell.",
    ["archive"],
    registry=REGISTRY,
)
