"""Whether one printed number may be a slip of another: of one digit, of two neighbours, of the decimal point or the unit."""

from __future__ import annotations

from schemas.report import Fact


def slip(fact: Fact, other: Fact) -> bool:
    """The digits of the two differ by one digit more, less or changed, by two neighbouring digits exchanged, or, leading
    and trailing zeros apart, not at all (then the decimal point or the unit is what differs)."""
    a, b = _digits(fact), _digits(other)
    return _near(a, b) or _near(a.strip("0"), b.strip("0"))


def _near(a: str, b: str) -> bool:
    if a == b:
        return True
    if len(a) == len(b):
        differing = [at for at in range(len(a)) if a[at] != b[at]]
        first = differing[0]
        return len(differing) == 1 or (differing == [first, first + 1] and a[first] == b[first + 1] and a[first + 1] == b[first])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _digits(fact: Fact) -> str:
    return "".join(character for character in fact.text if character.isdigit())
