"""The engine: run the rules, decide the relations, and gather what is broken into one finding per cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemas.validation import Outcome, Severity
from services.validator.arithmetic import Decision, decide
from services.validator.config import Config
from services.validator.culprits import Culprit, culprits
from services.validator.registry import Result, Rule
from services.validator.relations import Relation
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.view import View


@dataclass(slots=True)
class Judged:
    """A relation with its rule, severity and decision; ``numbers`` are the ids of the facts that take part."""

    rule: Rule
    relation: Relation
    severity: Severity
    decision: Decision
    numbers: tuple[str, ...]


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
    _follow_from_signs(result)
    return result


_ENOUGH = 2
_MISREAD = Decision(Outcome.NOT_CHECKED, "most relations of this reading fail")


def _try(judged: list[Judged]) -> None:
    """A reading of a table's structure that most of its own relations contradict is not a basis for any of them, unless
    one number in all of them may be what is wrong."""
    trials: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(judged):
        if item.decision.outcome is Outcome.FAILED and item.relation.trial is not None:
            trials[item.relation.trial].append(index)
    if not trials:
        return
    held = Counter(item.relation.trial for item in judged if item.decision.outcome in (Outcome.PASSED, Outcome.ROUNDING))
    for trial, failed in trials.items():
        if len(failed) < _ENOUGH or len(failed) <= held[trial]:
            continue
        if set.intersection(*(set(judged[index].numbers) for index in failed)):
            continue
        for index in failed:
            item = judged[index]
            judged[index] = replace(item, decision=_MISREAD)


def _collect(result: Run, rule: Rule, view: View, config: Config) -> None:
    silent = True
    for item in _yields(rule, view):
        silent = False
        if isinstance(item, Relation):
            severity = config.severity(rule.id, item.severity or rule.severity)
            numbers = tuple(dict.fromkeys([term.fact.id for term in item.left + item.right + item.base]))
            result.judged.append(Judged(rule, item, severity, decide(item), numbers))
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
    numbers = [judged.numbers for judged in result.judged]
    failed = [index for index, judged in enumerate(result.judged) if judged.decision.outcome is Outcome.FAILED]
    for severity in (Severity.ERROR, Severity.WARNING):
        broken = [index for index in failed if result.judged[index].severity is severity]
        known = {cluster.culprit.fact.id: at for at, cluster in enumerate(result.clusters)}
        for index in list(broken):
            at = next((known[number] for number in result.judged[index].numbers if number in known), None)
            if at is not None:
                cluster = result.clusters[at]
                result.clusters[at] = Cluster(cluster.culprit, (*cluster.relations, index), cluster.severity)
                broken.remove(index)
        for culprit in culprits(relations, broken, numbers):
            result.clusters.append(Cluster(culprit, culprit.relations, severity))
    result.roundings = _roundings(result.judged)


def _follow_from_signs(result: Run) -> None:
    """Findings about a direction that is reported as the wrong way round itself are no news: one cause, one finding."""
    turned = {
        cluster.culprit.fact.id
        for cluster in result.clusters
        if cluster.culprit.expected is not None and cluster.culprit.expected.likely * cluster.culprit.fact.value < 0
    }
    findings, result.findings = result.findings, []
    for rule, finding in findings:
        if turned.isdisjoint(finding.direction_of):
            result.findings.append((rule, finding))
        else:
            result.settled.append((rule, NotChecked("the direction itself is reported as wrong", finding.subject)))


def _roundings(judged: Sequence[Judged]) -> dict[tuple[str, str], list[int]]:
    """Indexes of rounding relations by (rule, group); those declared broken but only of severity rounding too."""
    grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, item in enumerate(judged):
        outcome = item.decision.outcome
        if outcome is Outcome.ROUNDING or (outcome is Outcome.FAILED and item.severity is Severity.ROUNDING):
            grouped[item.rule.id, item.relation.group or item.relation.subject].append(index)
    return dict(grouped)
