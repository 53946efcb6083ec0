"""When a source is polled next: as its schedule says, sooner where something has just changed, and soon where it failed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from services.fetcher.schedule import Schedule

CHANGED_LATELY = timedelta(days=3)
_OFTENER = 2  # a list that changed changes again: corrections follow within days
_LEAST = timedelta(minutes=5)  # between two polls, unless the schedule itself says less
_FIRST_RETRY = timedelta(minutes=15)
_JITTER = 0.05


def next_in(schedule: Schedule, began: datetime, *, changed: datetime | None, failures: int) -> timedelta:
    """How long after its beginning (``began``) a poll is followed by the next one.

    ``changed`` is when a poll last found something new, changed or removed; ``failures`` are the polls in a row, this one
    included, that could not read every list: the next one then comes sooner, and not so soon the longer it lasts.
    """
    usual = schedule.interval_at(began)
    least = min(usual, _LEAST)
    wait = usual
    if changed is not None and began - changed < CHANGED_LATELY:
        wait = usual / _OFTENER
    if failures:
        wait = min(wait, _FIRST_RETRY * 2 ** min(failures - 1, 16))
    wait = max(wait, least) * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - so that sources drift apart
    return schedule.opens(began + wait) - began
