"""``Expectation``: what the register of expected disclosures (公开登记) says of one disclosure that is due."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from schemas.base import Contract
from schemas.report import Kind, Scope


class Standing(StrEnum):
    """How an expected disclosure stands."""

    EXPECTED = "expected"  # not due yet, not published yet
    MISSING = "missing"  # due, and not published
    LATE = "late"  # published after it was due
    PUBLISHED = "published"  # published in time


class Expectation(Contract):
    """That a body must publish a disclosure by a day, and whether it has.

    ``expectation_id`` is deterministic: of issuer, kind, scope and fiscal year. ``due`` is the last day that is still in time
    (预算法 art. 14: within 20 days after the approval; or as the register says), ``basis`` how it was set. ``published`` is
    the date that the disclosure shows, or else the day on which it was first found; ``report_id``, ``document`` and ``url``
    say which one it is. Announced whenever ``standing`` changes.
    """

    expectation_id: str
    issuer: str
    region: tuple[str, ...] = ()
    kind: Kind
    scope: Scope
    fiscal_year: int
    due: date
    basis: str | None = None
    standing: Standing
    published: date | None = None
    report_id: str | None = None
    document: str | None = None
    url: str | None = None
    noticed_at: datetime
