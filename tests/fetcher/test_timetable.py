"""When the next poll is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.fetcher.schedule import Schedule
from services.fetcher.timetable import next_in

QUIET = datetime(2024, 5, 15, 3, tzinfo=UTC)  # 11 o'clock in Beijing
BUSY = datetime(2024, 8, 30, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def wait(began: datetime, changed: datetime | None = None, failures: int = 0, **schedule: object) -> float:
    """Hours, of a schedule of 8 hours unless it says otherwise, without the jitter."""
    made = Schedule.model_validate({"interval": "8h"} | schedule)
    waits = [next_in(made, began, changed=changed, failures=failures) / HOUR for _ in range(200)]
    middle = sum(waits) / len(waits)
    assert all(abs(one - middle) <= 0.06 * middle for one in waits)
    assert len(set(waits)) > 1, "sources drift apart"
    return middle


@pytest.mark.parametrize(
    ("hours", "began", "changed", "failures"),
    [
        (8, QUIET, None, 0),
        (8, QUIET, QUIET - timedelta(days=30), 0),
        (4, QUIET, QUIET - timedelta(days=1), 0),
        (2, BUSY, None, 0),
        (1, BUSY, BUSY, 0),
        (0.25, QUIET, None, 1),
        (0.5, QUIET, None, 2),
        (8, QUIET, None, 7),
        (2, BUSY, None, 100),
    ],
)
def test_more_often_in_season_after_a_change_and_after_a_failure(
    hours: float, began: datetime, changed: datetime | None, failures: int
) -> None:
    assert wait(began, changed, failures) == pytest.approx(hours, rel=0.02)


def test_never_more_often_than_every_five_minutes_unless_asked_to() -> None:
    assert wait(BUSY, BUSY, interval="30m") == pytest.approx(1 / 12, rel=0.02)
    assert wait(BUSY, BUSY, interval="40s") == pytest.approx(10 / 3600, rel=0.02)


def test_not_before_the_window_opens() -> None:
    schedule = Schedule.model_validate({"interval": "8h", "windows": ["22:00-06:00"]})
    for _ in range(50):
        due = QUIET + next_in(schedule, QUIET, changed=None, failures=0)
        assert due == datetime(2024, 5, 15, 14, tzinfo=UTC), "eight hours later is 19 o'clock; the window opens at 22"
