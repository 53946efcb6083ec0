"""Every rule and production is recorded with an example, and the example proves it."""

from __future__ import annotations

import pytest

from services.parser.narrative.grammar import PRODUCTIONS, Match, Production, matches
from services.parser.narrative.lexer import lex
from services.parser.narrative.rules import Rule, rules
from services.parser.narrative.statements import STATEMENTS
from services.parser.narrative.text import running


@pytest.mark.parametrize("rule", [rule for rule in rules().rules if rule.kind], ids=lambda rule: rule.name)
def test_the_example_of_a_rule_is_of_its_kind(rule: Rule) -> None:
    tokens = lex(running([(0, rule.example)]).text)
    assert rule.kind in {token.kind for token in tokens}


@pytest.mark.parametrize("production", PRODUCTIONS, ids=lambda production: production.example)
def test_the_example_of_a_production_is_read_by_it(production: Production) -> None:
    read = list(matches(lex(running([(0, production.example)]).text)))
    assert [found.states for found in read if isinstance(found, Match)] == [production.states]


def test_every_production_states_something_that_is_understood() -> None:
    assert {production.states for production in PRODUCTIONS} == STATEMENTS.keys()
