"""Deciding one relation: both sides as intervals, whether they meet, and what a single number would have to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    """How a relation stands, and why where its outcome does not say it."""

    outcome: Outcome
    reason: str | None = None


_PASSED, _ROUNDING, _FAILED = Decision(Outcome.PASSED), Decision(Outcome.ROUNDING), Decision(Outcome.FAILED)


def span(fact: Fact) -> Span:
    """The closed interval that the printed number stands for."""
    value, half = fact.value, half_width(fact)
    return Span(value - half, value + half)


def half_width(fact: Fact) -> Decimal:
    """``Fact.half_width``; but nobody rounds half of 万元 away to print 0万元: a nought is good to 0.01万元 at least."""
    if fact.measure is Measure.COUNT and fact.exact:
        return ZERO
    half = _half(fact.decimals)
    return _NOUGHT if half > _NOUGHT and not fact.value and fact.unit == "CNY" else half


_NOUGHT = Decimal(50)


@cache
def _half(decimals: int) -> Decimal:
    return Decimal(5).scaleb(-decimals - 1)


def total(terms: Iterable[Term]) -> Span:
    centre, width = _added(terms)
    return Span(centre - width, centre + width)


def _added(terms: Iterable[Term]) -> tuple[Decimal, Decimal]:
    """The sum of the terms and half the width of its interval."""
    centre = width = ZERO
    for term in terms:
        fact = term.fact
        centre += fact.value if term.factor > 0 else -fact.value
        width += half_width(fact)
    return centre, width


def constant(relation: Relation) -> Span:
    """The right side without its base."""
    right = total(relation.right)
    return right + Span.exactly(relation.constant) if relation.constant else right


def facts(relation: Relation) -> list[Fact]:
    """Every number that takes part, the left side first."""
    return [term.fact for term in relation.left + relation.right + relation.base]


def decide(relation: Relation) -> Decision:
    """Intervals that meet are consistent: *passed* where the centres agree as far as printed, else *rounding*."""
    if not relation.base:
        off = _centre(relation.left) - _centre(relation.right) - relation.constant
        if not off and relation.operator in _WITH_EQUALITY:
            return _PASSED
        if relation.operator is Operator.EQ:
            return _equal(relation, abs(off))
        if (off > 0 and relation.operator in _MORE) or (off < 0 and relation.operator in _LESS):
            return _PASSED
    left = total(relation.left)
    right = constant(relation)
    if relation.base:
        base = total(relation.base)
        if base.centre == 0 and right.centre == 0:
            return _nothing_of_nothing(left)
        quotient = (right * relation.percent).over(base)
        if quotient is None:
            return Decision(Outcome.NOT_APPLICABLE, "zero base")
        right = quotient
    if _holds(left, right, relation.operator):
        return _PASSED
    if _truncated(relation, left, right):
        return Decision(Outcome.ROUNDING, "truncated")
    return _broken(relation)


_WITH_EQUALITY = frozenset({Operator.EQ, Operator.GE, Operator.LE})
_MORE = frozenset({Operator.GE, Operator.GT})
_LESS = frozenset({Operator.LE, Operator.LT})


def _centre(terms: Sequence[Term]) -> Decimal:
    """The sum of the terms as printed. Most relations hold to the last digit, and need no interval."""
    if len(terms) == 1 and terms[0].factor > 0:
        return terms[0].fact.value
    centre = ZERO
    for term in terms:
        centre += term.fact.value if term.factor > 0 else -term.fact.value
    return centre


def _equal(relation: Relation, off: Decimal) -> Decision:
    """An equation of sums that are ``off`` each other: their intervals meet where that is no more than both half widths;
    *passed* where it is no more than half a unit of the total, or of the coarser of two numbers. (A round part of a sum, 15万元
    among others with decimals, is mostly 15.00.)"""
    left, half = _added(relation.left)
    _, other = _added(relation.right)
    if off <= half + other:
        fine = relation.left + relation.right if len(relation.right) == 1 else relation.left
        return _PASSED if off <= max(half_width(term.fact) for term in fine) else _ROUNDING
    if _truncated(relation, Span.around(left, half), constant(relation)):
        return Decision(Outcome.ROUNDING, "truncated")
    return _broken(relation)


def _broken(relation: Relation) -> Decision:
    if any(fact.confidence < _SURE for fact in facts(relation)):
        return Decision(Outcome.NOT_CHECKED, "a number was read with low confidence")
    return _FAILED


def _nothing_of_nothing(left: Span) -> Decision:
    """0 of 0 is printed as 0% or 100% by convention; any other rate says nothing that could be checked."""
    conventional = left.contains(ZERO) or left.contains(Decimal(100))
    return Decision(Outcome.PASSED if conventional else Outcome.NOT_APPLICABLE, "0 of 0, by convention")


def _holds(left: Span, right: Span, operator: Operator) -> bool:
    if operator is Operator.EQ:
        return left.meets(right)
    if operator in (Operator.LE, Operator.LT):
        return not left.above(right) and (operator is Operator.LE or left.low < right.high)
    return not right.above(left) and (operator is Operator.GE or right.low < left.high)


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
    if relation.constant:
        r_rest += Span.exactly(relation.constant)
    if not relation.base:
        factor = l_x - r_x
        if factor == 0:
            return None
        apart = l_rest - r_rest if factor < 0 else r_rest - l_rest
        return _bounded(apart if factor in (1, -1) else apart * (Decimal(1) / abs(factor)), relation.operator, factor)
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
