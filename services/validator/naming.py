"""How a number is called and printed in messages, and the stable words that name it in a discrepancy's subject."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter

from schemas.report import Fact, Kind, Measure, Phase
from schemas.taxonomy.codes import Codes, economy, functions
from schemas.taxonomy.concepts import vocabulary
from services.validator.interval import FAR, Span
from services.validator.view import View

_MONEY = {0: "元", 3: "千元", 4: "万元", 6: "百万元", 8: "亿元"}
_PHASES = {Phase.INITIAL: "年初预算", Phase.FULL_YEAR: "全年预算", Phase.FINAL: "决算", Phase.EXECUTION: "执行数"}
_MEASURES = {Measure.CHANGE: "增减额", Measure.GROWTH: "增减率", Measure.SHARE: "占比", Measure.COMPLETION: "完成率"}


def unit(fact: Fact) -> str:
    """The unit as printed."""
    if fact.unit == "CNY":
        return _MONEY.get(fact.scale, "元")
    return "%" if fact.unit == "percent" else fact.unit


def stated(fact: Fact) -> str:
    """The number as printed, with its unit."""
    text = "".join(fact.text.split())
    return text + unit(fact) if text[-1:].isdigit() else text


def amount(value: Decimal, like: Fact) -> str:
    """A computed value in the unit and with the decimals of ``like``."""
    places = max(0, like.decimals + like.scale)
    return f"{value.scaleb(-like.scale):.{places}f}{unit(like)}"


def directed(value: Decimal, like: Fact) -> str:
    """A change in words: 增加 or 减少."""
    return ("减少" if value < 0 else "增加") + amount(abs(value), like)


def bounds(span: Span, like: Fact) -> str:
    """An interval in the unit of ``like``, two digits finer than it is printed."""
    places = max(0, like.decimals + like.scale) + 2
    low, high = (f"{value.scaleb(-like.scale):.{places}f}" if abs(value) < FAR else "…" for value in (span.low, span.high))
    return f"[{low}, {high}]{unit(like)}"


def name(view: View, fact: Fact) -> str:
    """What the number is a number of, for a reader: table, row and column, or the words of its dimensions."""
    where = view.line_of(fact)
    if where is not None:
        table, row, column = where
        parts = [table.title or f"表{table.index + 1}", row.label if row else "", "".join(column.header[-1:]) if column else ""]
        return "·".join(part.strip() for part in parts if part.strip())
    return meaning(fact, budget=view.identity.kind is Kind.BUDGET)


def meaning(fact: Fact, *, budget: bool = False) -> str:
    """The words of the dimensions. In a budget the figure of the year itself is called 预算数."""
    terms = vocabulary()
    concept = terms.concepts.get(fact.concept)
    divided = bool(fact.function or fact.economy or fact.nature != "total")
    phase = _PHASES.get(fact.phase, "") if fact.phase else ""
    words = [
        f"{fact.year}年" if fact.year else "",
        terms.funds[fact.fund].label if fact.fund in terms.funds and fact.fund != "all" else "",
        terms.natures[fact.nature].label if fact.nature in terms.natures and fact.nature != "total" else "",
        _code(functions(), fact.function, fact.year),
        _code(economy(), fact.economy, fact.year),
        fact.item or "",
        ""
        if concept is None or (divided and concept.id == "expenditure") or (fact.item and concept.id in _BY_ITEM)
        else concept.label,
        "预算数" if budget and fact.phase is Phase.INITIAL else phase,
        _MEASURES.get(fact.measure, ""),
    ]
    return "".join(words)


_BY_ITEM = ("other", "performance", "project", "asset", "staff")


def _code(codes: Codes, code: str | None, year: int | None) -> str:
    return f"{codes.name(code, year) or ''}（{code}）" if code else ""


def key(fact: Fact) -> str:
    """Stable words for a subject: the dimensions, without value and place, the year relative names left out."""
    return "|".join(["" if part is None else str(part) for part in _dimensions(fact)])


_dimensions = attrgetter("concept", "measure", "fund", "nature", "function", "economy", "item", "base", "phase", "year")
