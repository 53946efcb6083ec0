"""Every rule's own examples are its tests."""

import pytest

from schemas.validation import Outcome, Severity
from services.validator.across import ACROSS, AcrossRule
from services.validator.catalogue import every_rule, findings, stale
from services.validator.check import check
from services.validator.registry import Rule, rules


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_the_failing_example_fails_and_the_passing_one_does_not(rule: Rule) -> None:
    wrong = check(rule.failing(), only=(rule,))
    assert [item.rule for item in wrong.discrepancies], "the failing example is found"
    assert all(item.evidence or rule.aspect for item in wrong.discrepancies), "every finding shows where"
    assert all(item.message.zh and item.message.en for item in wrong.discrepancies)
    right = check(rule.passing(), only=(rule,))
    assert [item for item in right.discrepancies if item.severity is not Severity.ROUNDING] == []
    assert {item.outcome for item in right.validation.checks} & {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    assert Outcome.FAILED in {item.outcome for item in wrong.validation.checks}


@pytest.mark.parametrize("rule", ACROSS, ids=lambda rule: rule.id)
def test_the_failing_pair_of_documents_fails_and_the_passing_one_does_not(rule: AcrossRule) -> None:
    wrong = findings(rule)
    assert len(wrong) == 1 and wrong[0].evidence and wrong[0].message.zh and wrong[0].message.en
    assert findings(rule, passing=True) == ()


def test_rules_are_named_once_and_explained() -> None:
    listed = every_rule()
    assert len({rule.id for rule in listed}) == len(listed)
    assert all(rule.title.zh and rule.title.en and rule.explanation for rule in listed)


def test_the_written_catalogue_is_up_to_date() -> None:
    assert stale() == [], "run: python -m services.validator.catalogue"
