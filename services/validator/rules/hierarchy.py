"""Lines of a table that add up: 类 = Σ款 = Σ项, totals, and 其中 lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemas.report import RowRole, Table
from schemas.taxonomy.tables import table_kinds
from schemas.validation import Category, Outcome, Text
from services.validator.arithmetic import decide, total
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.tables import SUMMED, Line, children, statements, title, value_columns, words
from services.validator.view import View

_COLUMNS = [("合计", {"fund": "general"})]


def _example(parent: str) -> Draft:
    return Draft().table(
        "general_expenditure",
        _COLUMNS,
        [
            ("201", "一般公共服务支出", "30.00"),
            ("20126", "档案事务", parent),
            ("2012601", "行政运行", "20.00"),
            ("2012604", "档案馆", "10.00"),
        ],
        parents={1: 0, 2: 1, 3: 1},
    )


@rule(
    "table.hierarchy",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="上级行应等于所含各行之和", en="a line equals the sum of the lines that it includes"),
    basis="财预〔2016〕143号：支出按功能分类公开到项级科目；政府收支分类科目类、款、项逐级汇总",
    passing=lambda: _example("30.00").report(),
    failing=lambda: _example("33.00").report(),
)
def hierarchy(view: View) -> Iterator[Relation | NotChecked]:
    """The amount of a line is the sum of the amounts of the lines directly under it, column by column: 类 = Σ款, 款 = Σ项,
    a total = Σ its lines. Lines introduced by 其中 are only some of the parts: together they do not exceed the whole.

    Blank lines count as nothing spent; a column in which no line below has a number says nothing. Only one level is added
    at a time. If most sums of a column fail, the levels were misread and none of them counts. A sum that falls short is not
    judged where lines seem to be missing: pages of the document could not be read, or other tables have several codes that
    this table has not. One code that other tables have and this one has not is named as the line that may be left out.
    """
    blind = bool(view.report.reading.unreadable_pages)
    known = _codes(view)
    for table, rows in statements(view):
        under = {parent: {rows[member].row.code for member in members} for parent, members in children(view, table).items()}
        coded = {parent for parent, codes in under.items() if any(codes)}  # not the income, nor what is divided otherwise
        missing = {parent: known[rows[parent].row.code or _TOTAL] - under[parent] for parent in coded}
        lost = sum(len(codes) for codes in missing.values())
        for parent, members in children(view, table).items():
            if rows[parent].row.role is RowRole.NOTE:
                continue
            for relation in _sums(table, rows, rows[parent], [rows[member] for member in members], missing.get(parent, set())):
                short = blind or (lost > 1 and (parent not in coded or missing[parent]))
                if short and decide(relation).outcome is Outcome.FAILED and _falls_short(relation):
                    yield NotChecked("lines of the table may be missing or unread", relation.subject)
                else:
                    yield relation


_TOTAL = "total"


def _codes(view: View) -> dict[str, set[str | None]]:
    """The codes that stand directly under each code, in any table of functional codes; those right under a total too."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for table in view.tables:
        if (kind := table_kinds().get(table.kind or "")) is None or kind.codes != "function":
            continue
        for parent, members in children(view, table).items():
            found[table.rows[parent].code or _TOTAL].update(code for member in members if (code := table.rows[member].code))
    return found


def _falls_short(relation: Relation) -> bool:
    return total(relation.left).above(total(relation.right))


def _sums(table: Table, rows: list[Line], parent: Line, members: list[Line], missing: set[str | None]) -> Iterator[Relation]:
    complete = [line for line in members if not line.row.of_which]
    some = [line for line in members if line.row.of_which]
    groups = [(complete, Operator.EQ), (some, Operator.GE)]
    if members[0].row.of_which:  # 其中 before the first line is said of all of them
        groups = [(members, Operator.EQ if _all_there_is(members) else Operator.GE)]
    name, where, note = title(table), words(parent.row), _left_out(missing)
    sides = {line.row.side for line in members} | {parent.row.side}
    beside = {side: [column.index for column in value_columns(table, side)] for side in sides} if len(sides) > 1 else {}
    for column, whole in parent.facts.items():
        measure, unit = whole.measure, whole.unit
        if measure not in SUMMED:
            continue
        for group, operator in groups:
            if beside:  # a list that runs over the sides: the columns correspond by their order
                at = beside[parent.row.side].index(column)
                found = [line.facts.get(beside[line.row.side][at]) for line in group if at < len(beside[line.row.side])]
                parts = [fact for fact in found if fact is not None]
            else:
                parts = [line.facts[column] for line in group if column in line.facts]
            if not parts or any(part.unit != unit or part.measure is not measure for part in parts):
                continue
            yield Relation(
                subject=f"{name}: {where}, column {column}",
                left=(Term(whole),),
                right=tuple([Term(part) for part in parts]),
                operator=operator,
                group=f"{name}: rounding",
                trial=f"hierarchy {table.index} {column}" if operator is Operator.EQ else None,
                note=note,
            )


_WHOLE = ({"three_public.vehicle_purchase", "three_public.vehicle_running"}, {"basic", "project"})


def _all_there_is(members: list[Line]) -> bool:
    """Are the lines, whatever word introduces them, of a kind of which there can be no other?"""
    facts = [fact for line in members for fact in line.facts.values()]
    return {fact.concept for fact in facts} == _WHOLE[0] or {fact.nature for fact in facts} == _WHOLE[1]


def _left_out(missing: set[str | None]) -> Text | None:
    codes = "、".join(sorted(code for code in missing if code))
    if not codes:
        return None
    return Text(
        zh=f"其他表列有{codes}而本表没有，可能漏列", en=f"other tables have {codes} and this one has not: it may be left out"
    )
