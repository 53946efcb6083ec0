"""What must be said in a disclosure (``vocabulary/obligations.yaml``), where it must stand, and what of it a document lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from schemas.place import Evidence
from schemas.report import Kind, SectionKind
from schemas.validation import Text
from services.validator.prose import BESIDE, Prose, prose
from services.validator.view import View
from services.validator.vocabulary import words


@dataclass(frozen=True, slots=True)
class Demand:
    """An explanation that must be given: the entry of the YAML, its patterns compiled."""

    name: str
    title: Text
    aspect: str
    kinds: tuple[Kind, ...]
    first_year: int
    where: re.Pattern[str] | None
    only: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    what: tuple[re.Pattern[str], ...]
    outside_glossary: bool
    example: str
    lacking: str | None

    def applies(self, view: View) -> bool:
        """Whether it is asked of a document of this kind and year."""
        return view.identity.kind in self.kinds and (view.identity.fiscal_year or 9999) >= self.first_year


def _entry(name: str, entry: dict[str, Any]) -> Demand:
    def compiled(key: str) -> re.Pattern[str] | None:
        return re.compile(entry[key]) if key in entry else None

    return Demand(
        name=name,
        title=Text(**entry["title"]),
        aspect=entry["aspect"],
        kinds=tuple(Kind(kind) for kind in entry.get("kinds", Kind)),
        first_year=entry.get("from", 0),
        where=compiled("where"),
        only=compiled("only"),
        unless=compiled("unless"),
        what=tuple(re.compile(pattern) for pattern in entry["what"]),
        outside_glossary=entry.get("outside_glossary", False),
        example=entry["example"],
        lacking=entry.get("lacking"),
    )


DEMANDS = tuple(_entry(name, entry) for name, entry in words("obligations")["explanations"].items())
_FRAME = (SectionKind.CONTENTS, SectionKind.COVER)
_MOST = 5


def unmet(view: View) -> tuple[Demand, ...]:
    """The demands on the whole document that apply and that it does not meet anywhere."""
    anywhere, outside_glossary = _but(view, _FRAME), _but(view, (*_FRAME, SectionKind.GLOSSARY))
    return tuple(
        demand
        for demand in DEMANDS
        if demand.where is None
        and demand.applies(view)
        and not all(pattern.search(outside_glossary if demand.outside_glossary else anywhere) for pattern in demand.what)
    )


def is_excerpt(view: View) -> bool:
    """Whether most of what every disclosure says is missing: then a part of one was read, not one whose writer forgot it."""
    return len(view.once(unmet)) >= _MOST


def _but(view: View, skipped: tuple[SectionKind, ...]) -> str:
    text = prose(view)
    return "\n".join([line for line, part in zip(text.lines, text.parts, strict=True) if part not in skipped])


def paragraphs(text: Prose, demand: Demand) -> list[int]:
    """The paragraphs in which the demand is to be met: the sections that it names, else the paragraphs that do."""
    assert demand.where is not None
    found: dict[int, None] = {}
    for first, section in text.headings.items():
        if text.parts[first] not in BESIDE and demand.where.search(text.lines[first][:60]):
            found |= dict.fromkeys(range(section.first, section.last))
    if not found:
        found = {index: None for index in text.body if demand.where.search(text.lines[index])}
    return sorted(found)


def evidence(view: View, text: Prose, demand: Demand, lines: list[int]) -> tuple[Evidence, ...]:
    """The sentence that makes the demand apply, else the section's heading and what follows it."""
    if demand.only is not None:
        for index in lines:
            match = demand.only.search(text.text, text.start(index), text.start(index) + len(text.lines[index]))
            if match is not None:
                return (text.evidence(view, *text.sentence(*match.span())),)
    return tuple(text.whole(view, index) for index in lines[:2])
