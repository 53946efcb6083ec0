"""What is counted of a report that was checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.report import Identity, Report
from schemas.validation import Check, Coverage, Obligation, Outcome, Validation
from services.runtime.metrics import REGISTRY
from services.validator.metrics import count, prepare

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_checks_obligations_and_numbers_are_counted_by_their_outcome() -> None:
    report = Report(report_id="r", document="d", identity=Identity(), fetched_at=FETCHED)
    validation = Validation(
        report_id="r",
        document="d",
        identity=Identity(),
        checks=(
            Check(rule="test.a", outcome=Outcome.PASSED),
            Check(rule="test.a", outcome=Outcome.PASSED),
            Check(rule="test.a", outcome=Outcome.FAILED),
        ),
        obligations=(Obligation(obligation="test-duty", aspect="完整性", outcome=Outcome.NOT_CHECKED),),
        coverage=Coverage(table_numbers=10, table_numbers_checked=8, narrative_numbers=3, narrative_numbers_checked=3),
    )
    unchecked = value("gouji_validator_numbers_total", place="table", fate="unchecked")
    slow, all_before = (value("gouji_validator_age_seconds_bucket", le=le) for le in ("30.0", "+Inf"))
    count(report, validation, FETCHED + timedelta(seconds=42))
    assert value("gouji_validator_checks_total", rule="test.a", outcome="passed") == 2
    assert value("gouji_validator_checks_total", rule="test.a", outcome="failed") == 1
    assert value("gouji_validator_obligations_total", obligation="test-duty", outcome="not_checked") == 1
    assert value("gouji_validator_numbers_total", place="table", fate="unchecked") - unchecked == 2
    assert value("gouji_validator_age_seconds_bucket", le="30.0") == slow
    assert value("gouji_validator_age_seconds_bucket", le="+Inf") == all_before + 1


def test_a_report_without_a_time_of_its_fetch_has_no_age() -> None:
    before = value("gouji_validator_age_seconds_count")
    report = Report(report_id="r", document="d", identity=Identity())
    count(report, Validation(report_id="r", document="d", identity=Identity()), FETCHED)
    assert value("gouji_validator_age_seconds_count") == before


def test_a_rule_that_has_not_failed_yet_is_shown_as_such() -> None:
    prepare(["test.prepared"])
    assert REGISTRY.get_sample_value("gouji_validator_checks_total", {"rule": "test.prepared", "outcome": "failed"}) == 0
