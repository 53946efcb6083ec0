"""The numbers that Word puts before paragraphs by itself: 一、 （二） 3. - they are in no text, and the outline needs them."""

from __future__ import annotations

import re
from collections.abc import Callable

from services.parser.readers.package import Element, attribute, child, local, whole

_DIGITS = "零一二三四五六七八九"
Level = tuple[int, str, str, bool]
"""Where a level of a list begins to count, its number format, its text, and whether it writes all numbers in digits."""

_PLAIN: Level = (1, "decimal", "", True)
_LEVEL = re.compile(r"%([1-9])")


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 105 → 一百零五; beyond 999 in digits."""
    if not 0 < number < 1000:
        return str(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    text = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        text += letters * (number // value)
        number %= value
    return text


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26)


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": chinese,
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if number <= 20 else str(number),
    "decimalEnclosedCircleChinese": lambda number: chr(0x2460 + number - 1) if number <= 20 else str(number),
    "decimalFullWidth": lambda number: str(number).translate({48 + k: 0xFF10 + k for k in range(10)}),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
}
"""``w:numFmt`` → how it writes a number; others (bullets) write nothing."""


class Numbering:
    """Counts the numbered paragraphs of a document as they come."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, Level]] = {}  # by list id
        self._lists: dict[str, str] = {}  # list id → id of the definition that it counts by
        self._counts: dict[str, list[int]] = {}
        if root is None:
            return
        definitions = {attribute(item, "abstractNumId"): _levels(item) for item in root if local(item) == "abstractNum"}
        for item in root:
            used = child(item, "abstractNumId")
            if local(item) == "num" and used is not None:
                identity, definition = attribute(item, "numId") or "", attribute(used, "val") or ""
                own = {level: value for level, value in _overrides(item).items() if value}
                self._levels[identity] = {**definitions.get(definition, {}), **own}
                self._lists[identity] = f"{definition} {identity}" if child(item, "lvlOverride") is not None else definition

    def label(self, identity: str, level: int) -> str:
        """The number of the next paragraph of a list."""
        levels = self._levels.get(identity, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._lists[identity], [0] * 9)
        start, form, text, legal = levels[level]
        counts[level] = max(start, counts[level] + 1) if counts[level] else start
        counts[level + 1 :] = [0] * (8 - level)
        if form not in FORMATS:
            return ""

        def number(match: re.Match[str]) -> str:
            above = int(match[1]) - 1
            first, its_form, _, _ = levels.get(above, _PLAIN)
            return str(counts[above] or first) if legal else FORMATS.get(its_form, str)(counts[above] or first)

        return _LEVEL.sub(number, text)


def _levels(definition: Element) -> dict[int, Level]:
    return {whole(attribute(item, "ilvl"), 0, 8): _level(item) for item in definition if local(item) == "lvl"}


def _level(item: Element) -> Level:
    start, form, text = child(item, "start"), child(item, "numFmt"), child(item, "lvlText")
    return (
        whole(attribute(start, "val"), 1, 10_000) if start is not None else 1,
        (attribute(form, "val") or "decimal") if form is not None else "decimal",
        (attribute(text, "val") or "") if text is not None else "",
        child(item, "isLgl") is not None,
    )


def _overrides(item: Element) -> dict[int, Level | None]:
    overrides = {}
    for override in item:
        level = child(override, "lvl")
        if local(override) == "lvlOverride":
            overrides[whole(attribute(override, "ilvl"), 0, 8)] = None if level is None else _level(level)
    return overrides
