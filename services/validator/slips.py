"""Whether one printed number may be a slip of another: of one digit, of two neighbours, of the decimal point or the unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP

from schemas.report import Fact


def slip(fact: Fact, other: Fact) -> bool:
    """The digits of the two differ by one digit more, less or changed, by two neighbouring digits exchanged, or, leading
    and trailing zeros apart, not at all (then the decimal point or the unit is what differs)."""
    a, b = _digits(fact), _digits(other)
    if _near(a, b) or _near(a.strip("0"), b.strip("0")):
        return True
    coarse = min(fact.decimals, other.decimals)  # 9,300,437元 beside 390.04万元: a slip of what the finer one rounds to
    return fact.decimals != other.decimals and _near(_rounded(fact, coarse), _rounded(other, coarse))


def _near(a: str, b: str) -> bool:
    if a == b:
        return True
    if len(a) == len(b):
        differing = [at for at in range(len(a)) if a[at] != b[at]]
        first = differing[0]
        return len(differing) == 1 or (differing == [first, first + 1] and a[first] == b[first + 1] and a[first + 1] == b[first])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _rounded(fact: Fact, decimals: int) -> str:
    return str(abs(int(fact.value.scaleb(decimals).to_integral_value(ROUND_HALF_UP))))


def _digits(fact: Fact) -> str:
    return "".join(str(int(character)) for character in fact.text if character.isdecimal())
