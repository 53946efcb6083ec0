"""Columns of a table that add up: total = 基本 + 项目 + ..., all funds = Σ funds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.report import Fact, Table
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.samples import Draft
from services.validator.tables import SUMMED, Line, statements, title, words
from services.validator.view import View

NATURES: Mapping[str, tuple[str, ...]] = {
    "total": ("basic", "project", "to_superior", "business", "to_subordinate"),
    "basic": ("personnel", "operating"),
}
FUNDS: Mapping[str, tuple[str, ...]] = {
    "all": ("fiscal", "special_account", "own", "carry_over"),
    "fiscal": ("general", "gov_fund", "state_capital"),
    "own": ("undertaking", "business", "superior", "subordinate", "other"),
}


def _example(project: str) -> Draft:
    return Draft().table(
        "expenditure",
        [("本年支出合计", {}), ("基本支出", {"nature": "basic"}), ("项目支出", {"nature": "project"})],
        [("201", "一般公共服务支出", "30.00", "20.00", "10.00"), ("208", "社会保障和就业支出", "9.00", "8.00", project)],
    )


@rule(
    "table.columns",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="合计栏应等于各分栏之和", en="the total column equals the sum of its columns"),
    basis="部门决算表、部门预算表栏间关系：合计＝基本支出＋项目支出＋……；合计＝各资金来源之和",
    passing=lambda: _example("1.00").report(),
    failing=lambda: _example("4.00").report(),
)
def columns(view: View) -> Iterator[Relation]:
    """On every line of a statement the total column is the sum of the columns that divide it: by nature of spending
    (基本, 项目, 上缴上级, 经营, 对附属单位补助; 人员, 公用) or by source of money (财政拨款 and its three budgets,
    财政专户, 单位资金 ...).

    Which columns divide which follows from the dimensions that their headers fix. A column headed 其中 is only a part.
    If most lines of a table fail, the columns were misread and no line counts.
    """
    for table, rows in statements(view):
        loose = {column.index for column in table.columns if any("其中" in header for header in column.header)}
        for line in rows:
            yield from _row(table, line, loose)


def _row(table: Table, line: Line, loose: set[int]) -> Iterator[Relation]:
    for axis, tree in (("nature", NATURES), ("fund", FUNDS)):
        if len({getattr(fact, axis) for fact in line.facts.values()}) == 1:
            continue
        groups: dict[tuple[object, ...], dict[str, tuple[int, Fact]]] = defaultdict(dict)
        twice: set[tuple[object, ...]] = set()
        for column, fact in line.facts.items():
            if fact.measure not in SUMMED:
                continue
            here = _others(fact, axis)
            member = getattr(fact, axis)
            if member in groups[here]:
                twice.add(here)
            groups[here][member] = (column, fact)
        for here, members in groups.items():
            if here not in twice:
                yield from _identities(table, line, axis, tree, members, loose)


def _others(fact: Fact, axis: str) -> tuple[object, ...]:
    return (fact.concept, fact.measure, fact.item, fact.phase, fact.year, fact.unit, fact.nature if axis == "fund" else fact.fund)


def _identities(
    table: Table,
    line: Line,
    axis: str,
    tree: Mapping[str, tuple[str, ...]],
    members: Mapping[str, tuple[int, Fact]],
    loose: set[int],
) -> Iterator[Relation]:
    for whole in tree:
        if whole not in members:
            continue
        parts = _parts(whole, tree, members)
        complete = [members[part][1] for part in parts if members[part][0] not in loose]
        total = Term(members[whole][1])
        column = members[whole][0]
        subject = f"{title(table)}: {words(line.row)}, {axis} {whole}"
        if len(parts) >= 2 and len(complete) == len(parts):
            yield Relation(
                subject=subject,
                left=(total,),
                right=tuple(Term(part) for part in complete),
                group=f"{title(table)}: rounding",
                trial=f"columns {table.index} {axis} {column}",
            )
        else:
            for part in parts:
                yield Relation(
                    subject=f"{subject} ≥ {part}",
                    left=(total,),
                    right=(Term(members[part][1]),),
                    operator=Operator.GE,
                    trial=f"columns {table.index} {axis} {column} {part}",
                )


def _parts(whole: str, tree: Mapping[str, tuple[str, ...]], members: Mapping[str, object]) -> list[str]:
    """The highest members present under ``whole``: a part that has no column of its own gives way to its own parts."""
    found: list[str] = []
    for part in tree[whole]:
        if part in members:
            found.append(part)
        elif part in tree:
            found += _parts(part, tree, members)
    return found
