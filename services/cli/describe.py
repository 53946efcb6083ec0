"""A fact in words: what it is a number of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from schemas.report import Fact, Measure
from schemas.taxonomy.codes import Codes, economy, functions
from schemas.taxonomy.concepts import Term, vocabulary
from services.cli.words import Words

_MONEY = {0: "元", 3: "千元", 4: "万元", 6: "百万元", 8: "亿元"}


def dimensions(fact: Fact, words: Words) -> dict[str, str]:
    """The dimensions that say something, by their names: what a reader is shown of a fact.

    Terms are Chinese; in English the ids of the vocabulary, which are English words, stand beside them.
    """
    terms = vocabulary()
    english = words["language"] == "en"

    def term(identifier: str, known: Mapping[str, Term]) -> str:
        label = known[identifier].label if identifier in known else ""
        return label if label and not english else f"{identifier} {label}".strip()

    shown = {
        "concept": term(fact.concept, terms.concepts),
        "measure": "" if fact.measure is Measure.AMOUNT else words[f"measure_{fact.measure}"],
        "item": fact.item or "",
        "fund": "" if fact.fund == "all" else term(fact.fund, terms.funds),
        "nature": "" if fact.nature == "total" else term(fact.nature, terms.natures),
        "function": _code(fact.function, functions(), fact.year),
        "economy": _code(fact.economy, economy(), fact.year),
        "phase": words[f"phase_{fact.phase}"] if fact.phase else "",
        "year": str(fact.year or ""),
        "base": words.get(f"base_{fact.base}", fact.base or ""),
        "value": value(fact),
        "confidence": "" if fact.confidence == 1 else f"{fact.confidence:.0%}",
    }
    return {words[f"fact_{name}"]: text for name, text in shown.items() if text}


def value(fact: Fact) -> str:
    """The value in the unit and with the decimals of the print."""
    if fact.unit == "CNY":
        number = fact.value.scaleb(-fact.scale)
        return f"{number:,.{max(0, fact.decimals + fact.scale)}f} {_MONEY.get(fact.scale, '元')}"
    number = fact.value.quantize(Decimal(1).scaleb(-fact.decimals)) if fact.decimals > 0 else fact.value
    return f"{number:,f}{'%' if fact.unit == 'percent' else ' ' + fact.unit}"


def _code(code: str | None, codes: Codes, year: int | None) -> str:
    """A code with its name in that year."""
    if code is None:
        return ""
    return f"{code} {codes.name(code, year) or ''}".strip() if year else code
