"""One cause, one finding: which number, put right, mends most of the broken relations.

For every number of a broken relation each relation that it takes part in says what it would have to be. The value that
satisfies most broken relations while breaking fewest sound ones is that number's best correction. The number with the
best correction is the culprit; its relations are settled; the rest goes on, and what was sound with the culprit as printed
speaks neither for nor against another number any more. Ties fall to the number that experience
trusts least: one that is off by 元 for 万元 or by its sign, then the stated result before its terms, a sentence before
a table, a rate or change before an amount, a single mention before a repeated one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.report import Fact, Measure
from services.validator.arithmetic import RATES, facts, solve
from services.validator.interval import Span
from services.validator.relations import Relation

_NEVER_NEGATIVE = (Measure.AMOUNT, Measure.COUNT, Measure.SHARE, Measure.COMPLETION)
"""Printed without a sign, these are not put right by one: the mistake is another number's."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """A number that breaks ``relations`` (indexes); ``expected`` is what it would have to be, if that follows."""

    fact: Fact
    relations: tuple[int, ...]
    expected: Span | None


def culprits(relations: Sequence[Relation], broken: Sequence[int], numbers: Sequence[tuple[str, ...]]) -> list[Culprit]:
    """The culprits of the broken relations, in document order of discovery; every broken relation belongs to one.

    ``numbers`` are the ids of the facts of each relation.
    """
    if not broken:
        return []
    touching: dict[str, list[int]] = defaultdict(list)
    by_id: dict[str, Fact] = {}
    suspects = {identifier for index in broken for identifier in numbers[index]}
    for index, taking_part in enumerate(numbers):
        if suspects.isdisjoint(taking_part):
            continue
        for fact in facts(relations[index]):
            if fact.id in suspects and (not touching[fact.id] or touching[fact.id][-1] != index):
                touching[fact.id].append(index)
                by_id[fact.id] = fact
    open_ = set(broken)
    best = {identifier: _correction(by_id[identifier], touching[identifier], relations, open_) for identifier in by_id}
    sound = set(range(len(relations))) - open_
    found: list[Culprit] = []
    while open_:
        chosen = max(
            best, key=lambda identifier: _rank(best[identifier], by_id[identifier], len(touching[identifier]), relations)
        )
        _, mended, expected = best[chosen]
        found.append(Culprit(by_id[chosen], tuple(sorted(mended)), expected))
        open_ -= mended
        void = {index for index in touching[chosen] if index in sound} if expected is not None else set()
        stale = {identifier for index in mended | void for identifier in numbers[index] if identifier in by_id}
        for identifier in stale:
            touching[identifier] = [index for index in touching[identifier] if index not in void]
            best[identifier] = _correction(by_id[identifier], touching[identifier], relations, open_)
        best = {identifier: value for identifier, value in best.items() if value[1]}
    return found


Correction = tuple[int, set[int], Span | None]  # score, broken relations mended, the value wanted


def _correction(fact: Fact, touching: Sequence[int], relations: Sequence[Relation], open_: set[int]) -> Correction:
    wanted = {index: value for index in touching if (value := solve(relations[index], fact)) is not None}
    mine = [index for index in touching if index in open_]
    fallback: Correction = (-len(touching), set(mine[:1]), None)
    best = fallback
    for anchor in mine:
        if anchor not in wanted:
            continue
        target = wanted[anchor]
        if target.high < 0 <= fact.value and fact.measure in _NEVER_NEGATIVE:
            continue
        meeting = {index for index, value in wanted.items() if value.meets(target)}
        mended = {index for index in mine if index in meeting}
        harmed = sum(1 for index in touching if index not in open_ and index not in meeting)
        candidate: Correction = (2 * len(mended) - 3 * harmed, mended, _common(target, [wanted[index] for index in mended]))
        if candidate[0] > best[0] or (candidate[0] == best[0] and len(mended) > len(best[1])):
            best = candidate
    return best


def _common(target: Span, others: Sequence[Span]) -> Span:
    """The part of the target that the others allow too, as far as they do."""
    low, high = target.low, target.high
    for other in others:
        if max(low, other.low) <= min(high, other.high):
            low, high = max(low, other.low), min(high, other.high)
    return Span(low, high)


def _rank(
    correction: Correction, fact: Fact, uses: int, relations: Sequence[Relation]
) -> tuple[int, int, int, bool, int, int, int, str]:
    score, mended, expected = correction
    leads = any(term.fact.id == fact.id for index in mended for term in relations[index].left)
    derived = 2 if fact.measure in RATES else 1 if fact.measure is Measure.CHANGE else 0
    sentence = 1 if fact.source == "narrative" else 0
    return score, _slip(fact, expected), len(mended), leads, sentence, derived, -uses, fact.id


def _slip(fact: Fact, expected: Span | None) -> int:
    """How plainly the correction is a slip: 3 where it is 万元 for a printed 元, 2 the reverse, 1 where a change goes the
    other way; nothing else explains a factor of ten thousand or of minus one."""
    if expected is None or not fact.value:
        return 0
    if fact.unit == "CNY":
        for power in (4, -4):
            if Span.around(fact.value.scaleb(power), fact.half_width.scaleb(power)).meets(expected):
                return 3 if power > 0 and fact.scale == 0 else 2
    change = fact.measure in (Measure.CHANGE, Measure.GROWTH)
    return 1 if change and Span.around(-fact.value, fact.half_width).meets(expected) else 0
