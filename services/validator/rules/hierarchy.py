"""Lines of a table that add up: 类 = Σ款 = Σ项, totals, and 其中 lists."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.report import RowRole, Table
from schemas.validation import Category, Outcome, Text
from services.validator.arithmetic import decide
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.tables import SUMMED, Line, children, statements, title, words
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
    at a time. If most sums of a column fail, the levels were misread and none of them counts. Where pages of the document
    could not be read, lines may be missing, and a sum that fails is not judged.
    """
    blind = bool(view.report.reading.unreadable_pages)
    for table, rows in statements(view):
        for parent, members in children(table).items():
            if rows[parent].row.role is RowRole.NOTE:
                continue
            for relation in _sums(table, rows, rows[parent], [rows[member] for member in members]):
                if blind and decide(relation).outcome is Outcome.FAILED:
                    yield NotChecked("pages of the document could not be read", relation.subject)
                else:
                    yield relation


def _sums(table: Table, rows: list[Line], parent: Line, members: list[Line]) -> Iterator[Relation]:
    complete = [line for line in members if not line.row.of_which]
    some = [line for line in members if line.row.of_which]
    for column, whole in parent.facts.items():
        if whole.measure not in SUMMED:
            continue
        for group, operator in ((complete, Operator.EQ), (some, Operator.GE)):
            parts = [line.facts[column] for line in group if column in line.facts]
            if not parts or any(part.unit != whole.unit or part.measure is not whole.measure for part in parts):
                continue
            yield Relation(
                subject=f"{title(table)}: {words(parent.row)}, column {column}",
                left=(Term(whole),),
                right=tuple(Term(part) for part in parts),
                operator=operator,
                group=f"{title(table)}: rounding",
                trial=f"hierarchy {table.index} {column}" if operator is Operator.EQ else None,
            )
