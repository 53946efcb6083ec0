"""The registry of rules: one rule is one decorated function.

    @rule(
        "text.placeholder", category=Category.TEMPLATE_LEFTOVER, severity=Severity.ERROR,
        title=Text(zh="模板占位符未替换", en="placeholder of the template left in"), basis="财预〔2016〕143号",
        passing=lambda: Draft().paragraph("...").report(),
        failing=lambda: Draft().paragraph("XX部门2024年度...").report(),
        silence=Outcome.PASSED,
    )
    def placeholder(view: View) -> Iterator[Finding]:
        '''What the rule asks, for whom, and why: this text is its page in docs/rules.'''

A rule yields ``Finding``, ``Passed``, ``NotApplicable``, ``NotChecked`` or relations (``services.validator.relations``);
``silence`` is the outcome recorded when it yields nothing. A rule with an ``aspect`` is an obligation: its worst outcome
is also reported as an ``Obligation``. The two examples are the rule's tests and stand in the catalogue.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from schemas.report import Report
from schemas.validation import Category, Outcome, Severity, Text
from services.validator.relations import Relation
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.view import View

Result = Finding | Passed | NotApplicable | NotChecked | Relation
Body = Callable[[View], Iterable[Result]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is listed, explained and run."""

    id: str
    version: int
    category: Category
    severity: Severity
    title: Text
    basis: str | None
    explanation: str
    body: Body
    passing: Callable[[], Report]
    failing: Callable[[], Report]
    silence: Outcome
    aspect: str | None


_RULES: dict[str, Rule] = {}


def rule(
    identifier: str,
    *,
    category: Category,
    title: Text,
    passing: Callable[[], Report],
    failing: Callable[[], Report],
    severity: Severity = Severity.ERROR,
    version: int = 1,
    basis: str | None = None,
    silence: Outcome = Outcome.NOT_APPLICABLE,
    aspect: str | None = None,
) -> Callable[[Body], Body]:
    """Register the decorated function. Raise ``ValueError`` for an id used twice or a missing docstring."""

    def register(body: Body) -> Body:
        if identifier in _RULES:
            raise ValueError(f"two rules are called {identifier}")
        explanation = inspect.getdoc(body)
        if not explanation:
            raise ValueError(f"rule {identifier} has no explanation")
        _RULES[identifier] = Rule(
            id=identifier,
            version=version,
            category=category,
            severity=severity,
            title=title,
            basis=basis,
            explanation=explanation,
            body=body,
            passing=passing,
            failing=failing,
            silence=silence,
            aspect=aspect,
        )
        return body

    return register


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the house, by id: the modules of ``services.validator.rules`` and the obligations."""
    importlib.import_module("services.validator.obligations")
    package = importlib.import_module("services.validator.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"services.validator.rules.{module.name}")
    return tuple(_RULES[identifier] for identifier in sorted(_RULES))
