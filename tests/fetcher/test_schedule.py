"""When a source is asked: intervals by season, windows by the clock of Beijing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.schedule import BEIJING, Schedule


def schedule(**given: Any) -> Schedule:
    return Schedule.model_validate(given)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2025-01-01", 1), ("2024-02-29", 1), ("2025-03-31", 1), ("2025-04-01", 4), ("2025-07-31", 4), ("2025-10-31", 1)],
)
def test_the_seasons_of_budgets_and_final_accounts_are_busy(day: str, hours: int) -> None:
    assert schedule(interval="4h").interval_at(at(day)) == timedelta(hours=hours)


def test_the_season_is_that_of_beijing() -> None:
    assert schedule().busy_at(datetime(2024, 12, 31, 16, tzinfo=UTC))
    assert not schedule().busy_at(datetime(2024, 12, 31, 15, 59, tzinfo=UTC))


def test_a_season_may_go_over_the_end_of_the_year_and_there_may_be_none() -> None:
    winter = schedule(interval="4h", busy_interval="3h", busy=["12-15..01-15"])
    assert [winter.busy_at(at(day)) for day in ("2025-12-14", "2025-12-15", "2026-01-15", "2026-01-16")] == [
        False,
        True,
        True,
        False,
    ]
    assert winter.interval_at(at("2025-12-24")) == timedelta(hours=3)
    assert schedule(interval="4h", busy=[]).interval_at(at("2025-01-01")) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("windows", "now", "opens"),
    [
        ([], "2025-05-01T12:00", "2025-05-01T12:00"),
        (["20:00-07:00"], "2025-05-01T06:59", "2025-05-01T06:59"),
        (["20:00-07:00"], "2025-05-01T07:00", "2025-05-01T20:00"),
        (["20:00-07:00"], "2025-05-01T23:00", "2025-05-01T23:00"),
        (["01:00-02:00", "12:00-13:00"], "2025-05-01T03:00", "2025-05-01T12:00"),
        (["01:00-02:00", "12:00-13:00"], "2025-05-31T13:30", "2025-06-01T01:00"),
    ],
)
def test_when_a_window_opens(windows: list[str], now: str, opens: str) -> None:
    assert schedule(windows=windows).opens(at(now)) == at(opens)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.lists(st.tuples(st.times(), st.times()).map(lambda pair: f"{pair[0]:%H:%M}-{pair[1]:%H:%M}"), max_size=3),
)
def test_what_opens_is_open_and_not_in_the_past(now: datetime, windows: list[str]) -> None:
    made = schedule(windows=windows)
    opens = made.opens(now)
    assert now <= opens <= now + timedelta(days=1)
    assert made.opens(opens) == opens


@pytest.mark.parametrize(
    ("windows", "hours"),
    [([], 1), (["20:00-07:00"], 1 + 13), (["01:00-02:00", "12:00-13:00"], 1 + 12), (["00:00-12:00", "12:00-00:00"], 1)],
)
def test_the_longest_pause_has_the_hours_in_which_no_window_is_open(windows: list[str], hours: int) -> None:
    assert schedule(interval="1h", busy=[], windows=windows).pause_at(at("2025-05-01")) == timedelta(hours=hours)
