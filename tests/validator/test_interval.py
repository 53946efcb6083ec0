"""Intervals: XBRL Calculations 1.1."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.validator.interval import Span

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)
halves = st.sampled_from([Decimal("0.005"), Decimal("0.5"), Decimal(50), Decimal(0)])


@given(amounts, halves, amounts, halves)
def test_a_sum_contains_the_sum_of_any_two_values(a: Decimal, x: Decimal, b: Decimal, y: Decimal) -> None:
    total = Span.around(a, x) + Span.around(b, y)
    assert total.contains(a + b) and total.contains(a + x + b - y)
    assert (total - Span.around(b, y)).contains(a)


@given(amounts, halves, amounts, halves)
def test_two_spans_meet_exactly_if_they_share_a_value(a: Decimal, x: Decimal, b: Decimal, y: Decimal) -> None:
    one, other = Span.around(a, x), Span.around(b, y)
    assert one.meets(other) == (abs(a - b) <= x + y) == other.meets(one)
    assert one.above(other) == (a - b > x + y)


@given(amounts, amounts.filter(lambda value: abs(value) > 1))
def test_a_quotient_contains_the_quotient(a: Decimal, b: Decimal) -> None:
    half = Decimal("0.005")
    result = Span.around(a, half).over(Span.around(b, half))
    assert result is not None and result.low <= a / b <= result.high


def test_a_divisor_that_can_be_zero_has_no_quotient() -> None:
    assert Span.exactly(Decimal(1)).over(Span.around(Decimal(0), Decimal("0.005"))) is None
