"""Sentences → tokens: quantities told apart from dates, ordinals, document numbers and other digits, and the words that relate them.

A token kind is one character, so that the grammar can match productions against the string of kinds. What counts as an
amount - the numbers that the reading quality is measured by - is ``AMOUNTS``: money, percentages and counts with a unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MONEY, PERCENT, COUNT, NUMBER, BLANK = "M", "P", "C", "N", "Q"
YEAR, BASE, DIRECTION, UNCHANGED, COMPARISON = "Y", "B", "D", "U", "K"
SHARE, COMPLETION, LIST, REASON, TEXT, MARK, OTHER = "F", "X", "L", "R", "S", "G", "Z"
AMOUNTS = frozenset((MONEY, PERCENT, COUNT))


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a running text: its kind, words and span there.

    Quantities have ``value`` (as printed), ``scale`` (the power of ten to the base unit), ``decimals`` (displayed) and ``unit``
    (``CNY``, ``percent`` or what is counted); ``guessed`` marks a unit that is not printed. Direction and comparison words have
    their ``sense``, bases too; years have ``year``.
    """

    kind: str
    text: str
    start: int
    end: int
    value: Decimal | None = None
    scale: int = 0
    decimals: int = 0
    unit: str = ""
    sense: str | None = None
    year: int | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """``words.yaml`` made ready."""

    pattern: re.Pattern[str]
    senses: dict[str, str]
    raw: dict[str, Any]


def _any(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=1)
def words() -> Words:
    """The recorded words, and the one pattern of all tokens made from them."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, in C where there is one
    directions = {word: sense for sense, group in raw["directions"].items() for word in group}
    comparisons = {word: sense for sense, group in raw["comparisons"].items() for word in group}
    direction = _any(list(directions))
    number = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    budget = r"(?:部门|财政拨款|支出|收入|当年|同期|度|预)*(?:年初|全年|调整后?)?(?:预算执行|预算安排|执行|决算|预算)数?"
    last = r"(?:上一年度?|上一?年度?|上一度|去年|上年同期|去年同期|以前年度|年初|(?:19|20)\d\d年?度?)"
    rules = [
        ("document", r"[\[〔【(]\d{4}[\]〕】)]第?\d*号?|第?\d+号(?!楼)"),
        ("phone", r"(?<!\d)0\d{2,3}[-—]\d{7,8}|(?<![\d.])1[3-9]\d{9}(?!\d)"),
        ("date", r"(?:19|20)\d\d[年./-]\d{1,2}[月./-]\d{1,2}日?|(?:(?:19|20)\d\d年)?\d{1,2}(?:[-—~至]\d{1,2})?月(?:\d{1,2}日|份|底|初|末)?"),
        ("base", rf"(?:与|比|较|同|和)(?P<of>{last}(?:{budget})?|(?:年初|全年|调整后?|年度)?预算数?(?!绩效)|决算数)(?:相比较|相比|比较|对比|比)?(?:同期)?"),
        ("year", r"(?:(?:19|20)\d\d)(?:-20\d\d)?年?度|(?:19|20)\d\d年|(?<!\d)20\d\d(?=部门|财政|一般)"),
        ("ordinal", r"第\d+(?:[-—至]\d+)?"),
        ("limit", rf"(?:单价|单位价值|单台|价值|原值|限额){number}(?:万|亿)?元(?:\(含\)|\(含{number}万元\)|及)?(?:以上|以下|以内)(?:\(含\))?(?:的)?"),
        ("blank", r"[Xx×]{2,}(?:\.[Xx×]+)?(?:万元|元|%|个|人次|批次|人|辆|台|分)?|_{2,}(?:万元|元|%)"),
        ("money", rf"(?P<m>{number})(?P<about>余|多)?(?:(?P<ms>万亿|亿|千万|百万|万|千|百)(?:余|多)?元|元(?!/)|(?P<mg>万|亿)(?=[,，;。、:)(]|$))"),
        ("percent", rf"(?P<p>{number})(?:%|‰)"),
        ("duration", rf"{number}(?:{_any(raw['not_units'])})|\d+[*×]\d+"),
        ("count", rf"(?P<c>{number})(?P<cs>万|亿)?(?:余|多)?(?P<cu>{_any(raw['units'])})"),
        ("code", r"(?<=[A-Za-z])[A-Za-z\d.-]*\d|\d+[A-Za-z]+\d*"),
        ("number", rf"(?P<n>{number})"),
        ("unchanged", rf"(?:{_any(raw['unchanged'])})(?=[,，;。)]|$)"),
        ("comparison", rf"(?<=[数算额出])(?P<k>{_any(list(comparisons))})(?:\((?:{_any(list(comparisons))})\))?(?=(?:年初|全年|调整|当年|年度|支出|部门|上年度?)*(?:预算|决算|执行))"),
        ("direction", rf"(?P<d>{direction})(?:\((?:{direction})\))?(?:了|约|近)?(?=-?\d|[Xx×]{{2}})"),
        ("reason", r"的?(?:主要)?(?:增减|变动|变化|差异)?的?(?:主要原因(?:是|为|在于)?:?|原因(?:主要)?(?:是|为|在于|:))|主要(?:由于|系|因)(?=[^,，;。]{4})"),
        ("share", r"(?<!\w侵)占(?!用|有|地|道|领|据|比例)(?:比)?"),
        ("completion", r"(?:预算)?(?:执行率|完成率|完成比例|执行进度)|完成(?!了|情况|后|时|度)"),
        ("list", r"其中(?!,?\d)|(?:具体|主要)?(?:包括|包含|用于|构成)(?:以下方面|以下内容|如下)?|主要是|主要有|分别(?:为|是)|(?:具体|主要)?(?:情况|内容|构成)?(?:如下|包括)|(?<=\()含(?!税)"),
        ("each", r"各(?=增|减|下|上|降|提)"),
        ("mark", r"(?:一|二|三|四|五|六|七|八|九|十)是|(?<=[。;:,，])\(\d{1,2}\)|(?<=[。;:])\d{1,2}[.、](?=[一-龥])"),
        ("open", r"\("),
        ("close", r"\)"),
        ("comma", r"[,，]"),
        ("semicolon", r";"),
        ("stop", r"[。!?]"),
        ("colon", r":"),
        ("pause", r"、"),
    ]  # fmt: skip
    pattern = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in rules))
    return Words(pattern, directions | comparisons, raw)


_KINDS = {
    "document": OTHER, "phone": OTHER, "date": OTHER, "base": BASE, "year": YEAR, "ordinal": OTHER, "limit": TEXT, "blank": BLANK,
    "money": MONEY, "percent": PERCENT, "duration": OTHER, "count": COUNT, "code": OTHER, "number": NUMBER, "unchanged": UNCHANGED,
    "comparison": COMPARISON, "direction": DIRECTION, "reason": REASON, "share": SHARE, "completion": COMPLETION, "list": LIST,
    "each": "", "mark": MARK, "open": "(", "close": ")", "comma": ",", "semicolon": ";", "stop": ".", "colon": ":", "pause": "/",
}  # fmt: skip
_SCALES = {None: 0, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_REMARK = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_SHORT_REMARK = 6
_HEAD = re.compile(
    r"(?:\(?\d{1,3}\)?[.、．](?!\d)|[(（]\d{1,2}[)）]|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十]+部分)"
)


def lex(text: str) -> list[Token]:
    """The tokens of a squeezed running text, in order, punctuation included.

    A remark in brackets without a digit is part of a name when it is short (``公务用车购置（更新）``), else it is left out.
    """
    rules = words()
    tokens: list[Token] = []
    at = start = match.end() if (match := _HEAD.match(text)) else 0

    def flush(end: int) -> None:
        if start < end and (piece := text[start:end].strip()):
            tokens.append(Token(TEXT, piece, start, end))

    while at < len(text):
        if text[at] == "(":
            remark = _REMARK.match(text, at)
            if remark is not None and not any(c.isdigit() or c in "Xx×" for c in remark[0]):
                if len(remark[0]) - 2 > _SHORT_REMARK and not remark[0].endswith(("类)", "款)", "项)")):
                    flush(at)
                    start = remark.end()
                at = remark.end()
                continue
        match = rules.pattern.match(text, at)
        if match is None or match.end() == at:
            at += 1
            continue
        name = match.lastgroup or ""
        # lastgroup is the last matched group to close: the rule's own, for inner groups close before it
        if name == "pause" and start < at and _in_name(text, at):
            at = match.end()
            continue
        flush(at)
        start = at = match.end()
        if name != "each":
            tokens.append(_token(name, match, rules))
    flush(len(text))
    return tokens


def _in_name(text: str, at: int) -> bool:
    """Is this 、 inside words (收、支总计) rather than between two amounts?"""
    following = text[at + 1 : at + 2]
    return not text[at - 1].isdigit() and text[at - 1] not in "元%)" and not following.isdigit()


def _token(name: str, match: re.Match[str], rules: Words) -> Token:
    kind, text, start, end = _KINDS[name], match[0], match.start(), match.end()
    if name in ("money", "percent", "count", "number"):
        printed = match["m"] or match["p"] or match["c"] or match["n"]
        value = Decimal(printed.replace(",", ""))
        decimals = -int(value.as_tuple().exponent)
        if name == "money":
            unit = match["ms"] or match["mg"]
            return Token(kind, text, start, end, value, _SCALES[unit], decimals, "CNY", guessed=bool(match["mg"]))
        if name == "count":
            return Token(kind, text, start, end, value, _SCALES[match["cs"]], decimals, match["cu"])
        unit = "percent" if name == "percent" else ""
        return Token(kind, text, start, end, value, -1 if text.endswith("‰") else 0, decimals, unit)
    if name == "year":
        return Token(kind, text, start, end, year=int(re.findall(r"\d{4}", text)[-1]))
    if name == "base":
        digits = re.search(r"\d{4}", text)
        return Token(kind, text, start, end, sense=match["of"], year=int(digits[0]) if digits else None)
    if name == "direction":
        return Token(kind, text, start, end, sense=rules.senses[match["d"]])
    if name == "comparison":
        return Token(kind, text, start, end, sense=rules.senses[match["k"]])
    return Token(kind, text, start, end)
