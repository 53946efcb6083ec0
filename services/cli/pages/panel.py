"""The data behind a page's numbers: what its script shows of the number that a reader picks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.report import Fact
from schemas.validation import Check
from services.cli.describe import dimensions
from services.cli.pages.document import Number
from services.cli.words import words

MOST_SHOWN = 60
"""Numbers of one relation that are listed, relations of one number: enough to see by, and the page stays small."""


def numbers_data(numbers: Iterable[Number], facts: dict[str, Fact], relations: dict[str, list[int]]) -> list[dict[str, Any]]:
    """For every number its text ``t``, its facts ``d`` as (name, value) pairs by language, and its relations ``c``."""
    return [
        {
            "t": number.text,
            "d": [_described(facts[fact]) for fact in number.facts],
            "c": sorted({index for fact in number.facts for index in relations.get(fact, ())})[:MOST_SHOWN],
        }
        for number in numbers
    ]


def checks_data(checks: Iterable[Check], titles: dict[str, tuple[str, str]], of_fact: dict[str, Number]) -> list[dict[str, Any]]:
    """For every relation its rule ``r`` with the titles ``zh`` and ``en``, its outcome ``o``, why ``w``, its numbers ``n``."""
    return [
        {
            "r": check.rule,
            "zh": titles.get(check.rule, (check.rule,) * 2)[0],
            "en": titles.get(check.rule, (check.rule,) * 2)[1],
            "o": check.outcome.value,
            "w": check.reason or "",
            "n": list(dict.fromkeys(of_fact[fact].index for fact in check.facts if fact in of_fact))[:MOST_SHOWN],
        }
        for check in checks
    ]


def _described(fact: Fact) -> dict[str, list[tuple[str, str]]]:
    return {language: list(dimensions(fact, words(language)).items()) for language in ("zh", "en")}
