"""The productions: which sequences of tokens state what. A new pattern is a new production with an example.

A sentence's token kinds, one character each, are matched against the productions in order at every position; the first that
matches takes its tokens. Punctuation is part of the sequence (``/`` is 、).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.deferred import deferred
from services.parser.narrative.tokens import Token

_NAMES = {
    "money": "M",
    "percent": "P",
    "count": "C",
    "number": "N",
    "blank": "Q",
    "year": "Y",
    "base": "B",
    "direction": "D",
    "unchanged": "U",
    "comparison": "K",
    "share": "F",
    "completion": "X",
    "list": "L",
    "reason": "R",
    "text": "S",
    "mark": "G",
    "other": "Z",
    "comma": ",",
    "colon": ":",
    "pause": "/",
    "open": "(",
    "close": ")",
    "subject": "[SY]{0,9}",
    "amount": "[MCN]",
    "rate": "[PN]",
}
_WORD = re.compile(r"(?:(?P<group>[a-z][a-z0-9]*)=)?(?P<name>[a-z]+)(?P<many>[?+*]?)|(?P<raw>[()|?*+])")


@dataclass(frozen=True, slots=True)
class Production:
    """A pattern over token kinds, what it states, and a sentence that it reads."""

    states: str
    pattern: str
    example: str
    compiled: re.Pattern[str]
    needs: tuple[frozenset[str], ...]  # of each of these kinds a sentence has one, or the pattern is not in it


@dataclass(frozen=True, slots=True)
class Match:
    """The tokens that a production took; ``groups`` are those of its named places."""

    states: str
    tokens: Sequence[Token]
    groups: dict[str, Sequence[Token]]

    def one(self, group: str) -> Token | None:
        """The (first) token of a named place, null where it is empty."""
        found = self.groups.get(group, ())
        return found[0] if found else None


def _compile(pattern: str) -> re.Pattern[str]:
    """``subject=subject money`` → a regular expression over kinds with the named groups."""
    parts = []
    for word in _WORD.finditer(pattern):
        if word["raw"]:
            parts.append("(?:" if word["raw"] == "(" else word["raw"])
            continue
        kinds = _NAMES[word["name"]]
        kinds = f"(?:{kinds})" if len(kinds) > 1 else re.escape(kinds)
        parts.append(f"(?P<{word['group']}>{kinds}{word['many']})" if word["group"] else kinds + word["many"])
    return deferred("".join(parts))


def _production(states: str, pattern: str, example: str) -> Production:
    return Production(states, pattern, example, _compile(pattern), _needs(pattern))


def _needs(pattern: str) -> tuple[frozenset[str], ...]:
    """The kinds of its obligatory words: those outside brackets that may be missing themselves."""
    depth, needs = 0, list[frozenset[str]]()
    for word in _WORD.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(word["raw"] or "", 0)
        if word["name"] and not depth and word["name"] != "subject" and word["many"] not in ("?", "*"):
            needs.append(frozenset(_NAMES[word["name"]].strip("[]")))
    return tuple(needs)


PRODUCTIONS: tuple[Production, ...] = (
    _production(
        "distribution",
        "subject=text list=list (comma|colon)? amount pause amount (pause amount)*",
        "货物、工程、服务采购分别为1万元、2万元、3万元",
    ),
    _production(
        "completion",
        "base=base budget=money text? comma? subject=subject completion=completion of=subject rate=rate",
        "与年初预算8.00万元相比，完成年初预算的103.19%",
    ),
    _production(
        "changes",
        "(base=base comma?)? subject=subject (base2=base)? comma? direction=direction first=money pause second=money"
        " ((comma|pause)? text? direction2=direction rate=rate pause rate2=rate)?",
        "收入、支出总计各增加12.86万元、25.97万元，增长23.51%、38.28%",
    ),
    _production(
        "changes",
        "(base=base comma?)? subject=subject (base2=base)? comma? direction=direction first=number (pause|comma) second=money"
        " ((comma|pause)? text? direction2=direction rate=rate pause rate2=rate)?",
        "收、支总计各减少12.86、25.97万元，下降23.51%、38.28%",
    ),
    _production(
        "change",
        "subject=subject base=base text? before=money comma? direction=direction delta=amount"
        " ((comma|pause)? again=text? direction2=direction rate=rate)?",
        "比年初预算数8.00万元减少1.50万元",
    ),
    _production("change", "subject=subject base=base text? before=money comma? unchanged=unchanged", "与上年的8.00万元持平"),
    _production(
        "change", "subject=subject base=base text? before=money comma? direction=direction rate=percent", "较去年10.00万元下降30%"
    ),
    _production(
        "change",
        "(base=base comma?)? subject=subject (base2=base)? (comma)? direction=direction delta=money open again=text?"
        " direction2=direction rate=percent close",
        "增加65.21万元（增长4.26%）",
    ),
    _production(
        "change",
        "(base=base comma?)? subject=subject (base2=base)? (comma)? direction2=direction rate=percent open direction=direction"
        " delta=money close",
        "增长4.26%（增加65.21万元）",
    ),
    _production(
        "change",
        "(base=base comma?)? subject=subject (base2=base)? (comma)? direction=direction delta=amount"
        " ((comma|pause)? again=text? direction2=direction rate=rate)?",
        "与2018年相比，收、支总计各减少65.21万元，下降4.26%",
    ),
    _production(
        "change",
        "(base=base comma?)? subject=subject (base2=base)? (comma)? direction2=direction rate=percent comma direction=direction"
        " delta=money",
        "同比下降4.26%，减少65.21万元",
    ),
    _production(
        "change",
        "(base=base comma?)? subject=subject (base2=base)? (comma)? direction=direction rate=percent",
        "比2023年预算执行数减少57.14%",
    ),
    _production(
        "change", "(base=base comma?)? subject=subject (base2=base)? unchanged=unchanged", "公务接待费支出与上一年度持平"
    ),
    _production("share", "subject=subject share=share whole=subject rate=rate", "占本年支出合计的99.86%"),
    _production(
        "completion",
        "subject=subject completion=completion of=subject budget=money subject rate=percent",
        "完成预算8.00万元的50%",
    ),
    _production("completion", "subject=subject completion=completion of=subject rate=rate", "完成年初预算的103.19%"),
    _production("comparison", "left=subject comparison=comparison right=subject delta=money", "决算数大于年初预算数0.39万元"),
    _production("comparison", "left=subject comparison=comparison right=subject", "支出决算数大于年初预算数"),
    _production("value", "subject=subject colon amount=money", "公务接待费：2.00万元"),
    _production("value", "subject=subject amount=amount", "基本支出387.20万元"),
    _production("value", "subject=subject amount=percent", "群众满意率为90.17%"),
    _production("blank", "subject=subject amount=blank", "财政拨款收入XXX万元"),
    _production("list", "subject=subject list=list", "收入包括"),
    _production("reason", "subject=subject (base=base)? subject reason=reason", "决算数较上年增加的主要原因"),
)


@lru_cache(maxsize=4096)
def _possible(kinds: frozenset[str]) -> tuple[Production, ...]:
    """The productions that may match in a sentence of these kinds of tokens: a few of many."""
    return tuple(production for production in PRODUCTIONS if not any(map(kinds.isdisjoint, production.needs)))


def matches(tokens: Sequence[Token]) -> Iterator[Match | Token]:
    """A sentence read from left to right: the productions that match, and the tokens that none takes."""
    kinds = "".join(token.kind for token in tokens)
    productions = _possible(frozenset(kinds))
    at = 0
    while at < len(tokens):
        for production in productions:
            found = production.compiled.match(kinds, at)
            if found is not None and found.end() > at:
                groups = {
                    name: tokens[found.start(name) : found.end(name)]
                    for name in production.compiled.groupindex
                    if found.start(name) >= 0
                }
                yield Match(production.states, tokens[at : found.end()], groups)
                at = found.end()
                break
        else:
            yield tokens[at]
            at += 1
