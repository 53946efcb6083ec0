"""How the tests of the textual rules run one rule on a few paragraphs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas.report import Report
from schemas.validation import Discrepancy
from services.validator.check import check
from services.validator.registry import rules
from services.validator.samples import Draft

Find = Callable[[str, Report | str], tuple[Discrepancy, ...]]


def find(rule: str, report: Report | str) -> tuple[Discrepancy, ...]:
    """What one rule finds in a report, or in paragraphs, one a line."""
    if isinstance(report, str):
        draft = Draft()
        for line in report.splitlines():
            draft.paragraph(line)
        report = draft.report()
    return check(report, only=tuple(item for item in rules() if item.id == rule)).discrepancies


@pytest.fixture(name="find")
def _find() -> Find:
    return find
