"""The dimensions of a table's columns, and what holds for the whole table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.report import Kind, Phase
from schemas.taxonomy.codes import economy
from schemas.taxonomy.tables import TableKind
from services.parser.tables.anatomy import Anatomy, Head, Side
from services.parser.tables.figures import MONEY
from services.parser.tables.meaning import TOTALS, Dimensions, meaning, plain_words

_AMOUNT = re.compile(r"(?:采购|项目|支出|购买|服务|申请|安排|资金|政府)*(?:金额|总额|资金|经费)")
OWN_MONEY = ("three_public", "agency_operating", "procurement", "service_purchase", "project", "performance", "asset", "staff")
"""Concepts that say by themselves whose money they are: ``fund=all``, ``nature=total`` (docs/facts.md)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every amount of a table unless its line or column says otherwise."""

    kind: TableKind | None
    document: Kind | None
    year: int | None
    unit: str | None  # of money, as printed or assumed
    fund: str | None = None  # whose money, where the title says more than the kind does

    @property
    def phase(self) -> Phase | None:
        if self.document is Kind.BUDGET:
            return Phase.INITIAL
        return Phase.FINAL if self.document is Kind.FINAL_ACCOUNTS else None

    @property
    def defaults(self) -> Dimensions:
        kind = self.kind
        if kind is None:
            return {"concept": "other"}
        found = {"concept": kind.concept}
        fund = self.fund if self.fund and kind.fund == "all" else kind.fund
        if fund != "all":
            found["fund"] = fund
        if kind.nature != "total":
            found["nature"] = kind.nature
        if kind.item:
            found["item"] = kind.item
        return found


def side_concept(side: Side, setting: Setting) -> str:
    """What the amounts of a side are of: ``收入`` and ``支出`` in its heading decide, else the table's kind."""
    kind = setting.kind
    if kind is not None and kind.concept not in ("income", "expenditure"):
        return kind.concept
    title = side.title
    if "收入" in title and "支出" not in title:
        return "income"
    if "支出" in title and "收入" not in title:
        return "expenditure"
    return kind.concept if kind is not None else "other"


def column_dimensions(anatomy: Anatomy, setting: Setting) -> dict[int, Dimensions]:
    """Per value column the dimensions that its header fixes."""
    found = {}
    for side in anatomy.sides:
        concept = side_concept(side, setting)
        columns = {head.index: _dimensions(head, side, setting) for head in side.values}
        if concept in ("income", "expenditure"):
            _grand_totals(side, columns, concept)
        if concept.split(".")[0] in OWN_MONEY and len({dims.get("fund") for dims in columns.values()}) < 2:
            for dims in columns.values():
                dims.pop("fund", None)  # one source for all is no distinction
        found.update(columns)
    return found


def _dimensions(head: Head, side: Side, setting: Setting) -> Dimensions:
    found: Dimensions = {}
    path = [word for word in head.path if word != side.title or len(head.path) == 1]
    for word in path:
        code = _economic_class(word, found.get("economy"), setting)
        if code:
            found["economy"] = code
            continue
        part = meaning(word)
        if found.get("concept") == "three_public.vehicles" and "concept" not in part:
            plain = plain_words(word)
            part |= {"concept": "three_public.vehicle_purchase"} if plain.startswith("购置") else {}
            part |= {"concept": "three_public.vehicle_running"} if plain.startswith(("运行", "维护")) else {}
        found |= part
    if "unit" in found and found["unit"] not in MONEY and found.get("measure") != "count":
        found.update(_counted(found["unit"], found))
    leaf = plain_words(path[-1]) if path else ""
    if found.get("measure") in ("change", "growth"):
        found.pop("year", None)  # a change is of this year, whatever years its heading names
        found.pop("phase", None)
    if "数量" in leaf or "单价" in leaf:
        found = {"item": leaf, "measure": "count" if "数量" in leaf else "amount"}
    elif not found and leaf and leaf not in TOTALS and not _AMOUNT.fullmatch(leaf):
        found["item"] = leaf
    return found


def _economic_class(word: str, above: str | None, setting: Setting) -> str | None:
    """The economic code that a heading names: a class, or under the heading of its class one of its items."""
    if setting.kind is None or setting.kind.concept != "expenditure" or word in TOTALS:
        return None
    if above:
        return economy().code(word, setting.year, digits=5, under=above[:3])
    return None if plain_words(word).startswith("其他") else economy().code(word, setting.year, digits=3, under="3")


def _counted(unit: str, found: Dimensions) -> Dimensions:
    if unit in ("%", "‰"):
        return {"measure": found.get("measure", "share")}
    return {"measure": "count"} if unit in ("人", "辆", "个", "次", "批次", "人次", "台", "套", "件", "户", "批") else {}


def _grand_totals(side: Side, columns: dict[int, Dimensions], concept: str) -> None:
    """A bare 合计 beside a column of balances includes them: it is the grand total."""
    if not any(dims.get("concept", "").endswith("_balance") for dims in columns.values()):
        return
    for head in side.values:
        dims = columns[head.index]
        outer = len(head.path) == 1 or all(word in TOTALS or not meaning(word) for word in head.path)
        if head.path and head.path[-1] in TOTALS and not {"concept", "fund", "nature"} & set(dims) and outer:
            dims["concept"] = f"{concept}_total"
