"""A cell's text → the number that it prints.

Only a cell that *is* a number counts: a number inside words is text. Accepted: thousands commas, a sign or accountants'
parentheses, a unit behind the number (``12.3万元``, ``95%``, ``3份``), a comparison before it (``≥95%``). Not accepted:
ranges, dates, wrongly grouped digits - such a cell is text, and counts as a number that could not be read when it consists
of nothing but digits and marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MONEY = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}
"""Printed unit of money → power of ten of a yuan."""

_FIGURE = re.compile(
    r"(?P<comparison>[≥≤><＝=]=?|约|不低于|不少于|不超过|不高于|大于等于|小于等于|大于|小于|达到)?"
    r"(?P<sign>[-−–—△▲+])?[¥$]?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?"
    r"(?P<unit>%|‰|[㎡²]|[A-Za-z]{1,4}|(?:/?[一-鿿㎡](?!\d)){1,8}(?:\([一-鿿]{1,4}\))?)?"
    r"(?:以上|以下|以内|左右)?"
)
_DIGIT = re.compile(r"\d")
_BRACKETED = re.compile(r"\((\d{1,3}(?:,\d{3})*\.\d+|\d{1,3}(?:,\d{3})+)\)")
_NUMERIC_MARKS = re.compile(r"[-−+(]?[\d,.]*\d[\d,.]*[%)]?")
BLANKS = frozenset(("", "-", "--", "---", "—", "——", "–", "−", "/", "\\", "无", "*", "…", "。。。", "......"))
"""Texts that stand for an empty cell."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number. ``unit`` is what stands behind it in the cell (``%``, ``万元``, ``人`` ...), null when nothing does."""

    value: Decimal
    decimals: int
    unit: str | None = None
    comparison: str | None = None
    grouped: bool = False

    @property
    def money_like(self) -> bool:
        """Whether it is printed as money is: with decimals, thousands commas, or a unit of money."""
        return self.decimals > 0 or self.grouped or self.unit in MONEY

    @property
    def ordinal_like(self) -> bool:
        """Whether it could be a line or column number: a bare small whole number."""
        return not self.money_like and self.unit is None and self.comparison is None and 0 < self.value < 200


def figure(words: str) -> Figure | None:
    """The number that squeezed ``words`` are; null for text and blanks."""
    if len(words) > 40 or not _DIGIT.search(words):
        return None
    negative = False
    bracketed = words[0] == "(" and _BRACKETED.fullmatch(words)
    if bracketed:
        words, negative = bracketed[1], True
    match = _FIGURE.fullmatch(words)
    if match is None:
        return None
    digits, fraction, unit = match["digits"], match["fraction"] or "", match["unit"]
    if unit is not None and unit[0] in "年月日号第" and unit[:2] not in ("年度",):
        return None
    value = Decimal(digits.replace(",", "") + fraction)
    if negative or (match["sign"] or "+") != "+":
        value = -value
    return Figure(value, max(len(fraction) - 1, 0), unit, match["comparison"], "," in digits)


def garbled(words: str) -> bool:
    """Whether a cell holds digits and marks only and is no number all the same (``1,46.43``, ``12.3.4``)."""
    return "." in words and _NUMERIC_MARKS.fullmatch(words) is not None and figure(words) is None
