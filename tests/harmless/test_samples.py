"""Writing a sample otherwise - its numbers, marks, blanks, lines, the order of its tables - changes nothing in what is found."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.samples.figures import bodies
from deploy.local.samples.final_accounts import final_accounts
from deploy.local.samples.site import BUDGET_ARTICLE, FINAL_PDF, pages, planted
from schemas.report import Report
from services.parser.layout import Grid, Layout
from services.parser.readers import read
from services.parser.report import build_report
from tests.harmless.changes import IN_FILE, IN_TEXT
from tests.harmless.comparing import LAID, difference, found, relaid, reordered, rewritten
from tests.harmless.copying import in_text

SEEDS = st.integers(min_value=0, max_value=10**6)


@cache
def laid(path: str) -> tuple[Layout, Report]:
    body = pages(1)[path][1]
    return read(body, path), build_report(body, name=path)


@cache
def copied() -> tuple[str, Report]:
    """The final accounts of the sample with its defects, as a text copy."""
    document = final_accounts(bodies()["water"], 2024, "2025-08-20")
    text = in_text(document.plant([each.defect for each in planted() if each.document == FINAL_PDF]))
    return text, build_report(text.encode(), name="copy.txt")


@pytest.mark.parametrize("change", sorted(LAID))
@pytest.mark.parametrize("path", [FINAL_PDF, BUDGET_ARTICLE])
@settings(max_examples=1, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_other_writing(path: str, change: str, seed: int) -> None:
    layout, report = laid(path)
    assert found(report)
    assert difference(report, relaid(layout, path, LAID[change], random.Random(seed)), change) == []


@pytest.mark.parametrize("change", sorted(IN_TEXT | IN_FILE))
@settings(max_examples=1, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_other_writing_of_a_text_copy(change: str, seed: int) -> None:
    text, report = copied()
    assert found(report)
    assert difference(report, rewritten(text, "copy.txt", (IN_TEXT | IN_FILE)[change], random.Random(seed)), change) == []


@pytest.mark.parametrize("path", [FINAL_PDF, BUDGET_ARTICLE])
def test_another_order_of_the_tables(path: str) -> None:
    layout, report = laid(path)
    again = reordered(layout, path)
    assert [table.title for table in again.tables] != [table.title for table in report.tables]
    assert sum(isinstance(block, Grid) for block in layout.blocks) == len(again.tables)
    assert difference(report, again, "order") == []
