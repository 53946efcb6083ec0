"""Whether totals close: the judge between competing readings of a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def closings(total: Sequence[Decimal | None], parts: Sequence[Sequence[Decimal | None]]) -> int:
    """In how many columns the parts add up to the total, allowing each printed number half a unit of its last digit.

    Blanks count as nothing; a column whose total is blank or zero proves nothing.
    """
    return sum(1 for column, whole in enumerate(total) if whole and _closes(whole, [part[column] for part in parts]))


def _closes(total: Decimal, parts: Sequence[Decimal | None]) -> bool:
    terms = [part for part in parts if part is not None]
    slack = sum((_half_unit(term) for term in (total, *terms)), Decimal(0))
    return bool(terms) and abs(total - sum(terms, Decimal(0))) <= slack


def _half_unit(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb(min(exponent if isinstance(exponent, int) else 0, 0) - 1)
