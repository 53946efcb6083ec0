"""Every metric of the validator, declared once with its meaning, and how a validation is counted."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Counter, Histogram

from schemas.report import Report
from schemas.validation import Outcome, Validation
from services.runtime.metrics import REGISTRY

REPORTS = Counter(
    "gouji_validator_reports_total", "Reports checked. kind: budget, final_accounts or unknown.", ["kind"], registry=REGISTRY
)
CHECKS = Counter(
    "gouji_validator_checks_total",
    "Checks by rule and outcome: passed, failed, rounding, not_applicable, not_checked.",
    ["rule", "outcome"],
    registry=REGISTRY,
)
OBLIGATIONS = Counter(
    "gouji_validator_obligations_total",
    "Obligations of the regulations by outcome: passed, failed, not_applicable, not_checked (the document did not let us).",
    ["obligation", "outcome"],
    registry=REGISTRY,
)
NUMBERS = Counter(
    "gouji_validator_numbers_total",
    "Numbers of the reports checked. place: table or narrative; fate: checked (took part in an executed relation) or unchecked.",
    ["place", "fate"],
    registry=REGISTRY,
)
AGE = Histogram(
    "gouji_validator_age_seconds",
    "Seconds from the fetch of a document to the end of its checking: what a subscriber waits for, all queues included.",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600),
    registry=REGISTRY,
)


def prepare(rules: Iterable[str]) -> None:
    """Show every rule as not yet failed: to a series that begins with its first failure Prometheus sees no increase."""
    for rule in rules:
        CHECKS.labels(rule, Outcome.FAILED)


def count(report: Report, validation: Validation, now: datetime) -> None:
    """Count a report that was checked at ``now``; one that is checked again, after a crash, counts again."""
    REPORTS.labels(report.identity.kind or "unknown").inc()
    for (rule, outcome), number in Tally((check.rule, check.outcome) for check in validation.checks).items():
        CHECKS.labels(rule, outcome).inc(number)
    for duty in validation.obligations:
        OBLIGATIONS.labels(duty.obligation, duty.outcome).inc()
    coverage = validation.coverage
    for place, found, checked in (
        ("table", coverage.table_numbers, coverage.table_numbers_checked),
        ("narrative", coverage.narrative_numbers, coverage.narrative_numbers_checked),
    ):
        NUMBERS.labels(place, "checked").inc(checked)
        NUMBERS.labels(place, "unchecked").inc(found - checked)
    if report.fetched_at is not None:
        AGE.observe(max(0.0, (now - report.fetched_at).total_seconds()))
