"""How long is waited after a failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.fetcher.backoff import DOWN_AFTER, Backoff, retry_after

NOW = datetime(2024, 8, 30, 8, tzinfo=UTC)


def test_each_wait_is_twice_the_one_before_within_its_bounds() -> None:
    backoff = Backoff(first=1.0, most=60.0)
    for attempt, whole in ((0, 1.0), (1, 2.0), (2, 4.0), (5, 32.0), (6, 60.0), (10_000, 60.0)):
        waits = [backoff.again(attempt) for _ in range(50)]
        assert all(whole / 2 <= wait <= whole for wait in waits)
        assert len(set(waits)) > 1, "what failed together does not come back together"


def test_a_circuit_opens_at_the_third_failure_in_a_row() -> None:
    backoff = Backoff(first=1.0, most=900.0)
    assert backoff.circuit(1) == backoff.circuit(2) == 0.0
    assert 2.0 <= backoff.circuit(3) <= 4.0
    assert 256.0 <= backoff.circuit(DOWN_AFTER) <= 512.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        (" 0 ", 0),
        ("999999999999", 86400),
        ("-5", 0),
        ("soon", 0),
        ("Fri, 30 Aug 2024 08:02:00 GMT", 120),
        ("Fri, 30 Aug 2024 08:02:00", 120),
        ("Fri, 30 Aug 2024 07:00:00 GMT", 0),
        ("Sat, 30 Aug 2025 08:00:00 GMT", 86400),
        ("Fri, 99 Aug 2024 99:99:99 GMT", 0),
        ("１２", 12),
    ],
)
def test_the_rest_that_a_server_asks_for(value: str | None, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds
