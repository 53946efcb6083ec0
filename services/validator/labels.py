"""The names that the lines of the statements give their codes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from schemas.report import RowRole, Table, TableRow
from schemas.taxonomy.codes import Codes, above, normal_name
from schemas.taxonomy.tables import table_kinds
from services.validator.view import View


class Labelled(NamedTuple):
    """A line with a code: its classification (``function``, ``economy``, or nothing where the table's kind names none), its code
    and its name as names are compared."""

    table: Table
    row: TableRow
    codes: str
    code: str
    name: str


def labelled(view: View) -> tuple[Labelled, ...]:
    """The coded lines of the statements that were read with certainty."""
    return view.once(_labelled)


def _labelled(view: View) -> tuple[Labelled, ...]:
    return tuple(_lines(view))


def _lines(view: View) -> Iterator[Labelled]:
    for table in view.tables:
        kind = table_kinds()[table.kind] if table.kind else None
        if kind is None or kind.form != "statement" or table.doubts or table.confidence < 1:
            continue
        codes = kind.codes or ""
        for row in table.rows:
            if row.code and row.role is RowRole.DATA:
                yield Labelled(table, row, codes, row.code, bare(row.label))


@lru_cache(maxsize=4096)
def bare(name: str) -> str:
    """A name without 支出 at its end and what stands in brackets after it.

    >>> bare("事业运行（政府办公厅）"), bare("　住房保障支出")
    ('事业运行', '住房保障')
    """
    words = normal_name(name)
    return words.split("(")[0].removesuffix("支出") if words.endswith(")") else words.removesuffix("支出")


def bears_another(codes: Codes, code: str, name: str, year: int | None) -> bool:
    """Whether a bare name is recorded for one other code of the same level, under the same code above."""
    found = codes.code(name, year, digits=len(code), under=above(code))
    return found is not None and found != code
