"""The names of functional codes in the text, held against the line of the table that bears the same amount."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schemas.report import Fact, Kind, Measure, Phase
from schemas.taxonomy.codes import BETWEEN, LEVELS, normal_name
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.interval import Span
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.results import Finding, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.tables import lines_of
from services.validator.view import View

_NAME = r"[^，,。；;：:“”\"\s\d、]{2,40}?(?:、[^，,。；;：:“”\"\s\d、]{2,20}?)?"
_LONGEST = 61  # characters of a _NAME
_CLASS = re.compile(r"[（(]\s*类\s*[）)]")
_TRIPLE = re.compile(
    rf"(?P<类>{_NAME})\s*[（(]\s*类\s*[）)]{BETWEEN}\s*(?P<款>{_NAME})\s*[（(]\s*款\s*[）)]"
    rf"(?:{BETWEEN}\s*(?P<项>{_NAME})\s*[（(]\s*项\s*[）)])?"
)
_KINDS = ("general_expenditure", "gov_fund", "state_capital", "fiscal_expenditure")
_TAILS = re.compile(r"(?:支出|经费|费用|费|事务)$")


def _example(name: str) -> Draft:
    draft = Draft().table(
        "general_expenditure",
        [("合计", {"fund": "general"})],
        [("221", "住房保障支出", "30.11"), ("22102", "住房改革支出", "30.11"), ("2210201", "住房公积金", "30.11")],
        parents={1: 0, 2: 1},
    )
    draft.paragraph(f"1．住房保障支出（类）{name}（款）住房公积金（项）。支出决算为30.11万元。")
    draft.number("30.11", "万元", fund="general", function="2210201")
    return draft


@rule(
    "text.code-name",
    category=Category.NARRATIVE_VS_TABLE,
    title=Text(zh="文字中的类、款、项名称应与支出表一致", en="code names in the text are those of the table"),
    basis="政府收支分类科目（按年度）；财预〔2016〕143号：支出按功能分类公开到项级科目",
    passing=lambda: _example("住房改革支出").report(),
    failing=lambda: _example("住房保障支出").report(),
)
def code_name(view: View) -> Iterator[Finding | Passed | NotChecked]:
    """A sentence that explains an item names it as 某支出（类）某事务（款）某项目（项） and states its amount. The table has a
    line with that amount: its name, and those of the 款 and 类 above it, are the names that the sentence must use.

    The line is found by its amount, so a wrong name (an old subject name, the name of the level above, another item) is seen
    even where the text is consistent in itself. Lines that other items name rightly are theirs; where several are left,
    nothing is concluded; nor where the table has the name itself, with another amount. 支出, 费 and the like at the end of
    a name do not count.
    """
    rows = _rows(view)
    if not rows:
        return
    names = _Names({row.code: row.label for row in rows})
    bearing = _Bearing(rows)
    items = [(item, bearing.of(item)) for item in _items(view)]
    taken = {row.code for item, found in items for row in found if not names.differing(row.code, item.core)}
    for item, found in items:
        yield from _judge(view, item, found, names, taken)


@dataclass(frozen=True, slots=True)
class _Item:
    """A name in the text, level by level, with the amount that follows it."""

    paragraph: int
    match: re.Match[str]
    said: Mapping[str, str]
    core: Mapping[str, str]
    amount: Fact

    @property
    def words(self) -> str:
        return "".join(f"{name}（{level}）" for level, name in self.said.items())


def _items(view: View) -> Iterator[_Item]:
    for index, paragraph in enumerate(view.paragraphs):
        if "款" not in paragraph.text or index not in view.by_paragraph:
            continue
        matches = list(_named(paragraph.text))
        for at, match in enumerate(matches):
            end = matches[at + 1].start() if at + 1 < len(matches) else len(paragraph.text)
            amounts = _amounts(view, index, match.end(), end)
            if amounts:
                said = {level: match[level] for level in LEVELS if match[level]}
                yield _Item(index, match, said, {level: _core(name) for level, name in said.items()}, amounts[0])


def _named(text: str) -> Iterator[re.Match[str]]:
    """Every match of ``_TRIPLE``; it is looked for only where its name of the class may begin."""
    at = 0
    while mark := _CLASS.search(text, at):
        end = len(text[at : mark.start()].rstrip()) + at
        match = _TRIPLE.search(text, max(at, end - _LONGEST))
        if match is None:
            return
        yield match
        at = match.end()


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    label: str
    fact: Fact
    span: Span


class _Bearing:
    """The lines of the tables by what they bear: those of one width of interval in the order of their amounts."""

    def __init__(self, rows: list[_Row]) -> None:
        widths: dict[Decimal, list[_Row]] = defaultdict(list)
        for row in rows:
            widths[row.span.high - row.span.low].append(row)
        self._sorted = []
        for width in sorted(widths):
            same = sorted(widths[width], key=lambda row: row.span.high)
            self._sorted.append(([row.span.high for row in same], same))

    def of(self, item: _Item) -> list[_Row]:
        """The lines of the item's level that bear its amount."""
        deepest = 7 if "项" in item.said else 5
        wanted = span(item.amount)
        found: list[_Row] = []
        for highs, rows in self._sorted:
            for at in range(bisect_left(highs, wanted.low), len(rows)):
                if rows[at].span.low > wanted.high:
                    break
                if len(rows[at].code) == deepest:
                    found.append(rows[at])
        return found


def _rows(view: View) -> list[_Row]:
    """The coded lines of the tables that the text explains, with their amounts of this year."""
    found = []
    for _, line in (each for kind in _KINDS for each in lines_of(view, kind)):
        for fact in line.facts.values() if line.row.label else ():
            if fact.function and fact.nature == "total" and fact.measure is Measure.AMOUNT and fact.year == view.year:
                found.append(_Row(fact.function, line.row.label, fact, span(fact)))
    return found


def _amounts(view: View, paragraph: int, start: int, end: int) -> list[Fact]:
    phase = Phase.INITIAL if view.identity.kind is Kind.BUDGET else Phase.FINAL
    return [
        fact
        for fact in view.by_paragraph.get(paragraph, ())
        if start <= (fact.place.offset or 0) < end
        and fact.measure is Measure.AMOUNT
        and fact.year == view.year
        and fact.phase is phase
        and fact.value
        and fact.concept in ("expenditure", "other")  # other: the parser knows no such name
    ]


def _judge(
    view: View, item: _Item, candidates: list[_Row], names: _Names, taken: set[str]
) -> Iterator[Finding | Passed | NotChecked]:
    numbers = (item.amount.id,)
    right = [row.fact.id for row in candidates if not names.differing(row.code, item.core)]
    if right:
        yield Passed(item.words, (*numbers, *right))
        return
    free = {row.code: row for row in candidates if row.code not in taken}
    if len(free) != 1:
        reason = "several lines of the table bear the amount" if free else "no other line of the table bears the amount"
        yield NotChecked(reason, item.words, numbers)
        return
    code, row = free.popitem()
    wrong = names.differing(code, item.core)
    if any(other != code and len(other) == len(code) and not names.differing(other, item.core) for other in names.printed):
        yield NotChecked("the table has a line of that name with another amount", item.words, numbers)
        return
    if len(wrong) == len(item.said):
        yield NotChecked("the line with this amount shares no name with the text", item.words, numbers)
        return
    should = "".join(
        f"{names.printed.get(code[:digits], item.said[level])}（{level}）"
        for level, digits in LEVELS.items()
        if level in item.said
    )
    wrongly = "、".join(f"{item.said[level]}（{level}）" for level in wrong)
    line = view.line_of(row.fact)
    assert line is not None
    yield Finding(
        subject=item.words,
        stated=wrongly,
        expected=should,
        message=Text(
            zh=f"文中“{wrongly}”与支出表不符：{stated(item.amount)}在表中为{code} {should}。",
            en=f"“{wrongly}” is not the table's name: {stated(item.amount)} stands there as {code} {should}.",
        ),
        evidence=(view.quote(item.paragraph, *item.match.span()), view.row_evidence(line[0], row.fact.place.row or 0)),
        facts=(item.amount.id, row.fact.id),
    )


class _Names:
    """The names of the tables' codes, as printed and as they are compared."""

    def __init__(self, printed: Mapping[str, str]) -> None:
        self.printed = printed
        self._core = {code: _core(label) for code, label in printed.items()}

    def differing(self, code: str, core: Mapping[str, str]) -> list[str]:
        """The levels whose name in the text is not the table's; a level that the table does not name agrees."""
        return [
            level
            for level, digits in LEVELS.items()
            if level in core and code[:digits] in self._core and not _same(core[level], self._core[code[:digits]], level == "类")
        ]


_LONG = 6


@lru_cache(maxsize=4096)
def _core(name: str) -> str:
    return _TAILS.sub("", normal_name(name))


def _same(a: str, b: str, first: bool) -> bool:
    # a name in a narrow cell may be cut off; what stands before the first name of a sentence may cling to it (其中 ...)
    cut = min(len(a), len(b)) >= _LONG and (a.startswith(b) or b.startswith(a))
    return a == b or cut or (first and (a.endswith(b) or b.endswith(a)))
