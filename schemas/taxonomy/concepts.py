"""The terms of ``concepts.yaml``: concepts, funds and natures with the words that mean them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.shipped import read_yaml

_SQUEEZED = re.compile(r"[一-鿕0-9A-Za-z,.%()+/:=-]*")  # characters that are what they are compared as


class _Quotes(dict[int, int | None]):
    """Quotation marks are dropped; any other character, once met, is known to be itself: one look-up each."""

    def __missing__(self, code: int) -> int:
        self[code] = code
        return code


_QUOTES = _Quotes(dict.fromkeys(map(ord, "“”‘’\"'「」『』`*")))


def squeeze(words: str) -> str:
    """The form in which words are compared: compatibility characters folded, no white space, no quotation marks."""
    if _SQUEEZED.fullmatch(words):
        return words
    return _folded(words) if len(words) <= _SHORT else _folded.__wrapped__(words)


_SHORT = 64  # characters: the words of a table or a heading, which every document has again


@lru_cache(maxsize=4096)
def _folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).translate(_QUOTES).split())


@dataclass(frozen=True)
class Term:
    """A member of one of the three vocabularies; ``words`` are its label and aliases, squeezed.

    ``functions`` are the beginnings of the functional codes that only this fund pays for.
    """

    id: str
    label: str
    words: tuple[str, ...]
    functions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The terms of ``concepts.yaml`` by id; ``words`` gives for each vocabulary the id that squeezed words mean."""

    concepts: Mapping[str, Term]
    funds: Mapping[str, Term]
    natures: Mapping[str, Term]

    def words(self, axis: str) -> dict[str, str]:
        """Squeezed words → id of ``axis`` (``concepts``, ``funds`` or ``natures``)."""
        terms: Mapping[str, Term] = getattr(self, axis)
        return {word: term.id for term in terms.values() for word in term.words}

    def payer(self, function: str) -> str:
        """The one of the three budgets that pays for a functional code of 款 or 项: their codes are not the same."""
        special = (term.id for term in self.funds.values() if term.functions and function.startswith(term.functions))
        return next(special, "general")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The recorded terms."""
    raw = read_yaml(Path(__file__).with_name("concepts.yaml"))
    return Vocabulary(*(MappingProxyType(_terms(raw[axis])) for axis in ("concepts", "funds", "natures")))


def _terms(raw: dict[str, dict[str, Any]]) -> dict[str, Term]:
    return {
        key: Term(
            key,
            entry["label"],
            tuple(squeeze(word) for word in (entry["label"], *entry.get("aliases", ()))),
            tuple(map(str, entry.get("functions", ()))),
        )
        for key, entry in raw.items()
    }
