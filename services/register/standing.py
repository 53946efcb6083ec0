"""What is to be said of a duty: which of the documents seen fulfil it, since when, and how it stands at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cached_property

from schemas.expectation import Expectation, Standing
from schemas.report import Kind, Scope
from services.register.bodies import Body, Fit, fit
from services.register.due import earliest
from services.register.entries import Duty

BEIJING = timezone(timedelta(hours=8), "UTC+8")
"""Days are counted by this clock."""


@dataclass(frozen=True)
class Sighting:
    """What a report says of which disclosure it is, and the day on which it was first found."""

    document: str
    url: str
    report_id: str
    source: str
    issuer: str
    region: tuple[str, ...]
    kind: Kind
    scope: Scope | None
    fiscal_year: int
    published: date | None
    found: date

    @cached_property
    def body(self) -> Body:
        """Whose document it says it is."""
        return Body(self.issuer, self.region)

    @property
    def day(self) -> date:
        """When it was published: the day that it shows, unless that is impossible, else the day on which it was found."""
        shown = self.published
        return shown if shown and earliest(self.kind, self.fiscal_year) <= shown <= self.found else self.found


class Why(StrEnum):
    """Why a document of the right name, kind and year does not count for a duty."""

    PLACE = "place"  # nothing says of which place the body is
    SCOPE = "scope"  # the figures of a unit, where the department's are due, or the other way round; or not told whose
    SEVERAL = "several"  # it fits more than one duty


@dataclass(frozen=True)
class Near:
    """A document that might be meant, and is not counted."""

    why: Why
    url: str
    issuer: str


@dataclass(frozen=True)
class Match:
    """The documents that fulfil a duty, and those that might be meant."""

    counted: tuple[Sighting, ...]
    near: tuple[Near, ...]


def match(duty: Duty, seen: Iterable[Sighting], rivals: Callable[[Sighting], Iterable[Duty]]) -> Match:
    """Which of the documents seen fulfil a duty. ``rivals`` are all duties that a document could fulfil by its name.

    A document fulfils a duty by body, kind, scope and fiscal year, and only if it does so for no other.
    """
    counted: list[Sighting] = []
    near: list[Near] = []
    for sighting in sorted(seen, key=lambda each: (each.day, each.document, each.url)):
        fits = _fits(duty, sighting)
        if fits is Fit.OTHER:
            continue
        why = Why.PLACE if fits is Fit.UNCLEAR else Why.SCOPE if sighting.scope is not duty.scope else None
        if why is None and any(other.id != duty.id and _fulfils(other, sighting) for other in rivals(sighting)):
            why = Why.SEVERAL
        if why is None:
            counted.append(sighting)
        else:
            near.append(Near(why, sighting.url, sighting.issuer))
    return Match(tuple(counted), tuple(near))


def _fits(duty: Duty, sighting: Sighting) -> Fit:
    """Whether the body is the same; where only the place is in doubt, the source that names the register settles it."""
    if (duty.kind, duty.fiscal_year) != (sighting.kind, sighting.fiscal_year):
        return Fit.OTHER
    fits = fit(duty.body, sighting.body)
    return Fit.SAME if fits is Fit.UNCLEAR and sighting.source in duty.sources else fits


def _fulfils(duty: Duty, sighting: Sighting) -> bool:
    return duty.scope is sighting.scope and _fits(duty, sighting) is Fit.SAME


def stand(duty: Duty, counted: Iterable[Sighting], now: datetime, overdue_from: datetime | None = None) -> Expectation:
    """How a duty stands ``now``. Nothing is missing before ``overdue_from``, for a duty registered when it was overdue."""
    first = min(counted, key=lambda each: (each.day, each.document, each.url), default=None)
    if first is not None:
        standing = Standing.LATE if first.day > duty.due.day else Standing.PUBLISHED
    else:
        from_then = max(overdue_from or now, end_of(duty.due.day))
        standing = Standing.MISSING if now >= from_then else Standing.EXPECTED
    return Expectation(
        expectation_id=duty.id,
        issuer=duty.issuer,
        region=duty.region,
        kind=duty.kind,
        scope=duty.scope,
        fiscal_year=duty.fiscal_year,
        due=duty.due.day,
        basis=duty.due.basis,
        standing=standing,
        published=first.day if first else None,
        report_id=first.report_id if first else None,
        document=first.document if first else None,
        url=first.url or None if first else None,
        noticed_at=now,
    )


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def day_of(moment: datetime) -> date:
    """The day of a moment."""
    return moment.astimezone(BEIJING).date()
