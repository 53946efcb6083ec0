"""Tables that are said to be empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.place import Evidence
from schemas.report import Fact, Measure, Table
from schemas.validation import Category, Severity, Text
from services.validator.naming import stated
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


_OF_KIND = {"gov_fund": "gov_fund", "state_capital": "state_capital"}
_CONCEPTS = {"three_public": "three_public", "service_purchase": "service_purchase"}


def _elsewhere(amount: str) -> Draft:
    draft = Draft().table("gov_fund", [("决算数", {"fund": "gov_fund"})], [("", "合计", "")], said_empty=True)
    draft.paragraph(f"政府性基金预算财政拨款支出{amount}万元。")
    draft.number(amount, "万元", fund="gov_fund")
    return draft


@rule(
    "table.empty-elsewhere",
    category=Category.NARRATIVE_VS_TABLE,
    severity=Severity.WARNING,
    title=Text(zh="空表所列资金在文中也应为零", en="what a table is empty of is zero in the text"),
    basis="财预〔2016〕143号：没有数据的表格应列出空表并说明；文表一致",
    passing=lambda: _elsewhere("0.00").report(),
    failing=lambda: _elsewhere("47.91").report(),
)
def empty_elsewhere(view: View) -> Iterator[Finding | Passed]:
    """A table of the government funds, of the state capital budget, of the three public expenses or of purchased services that
    has no amounts and is said to be empty: then no amount of this kind, of this year, is stated anywhere else but zero.
    """
    for table in view.tables:
        if not table.said_empty or any(fact.value for fact in view.in_table(table.index)):
            continue
        told = [fact for fact in _of_kind(view, table.kind or "") if fact.place.table != table.index]
        if not told:
            continue
        numbers, wrong = tuple(fact.id for fact in told), [fact for fact in told if fact.value]
        if not wrong:
            yield Passed(f"{title(table)} elsewhere", numbers)
            continue
        yield Finding(
            subject=f"{title(table)} elsewhere",
            stated=stated(wrong[0]),
            expected="0",
            message=Text(
                zh=f"“{table.title or title(table)}”注明无数据，另处却载明{'、'.join(stated(fact) for fact in wrong[:4])}。",
                en=f"the table is said to be empty, yet {len(wrong)} amount(s) of its kind are stated elsewhere.",
            ),
            evidence=(*_notes(view, table), *(view.fact_evidence(fact) for fact in wrong[:4])),
            facts=numbers,
        )


def _of_kind(view: View, kind: str) -> list[Fact]:
    """The amounts of this year of what the table would hold."""
    fund = _OF_KIND.get(kind, "all")
    if kind in _OF_KIND:
        concepts: list[str] = [concept for concept in ("income", "expenditure") if concept in view.by_concept]
    else:
        concepts = [concept for concept in view.by_concept if concept.split(".")[0] == _CONCEPTS.get(kind)]
    return [
        fact
        for concept in concepts
        for fact in view.by_concept[concept]
        if fact.fund == fund and fact.measure is Measure.AMOUNT and fact.year == view.year and not fact.item
    ]
