"""The bar on the real documents, scored by the corpus's own script."""

from functools import cache

import pytest

from benchmarks.accuracy import PAGE, Row, corpus, measure, worse

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
