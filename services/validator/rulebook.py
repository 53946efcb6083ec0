"""The file in which a user says which rules are switched off or lowered, for all documents or for those of one source.

    rules:
      text.doubled: {run: false, reason: the house style of the city}
    sources:
      qinghe:
        claim.*: {severity: warning, reason: rates are of the budget, as its notes say}

A reason is never empty; the validation of every report repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from schemas.validation import Severity
from services.runtime.configuration import Location, Section, load
from services.validator.across import ACROSS
from services.validator.config import Config
from services.validator.registry import rules


class Entry(Section):
    """What is done to a rule: it is not run, or its findings are ``severity`` at most."""

    run: Literal[False] | None = None
    severity: Severity | None = None
    reason: str = Field(pattern=r"\S", description="why; never empty")

    @field_validator("severity")
    @classmethod
    def _lower(cls, severity: Severity | None) -> Severity | None:
        if severity is Severity.ERROR:
            raise ValueError("a severity is lowered, to 'warning' or 'rounding', never raised")
        return severity

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.run is None) == (self.severity is None):
            raise ValueError("beside its reason a rule has either run: false or severity: warning or rounding")
        return self


class Rulebook(Section):
    """``rules`` are for every document, ``sources`` for those of one source, by its id. A key is a rule's id, or several rules'
    (``text.*``); a later entry of the same part wins over an earlier one, a source's over one for all."""

    rules: dict[str, Entry] = {}
    sources: dict[str, dict[str, Entry]] = {}

    def config(self, source: str | None = None) -> Config:
        """What holds for a document of ``source``."""
        entries: dict[str, Entry] = {}
        for part in (self.rules, self.sources.get(source or "", {})):
            for pattern, entry in part.items():
                entries |= dict.fromkeys(matching(pattern), entry)
        return Config(
            off={rule: entry.reason for rule, entry in entries.items() if entry.severity is None},
            lowered={rule: (entry.severity, entry.reason) for rule, entry in entries.items() if entry.severity is not None},
        )


EVERY_RULE = Rulebook()
"""Nothing switched off, nothing lowered."""


def load_rulebook(path: Path) -> Rulebook:
    """The rulebook in a file. Raises ConfigurationError with every mistake and its line."""
    return load(path, Rulebook, _unknown)


def matching(pattern: str) -> list[str]:
    """The ids of the rules that a pattern names: an id, or one with ``*``."""
    return [identifier for identifier in _known() if fnmatchcase(identifier, pattern)]


def no_such_rule(pattern: str) -> str:
    """What to say of a pattern that names no rule."""
    near = get_close_matches(pattern, _known(), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "gouji rules lists them"
    return f"there is no rule {pattern!r}; {hint}"


@cache
def _known() -> list[str]:
    return [*(rule.id for rule in rules()), *(rule.id for rule in ACROSS)]


def _unknown(book: Rulebook) -> Iterator[tuple[Location, str]]:
    parts: list[tuple[Location, Mapping[str, Entry]]] = [(("rules",), book.rules)]
    parts += [(("sources", source), entries) for source, entries in book.sources.items()]
    for where, entries in parts:
        for pattern in entries:
            if not matching(pattern):
                yield (*where, pattern), no_such_rule(pattern)
