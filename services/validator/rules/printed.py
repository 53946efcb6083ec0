"""Relations that a table prints under itself: ``24 行 = (1+2+3) 行``, ``1 栏各行 = (2+3+4) 栏各行``."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.place import Place
from schemas.report import Fact, PrintedIdentity, Table
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.tables import SUMMED, Line, statements, title, value_columns, words
from services.validator.view import View


def _example(whole: str) -> Draft:
    printed = PrintedIdentity(axis="row", result="3", terms=((1, "1"), (1, "2")), text="3行=(1+2)行", place=Place())
    return Draft().table(
        "income_expenditure",
        [("决算数", {"concept": "income"})],
        [("", "财政拨款收入", "20.00"), ("", "其他收入", "10.00"), ("", "本年收入合计", whole)],
        identities=[printed],
    )


@rule(
    "table.printed-identity",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="表下注明的勾稽关系应成立", en="a relation printed under a table holds"),
    basis="表注：本表所列的行、栏勾稽关系",
    passing=lambda: _example("30.00").report(),
    failing=lambda: _example("36.00").report(),
)
def printed_identity(view: View) -> Iterator[Relation | NotChecked]:
    """A note under a table states in its own words which lines (行次) or columns (栏次) add up. It is checked for every column
    or line that it names. Blank cells count as nothing. A number that no line or column bears leaves it unchecked.
    """
    for table, rows in statements(view):
        for identity in table.identities:
            found = list(_rows(table, rows, identity) if identity.axis == "row" else _columns(table, rows, identity))
            if found:
                yield from found
            else:
                yield NotChecked(
                    "the lines or columns that it names have no numbers or were not found", f"{title(table)}: {identity.text}"
                )


def _rows(table: Table, rows: list[Line], identity: PrintedIdentity) -> Iterator[Relation]:
    numbered = {line.row.number: line for line in rows if line.row.number}
    result = numbered.get(identity.result)
    terms = [(sign, numbered.get(number)) for sign, number in identity.terms]
    if result is None or any(line is None for _, line in terms):
        return
    ordinal = {
        column.index: at for side in {row.side for row in table.rows} for at, column in enumerate(value_columns(table, side))
    }
    for column, whole in result.facts.items():
        parts = [
            Term(fact, sign)
            for sign, line in terms
            if line is not None
            for other, fact in line.facts.items()
            if ordinal.get(other) == ordinal.get(column)
        ]
        yield from _relation(table, identity, f"column {column}", whole, parts)


def _columns(table: Table, rows: list[Line], identity: PrintedIdentity) -> Iterator[Relation]:
    numbered = {column.number: column.index for column in table.columns if column.number}
    if identity.result not in numbered or any(number not in numbered for _, number in identity.terms):
        return
    for line in rows:
        whole = line.facts.get(numbered[identity.result])
        if whole is not None:
            parts = [
                Term(line.facts[numbered[number]], sign) for sign, number in identity.terms if numbered[number] in line.facts
            ]
            yield from _relation(table, identity, words(line.row), whole, parts)


def _relation(table: Table, identity: PrintedIdentity, where: str, whole: Fact, parts: list[Term]) -> Iterator[Relation]:
    if parts and whole.measure in SUMMED and all(part.fact.measure is whole.measure for part in parts):
        yield Relation(
            subject=f"{title(table)}: {identity.text}, {where}",
            left=(Term(whole),),
            right=tuple(parts),
            group=f"{title(table)}: rounding",
            trial=f"printed {table.index} {identity.text}",
        )
