"""Whatever the parser hands over, every rule comes to an end, and reading order or lost pieces make no new defects of rules."""

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.samples.site import BUDGET_ARTICLE, FINAL_PDF, pages
from schemas.report import Identity, Report
from schemas.validation import Category, Outcome, Severity
from services.parser.report import build_report
from services.validator.check import check


@cache
def sample(path: str, day: int = 1) -> Report:
    return build_report(pages(day)[path][1], name=path)


def defects(report: Report) -> list[str]:
    return [f"{item.rule}: {item.reason}" for item in check(report).validation.checks if "defect" in (item.reason or "")]


@pytest.mark.parametrize("path", [FINAL_PDF, BUDGET_ARTICLE])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**6), share=st.sampled_from([0.2, 0.5, 0.9]))
def test_no_rule_breaks_when_pieces_are_missing(path: str, seed: int, share: float) -> None:
    report, chance = sample(path), random.Random(seed)
    facts = tuple(fact for fact in report.facts if chance.random() < share)
    claims = tuple(claim for claim in report.claims if chance.random() < share)
    tables = tuple(
        table.model_copy(
            update={"rows": tuple(row.model_copy(update={"parent": None}) for row in table.rows if chance.random() < share)}
        )
        for table in report.tables
    )
    identity = chance.choice([report.identity, Identity()])
    assert defects(report.model_copy(update={"facts": facts, "claims": claims, "tables": tables, "identity": identity})) == []


def test_an_empty_report_is_checked_too() -> None:
    assert defects(Report(report_id="r", document="d", identity=Identity())) == []


@pytest.mark.parametrize("path", [FINAL_PDF, BUDGET_ARTICLE])
def test_the_order_of_facts_and_claims_changes_nothing(path: str) -> None:
    report = sample(path)
    turned = report.model_copy(update={"facts": report.facts[::-1], "claims": report.claims[::-1]})
    found, again = (
        {(item.rule, item.stated) for item in check(each).discrepancies if item.severity is Severity.ERROR}
        for each in (report, turned)
    )
    assert found == again


def test_a_corrected_sample_has_only_what_was_not_corrected() -> None:
    first, second = (
        {item.discrepancy_id for item in check(sample(FINAL_PDF, day)).discrepancies if item.severity is Severity.ERROR}
        for day in (1, 2)
    )
    assert second < first and len(first) == 6 and len(second) == 2


def test_nearly_every_number_of_the_samples_is_checked() -> None:
    coverage = check(sample(FINAL_PDF)).validation.coverage
    assert coverage.table_numbers_checked >= 0.95 * coverage.table_numbers
    assert coverage.narrative_numbers_checked >= 0.85 * coverage.narrative_numbers


def test_a_check_that_could_not_run_is_not_passed() -> None:
    report = sample(FINAL_PDF)
    blind = report.model_copy(update={"facts": tuple(fact.model_copy(update={"confidence": 0.5}) for fact in report.facts)})
    result = check(blind)
    numeric = [item for item in result.discrepancies if item.severity is Severity.ERROR and item.stated_interval is not None]
    assert numeric == []
    assert any(item.outcome is Outcome.NOT_CHECKED for item in result.validation.checks)


def test_a_reason_that_only_a_direction_turned_the_wrong_way_contradicts_is_no_second_finding() -> None:
    """The first day's budget has 增加 where the table says 减少; its reason speaks of 压缩, rightly."""
    report = sample(BUDGET_ARTICLE)
    result = check(report)
    turned = [item.evidence[0].quote for item in result.discrepancies if item.category is Category.WORDING_DIRECTION]
    assert turned and len(turned) == len(set(turned))
    assert "text.opposite-reason" not in {item.rule for item in result.discrepancies}
    assert "the direction itself is reported as wrong" in {check.reason for check in result.validation.checks}
