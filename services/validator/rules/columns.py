"""Columns of a table that add up: total = 基本 + 项目 + ..., all funds = Σ funds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from schemas.report import Table
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
_TREES = {"nature": NATURES, "fund": FUNDS}


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
        heads = {column.index: "".join(column.header) for column in table.columns}
        loose = {column.index for column in table.columns if any("其中" in header for header in column.header)}
        known: dict[object, list[_Divided]] = {}
        for line in rows:
            if len(line.facts) < 2:
                continue
            alike = _alike(line)
            if alike not in known:
                known[alike] = [each for group in _groups(line, heads) for each in _divided(table, group, loose)]
            for each in known[alike]:
                yield from _identities(title(table), line, each)


_Group = list[tuple[str, str, int]]  # axis, member and column of each amount
_SHARED = ("concept", "measure", "item", "phase", "year", "unit")
_AXES = {
    "nature": (attrgetter("nature"), attrgetter(*_SHARED, "fund")),
    "fund": (attrgetter("fund"), attrgetter(*_SHARED, "nature")),
}
_dimensions = attrgetter("concept", "measure", "phase", "year", "unit", "nature", "fund")


def _alike(line: Line) -> object:
    """Lines of which this is the same have the same columns divided by the same columns."""
    facts = line.facts.values()
    items = {fact.item for fact in facts}
    return (tuple(line.facts), tuple([_dimensions(fact) for fact in facts]), len(items) == 1 or tuple([f.item for f in facts]))


@dataclass(frozen=True, slots=True)
class _Divided:
    """A column and the columns that divide it, by which axis, and whether they are all of its parts."""

    axis: str
    whole: tuple[str, int]
    parts: tuple[tuple[str, int], ...]
    complete: bool
    trial: str


def _groups(line: Line, heads: Mapping[int, str]) -> Iterator[_Group]:
    """The amounts of a line that differ in one axis only; where two do not differ even in it, the group says nothing."""
    for axis, (member_of, others) in _AXES.items():
        groups: dict[tuple[object, ...], _Group] = defaultdict(list)
        for column, fact in line.facts.items():
            if fact.measure in SUMMED:
                groups[others(fact)].append((axis, member_of(fact), column))
        for group in groups.values():
            if len({member for _, member, _ in group}) == len(group) > 1:
                yield group + _carried(line, heads, group)


def _carried(line: Line, heads: Mapping[int, str], group: _Group) -> _Group:
    """上年结转 beside the sources of money is one of them, where the total is not that of the year (本年收入合计)."""
    total = next((column for axis, member, column in group if (axis, member) == ("fund", "all")), None)
    carried = [column for column, fact in line.facts.items() if fact.concept == "opening_balance" and fact.measure in SUMMED]
    if total is None or len(carried) != 1 or "本年" in heads[total] or any(member == "carry_over" for _, member, _ in group):
        return []
    first, fact = line.facts[total], line.facts[carried[0]]
    alike = first.concept != fact.concept and (first.phase, first.year, first.unit) == (fact.phase, fact.year, fact.unit)
    return [("fund", "carry_over", carried[0])] if alike else []


def _divided(table: Table, group: _Group, loose: set[int]) -> Iterator[_Divided]:
    axis = group[0][0]
    columns = {member: column for _, member, column in group}
    for whole in _TREES[axis]:
        if whole in columns:
            parts = tuple((part, columns[part]) for part in _parts(whole, _TREES[axis], columns))
            complete = len(parts) > 1 and loose.isdisjoint(column for _, column in parts)
            yield _Divided(axis, (whole, columns[whole]), parts, complete, f"columns {table.index} {axis} {columns[whole]}")


def _identities(name: str, line: Line, divided: _Divided) -> Iterator[Relation]:
    whole, column = divided.whole
    total = (Term(line.facts[column]),)
    subject = f"{name}: {words(line.row)}, {divided.axis} {whole}"
    if divided.complete:
        yield Relation(
            subject=subject,
            left=total,
            right=tuple([Term(line.facts[part]) for _, part in divided.parts]),
            group=f"{name}: rounding",
            trial=divided.trial,
        )
        return
    for member, part in divided.parts:
        yield Relation(
            subject=f"{subject} ≥ {member}",
            left=total,
            right=(Term(line.facts[part]),),
            operator=Operator.GE,
            trial=f"{divided.trial} {member}",
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
