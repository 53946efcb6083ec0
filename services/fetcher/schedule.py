"""When a source is asked: how often, more often in the seasons of publication, and at which hours of the day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from services.runtime.configuration import Duration, Section

BEIJING = timezone(timedelta(hours=8), "UTC+8")
"""The clock of every site: one zone, without summer time."""

_SEASON = re.compile(r"(\d\d-\d\d)\.\.(\d\d-\d\d)")
_WINDOW = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_LEAP = 2024  # so that 02-29 is a day
_MOST_OFTEN = 4


def _season(value: Any) -> Any:
    match = _SEASON.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("a season is written 01-01..03-31")
    return tuple(date.fromisoformat(f"{_LEAP}-{day}") for day in match.groups())


def _window(value: Any) -> Any:
    match = _WINDOW.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError('a window is written "22:00-06:00"')
    return tuple(time.fromisoformat(moment) for moment in match.groups())


Season = Annotated[tuple[date, date], BeforeValidator(_season)]
"""First and last day, of whatever year; a season may go over the end of the year."""
Window = Annotated[tuple[time, time], BeforeValidator(_window)]
"""From and to, by the clock of Beijing; a window may go over midnight."""

_DAY = 24 * 60  # minutes
BUSY = (_season("01-01..03-31"), _season("08-01..10-31"))
"""Budgets are published from January, final accounts from August (预算法 art. 14)."""


class Schedule(Section):
    """How often a source is crawled (from start to start), and when it may be."""

    interval: Duration = Field(timedelta(hours=6), gt=timedelta(0), description="between two crawls")
    busy_interval: Duration | None = Field(
        None, gt=timedelta(0), description="between two crawls in a busy season; a quarter of `interval` where it is not given"
    )
    busy: tuple[Season, ...] = Field(BUSY, description="seasons of publication, days of the year")
    windows: tuple[Window, ...] = Field((), description="hours at which crawls may begin, Beijing time; none: always")

    def interval_at(self, moment: datetime) -> timedelta:
        """The time between two crawls, at a moment (with its zone)."""
        if not self.busy_at(moment):
            return self.interval
        return self.busy_interval or self.interval / _MOST_OFTEN

    def pause_at(self, moment: datetime) -> timedelta:
        """The longest time between two crawls that the schedule means: the interval, and the hours at which none begins."""
        if not self.windows:
            return self.interval_at(moment)
        open_at = [any(_within(time(*divmod(minute, 60)), window) for window in self.windows) for minute in range(_DAY)]
        if not any(open_at):
            return self.interval_at(moment)
        shut, longest = 0, 0
        for is_open in open_at * 2:  # a night goes over midnight
            shut = 0 if is_open else shut + 1
            longest = max(longest, shut)
        return self.interval_at(moment) + timedelta(minutes=longest)

    def busy_at(self, moment: datetime) -> bool:
        """Whether a moment lies in a season of publication."""
        day = moment.astimezone(BEIJING).date().replace(year=_LEAP)
        return any(first <= day <= last if first <= last else day >= first or day <= last for first, last in self.busy)

    def opens(self, moment: datetime) -> datetime:
        """The first moment from ``moment`` on at which a crawl may begin; ``moment`` itself while a window is open."""
        now = moment.astimezone(BEIJING)
        if not self.windows or any(_within(now.time(), window) for window in self.windows):
            return moment
        begins = [datetime.combine(now.date(), begin, BEIJING) for begin, _ in self.windows]
        later = [begin if begin >= now else begin + timedelta(days=1) for begin in begins]
        return min(later).astimezone(moment.tzinfo or UTC)


def _within(now: time, window: tuple[time, time]) -> bool:
    begin, end = window
    return begin <= now < end if begin < end else now >= begin or now < end
