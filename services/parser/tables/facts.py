"""Cells → ``Fact``s: dimensions of table, line and column put together; values in base units."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from schemas.place import Place
from schemas.report import Fact, Kind, Measure, Phase
from schemas.trusted import trusted
from services.parser.tables.columns import OWN_MONEY, Setting
from services.parser.tables.figures import MONEY, Figure
from services.parser.tables.meaning import Dimensions

_fact = trusted(Fact)

_PERCENT = {"%": 0, "‰": -1}
_RATES = ("growth", "share", "completion")


@dataclass(slots=True)
class Draft:
    """A number on its way to a fact. ``apart`` are words that tell its line and column from others of the same dimensions."""

    id: str
    figure: Figure
    text: str
    place: Place
    confidence: float
    dimensions: Dimensions
    apart: tuple[str, ...] = ()


def merged(setting: Setting, concept: str, *parts: Dimensions) -> Dimensions:
    """Dimensions of table, side, line and column; the later part decides, items are put together."""
    found = {**setting.defaults, "concept": concept}
    items = [found.pop("item", None)]
    for part in parts:
        items.append(part.get("item"))
        found.update({key: value for key, value in part.items() if key != "item"})
    named = [item for item in items if item]
    if named:
        found["item"] = "·".join(dict.fromkeys(named))
    if found["concept"].split(".")[0] in OWN_MONEY:
        found.pop("nature", None)
        if not any("fund" in part for part in parts):
            found.pop("fund", None)
    return found


def tell_apart(drafts: list[Draft]) -> None:
    """Give different numbers of the same dimensions an ``item`` that tells their lines or columns apart.

    Two bodies under one code, a project listed twice: without it they would read as one fact stated twice, and differently.
    """
    groups: dict[tuple[tuple[str, str], ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[tuple(sorted(draft.dimensions.items()))].append(draft)
    for group in groups.values():
        if len({draft.figure.value for draft in group}) < 2:
            continue
        shared = Counter(word for draft in group for word in set(draft.apart))
        for number, draft in enumerate(group, 1):
            words = next((word for word in draft.apart if shared[word] == 1), None)
            item = draft.dimensions.get("item")
            draft.dimensions["item"] = "·".join(part for part in (item, words or (f"#{number}" if number > 1 else None)) if part)
            if not draft.dimensions["item"]:
                del draft.dimensions["item"]


def fact(draft: Draft, setting: Setting) -> Fact | None:
    """The fact; null where the unit of its money is not known."""
    dims, figure = draft.dimensions, draft.figure
    measure = dims.get("measure", "amount")
    printed = figure.unit
    scale = 0
    if printed in _PERCENT:
        unit, scale = "percent", _PERCENT[printed]
        measure = measure if measure in (*_RATES, "score") else "other"
    elif measure in _RATES:
        unit = "percent"
    elif measure in ("count", "score") or (printed is not None and printed not in MONEY):
        unit = printed or dims.get("unit") or ("分" if measure == "score" else "pure")
        measure = "count" if measure == "amount" else measure
        if unit in ("平方米", "㎡", "分钟", "小时", "天"):
            measure = "other"
    elif measure == "other":
        unit = dims.get("unit") or "pure"
    else:
        money = printed or (dims["unit"] if dims.get("unit") in MONEY else setting.unit)
        if money not in MONEY:
            return None
        unit, scale = "CNY", MONEY[money]
    phase, year = _period(dims, setting)
    return _fact(
        id=draft.id,
        concept=dims["concept"],
        measure=Measure(measure),
        fund=dims.get("fund", "all"),
        nature=dims.get("nature", "total"),
        function=dims.get("function"),
        economy=dims.get("economy"),
        item=dims.get("item"),
        base=dims.get("base"),
        phase=phase,
        year=year,
        value=figure.value.scaleb(scale) if scale else figure.value,
        unit=unit,
        scale=scale,
        decimals=figure.decimals - scale,
        text=draft.text,
        place=draft.place,
        source="table",
        confidence=draft.confidence,
    )


def _period(dims: Dimensions, setting: Setting) -> tuple[Phase | None, int | None]:
    year = setting.year
    named = dims.get("year")
    if named == "previous":
        year = year - 1 if year else None
    elif named:
        year = int(named)
    phase = Phase(dims["phase"]) if "phase" in dims else setting.phase
    if phase is Phase.EXECUTION and setting.document is Kind.FINAL_ACCOUNTS:
        phase = Phase.FINAL
    return phase, year
