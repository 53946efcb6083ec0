"""Tables that are said to be empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.place import Evidence
from schemas.report import Table
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_SAID = re.compile(r"(?:本表|此表|该表)\s*(?:为空|无数据|没有数据|无内容)|空表")


def _example(amount: str) -> Draft:
    return Draft().table(
        "three_public", [("预算数", {"concept": "three_public"})], [("", "合计", amount)], said_empty=True,
        notes=["注：本部门无“三公”经费预算，故本表为空表。"],
    )  # fmt: skip


@rule(
    "table.said-empty",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="注明为空表的表不应有数", en="a table that is said to be empty has no amounts"),
    basis="财预〔2016〕143号：没有数据的表格应列出空表并说明",
    passing=lambda: _example("0.00").report(),
    failing=lambda: _example("47.91").report(),
)
def said_empty(view: View) -> Iterator[Finding | Passed]:
    """A note says that the table is empty (故本表为空表, 故本表无数据): then no cell of it bears an amount other than zero. The
    note is usually left over from last year or from the template."""
    for table in view.tables:
        if not table.said_empty and not any(_SAID.search(note) for note in table.notes):
            continue
        filled = [fact for fact in view.in_table(table.index) if fact.value]
        numbers = tuple(fact.id for fact in view.in_table(table.index))
        if not filled:
            yield Passed(title(table), numbers)
            continue
        yield Finding(
            subject=title(table),
            stated=None,
            message=Text(
                zh=f"注明本表为空表，表中却有{len(filled)}个不为零的数。",
                en=f"the table is said to be empty, yet {len(filled)} of its numbers are not zero.",
            ),
            evidence=(*_notes(view, table), *(view.fact_evidence(fact) for fact in filled[:4])),
            facts=numbers,
        )


def _notes(view: View, table: Table) -> Iterator[Evidence]:
    """Where it is said: in a cell, in a note, or in a paragraph next to the table."""
    for cell in table.cells:
        if _SAID.search(cell.text):
            yield Evidence(
                quote=cell.text.strip(), page=cell.place.page, start=cell.place.start, end=cell.place.end, table=table.index
            )
            return
    near = range(max(0, table.after_paragraph - 3), min(len(view.paragraphs), table.after_paragraph + 3))
    for index in sorted(near, key=lambda index: (index < table.after_paragraph, index)):
        match = _SAID.search(view.paragraphs[index].text)
        if match:
            yield view.around(index, *match.span())
            return
    for note in table.notes:
        if _SAID.search(note):
            yield Evidence(quote=note, page=table.pages[-1] if table.pages else None, table=table.index)
            return
