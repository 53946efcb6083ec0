"""What stands under a table: notes, statements that it is empty, and identities in its own words.

``24 行 = (1+2+…+7) 行；27 行 = (24+25+26) 行`` and ``1 栏各行 = (2+3+4) 栏各行`` become ``PrintedIdentity``s over row numbers
(行次) and column numbers (栏次).
"""

from __future__ import annotations

import re

from schemas.place import Place
from schemas.report import PrintedIdentity
from services.parser.layout import TextBlock

_NOTE = re.compile(r"注\d*[:：.、]|备注[:：]|说明[:：]|[※*]|表中|本表|附注|注释")
_EMPTY = re.compile(
    r"空表|无数据|没有数据|无内容|本表为空|(?:无|没有|未发生|未安排|不涉及|未使用)[^。；]{0,40}(?:收入|支出|预算|经费|拨款|安排|资金|采购|服务|项目|情况)"
    r"|(?:数据|金额)(?:均)?为(?:0|零|空)"
)
_EXPLAINED = re.compile(
    r"本(?:表|单位|部门|年度|年|级)|我(?:单位|部门|局|委|办|院|校|中心)|年度|[局委办院校所会厅处队站馆社街镇乡心室](?:本|\d|没|无)|故|^无"
)
_FORMULA = re.compile(
    r"(?P<result>\d{1,3})\s*(?P<axis>行|栏|列)?(?:各[行栏列])?\s*[=＝]\s*[(（]?"
    r"(?P<terms>\d{1,3}(?:\s*[行栏列])?(?:\s*(?:[+＋\-－—–−]|[.…·]{2,}[+＋]?|⋯+[+＋]?|[+＋]?[.…·⋯]+[+＋])\s*\d{1,3}(?:\s*[行栏列])?)*)"
    r"\s*[)）]?\s*(?P<axis2>行|栏|列)?(?:各[行栏列])?"
)
_TERM = re.compile(r"(?P<sign>[+＋\-－—–−])?(?P<gap>[.…·⋯]+[+＋]?)?(?P<number>\d{1,3})[行栏列]?")


def is_note(words: str) -> bool:
    """Whether a squeezed paragraph is a note under a table."""
    return _NOTE.match(words) is not None or _is_formula(words)


def says_empty(words: str) -> bool:
    """Whether squeezed words say that the table above has no data."""
    return len(words) <= 200 and _EMPTY.search(words) is not None and _EXPLAINED.search(words) is not None


def _is_formula(words: str) -> bool:
    match = _FORMULA.match(words)
    return match is not None and bool(match["axis"] or match["axis2"])


def identities(note: TextBlock) -> list[PrintedIdentity]:
    """The identities that a note prints. A run (``1+2+…+7``) is spelled out; what is not certain is left out."""
    found = []
    for match in _FORMULA.finditer(note.text):
        axis = match["axis"] or match["axis2"]
        terms = _terms(re.sub(r"\s", "", match["terms"]))
        if not axis or len(terms) < 2:
            continue
        start, end = note.span(match.start(), match.end())
        found.append(
            PrintedIdentity(
                axis="row" if axis == "行" else "column",
                result=match["result"],
                terms=tuple(terms),
                text=match[0].strip(),
                place=Place(page=note.page, box=note.box, start=start, end=end),
            )
        )
    return found


def _terms(words: str) -> list[tuple[int, str]]:
    terms: list[tuple[int, str]] = []
    for match in _TERM.finditer(words):
        number = int(match["number"])
        sign = -1 if (match["sign"] or "+") not in "+＋" else 1
        if match["gap"] and terms:
            terms += [(1, str(between)) for between in range(int(terms[-1][1]) + 1, number)]
        terms.append((sign, str(number)))
    return terms
