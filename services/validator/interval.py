"""Interval arithmetic over decimals, as XBRL Calculations 1.1 uses it.

A printed number stands for the closed interval of half a unit of its last displayed digit around it. A relation is
inconsistent only if the two sides' intervals do not meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from schemas.validation import Interval

ZERO = Decimal(0)
FAR = Decimal("1e20")
"""Beyond every amount: the open end of an inequality."""


@dataclass(slots=True)  # not frozen, for speed; nobody changes one
class Span:
    """A closed interval ``[low, high]``; ``low <= high``."""

    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, value: Decimal, half_width: Decimal) -> Span:
        return cls(value - half_width, value + half_width)

    @classmethod
    def exactly(cls, value: Decimal) -> Span:
        return cls(value, value)

    @property
    def centre(self) -> Decimal:
        return (self.low + self.high) / 2

    @property
    def likely(self) -> Decimal:
        """The centre; of an interval with an open end, the other end."""
        return self.low if self.high >= FAR else self.high if self.low <= -FAR else self.centre

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __mul__(self, factor: Decimal) -> Span:
        a, b = self.low * factor, self.high * factor
        return Span(min(a, b), max(a, b))

    def times(self, other: Span) -> Span:
        corners = (self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high)
        return Span(min(corners), max(corners))

    def over(self, other: Span) -> Span | None:
        """The quotient, or None where the divisor can be zero."""
        if other.low <= 0 <= other.high:
            return None
        corners = (self.low / other.low, self.low / other.high, self.high / other.low, self.high / other.high)
        return Span(min(corners), max(corners))

    def widened(self, margin: Decimal) -> Span:
        return Span(self.low - margin, self.high + margin)

    def meets(self, other: Span) -> bool:
        return self.low <= other.high and other.low <= self.high

    def above(self, other: Span) -> bool:
        """Every value of this one exceeds every value of the other."""
        return self.low > other.high

    def contains(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    def published(self) -> Interval:
        return Interval(low=self.low, high=self.high)
