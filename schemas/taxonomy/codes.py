"""Functional and economic codes by fiscal year (``functions.yaml``, ``economy.yaml``).

The recorded lists are not complete: a code or name that is not recorded is unknown, never wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.shipped import read_yaml
from schemas.taxonomy.concepts import squeeze

_AFFIXES = re.compile(r"^其中[:：]?|^(?:[一二三四五六七八九十]+、|\d{1,2}[.、]|\([一二三四五六七八九十\d]+\))|\([类款项]\)$")

BETWEEN = r"[\s\-‐-―－·•./→>_]*(?:\d{2,7}(?!\d))?"
"""A pattern: what may stand between the levels of a subject's path, 类-款-项: a dash or other mark, the next code."""


LEVELS = {"类": 3, "款": 5, "项": 7}
"""The levels of a functional code, and the digits that a code of each has."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A code's name from ``first`` to ``last`` (fiscal years, inclusive; null is open) and where that is known from."""

    code: str
    name: str
    first: int | None
    last: int | None
    source: str

    def valid(self, year: int | None) -> bool:
        """Whether the entry holds in ``year``; every entry holds where the year is unknown."""
        return year is None or ((self.first is None or self.first <= year) and (self.last is None or year <= self.last))


def normal_name(words: str) -> str:
    """A code's name as it is compared: squeezed, without numbering (``八、``), ``其中`` and a trailing ``（类）``."""
    words = squeeze(words)
    shorter = _AFFIXES.sub("", words)
    return words if shorter == words else _AFFIXES.sub("", shorter)


def above(code: str) -> str:
    """The code of the level above, empty for a class.

    >>> above("2080505"), above("20805"), above("208")
    ('20805', '208', '')
    """
    return code[: max((digits for digits in LEVELS.values() if digits < len(code)), default=0)]


class Codes:
    """One classification. Lookups take the fiscal year; without it, or where that year has no entry, the newest name counts."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_code: dict[str, list[Entry]] = defaultdict(list)
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._by_code[entry.code].append(entry)
            self._by_name[normal_name(entry.name)].append(entry)

    def names(self, code: str) -> tuple[Entry, ...]:
        """All recorded names of a code; empty when it is unknown."""
        return tuple(self._by_code.get(code, ()))

    def name(self, code: str, year: int | None = None) -> str | None:
        """The code's name in that year, null when the code is unknown or not recorded for that year."""
        valid = [entry for entry in self._by_code.get(code, ()) if entry.valid(year)]
        return max(valid, key=lambda entry: entry.first or 0).name if valid else None

    def code(self, name: str, year: int | None = None, *, digits: int | None = None, under: str = "") -> str | None:
        """The one code that bears this name: of ``digits`` digits and beginning with ``under`` where given.

        A name of that year is preferred; else the name of another year counts (documents keep old names). ``支出`` at the
        end may be missing. Null when no code or more than one fits.
        """
        words = normal_name(name)
        for spelling in (words, words + "支出", words.removesuffix("支出")):
            found = [
                entry
                for entry in self._by_name.get(spelling, ())
                if entry.code.startswith(under) and (digits is None or len(entry.code) == digits)
            ]
            codes = {entry.code for entry in found if entry.valid(year)} or {entry.code for entry in found}
            if codes:
                return codes.pop() if len(codes) == 1 else None
        return None


@lru_cache(maxsize=1)
def functions() -> Codes:
    """The functional classification: 类 3, 款 5, 项 7 digits."""
    return _load("functions.yaml")


@lru_cache(maxsize=1)
def economy() -> Codes:
    """The economic classifications: of departmental budgets (3xx) and of the government budget (5xx); 类 3, 款 5 digits."""
    return _load("economy.yaml")


def _load(name: str) -> Codes:
    groups: list[dict[str, Any]] = read_yaml(Path(__file__).with_name(name))
    entries = []
    for group in groups:
        pairs = [line.split(maxsplit=1) for line in group.get("names", "").splitlines()]
        suffixes = [line.split(maxsplit=1) for line in group.get("suffixes", "").splitlines()]
        pairs += [[code + suffix, words] for code in group.get("under", "").split() for suffix, words in suffixes]
        entries += [Entry(code, words, group.get("from"), group.get("to"), group["source"]) for code, words in pairs]
    return Codes(entries)
