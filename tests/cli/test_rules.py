"""``gouji rules``: whoever is told of a discrepancy can read the rule."""

from pathlib import Path

import pytest

from services.validator.catalogue import every_rule
from tests.cli.conftest import Gouji


def test_every_rule_is_listed(gouji: Gouji) -> None:
    output = gouji("rules").stdout
    assert [rule.id for rule in every_rule() if f" {rule.id} " not in output] == []


def test_the_list_can_be_narrowed(gouji: Gouji) -> None:
    listed = gouji("rules", "--category", "year-on-year").stdout
    assert "claim.growth-from-zero" in listed
    assert "text.rate-unit" not in listed
    assert "text.rate-unit" not in gouji("rules", "--severity", "rounding").stdout
    assert "text.public-expenses" in gouji("rules", "--text", "三公").stdout
    assert "no rule is like that" in gouji("rules", "--text", "nothing like this").stdout


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("fails", "passes", "basis")), ("zh", ("不通过的例子", "通过的例子", "依据"))]
)
def test_a_rule_is_explained_by_basis_and_examples(gouji: Gouji, language: str, words: tuple[str, ...]) -> None:
    output = gouji("rules", "claim.growth", "--lang", language).stdout
    assert all(word in output for word in words)
    assert "增长16.67%" in output and "增长20.00%" in output, "the failing and the passing example"
    assert "16.67% ≠ " in output, "how it is reported"


def test_a_rule_over_two_documents_shows_both(gouji: Gouji) -> None:
    output = gouji("rules", "history.unit").stdout
    assert "2024 budget department" in output and "2024 budget unit" in output
    assert "60.00" in output and "50.00" in output


def test_a_rule_that_does_not_exist_is_told(gouji: Gouji) -> None:
    result = gouji("rules", "claim.grwth")
    assert result.exit_code == 2
    assert "did you mean claim.growth" in result.stderr


def test_what_is_listed_can_be_used_to_check(gouji: Gouji, wrong: Path) -> None:
    assert gouji("check", wrong, "--only", "claim.growth").exit_code == 1
