"""What checking one document gave."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.report import Report
from schemas.validation import Discrepancy, Validation


@dataclass(frozen=True)
class Problem:
    """Why a document could not be read: a stable code and a sentence for people."""

    code: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """A document's name with either a problem, or its report, validation and discrepancies."""

    target: str
    problem: Problem | None = None
    report: Report | None = None
    validation: Validation | None = None
    discrepancies: tuple[Discrepancy, ...] = ()
