"""A total's change and the changes of its parts by nature: 较上年减少10万元，其中：基本支出增加5万元，项目支出减少15万元."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.report import ClaimKind, Fact, Kind, Measure, Phase
from schemas.validation import Category, Text
from services.validator.arithmetic import total
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.samples import Draft
from services.validator.view import View

_PARTS = ("basic", "project")
_BALANCED = "income"
_TOTALS = ("expenditure", "expenditure_total")
Key = tuple[int | None, str, Phase | None, int | None, str | None]


def _example(project: str) -> Draft:
    draft = Draft().paragraph("支出90.00万元，其中基本支出50.00万元、项目支出40.00万元。")
    draft.number("90.00", "万元")
    draft.number("50.00", "万元", nature="basic")
    draft.number("40.00", "万元", nature="project")
    draft.paragraph(f"支出较上年减少10.00万元，其中：基本支出增加5.00万元，项目支出减少{project}万元。")
    for text, nature, sign in (("10.00", "total", -1), ("5.00", "basic", 1), (project, "project", -1)):
        delta = draft.number(text, "万元", nature=nature, measure=Measure.CHANGE, sign=sign, base="last_year")
        draft.claim(ClaimKind.CHANGE, relation="decrease" if sign < 0 else "increase", base="last_year", delta=delta)
    return draft


@rule(
    "text.change-parts",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="总数的增减额应等于各部分增减额之和", en="the change of a total is the sum of the changes of its parts"),
    basis="支出＝基本支出＋项目支出，上年亦然",
    passing=lambda: _example("15.00").report(),
    failing=lambda: _example("18.00").report(),
)
def change_parts(view: View) -> Iterator[Relation]:
    """Where a paragraph says by how much expenditure, 基本支出 and 项目支出 changed against one base, the changes of the two add
    up to that of the whole, each with its direction. 收支 of a budget, which balances, changed alike. Only where the document's
    基本支出 and 项目支出 of this year are all of it.
    """
    for (_, fund, phase, year, _), changes in _changes(view).items():
        whole = changes.get("total") or changes.get(_BALANCED)
        if whole is not None and set(_PARTS) <= changes.keys() and _is_all(view, fund, phase, year):
            yield Relation(
                subject=f"changes of expenditure by nature, {fund} {phase} {year}",
                left=(Term(whole),),
                right=tuple(Term(changes[nature]) for nature in _PARTS),
            )


def _changes(view: View) -> Mapping[Key, dict[str, Fact]]:
    """By paragraph and what is compared with what: the change of each nature, those left out that are stated in two ways."""
    balanced = view.identity.kind is Kind.BUDGET
    found: dict[Key, dict[str, Fact]] = defaultdict(dict)
    doubtful: set[tuple[Key, str]] = set()
    for fact in view.said:
        if fact.measure is not Measure.CHANGE or fact.unit != "CNY" or fact.function or fact.economy or fact.item:
            continue
        if fact.concept not in _TOTALS and not (balanced and fact.concept == "income_total"):
            continue
        nature = fact.nature if fact.concept in _TOTALS else _BALANCED
        key = (fact.place.paragraph, fact.fund, fact.phase, fact.year, fact.base)
        if found[key].setdefault(nature, fact).value != fact.value:
            doubtful.add((key, nature))
    for key, nature in doubtful:
        del found[key][nature]
    return found


def _is_all(view: View, fund: str, phase: Phase | None, year: int | None) -> bool:
    """Whether the text's 基本支出 and 项目支出 add up to its total."""
    amounts: dict[str, Fact] = {}
    for fact in view.said:
        spending = fact.concept in _TOTALS and not (fact.function or fact.economy or fact.item)
        if fact.measure is Measure.AMOUNT and spending and (fact.fund, fact.phase, fact.year) == (fund, phase, year):
            amounts.setdefault(fact.nature, fact)
    if not {"total", *_PARTS} <= amounts.keys():
        return False
    return total(Term(amounts[nature]) for nature in _PARTS).meets(total([Term(amounts["total"])]))
