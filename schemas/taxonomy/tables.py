"""The kinds of statement tables (``tables.yaml``) and how their titles are recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.shipped import read_yaml
from schemas.taxonomy.concepts import squeeze

_DECORATION = re.compile(
    r"[(\[](?:续\d*|续表|.?表\d+|公开\d+表?|附?表?\d+)[)\]]|续表|\(续\)"
    r"|(?:公开|预算|部门预算)?\d+-?\d*表|附?表\d+-?\d*[:：]?"
)


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table. ``number`` and ``label`` are pairs: in final accounts, in a budget."""

    id: str
    label: tuple[str, str]
    number: tuple[int | None, int | None]
    all: tuple[str, ...]
    any: tuple[str, ...]
    none: tuple[str, ...]
    codes: str
    form: str
    concept: str
    fund: str
    nature: str
    item: str | None

    def names(self, title: str) -> bool:
        """Whether a squeezed title, freed of its decoration, is of this kind."""
        return (
            all(word in title for word in self.all)
            and (not self.any or any(word in title for word in self.any))
            and not any(word in title for word in self.none)
        )


@lru_cache(maxsize=1)
def table_kinds() -> dict[str, TableKind]:
    """All kinds by id, the special before the general."""
    raw: dict[str, dict[str, Any]] = read_yaml(Path(__file__).with_name("tables.yaml"))["kinds"]
    return {key: _kind(key, entry) for key, entry in raw.items()}


def plain_title(title: str) -> str:
    """A title as it is compared: squeezed, without ``（续）``, ``公开01表``, ``表3``, ``（表 7）``."""
    return _DECORATION.sub("", squeeze(title))


def kind_of_title(title: str) -> TableKind | None:
    """The kind that a title names; null when it names none."""
    words = plain_title(title)
    return next((kind for kind in table_kinds().values() if kind.names(words)), None)


def _kind(key: str, entry: dict[str, Any]) -> TableKind:
    title = {part: tuple(squeeze(word) for word in entry["title"].get(part, ())) for part in ("all", "any", "none")}
    final, budget = entry.get("number", (None, None))
    return TableKind(
        id=key,
        label=(entry["label"][0], entry["label"][1]),
        number=(final, budget),
        all=title["all"],
        any=title["any"],
        none=title["none"],
        codes=entry.get("codes", "none"),
        form=entry["form"],
        concept=entry.get("concept", "other"),
        fund=entry.get("fund", "all"),
        nature=entry.get("nature", "total"),
        item=entry.get("item"),
    )
