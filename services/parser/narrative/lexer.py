"""Sentences → tokens: quantities told apart from dates, ordinals and other digits, and the words that relate them."""

from __future__ import annotations

import re
from decimal import Decimal

from services.parser.narrative.rules import rules
from services.parser.narrative.tokens import BEFORE, TEXT, Token

_SCALES = {None: 0, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_REMARK = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_SHORT_REMARK = 6
_HEAD = re.compile(
    r"\(?\d{1,3}\)?[.、](?!\d)|\(\d{1,2}\)|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|[①-⑳⑴-⒇]|第[一二三四五六七八九十]+部分"
)


def lex(text: str) -> list[Token]:
    """The tokens of a squeezed running text, in order, punctuation included; the number that it begins with is left out.

    A remark in brackets without a digit is part of a name when it is short (``公务用车购置（更新）``), else it is left out.
    """
    pattern = rules().pattern
    tokens: list[Token] = []
    at = start = match.end() if (match := _HEAD.match(text)) else 0

    def flush(end: int) -> None:
        if start < end and (piece := text[start:end].strip()):
            tokens.append(Token(TEXT, piece, start, end))

    while (match := pattern.search(text, at)) is not None:
        name = match.lastgroup or ""  # the rule's own group, the last of all
        remark = _REMARK.match(text, match.start()) if name == "open" else None
        if remark is not None and not any(character.isdigit() or character in "Xx×" for character in remark[0]):
            if len(remark[0]) - 2 > _SHORT_REMARK and not remark[0].endswith(("类)", "款)", "项)")):
                flush(match.start())
                start = remark.end()
            at = remark.end()
            continue
        if name == "pause" and start < match.start() and _in_name(text, match.start()):
            at = match.end()
            continue
        flush(match.start())
        start = at = match.end()
        token = _token(name, match)
        if token.kind:
            tokens.append(token)
    flush(len(text))
    return tokens


def _in_name(text: str, at: int) -> bool:
    """Is this 、 inside words (收、支总计) rather than between two amounts?"""
    return not text[at - 1].isdigit() and text[at - 1] not in "元%)" and not text[at + 1 : at + 2].isdigit()


def _token(name: str, match: re.Match[str]) -> Token:
    known = rules()
    kind, text, start, end = known.kinds[name], match[0], match.start(), match.end()
    if name in ("money", "percent", "count", "number"):
        printed = match["m"] or match["p"] or match["c"] or match["n"]
        value = Decimal(printed.replace(",", "").replace(" ", ""))
        decimals = -int(value.as_tuple().exponent)
        if name == "money":
            scale = _SCALES[match["ms"] or match["mg"]]
            return Token(kind, text, start, end, value, scale, decimals, "CNY", guessed=bool(match["mg"]))
        if name == "count":
            return Token(kind, text, start, end, value, _SCALES[match["cs"]], decimals, match["cu"])
        if name == "percent":
            return Token(kind, text, start, end, value, -1 if text.endswith("‰") else 0, decimals, "percent")
        return Token(kind, text, start, end, value, 0, decimals)
    if name == "year":
        return Token(kind, text, start, end, year=int(re.findall(r"\d{4}", text)[-1]))
    if name == "before":
        return Token(kind, text, start, end, year=BEFORE)
    if name == "base":
        if "口径" in text or "不可比" in text:  # what it is measured against is a figure that is printed nowhere
            return Token(kind, text, start, end)
        digits = re.search(r"\d{4}", text)
        return Token(kind, text, start, end, sense=match["of"], year=int(digits[0]) if digits else None)
    if name == "direction":
        return Token(kind, text, start, end, sense=known.senses[match["d"]])
    if name == "comparison":
        return Token(kind, text, start, end, sense=known.senses[match["k"]])
    return Token(kind, text, start, end)
