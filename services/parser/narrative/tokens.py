"""Tokens: the pieces of a sentence, each of a kind that is one character, so that a production can match their string."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

MONEY, PERCENT, COUNT, NUMBER, BLANK = "M", "P", "C", "N", "Q"
YEAR, BASE, DIRECTION, UNCHANGED, COMPARISON = "Y", "B", "D", "U", "K"
SHARE, COMPLETION, LIST, REASON, TEXT, MARK, OTHER = "F", "X", "L", "R", "S", "G", "Z"
BEFORE = -1
"""The year of 上年 as the name of an amount: the one before the document's."""

AMOUNTS = frozenset((MONEY, PERCENT, COUNT))
"""What counts as an amount, and is what the reading quality is measured by: money, percentages, counts with a unit."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a running text: its kind, words and span there.

    Quantities have ``value`` (as printed), ``scale`` (the power of ten to the base unit), ``decimals`` (displayed) and ``unit``
    (``CNY``, ``percent`` or what is counted); ``guessed`` marks a unit that is not printed. Direction and comparison words have
    their ``sense``, bases the words of what is compared with; years and bases have ``year``.
    """

    kind: str
    text: str
    start: int
    end: int
    value: Decimal | None = None
    scale: int = 0
    decimals: int = 0
    unit: str = ""
    sense: str | None = None
    year: int | None = None
    guessed: bool = False
