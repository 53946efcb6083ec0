"""Ways to print a number wrongly: text in, text out. Every one differs from the number by more than rounding hides."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from decimal import Decimal

_NUMBER = re.compile(r"[-−－]?\d[\d,，]*(?:\.\d+)?")
_UNITS = (("万元", "元"), ("亿元", "万元"), ("元", "万元"))
_DIRECTIONS = {
    "增加": "减少", "减少": "增加", "增长": "下降", "下降": "增长", "上升": "下降", "提高": "下降", "降低": "增加",
    "大于": "小于", "小于": "大于", "高于": "低于", "低于": "高于", "多于": "少于", "少于": "多于", "等于": "大于",
}  # fmt: skip
DIRECTION = re.compile("|".join(_DIRECTIONS))


def number(text: str) -> tuple[str, str, str] | None:
    """What stands before the number in the text of a fact, the number, and what stands after it."""
    match = _NUMBER.search(text)
    return None if match is None else (text[: match.start()], match[0], text[match.end() :])


def value_of(printed: str) -> Decimal:
    """The number as printed."""
    return Decimal(re.sub("[,，]", "", printed).replace("−", "-").replace("－", "-"))


def decimals_of(printed: str) -> int:
    """How many digits stand after the point."""
    return len(printed.partition(".")[2])


def digit(printed: str, chance: random.Random) -> str | None:
    """Another digit in one place."""
    places = [at for at, character in enumerate(printed) if character.isdigit()]
    tries = [(at, str(other)) for at in places for other in range(10) if str(other) != printed[at]]
    chance.shuffle(tries)
    return next((slip for at, other in tries if _visible(printed, slip := printed[:at] + other + printed[at + 1 :])), None)


def transposed(printed: str, chance: random.Random) -> str | None:
    """Two neighbouring digits in the wrong order."""
    places = [at for at, character in enumerate(printed) if character.isdigit()]
    pairs = list(itertools.pairwise(places))
    chance.shuffle(pairs)
    for a, b in pairs:
        slip = printed[:a] + printed[b] + printed[a + 1 : b] + printed[a] + printed[b + 1 :]
        if _visible(printed, slip):
            return slip
    return None


def ten_times(printed: str, _: random.Random) -> str | None:
    """The decimal point one place to the right: a nought too many."""
    return _times(printed, 1)


def tenth(printed: str, _: random.Random) -> str | None:
    """The decimal point one place to the left: a digit lost before it."""
    return _times(printed, -1)


def _times(printed: str, power: int) -> str | None:
    value, decimals = value_of(printed).scaleb(power), decimals_of(printed)
    if not decimals and power < 0 and value != int(value):
        decimals = 1
    slip = in_words(value, decimals, grouped="," in printed or "，" in printed)
    return slip if _visible(printed, slip) else None


def in_words(value: Decimal, decimals: int, *, grouped: bool) -> str:
    """A number as it is printed."""
    return f"{value:{',' if grouped else ''}.{decimals}f}"


def other_unit(after: str) -> str | None:
    """What stands after a number, with 元 for 万元 or the other way round; None where it names no unit of money."""
    for unit, other in _UNITS:
        if unit in after:
            return after.replace(unit, other, 1)
    return None


def turned(word: str) -> str:
    """The opposite of a direction word."""
    return _DIRECTIONS[word]


def _visible(printed: str, slip: str) -> bool:
    """Whether the two numbers' intervals are apart: another leading nought, or one more in the last digit, is no mistake that
    could be told from rounding. What is nobody's way to print a number is no slip either."""
    coarsest = min(decimals_of(printed), decimals_of(slip))
    plain = slip.lstrip("-−－")
    noughts = len(plain) > 1 and plain[0] == "0" and plain[1] != "."
    return not noughts and abs(value_of(printed) - value_of(slip)) > Decimal(1).scaleb(-coarsest)


SLIPS: dict[str, Callable[[str, random.Random], str | None]] = {
    "digit": digit,
    "transposed": transposed,
    "ten times": ten_times,
    "a tenth": tenth,
}
"""Name → what it makes of a printed number; None where it makes nothing that is visibly another number."""
