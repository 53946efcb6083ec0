"""Columns of a table that compare two others: 增减额, 增减%, 完成率."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter

from schemas.report import Fact, Measure, Phase
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.samples import Draft
from services.validator.tables import Line, statements, title, words
from services.validator.view import View

_BEFORE: Mapping[str, frozenset[Phase]] = {
    "initial": frozenset((Phase.INITIAL,)),
    "last_year_budget": frozenset((Phase.INITIAL, Phase.FULL_YEAR)),
    "last_year_execution": frozenset((Phase.EXECUTION, Phase.FINAL)),
    "last_year_final": frozenset((Phase.FINAL,)),
}
"""The stage of what a column compares with, where its heading says it."""

_STAGES = (Phase.INITIAL, Phase.FULL_YEAR, Phase.EXECUTION, Phase.FINAL)
_same = attrgetter("concept", "fund", "nature", "function", "economy", "item")
_COMPARING = frozenset((Measure.CHANGE, Measure.GROWTH, Measure.COMPLETION))


def _example(rate: str) -> Draft:
    before = {"year": "2022", "phase": "execution"}
    return Draft().table(
        "general_expenditure",
        [("2022年执行数", before), ("2023年预算数", {}), ("增减额", {"measure": "change"}), ("增减%", {"measure": "growth"})],
        [
            ("208", "社会保障和就业支出", "40.00", "50.00", "10.00", rate),
            ("221", "住房保障支出", "9.00", "9.00", "0.00", "0.00%"),
        ],
    )


@rule(
    "table.comparison",
    category=Category.TABLE_ARITHMETIC,
    title=Text(
        zh="增减额、增减率、完成率各栏应与所比较的两栏相符",
        en="columns of changes and rates fit the two columns that they compare",
    ),
    basis="部门预算表栏间关系：增减额＝本年数－上年数；增减率＝增减额÷上年数；完成率＝决算数÷预算数",
    passing=lambda: _example("25.00%").report(),
    failing=lambda: _example("20.00%").report(),
)
def comparison(view: View) -> Iterator[Relation]:
    """Where a table prints two amounts of one thing, last year's and this year's or the budget and the outturn, its columns of
    changes (增减额), rates of change (增减%) and rates of completion (完成率) are computed from these two on every line.

    Where more than two amounts stand on the line the heading must say which is compared with (比上年执行数). A rate on nothing
    is not judged here. If most lines of a column fail, its heading was misread and no line counts.
    """
    for table, rows in statements(view):
        comparing = {column.index for column in table.columns if column.dimensions.get("measure") in _COMPARING}
        if not comparing:
            continue
        name = title(table)
        for line in rows:
            for column in comparing & line.facts.keys():
                compared = line.facts[column]
                pair = _pair(line, compared)
                if pair is not None:
                    yield from _relations(
                        f"{name}: {words(line.row)}, {compared.measure}", f"{table.index} {column}", compared, *pair
                    )


def _pair(line: Line, compared: Fact) -> tuple[Fact, Fact] | None:
    """What a column compares: the earlier amount of the line and the later one."""
    alike = [fact for fact in line.facts.values() if fact.measure is Measure.AMOUNT and _same(fact) == _same(compared)]
    stated = {(fact.year or 0, _STAGES.index(fact.phase) if fact.phase in _STAGES else -1): fact for fact in alike}
    if len(stated) != len(alike) or len(alike) < 2:
        return None
    *earlier, last = [stated[key] for key in sorted(stated)]
    if len(earlier) > 1:
        stages = _BEFORE.get(compared.base or "", frozenset())
        earlier = [fact for fact in earlier if fact.phase in stages]
    return (earlier[0], last) if len(earlier) == 1 else None


def _relations(subject: str, column: str, compared: Fact, before: Fact, after: Fact) -> Iterator[Relation]:
    trial = f"comparison {column}"
    difference = (Term(after), Term(before, -1))
    if compared.measure is Measure.CHANGE:
        yield Relation(
            subject=subject, left=(Term(compared),), right=difference, group=f"{subject.split(':')[0]}: rounding", trial=trial
        )
    elif before.value:
        top = difference if compared.measure is Measure.GROWTH else (Term(after),)
        yield Relation(subject=subject, left=(Term(compared),), right=top, base=(Term(before),), trial=trial)
