"""The engine: run the rules, decide the relations, and gather what is broken into one finding per cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemas.validation import Outcome, Severity
from services.validator.arithmetic import Decision, decide, facts
from services.validator.config import Config
from services.validator.culprits import Culprit, culprits
from services.validator.registry import Result, Rule
from services.validator.relations import Relation
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.view import View


@dataclass(frozen=True, slots=True)
class Judged:
    """A relation with its rule, severity and decision."""

    rule: Rule
    relation: Relation
    severity: Severity
    decision: Decision


@dataclass(frozen=True, slots=True)
class Cluster:
    """The broken relations that one culprit explains, the gravest rule's first."""

    culprit: Culprit
    relations: tuple[int, ...]
    severity: Severity


@dataclass(slots=True)
class Run:
    """All that a run of the rules came to."""

    judged: list[Judged] = field(default_factory=list)
    findings: list[tuple[Rule, Finding]] = field(default_factory=list)
    settled: list[tuple[Rule, Passed | NotApplicable | NotChecked]] = field(default_factory=list)
    silent: list[tuple[Rule, Outcome, str | None]] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    roundings: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def run(view: View, rules: Iterable[Rule], config: Config) -> Run:
    """Run the rules over a report. Linear in what they yield, but for the few broken relations."""
    result = Run()
    for rule in rules:
        if rule.id in config.off:
            result.silent.append((rule, Outcome.NOT_CHECKED, f"switched off: {config.off[rule.id]}"))
            continue
        _collect(result, rule, view, config)
    _try(result.judged)
    _cluster(result)
    return result


_ENOUGH = 2


def _try(judged: list[Judged]) -> None:
    """A reading of a table's structure that most of its own relations contradict is not a basis for any of them, unless
    one number in all of them may be what is wrong."""
    trials: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(judged):
        if item.relation.trial is not None and item.decision.outcome in (Outcome.FAILED, Outcome.PASSED, Outcome.ROUNDING):
            trials[item.relation.trial].append(index)
    for indexes in trials.values():
        failed = [index for index in indexes if judged[index].decision.outcome is Outcome.FAILED]
        if len(failed) < _ENOUGH or 2 * len(failed) <= len(indexes):
            continue
        if set.intersection(*({fact.id for fact in facts(judged[index].relation)} for index in failed)):
            continue
        for index in failed:
            item = judged[index]
            decision = replace(item.decision, outcome=Outcome.NOT_CHECKED, reason="most relations of this reading fail")
            judged[index] = replace(item, decision=decision)


def _collect(result: Run, rule: Rule, view: View, config: Config) -> None:
    silent = True
    for item in _yields(rule, view):
        silent = False
        if isinstance(item, Relation):
            severity = config.severity(rule.id, item.severity or rule.severity)
            result.judged.append(Judged(rule, item, severity, decide(item)))
        elif isinstance(item, Finding):
            result.findings.append((rule, item))
        else:
            result.settled.append((rule, item))
    if silent:
        result.silent.append((rule, rule.silence, None))


def _yields(rule: Rule, view: View) -> Iterator[Result]:
    """What the rule yields. A rule with a defect is not checked, and says so; the other rules still run."""
    try:
        yield from rule.body(view)
    except Exception as error:
        yield NotChecked(f"defect in the rule: {type(error).__name__}: {error}")


def _cluster(result: Run) -> None:
    relations = [judged.relation for judged in result.judged]
    for severity in (Severity.ERROR, Severity.WARNING):
        broken = [index for index, judged in enumerate(result.judged)
                  if judged.decision.outcome is Outcome.FAILED and judged.severity is severity]  # fmt: skip
        known = {cluster.culprit.fact.id: at for at, cluster in enumerate(result.clusters)}
        for index in list(broken):
            at = next((known[fact.id] for fact in facts(relations[index]) if fact.id in known), None)
            if at is not None:
                cluster = result.clusters[at]
                result.clusters[at] = Cluster(cluster.culprit, (*cluster.relations, index), cluster.severity)
                broken.remove(index)
        for culprit in culprits(relations, broken):
            result.clusters.append(Cluster(culprit, culprit.relations, severity))
    result.roundings = _roundings(result.judged)


def _roundings(judged: Sequence[Judged]) -> dict[tuple[str, str], list[int]]:
    """Indexes of rounding relations by (rule, group); those declared broken but only of severity rounding too."""
    grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, item in enumerate(judged):
        outcome = item.decision.outcome
        if outcome is Outcome.ROUNDING or (outcome is Outcome.FAILED and item.severity is Severity.ROUNDING):
            grouped[item.rule.id, item.relation.group or item.relation.subject].append(index)
    return dict(grouped)
