"""The names of functional codes in the text, held against the line of the table that bears the same amount."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from schemas.report import Fact, Kind, Measure, Phase
from schemas.taxonomy.codes import BETWEEN, normal_name
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.interval import Span
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.results import Finding, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.view import View

_LEVELS = (("类", 3), ("款", 5), ("项", 7))
_NAME = r"[^，,。；;：:“”\"\s\d、]{2,40}?(?:、[^，,。；;：:“”\"\s\d、]{2,20}?)?"
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
    names = {row.code: row.label for row in rows}
    items = list(_items(view))
    taken = {row.code for item in items for row in _bearing(item, rows) if not _differing(row.code, item.said, names)}
    for item in items:
        yield from _judge(view, item, rows, names, taken)


@dataclass(frozen=True, slots=True)
class _Item:
    """A name in the text, level by level, with the amount that follows it."""

    paragraph: int
    match: re.Match[str]
    said: Mapping[str, str]
    amount: Fact

    @property
    def words(self) -> str:
        return "".join(f"{name}（{level}）" for level, name in self.said.items())


def _items(view: View) -> Iterator[_Item]:
    for index, paragraph in enumerate(view.paragraphs):
        if "款" not in paragraph.text or index not in view.by_paragraph:
            continue
        matches = list(_TRIPLE.finditer(paragraph.text))
        for at, match in enumerate(matches):
            end = matches[at + 1].start() if at + 1 < len(matches) else len(paragraph.text)
            amounts = _amounts(view, index, match.end(), end)
            if amounts:
                yield _Item(index, match, {level: match[level] for level, _ in _LEVELS if match[level]}, amounts[0])


def _bearing(item: _Item, rows: list[_Row]) -> list[_Row]:
    """The lines of the item's level that bear its amount; ``rows`` are sorted by width of the interval, then by amount."""
    deepest = 7 if "项" in item.said else 5
    wanted = span(item.amount)
    found: list[_Row] = []
    start = 0
    while start < len(rows):
        width = rows[start].width
        first = bisect_left(rows, (width, wanted.low), lo=start, key=lambda row: (row.width, row.span.high))
        same = takewhile(lambda row: row.width == width and row.span.low <= wanted.high, rows[first:])  # noqa: B023 - used up at once
        found += [row for row in same if len(row.code) == deepest]
        start = bisect_right(rows, width, lo=start, key=lambda row: row.width)
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    label: str
    fact: Fact
    span: Span

    @property
    def width(self) -> Decimal:
        return self.span.high - self.span.low


def _rows(view: View) -> list[_Row]:
    """The coded lines of the tables that the text explains, with their amounts of this year, by amount."""
    found = []
    for kind in _KINDS:
        for table in view.tables_by_kind.get(kind, ()):
            for fact in view.in_table(table.index):
                if fact.function and fact.nature == "total" and fact.measure is Measure.AMOUNT and fact.year == view.year:
                    line = view.line_of(fact)
                    if line is not None and line[1] is not None and line[1].label:
                        found.append(_Row(fact.function, line[1].label, fact, span(fact)))
    return sorted(found, key=lambda row: (row.width, row.span.high))


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
    view: View, item: _Item, rows: list[_Row], names: Mapping[str, str], taken: set[str]
) -> Iterator[Finding | Passed | NotChecked]:
    candidates = _bearing(item, rows)
    numbers = (item.amount.id,)
    right = [row.fact.id for row in candidates if not _differing(row.code, item.said, names)]
    if right:
        yield Passed(item.words, (*numbers, *right))
        return
    free = {row.code: row for row in candidates if row.code not in taken}
    if len(free) != 1:
        reason = "several lines of the table bear the amount" if free else "no other line of the table bears the amount"
        yield NotChecked(reason, item.words, numbers)
        return
    code, row = free.popitem()
    wrong = _differing(code, item.said, names)
    if any(other != code and len(other) == len(code) and not _differing(other, item.said, names) for other in names):
        yield NotChecked("the table has a line of that name with another amount", item.words, numbers)
        return
    if len(wrong) == len(item.said):
        yield NotChecked("the line with this amount shares no name with the text", item.words, numbers)
        return
    should = "".join(
        f"{names.get(code[:digits], item.said[level])}（{level}）" for level, digits in _LEVELS if level in item.said
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


def _differing(code: str, said: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    """The levels whose name in the text is not the table's; a level that the table does not name agrees."""
    return [
        level
        for level, digits in _LEVELS
        if level in said and code[:digits] in names and not _same(said[level], names[code[:digits]], first=level == "类")
    ]


_LONG = 6


def _same(said: str, name: str, *, first: bool) -> bool:
    a, b = (_TAILS.sub("", normal_name(words)) for words in (said, name))
    # a name in a narrow cell may be cut off; what stands before the first name of a sentence may cling to it (其中 ...)
    cut = min(len(a), len(b)) >= _LONG and (a.startswith(b) or b.startswith(a))
    return a == b or cut or (first and (a.endswith(b) or b.endswith(a)))
