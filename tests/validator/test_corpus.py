"""The bar on the real documents, scored by the corpus's own script."""

from functools import cache

import pytest

from benchmarks.accuracy import PAGE, Row, corpus, measure, worse
from schemas.validation import Severity

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not corpus().is_dir(), reason="the corpus is not here: GOUJI_CORPUS names no directory"),
]


@cache
def rows() -> list[Row]:
    return [measure(path) for path in sorted(corpus().iterdir()) if path.is_file()]


def test_nothing_got_worse_than_recorded() -> None:
    assert worse(rows(), PAGE.read_text(encoding="utf-8")) == []


def test_errors_are_found_and_nothing_else_is_called_one() -> None:
    scores = [row.score for row in rows() if row.score is not None]
    gold, found = (sum(score["error"][key] for score in scores) for key in ("gold", "found"))
    true, false = (sum(score["reported_errors"][key] for score in scores) for key in ("true", "false"))
    assert found >= 0.95 * gold
    assert true >= 0.98 * (true + false)


@pytest.mark.parametrize("kind", ["error", "warning"])
def test_every_document_is_served(kind: str) -> None:
    least = {"error": 0.85, "warning": 0.5}[kind]
    for row in rows():
        if row.score is not None and row.score[kind]["gold"] > 3 and not row.document.startswith("template"):
            assert row.score[kind]["found"] >= least * row.score[kind]["gold"], row.document


def test_few_warnings_are_about_nothing() -> None:
    assert {row.document: row.score["noise"] for row in rows() if row.score is not None and row.score["noise"] > 5} == {}


def test_a_blank_form_is_one_finding() -> None:
    (form,) = [row for row in rows() if row.document.startswith("template")]
    assert [item.rule for item in form.result.discrepancies] == ["document.blank-form"]


def test_no_rule_had_a_defect() -> None:
    reasons = [check.reason for row in rows() for check in row.result.validation.checks if "defect" in (check.reason or "")]
    assert reasons == []


def test_amounts_are_compared_with_what_should_agree_with_them() -> None:
    """The bar of coverage, in every document: amounts that took part in at least one executed relation."""
    for row in rows():
        found = row.result.validation.coverage
        assert found.table_amounts_checked >= 0.95 * found.table_amounts, row.document
        assert found.narrative_amounts_checked >= 0.85 * found.narrative_amounts, row.document


def test_hardly_any_number_is_left_alone() -> None:
    for row in rows():
        found = row.result.validation.coverage
        assert found.table_numbers_checked >= 0.9 * found.table_numbers, row.document
        assert found.narrative_numbers_checked >= 0.8 * found.narrative_numbers, row.document


def test_what_is_reported_where_there_is_no_gold_list_was_judged_by_hand() -> None:
    """The errors of the two documents without a gold list: each was read against the text and is true (docs/checking.md)."""
    reported = {
        name: sorted(item.rule for item in row.result.discrepancies if item.severity is Severity.ERROR)
        for row in rows()
        for name in ("jianghan", "panjin")
        if row.document.startswith(name)
    }
    assert reported == {
        "jianghan": ["claim.growth"] * 3 + ["text.equal-reason"] + ["text.indicator-unit"] * 2,
        "panjin": [
            "claim.growth",
            "text.alternative",
            "text.amount-unit",
            "text.class-items",
            "text.foreign-heading",
            "text.part-numbering",
        ],
    }
