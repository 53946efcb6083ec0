"""The validator's core: a report in, its validation and discrepancies out. Pure, linear, no broker in sight."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from schemas.report import Report
from schemas.trusted import trusted
from schemas.validation import Check, Discrepancy, Obligation, Outcome, Severity, Validation
from services.validator.config import Config
from services.validator.coverage import coverage
from services.validator.engine import Run, run
from services.validator.registry import Rule, rules
from services.validator.reporting import discrepancies
from services.validator.results import NotApplicable, NotChecked, Passed
from services.validator.rules.blank_form import BLANK_FORM, is_blank
from services.validator.view import View

_checked = trusted(Check)
_WORST = (Outcome.FAILED, Outcome.NOT_CHECKED, Outcome.ROUNDING, Outcome.PASSED, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Result:
    """What checking one report comes to."""

    validation: Validation
    discrepancies: tuple[Discrepancy, ...]


def check(
    report: Report, *, config: Config | None = None, only: tuple[Rule, ...] | None = None, view: View | None = None
) -> Result:
    """Check every number of a report against every other that should agree. ``only`` restricts the rules (their tests);
    ``view`` is the report's, where the caller needs it too."""
    config = config or Config()
    view = view or View(report)
    chosen = checked_rules(view, only)
    outcome = run(view, chosen, config)
    found: list[Discrepancy] = []
    owner: dict[int, str] = {}
    for discrepancy, indexes in discrepancies(view, outcome, config):
        found.append(discrepancy)
        owner.update(dict.fromkeys(indexes, discrepancy.discrepancy_id))
    checks = _checks(outcome, owner, found)
    count = {severity: sum(item.severity is severity for item in found) for severity in Severity}
    validation = Validation(
        report_id=report.report_id,
        document=report.document,
        identity=report.identity,
        url=report.url,
        ruleset=ruleset(chosen, config),
        checks=checks,
        obligations=_obligations(chosen, checks),
        coverage=coverage(view, outcome),
        settings=config.settings,
        discrepancies=tuple(item.discrepancy_id for item in found),
        errors=count[Severity.ERROR],
        warnings=count[Severity.WARNING],
        roundings=count[Severity.ROUNDING],
    )
    return Result(validation, tuple(found))


def checked_rules(view: View, only: tuple[Rule, ...] | None = None) -> tuple[Rule, ...]:
    """The rules that a report is checked by: of an unfilled form nothing else is asked."""
    chosen = rules() if only is None else only
    return tuple(rule for rule in chosen if rule.id == BLANK_FORM) if is_blank(view) else chosen


def ruleset(chosen: tuple[Rule, ...], config: Config) -> str:
    """Names the rules, their versions and what is switched off or lowered: two equal names are the same set of rules."""
    listed = ",".join(
        [
            *(f"{rule.id}/{rule.version}" for rule in chosen),
            *(f"{setting.rule}={setting.change}" for setting in config.settings),
        ]
    )
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def _checks(outcome: Run, owner: dict[int, str], found: list[Discrepancy]) -> tuple[Check, ...]:
    checks: list[Check] = []
    for index, judged in enumerate(outcome.judged):
        checks.append(
            _checked(
                rule=judged.rule.id,
                outcome=judged.decision.outcome,
                subject=judged.relation.subject,
                reason=judged.decision.reason,
                facts=judged.numbers,
                discrepancy=owner.get(index),
            )
        )
    by_rule = iter(item for item in found[len(found) - len(outcome.findings) :])
    for rule, finding in outcome.findings:
        item = next(by_rule)
        checks.append(
            _checked(
                rule=rule.id,
                outcome=Outcome.ROUNDING if item.severity is Severity.ROUNDING else Outcome.FAILED,
                subject=finding.subject,
                facts=finding.facts,
                discrepancy=item.discrepancy_id,
            )
        )
    for rule, settled in outcome.settled:
        if isinstance(settled, Passed):
            checks.append(_checked(rule=rule.id, outcome=Outcome.PASSED, subject=settled.subject, facts=settled.facts))
        elif isinstance(settled, NotApplicable):
            checks.append(_checked(rule=rule.id, outcome=Outcome.NOT_APPLICABLE, subject=settled.subject, reason=settled.reason))
        elif isinstance(settled, NotChecked):
            checks.append(
                _checked(
                    rule=rule.id, outcome=Outcome.NOT_CHECKED, subject=settled.subject, reason=settled.reason, facts=settled.facts
                )
            )
    for rule, silence, reason in outcome.silent:
        checks.append(_checked(rule=rule.id, outcome=silence, reason=reason))
    return tuple(checks)


def _obligations(chosen: tuple[Rule, ...], checks: tuple[Check, ...]) -> tuple[Obligation, ...]:
    """An obligation's outcome is the worst of its checks."""
    by_rule: dict[str, list[Check]] = {rule.id: [] for rule in chosen if rule.aspect}
    for item in checks:
        if item.rule in by_rule:
            by_rule[item.rule].append(item)
    listed: list[Obligation] = []
    for rule in chosen:
        if rule.aspect and by_rule[rule.id]:
            worst = min(by_rule[rule.id], key=lambda item: _WORST.index(item.outcome))
            listed.append(
                Obligation(obligation=rule.id, aspect=rule.aspect, outcome=worst.outcome, reason=worst.reason, basis=rule.basis)
            )
    return tuple(listed)
