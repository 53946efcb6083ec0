"""The probable cause of a wrong number: named only when exactly one hypothesis fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.report import Fact, Measure
from schemas.validation import Text
from services.validator.arithmetic import span, total
from services.validator.culprits import Culprit
from services.validator.interval import Span
from services.validator.naming import name, stated
from services.validator.relations import Relation
from services.validator.view import View


class Hypothesis(StrEnum):
    """What may have happened."""

    UNIT = "unit"
    DECIMAL_POINT = "decimal-point"
    SIGN = "sign"
    WRONG_BASE = "wrong-base"
    TRANSPOSED = "transposed"
    DROPPED = "dropped-or-doubled-digit"
    LEFT_OUT = "left-out"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Cause:
    """A hypothesis that fits, in words."""

    hypothesis: Hypothesis
    text: Text


def diagnose(view: View, culprit: Culprit, relation: Relation) -> Cause | None:
    """The one cause that explains the number, or None where none does or several do. A factor of exactly ten thousand and
    the opposite sign are sure by themselves."""
    expected = culprit.expected
    if expected is None:
        return None
    causes: dict[Hypothesis, Cause] = {}
    for cause in _hypotheses(view, culprit.fact, expected, relation):
        causes.setdefault(cause.hypothesis, cause)
    sure = next((causes[each] for each in (Hypothesis.UNIT, Hypothesis.SIGN) if each in causes), None)
    return sure or (next(iter(causes.values())) if len(causes) == 1 else None)


def _hypotheses(view: View, fact: Fact, expected: Span, relation: Relation) -> Iterator[Cause]:
    yield from _scaled(fact, expected)
    if fact.measure in (Measure.CHANGE, Measure.GROWTH) and fact.value and span(fact).__mul__(Decimal(-1)).meets(expected):
        yield Cause(Hypothesis.SIGN, Text(zh="增减方向写反", en="the direction (increase or decrease) is the wrong way round"))
    yield from _digits(fact, expected)
    yield from _base(fact, relation)
    yield from _left_out(view, fact, expected, relation)
    yield from _copied(view, fact, expected)


def _scaled(fact: Fact, expected: Span) -> Iterator[Cause]:
    if not fact.value:
        return
    for power in (4, -4, 1, -1, 2, -2):
        hypothesis = Hypothesis.UNIT if abs(power) == 4 else Hypothesis.DECIMAL_POINT
        if hypothesis is Hypothesis.UNIT and fact.unit != "CNY":
            continue
        if Span.around(fact.value.scaleb(power), fact.half_width.scaleb(power)).meets(expected):
            if hypothesis is Hypothesis.UNIT:
                yield Cause(
                    hypothesis, Text(zh="元与万元混用（相差一万倍）", en="元 and 万元 confused (a factor of ten thousand)")
                )
            else:
                yield Cause(hypothesis, Text(zh="小数点错位或多、漏一位", en="the decimal point is misplaced"))


def _plain(fact: Fact) -> str:
    return "".join(character for character in fact.text if character.isdigit())


def _digits(fact: Fact, expected: Span) -> Iterator[Cause]:
    digits = _plain(fact)
    if len(digits) < 3:
        return

    wanted = (expected if fact.value >= 0 else expected * Decimal(-1)).widened(fact.half_width)
    least, most = wanted.low.scaleb(fact.decimals), wanted.high.scaleb(fact.decimals)

    def fits(candidate: str) -> bool:
        return least <= int(candidate) <= most

    swapped = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1)} - {digits}
    if any(fits(candidate) for candidate in swapped):
        yield Cause(Hypothesis.TRANSPOSED, Text(zh="相邻两位数字颠倒", en="two neighbouring digits are transposed"))
    shorter = {digits[:at] + digits[at + 1 :] for at in range(len(digits))} - {digits[:-1]}
    longer = {digits[:at] + digit + digits[at:] for at in range(len(digits)) for digit in "0123456789"} - {digits + "0"}
    if any(fits(candidate) for candidate in shorter | longer if candidate.strip("0")):
        yield Cause(Hypothesis.DROPPED, Text(zh="多写或漏写一位数字", en="a digit is dropped or doubled"))


def _base(fact: Fact, relation: Relation) -> Iterator[Cause]:
    """A growth rate measured against this year's value instead of last year's; a quotient the wrong way round."""
    if not relation.base or not relation.left or relation.left[0].fact.id != fact.id:
        return
    change, base = total(relation.right), total(relation.base)
    if fact.measure is Measure.GROWTH:
        wrong = (change * relation.percent).over(base + change)
        if wrong is not None and wrong.meets(span(fact)):
            yield Cause(
                Hypothesis.WRONG_BASE,
                Text(zh="以本年数而非上年数为基数计算", en="computed on this year's value instead of last year's"),
            )
    else:
        wrong = (base * relation.percent).over(change)
        if wrong is not None and wrong.meets(span(fact)):
            yield Cause(Hypothesis.WRONG_BASE, Text(zh="分子与分母颠倒", en="numerator and denominator are exchanged"))


def _left_out(view: View, fact: Fact, expected: Span, relation: Relation) -> Iterator[Cause]:
    """The difference equals one line: left out of a total, or counted twice."""
    if relation.base or len(relation.right) < 2 or relation.left[0].fact.id != fact.id:
        return
    gap = expected - span(fact)
    for term in relation.right:
        if term.fact.value and (span(term.fact).meets(gap) or span(term.fact).meets(gap * Decimal(-1))):
            yield Cause(
                Hypothesis.LEFT_OUT,
                Text(
                    zh=f"差额正好等于“{name(view, term.fact)}”{stated(term.fact)}，可能漏加或重复计算",
                    en=f"the difference equals “{name(view, term.fact)}” {stated(term.fact)}: left out or counted twice",
                ),
            )
            return


def _copied(view: View, fact: Fact, expected: Span) -> Iterator[Cause]:
    """Another line, fund or year of the same kind states exactly this number."""
    if not fact.value or len(_plain(fact).strip("0")) < 3:
        return
    sources = [
        other
        for other in view.by_value.get((fact.unit, abs(fact.value)), ())
        if other.id != fact.id and other.measure is fact.measure and _differs(other, fact) and not span(other).meets(expected)
    ]
    if (
        sources
        and len({(other.concept, other.fund, other.nature, other.function, other.economy, other.item) for other in sources}) == 1
    ):
        source = sources[0]
        yield Cause(
            Hypothesis.COPIED,
            Text(
                zh=f"与“{name(view, source)}”{stated(source)}相同，可能误抄",
                en=f"the same as “{name(view, source)}” {stated(source)}: probably copied from there",
            ),
        )


def _differs(other: Fact, fact: Fact) -> bool:
    mine = (fact.concept, fact.fund, fact.nature, fact.function, fact.economy, fact.item, fact.year, fact.phase)
    return (other.concept, other.fund, other.nature, other.function, other.economy, other.item, other.year, other.phase) != mine
