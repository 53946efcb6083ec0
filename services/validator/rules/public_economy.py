"""The three public expenses and the economic lines that carry them."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.report import Fact, Measure
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.samples import Draft
from services.validator.view import View

_LINES = {"30212": "three_public.abroad", "30217": "three_public.reception", "30231": "three_public.vehicle_running"}


def _example(reception: str) -> Draft:
    draft = Draft().table(
        "general_basic",
        [("决算数", {"fund": "general", "nature": "basic", "economy": "30217"})],
        [("30217", "公务接待费", reception)],
    )
    return draft.table("three_public", [("决算数", {})], [("", "公务接待费", "2.00")], concept="three_public.reception")


@rule(
    "table.public-economy",
    category=Category.CROSS_TABLE,
    title=Text(
        zh="“三公”经费不应小于基本支出表中的同名支出", en="a public expense is not less than its line of basic expenditure"
    ),
    basis="政府收支分类科目：30212因公出国（境）费用、30217公务接待费、30231公务用车运行维护费",
    passing=lambda: _example("1.50").report(),
    failing=lambda: _example("3.50").report(),
)
def public_economy(view: View) -> Iterator[Relation]:
    """因公出国（境）费, 公务接待费 and 公务用车运行费 of the table of the three public expenses include what basic
    expenditure spends under 30212, 30217 and 30231. They may be more (projects spend on them too), never less.
    """
    public = {
        (fact.concept, fact.phase, fact.year): fact
        for concept in _LINES.values()
        for fact in view.by_concept.get(concept, ())
        if fact.source == "table" and fact.measure is Measure.AMOUNT and not fact.item
    }
    for fact in view.by_concept.get("expenditure", ()):
        if fact.source != "table" or fact.economy not in _LINES or fact.measure is not Measure.AMOUNT or fact.nature != "basic":
            continue
        whole: Fact | None = public.get((_LINES[fact.economy], fact.phase, fact.year))
        if whole is not None:
            yield Relation(subject=f"{fact.economy} {fact.phase}", left=(Term(whole),), right=(Term(fact),), operator=Operator.GE)
