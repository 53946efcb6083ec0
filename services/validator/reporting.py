"""From what the engine found to what is published: discrepancies with their proof in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from schemas.ids import discrepancy_id
from schemas.place import Evidence
from schemas.report import Fact, Report
from schemas.validation import Category, Discrepancy, Severity, Text
from services.validator.arithmetic import constant, facts, span, total
from services.validator.config import Config
from services.validator.culprits import Culprit
from services.validator.diagnosis import Cause, Hypothesis, diagnose
from services.validator.engine import Cluster, Judged, Run
from services.validator.naming import amount, bounds, directed, name, stated, unit
from services.validator.registry import Rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding
from services.validator.view import View

_MOST_QUOTES = 12
_CATEGORIES = {Hypothesis.UNIT: Category.UNIT, Hypothesis.SIGN: Category.WORDING_DIRECTION}


def discrepancies(view: View, run: Run, config: Config) -> Iterator[tuple[Discrepancy, tuple[int, ...]]]:
    """Every discrepancy with the indexes of the judged relations that it stands for, in a deterministic order."""
    subjects: Counter[tuple[str, str]] = Counter()

    def publish(rule: Rule, subject: str, **content: object) -> Discrepancy:
        subjects[rule.id, subject] += 1
        count = subjects[rule.id, subject]
        subject = subject if count == 1 else f"{subject}#{count}"
        return _discrepancy(view.report, rule, subject, content)

    for cluster in run.clusters:
        rule, subject, content = _broken(view, run.judged, cluster)
        yield publish(rule, subject, **content), cluster.relations
    for (_, group), indexes in run.roundings.items():
        rule = run.judged[indexes[0]].rule
        yield publish(rule, group, **_rounding(view, [run.judged[index] for index in indexes])), tuple(indexes)
    for rule, finding in run.findings:
        yield publish(rule, finding.subject, **_found(rule, finding, config)), ()


def _discrepancy(report: Report, rule: Rule, subject: str, content: dict[str, object]) -> Discrepancy:
    return Discrepancy.model_validate(
        {
            "discrepancy_id": discrepancy_id(report.report_id, rule.id, subject),
            "report_id": report.report_id,
            "document": report.document,
            "identity": report.identity,
            "url": report.url,
            "rule": rule.id,
            "rule_version": rule.version,
            "basis": rule.basis,
            "subject": subject,
            **content,
        }
    )


def _broken(view: View, judged: Sequence[Judged], cluster: Cluster) -> tuple[Rule, str, dict[str, object]]:
    culprit = cluster.culprit
    fact = culprit.fact
    main = _main(judged, cluster)
    cause = diagnose(view, culprit, main.relation)
    category = main.relation.category or main.rule.category
    if cause is not None:
        category = _CATEGORIES.get(cause.hypothesis, category)
    turned = cause is not None and cause.hypothesis is Hypothesis.SIGN
    return main.rule, main.relation.subject, {
        "category": category,
        "severity": cluster.severity,
        "stated": directed(fact.value, fact) if turned else stated(fact),
        "expected": _expected(cluster.culprit, main.relation, cause),
        "difference": None if culprit.expected is None else amount(fact.value - culprit.expected.likely, fact),
        "stated_interval": span(fact).published(),
        "expected_interval": None if culprit.expected is None else culprit.expected.published(),
        "message": _message(view, cluster, judged, cause),
        "cause": None if cause is None else cause.text,
        "broken": tuple(f"{judged[index].rule.id}: {judged[index].relation.subject}" for index in cluster.relations),
        "evidence": _evidence(view, [fact, *_participants(judged, cluster.relations)]),
    }  # fmt: skip


def _main(judged: Sequence[Judged], cluster: Cluster) -> Judged:
    """The relation that shows the culprit best: for a table's number the table's own arithmetic, for one of the text the
    table that contradicts it."""
    fact = cluster.culprit.fact

    def rank(index: int) -> tuple[bool, int]:
        item = judged[index]
        if fact.source == "table":
            return not item.rule.id.startswith("table."), index
        return not any(other.source == "table" for other in facts(item.relation)), index

    return judged[min(cluster.relations, key=rank)]


def _expected(culprit: Culprit, relation: Relation, cause: Cause | None) -> str | None:
    """What the number should be, as a reader would write it: with its direction word or its right unit where that is what
    is wrong, and with ≥ or ≤ where a list only sets a bound."""
    fact, wanted = culprit.fact, culprit.expected
    if wanted is None:
        return None
    if cause is not None and cause.hypothesis is Hypothesis.SIGN:
        return directed(wanted.likely, fact)
    if cause is not None and cause.hypothesis is Hypothesis.UNIT and fact.scale == 0:
        return stated(fact).removesuffix(unit(fact)) + "万元"
    if relation.operator in (Operator.GE, Operator.LE) and any(term.fact.id == fact.id for term in relation.left):
        return relation.operator + amount(constant(relation).centre, fact)
    return amount(wanted.likely, fact)


def _participants(judged: Sequence[Judged], indexes: Iterable[int]) -> Iterator[Fact]:
    """The left sides of all relations first, then what they are compared with."""
    for index in indexes:
        yield from (term.fact for term in judged[index].relation.left)
    for index in indexes:
        yield from facts(judged[index].relation)


def _evidence(view: View, numbers: Iterable[Fact]) -> tuple[Evidence, ...]:
    """Where the numbers stand, each place once: several may stand in one sentence."""
    seen: set[str] = set()
    found: dict[tuple[object, ...], Evidence] = {}
    for fact in numbers:
        if fact.id in seen:
            continue
        seen.add(fact.id)
        proof = view.fact_evidence(fact)
        found.setdefault((proof.quote, proof.page, proof.start, proof.table, proof.row, proof.column), proof)
        if len(found) == _MOST_QUOTES:
            break
    return tuple(found.values())


def _message(view: View, cluster: Cluster, judged: Sequence[Judged], cause: Cause | None) -> Text:
    fact, wanted = cluster.culprit.fact, cluster.culprit.expected
    main = _main(judged, cluster)
    expected = _expected(cluster.culprit, main.relation, cause)
    sides = equation(view, main.relation)
    what, printed = name(view, fact), stated(fact)
    more = len(cluster.relations) - 1
    zh = f"“{what}”载明{printed}，与“{main.rule.title.zh}”不符：{sides}"
    en = f"“{what}” is stated as {printed}, which breaks “{main.rule.title.en}”: {sides}"
    if wanted is not None:
        zh += f"；应为{expected}；所载区间{bounds(span(fact), fact)}与应有区间{bounds(wanted, fact)}不相交"
        en += f"; expected {expected}; the stated interval {bounds(span(fact), fact)}"
        en += f" and the expected interval {bounds(wanted, fact)} do not meet"
    if more:
        zh += f"；改正此数可同时满足另外{more}个关系"
        en += f"; putting this number right mends {more} more relation{'s' if more > 1 else ''}"
    if cause is not None:
        zh += f"；可能原因：{cause.text.zh}"
        en += f"; probable cause: {cause.text.en}"
    if main.relation.note is not None:
        zh += f"；{main.relation.note.zh}"
        en += f"; {main.relation.note.en}"
    return Text(zh=zh + "。", en=en + ".")


def equation(view: View, relation: Relation) -> str:
    """The relation with its printed numbers: ``12.00万元 = 7.00万元 + 4.00万元 (11.00)``."""
    left = _sum(relation.left)
    if relation.base:
        right = f"{_sum(relation.right)} ÷ {_sum(relation.base)}"
        if len(relation.right) > 1 or len(relation.base) > 1:
            right = f"({_sum(relation.right)}) ÷ ({_sum(relation.base)})"
        value = (total(relation.right) * relation.percent).over(total(relation.base))
    else:
        right = _sum(relation.right) or str(relation.constant)
        value = constant(relation)
    like = relation.left[0].fact
    result = "" if value is None or (not relation.base and len(relation.right) == 1) else f" = {amount(value.centre, like)}"
    negated = {"=": "≠", "≤": ">", "≥": "<", "<": "≥", ">": "≤"}[relation.operator]
    return f"{left} {negated} {right}{result}"


_MOST_TERMS = 14


def _sum(terms: Sequence[Term]) -> str:
    words = ""
    for term in terms[:_MOST_TERMS]:
        sign = "−" if term.factor < 0 else "+"
        words += stated(term.fact) if not words and term.factor > 0 else f"{' ' if words else ''}{sign} {stated(term.fact)}"
    return words + (f" + …（共{len(terms)}项）" if len(terms) > _MOST_TERMS else "")


def _rounding(view: View, items: Sequence[Judged]) -> dict[str, object]:
    lines = [equation(view, item.relation).replace(" ≠ ", " ≈ ") for item in items]
    shown = "；".join(lines[:5]) + (f"；…（共{len(lines)}处）" if len(lines) > 5 else "")
    first = items[0]
    return {
        "category": first.relation.category or first.rule.category,
        "severity": Severity.ROUNDING,
        "stated": stated(first.relation.left[0].fact),
        "message": Text(zh=f"仅因四舍五入而有差异：{shown}。", en=f"differs by rounding only: {shown}."),
        "broken": tuple(item.relation.subject for item in items),
        "evidence": _evidence(view, _unlike(items)),
    }


def _unlike(items: Sequence[Judged]) -> Iterator[Fact]:
    """The totals, and of two statements of one number the other one too."""
    for item in items:
        yield from (term.fact for term in item.relation.left)
    for item in items:
        if len(item.relation.right) == 1 and not item.relation.base:
            yield item.relation.right[0].fact


def _found(rule: Rule, finding: Finding, config: Config) -> dict[str, object]:
    return {
        "category": finding.category or rule.category,
        "severity": config.severity(rule.id, finding.severity or rule.severity),
        "stated": finding.stated,
        "expected": finding.expected,
        "message": finding.message,
        "cause": finding.cause,
        "evidence": finding.evidence,
    }
