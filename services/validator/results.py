"""What a rule yields: findings and outcomes of its own, or relations for the engine to decide."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.place import Evidence
from schemas.validation import Category, Severity, Text


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong that the rule has decided by itself (the textual rules and the obligations).

    ``subject`` says what it is about, not the wrong value and not the place on the page: it goes into the discrepancy's
    id, which must survive a re-publication. ``severity`` and ``category`` default to the rule's. ``direction_of`` are the
    numbers whose direction it takes for granted: where one of them is reported as the wrong way round, it says nothing new.
    """

    subject: str
    message: Text
    evidence: tuple[Evidence, ...] = ()
    stated: str | None = None
    expected: str | None = None
    severity: Severity | None = None
    category: Category | None = None
    cause: Text | None = None
    facts: tuple[str, ...] = ()
    direction_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A check that was executed and holds. ``facts`` are the numbers whose values it checked: they count as covered."""

    subject: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule asks nothing of this document."""

    reason: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """The rule applies but could not be executed: never counted as passed."""

    reason: str
    subject: str = ""
    facts: tuple[str, ...] = ()
