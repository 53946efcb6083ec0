"""Tables in which the names and the amounts have slipped against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from schemas.report import Fact, Measure, RowRole, Table
from schemas.taxonomy.tables import table_kinds
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_FAR = 4
_LEAST = 4
_MOST_QUOTES = 40
_CODES = ("2070101", "2070102", "2070103", "2080501", "2080502", "2101101", "2210201")


def _example(*amounts: str) -> Draft:
    whole = [(code, f"项{code}", f"{index + 1}3.57") for index, code in enumerate(_CODES)]
    draft = Draft().table("expenditure", [("合计", {})], whole)
    return draft.table(
        "general_expenditure",
        [("合计", {"fund": "general"})],
        [(code, f"项{code}", text) for code, text in zip(_CODES, amounts, strict=True)],
    )


@rule(
    "table.shifted",
    category=Category.CROSS_TABLE,
    title=Text(zh="科目与金额不应错行", en="names and amounts stand on the same line"),
    basis="财预〔2016〕143号：支出按功能分类公开到项级科目，数据真实准确",
    passing=lambda: _example("13.57", "23.57", "33.57", "43.57", "53.57", "63.57", "73.57").report(),
    failing=lambda: _example("13.57", "33.57", "43.57", "53.57", "63.57", "73.57", "83.57").report(),
)
def shifted(view: View) -> Iterator[Finding | Passed]:
    """In a table by functional code, from some line on, the amounts are those that other tables or the text give for a code
    a few lines above or below: the codes and names were not moved together with the amounts.

    It takes four lines that bear a neighbour's amount, and most of the lines that contradict the rest of the document must.
    """
    stated, by_table = _coded(view)
    for table in view.tables:
        kind = table_kinds().get(table.kind or "")
        if kind is None or kind.codes != "function":
            continue
        lines = _lines(table, by_table.get(table.index, ()))
        elsewhere = [[other for at, other in stated.get(line.function or "", ()) if at != table.index] for line in lines]
        wrong = [at for at, line in enumerate(lines) if elsewhere[at] and not _meets(line, elsewhere[at])]
        slipped = [at for at in wrong if _neighbour(at, lines, elsewhere)]
        if len(slipped) >= _LEAST and 2 * len(slipped) > len(wrong):
            yield _finding(view, table, [lines[at] for at in slipped])
        elif lines and not wrong:
            yield Passed(title(table))


_CONCEPTS = ("income", "expenditure")


_Stated = Mapping[str, list[tuple[int | None, Fact]]]


def _coded(view: View) -> tuple[_Stated, Mapping[int, list[Fact]]]:
    """What the document gives for each functional code this year, in whatever money, and in which table; the same by table."""
    year = view.year
    by_code: dict[str, list[tuple[int | None, Fact]]] = defaultdict(list)
    by_table: dict[int, list[Fact]] = defaultdict(list)
    for concept in _CONCEPTS:
        for fact in view.by_concept.get(concept, ()):
            code, table = fact.function, fact.place.table
            if code and fact.nature == "total" and fact.measure is Measure.AMOUNT and fact.year == year:
                by_code[code].append((table, fact))
                if table is not None:
                    by_table[table].append(fact)
    return by_code, by_table


def _lines(table: Table, facts: Sequence[Fact]) -> list[Fact]:
    """The total column of the table's coded lines, in order."""
    rows = {row.row for row in table.rows if row.role is RowRole.DATA and row.code}
    found: dict[int, Fact] = {}
    for fact in facts:
        if fact.place.row in rows:
            found.setdefault(fact.place.row or 0, fact)
    return [found[row] for row in sorted(found)]


def _meets(line: Fact, others: Sequence[Fact]) -> bool:
    if any(line.value == other.value for other in others):
        return True
    mine = span(line)
    return any(mine.meets(span(other)) for other in others)


def _neighbour(at: int, lines: list[Fact], elsewhere: list[list[Fact]]) -> bool:
    """The amount of this line is what the document gives for one of the next lines up or down, and for another code."""
    near = range(max(0, at - _FAR), min(len(lines), at + _FAR + 1))
    return bool(lines[at].value) and any(other != at and _meets(lines[at], elsewhere[other]) for other in near)


def _finding(view: View, table: Table, lines: list[Fact]) -> Finding:
    first = lines[0]
    name = table.title or title(table)
    return Finding(
        subject=title(table),
        stated=f"{first.function} {first.text}",
        message=Text(
            zh=f"“{name}”自{first.function}起有{len(lines)}行的金额是相邻科目的金额：科目与金额错行。",
            en=f"in “{name}”, from {first.function} on, {len(lines)} lines bear the amount of a neighbouring code.",
        ),
        cause=Text(zh="增删行时科目与金额未同步移动", en="lines were added or removed on one side only"),
        evidence=tuple(view.row_evidence(table, fact.place.row or 0) for fact in lines[:_MOST_QUOTES]),
        facts=tuple(fact.id for fact in lines),
    )
