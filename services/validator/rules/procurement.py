"""The table of procurement, line by line, and what the text says of procurement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from schemas.report import Fact, Measure, RowRole
from schemas.validation import Category, Outcome, Text
from services.validator.arithmetic import decide, total
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.view import View

_KINDS = {
    "货物类": "procurement.goods",
    "物类": "procurement.goods",
    "工程类": "procurement.works",
    "服务类": "procurement.services",
}
_LOW, _HIGH = Decimal("0.7"), Decimal("1.3")


def _example(services: str) -> Draft:
    draft = Draft().table(
        "procurement",
        [("类别", {}), ("小计", {"concept": "procurement"})],
        [("", "平台维护", "服务类", "30.00"), ("", "印刷", "服务类", "5.00"), ("", "电脑", "货物类", "9.00")],
        dimensions={0: {"item": "平台维护"}, 1: {"item": "印刷"}, 2: {"item": "电脑"}},
    )
    draft.paragraph(f"政府采购支出44.00万元，其中：货物9.00万元，服务{services}万元。")
    draft.number("44.00", "万元", "procurement")
    draft.number("9.00", "万元", "procurement.goods")
    draft.number(services, "万元", "procurement.services")
    return draft


@rule(
    "procurement.lines",
    category=Category.NARRATIVE_VS_TABLE,
    title=Text(zh="文中政府采购金额应等于采购表各行之和", en="procurement in the text is the sum of the table's lines"),
    basis="财预〔2016〕143号：政府采购支出情况说明",
    passing=lambda: _example("35.00").report(),
    failing=lambda: _example("38.00").report(),
)
def procurement_lines(view: View) -> Iterator[Relation | NotChecked]:
    """The lines of the table of procurement add to the total that the text states, and those of goods, works and services
    (货物类, 工程类, 服务类, as the line itself says) to the amount of each.

    The text may speak of other money or of another year: sums that are nothing like it are not judged.
    """
    stated = _stated(view)
    for table in view.tables_by_kind.get("procurement", ()):
        lines = {row.row for row in table.rows if row.role is RowRole.DATA}
        words: dict[int, str] = defaultdict(str)
        for cell in table.cells:
            words[cell.row] += f" {cell.text}"
        amounts: dict[str, list[Fact]] = defaultdict(list)
        for fact in view.in_table(table.index):
            row = fact.place.row or 0
            if row in lines and fact.measure is Measure.AMOUNT and fact.fund == "all" and fact.concept == "procurement":
                amounts["procurement"].append(fact)
                kinds = {concept for word, concept in _KINDS.items() if word in words[row]}
                if len(kinds) == 1:
                    amounts[kinds.pop()].append(fact)
        for concept, parts in amounts.items():
            if concept not in stated or len({fact.place.row for fact in parts}) != len(parts):
                continue
            relation = Relation(
                subject=f"lines of {concept}", left=(Term(stated[concept]),), right=tuple(Term(part) for part in parts)
            )
            if decide(relation).outcome is Outcome.FAILED and not _like(relation):
                yield NotChecked("the text may speak of other procurement", relation.subject, (stated[concept].id,))
            else:
                yield relation


def _stated(view: View) -> dict[str, Fact]:
    """What the text says of procurement this year, where it says it in one way."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in view.said:
        if fact.concept != "procurement" and fact.concept not in _KINDS.values():
            continue
        if fact.measure is Measure.AMOUNT and fact.year == view.year and not fact.item:
            found[fact.concept].append(fact)
    return {concept: facts[0] for concept, facts in found.items() if len({fact.value for fact in facts}) == 1}


def _like(relation: Relation) -> bool:
    whole = total(relation.left).centre
    return bool(whole) and _LOW < total(relation.right).centre / whole < _HIGH
