"""What became of every number of a checked document: right, wrong, compared with a wrong one, or unchecked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemas.place import Evidence
from schemas.report import Fact, Report
from schemas.validation import Check, Discrepancy, Outcome, Severity, Validation

FATES = ("error", "warning", "rounding", "involved", "right", "unchecked")
"""Gravest first: the stated number of a discrepancy by its severity; compared with such a one in a relation that fails;
took part in a relation that holds; in none."""

_EXECUTED = (Outcome.PASSED, Outcome.FAILED, Outcome.ROUNDING)


@dataclass(frozen=True)
class Fates:
    """By fact id: its fate, and the indexes in ``Validation.checks`` of the relations it took part in. ``suspects`` are the
    facts that each discrepancy (by id) says are wrong."""

    fate: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[int]] = field(default_factory=dict)
    suspects: dict[str, list[str]] = field(default_factory=dict)


def fates(report: Report, validation: Validation, discrepancies: Iterable[Discrepancy]) -> Fates:
    """The fate of every fact that took part in a relation; one that is not named took part in none."""
    facts = {fact.id: fact for fact in report.facts}
    relations: dict[str, list[int]] = defaultdict(list)
    participants: dict[str, list[str]] = defaultdict(list)
    found: dict[str, set[str]] = defaultdict(set)
    for index, check in enumerate(validation.checks):
        for fact in check.facts:
            relations[fact].append(index)
            if check.outcome in _EXECUTED:
                found[fact].add("involved" if _broken(check) else "right")
        if check.discrepancy is not None:
            participants[check.discrepancy] += check.facts
    suspects = {}
    for each in discrepancies:
        members = [facts[fact] for fact in dict.fromkeys(participants[each.discrepancy_id]) if fact in facts]
        suspects[each.discrepancy_id] = [fact.id for fact in _suspects(each, members)]
        for suspect in suspects[each.discrepancy_id]:
            found[suspect].add(each.severity.value)
    return Fates({fact: min(known, key=FATES.index) for fact, known in found.items()}, relations, suspects)


def worst(known: Iterable[str]) -> str:
    """The gravest of several fates."""
    return min(known, key=FATES.index, default="unchecked")


def stands_at(fact: Fact, evidence: Evidence) -> bool:
    """Whether the evidence is of this number, or quotes the words in which it stands."""
    place = fact.place
    if place.table is not None or evidence.table is not None:
        return (place.table, place.row, place.column) == (evidence.table, evidence.row, evidence.column)
    if evidence.start is not None and evidence.end is not None and place.start is not None:
        return evidence.start <= place.start < evidence.end
    return "".join(fact.text.split()) in "".join(evidence.quote.split())


def _broken(check: Check) -> bool:
    return check.outcome is Outcome.FAILED


def _suspects(found: Discrepancy, members: list[Fact]) -> Iterator[Fact]:
    """The first evidence is the number that is wrong; where it quotes a whole sentence, ``stated`` says which in it.

    Roundings are of several numbers, one evidence each. A textual finding may be about words, and name no number.
    """
    if found.severity is Severity.ROUNDING:
        yield from (fact for fact in members if any(stands_at(fact, evidence) for evidence in found.evidence))
    elif found.evidence:
        stated = "".join((found.stated or "").split())
        near = [fact for fact in members if stands_at(fact, found.evidence[0])]
        yield from [fact for fact in near if "".join(fact.text.split()) in stated][:1] or near[:1]
