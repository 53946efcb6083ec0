"""Whole sentences through parser and validator: right ones are left alone, of wrong ones the wrong number or word is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.shipped import read_yaml
from schemas.validation import Severity
from services.parser.report import build_report
from services.validator.check import check

CASES: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("sentences.yaml"))
HEADS = {
    "final": "云山县水务局2023年度部门决算\n第三部分 2023年度部门决算情况说明\n",
    "budget": "云山县水务局2023年部门预算\n第二部分 2023年部门预算情况说明\n",
}


def errors(case: dict[str, Any]) -> dict[str, str | None]:
    """What is stated, by rule, of every error."""
    text = HEADS[case["kind"]] + case["text"]
    found = check(build_report(text.encode(), name="disclosure.txt")).discrepancies
    return {item.rule: item.stated for item in found if item.severity is Severity.ERROR}


@pytest.mark.parametrize("case", CASES["right"], ids=lambda case: case["text"][:40])
def test_right_sentences_are_left_alone(case: dict[str, Any]) -> None:
    assert errors(case) == {}


@pytest.mark.parametrize("case", CASES["wrong"], ids=lambda case: case["text"][:40])
def test_of_wrong_sentences_the_wrong_part_is_named(case: dict[str, Any]) -> None:
    assert errors(case) == case["errors"]
