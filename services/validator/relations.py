"""Relations over stated numbers: what the engine decides by interval arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.report import Fact
from schemas.validation import Category, Severity, Text


class Operator(StrEnum):
    """How the left side stands to the right side."""

    EQ = "="
    LE = "≤"
    GE = "≥"
    LT = "<"
    GT = ">"


@dataclass(slots=True)  # not frozen: there are thousands to a report, and a frozen one takes thrice the time to make
class Term:
    """A stated number with its factor (1, -1) in a sum."""

    fact: Fact
    factor: int = 1


@dataclass(slots=True)
class Relation:
    """``left operator right + constant``, or ``left operator percent * right / base`` where there is a base.

    ``left`` is the stated total, rate or value; ``right`` its terms; ``base`` the denominator's terms of a rate.
    ``subject`` is what the relation is about, in words that survive a re-publication. ``group`` gathers roundings
    (one per table). Relations of one ``trial`` stand on one reading of a table's structure: if most of them fail, the
    structure was misunderstood and none of them counts. ``severity`` and ``category`` default to the rule's.
    ``note`` is added to the message of a broken relation.
    """

    subject: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    base: tuple[Term, ...] = ()
    operator: Operator = Operator.EQ
    percent: Decimal = Decimal(100)
    constant: Decimal = Decimal(0)
    group: str | None = None
    severity: Severity | None = None
    category: Category | None = None
    trial: str | None = None
    note: Text | None = None
