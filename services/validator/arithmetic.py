"""Deciding one relation: both sides as intervals, whether they meet, and what a single number would have to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from schemas.report import Fact, Measure
from schemas.validation import Outcome
from services.validator.interval import FAR, ZERO, Span
from services.validator.relations import Operator, Relation, Term

RATES = frozenset({Measure.GROWTH, Measure.SHARE, Measure.COMPLETION})
_SURE = 0.9  # below this confidence a number is never the sole basis of an error


@dataclass(frozen=True, slots=True)
class Decision:
    """How a relation stands: its outcome and what both sides come to. ``right`` is None where it is undefined."""

    outcome: Outcome
    left: Span
    right: Span | None
    reason: str | None = None


def span(fact: Fact) -> Span:
    """The closed interval that the printed number stands for."""
    value, half = fact.value, half_width(fact)
    return Span(value - half, value + half)


def half_width(fact: Fact) -> Decimal:
    """``Fact.half_width``; but nobody rounds half of 万元 away to print 0万元: a nought is good to 0.01万元 at least."""
    if fact.exact:
        return ZERO
    half = _half(fact.decimals)
    return min(half, _NOUGHT) if not fact.value and fact.unit == "CNY" else half


_NOUGHT = Decimal(50)


@cache
def _half(decimals: int) -> Decimal:
    return Decimal(5).scaleb(-decimals - 1)


def total(terms: Iterable[Term]) -> Span:
    centre = width = ZERO
    for term in terms:
        value = term.fact.value
        centre += value if term.factor > 0 else -value
        width += half_width(term.fact)
    return Span(centre - width, centre + width)


def constant(relation: Relation) -> Span:
    """The right side without its base."""
    return total(relation.right) + Span.exactly(relation.constant)


def facts(relation: Relation) -> Iterable[Fact]:
    """Every number that takes part, the left side first."""
    for terms in (relation.left, relation.right, relation.base):
        for term in terms:
            yield term.fact


def decide(relation: Relation) -> Decision:
    """Intervals that meet are consistent: *passed* where the centres agree as far as printed, else *rounding*."""
    left = total(relation.left)
    right: Span | None = constant(relation)
    assert right is not None
    if relation.base:
        base = total(relation.base)
        if base.centre == 0 and right.centre == 0:
            return _nothing_of_nothing(left)
        right = (right * relation.percent).over(base)
        if right is None:
            return Decision(Outcome.NOT_APPLICABLE, left, None, "zero base")
    if _holds(left, right, relation.operator):
        exact = relation.operator is not Operator.EQ or bool(relation.base) or _agree(relation, left, right)
        return Decision(Outcome.PASSED if exact else Outcome.ROUNDING, left, right)
    if _truncated(relation, left, right):
        return Decision(Outcome.ROUNDING, left, right, "truncated")
    if any(fact.confidence < _SURE for fact in facts(relation)):
        return Decision(Outcome.NOT_CHECKED, left, right, "a number was read with low confidence")
    return Decision(Outcome.FAILED, left, right)


def _nothing_of_nothing(left: Span) -> Decision:
    """0 of 0 is printed as 0% or 100% by convention; any other rate says nothing that could be checked."""
    conventional = left.contains(ZERO) or left.contains(Decimal(100))
    return Decision(Outcome.PASSED if conventional else Outcome.NOT_APPLICABLE, left, None, "0 of 0, by convention")


def _holds(left: Span, right: Span, operator: Operator) -> bool:
    if operator is Operator.EQ:
        return left.meets(right)
    if operator in (Operator.LE, Operator.LT):
        return not left.above(right) and (operator is Operator.LE or left.low < right.high)
    return not right.above(left) and (operator is Operator.GE or right.low < left.high)


def _agree(relation: Relation, left: Span, right: Span) -> bool:
    """The centres differ by no more than half a unit of the coarsest number."""
    return abs(left.centre - right.centre) <= max(half_width(fact) for fact in facts(relation))


def _truncated(relation: Relation, left: Span, right: Span) -> bool:
    """A rate printed without decimals may have been cut instead of rounded: one whole unit is allowed."""
    if relation.operator is not Operator.EQ or len(relation.left) != 1:
        return False
    stated = relation.left[0].fact
    return stated.measure in RATES and stated.decimals <= 0 and left.widened(stated.half_width).meets(right)


def solve(relation: Relation, fact: Fact) -> Span | None:
    """What ``fact`` would have to be for the relation to hold, all other numbers standing; None where nothing follows.

    The relation is ``L = R`` or ``L * B = percent * R`` with L, R, B linear in the number x: solved for x.
    """
    l_x, l_rest = _split(relation.left, fact)
    r_x, r_rest = _split(relation.right, fact)
    r_rest += Span.exactly(relation.constant)
    if not relation.base:
        factor = l_x - r_x
        return None if factor == 0 else _bounded((r_rest - l_rest) * (Decimal(1) / factor), relation.operator, factor)
    b_x, b_rest = _split(relation.base, fact)
    percent = relation.percent
    if l_x:
        return (r_rest * percent).over(b_rest) if not (r_x or b_x) else None
    divisor = l_rest * Decimal(b_x) - Span.exactly(percent * r_x)
    return (r_rest * percent - l_rest.times(b_rest)).over(divisor)


def _bounded(wanted: Span, operator: Operator, factor: int) -> Span:
    """An inequality leaves one side open."""
    if operator is Operator.EQ:
        return wanted
    below = (operator in (Operator.LE, Operator.LT)) == (factor > 0)
    return Span(-FAR, wanted.high) if below else Span(wanted.low, FAR)


def _split(terms: Iterable[Term], fact: Fact) -> tuple[int, Span]:
    """The factor of ``fact`` among the terms, and the sum of the others."""
    factor = 0
    others: list[Term] = []
    for term in terms:
        if term.fact.id == fact.id:
            factor += term.factor
        else:
            others.append(term)
    return factor, total(others)
