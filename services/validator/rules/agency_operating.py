"""机关运行经费 against the operating part of basic expenditure."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.report import Fact, Measure
from schemas.validation import Category, Severity, Text
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.samples import Draft
from services.validator.view import View


def _example(agency: str) -> Draft:
    draft = Draft().paragraph(f"基本支出中公用经费19.38万元。机关运行经费支出{agency}万元。")
    draft.number("19.38", "万元", fund="general", nature="operating")
    draft.number(agency, "万元", "agency_operating")
    return draft


@rule(
    "text.agency-operating",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(zh="机关运行经费不应大于公用经费", en="the running of agencies is a part of the operating expenditure"),
    basis="财预〔2016〕143号：机关运行经费是行政单位和参公事业单位使用一般公共预算财政拨款安排的基本支出中的日常公用经费",
    passing=lambda: _example("17.24").report(),
    failing=lambda: _example("71.24").report(),
)
def agency_operating(view: View) -> Iterator[Relation]:
    """机关运行经费 is what the administrative bodies (and those run like them) among all units spend as 公用经费 out of the
    general budget: with other units beside them it is less than all 公用经费, never more. Some places count project spending
    in, so more is a warning.
    """
    for fact in view.by_concept.get("agency_operating", ()):
        if fact.measure is not Measure.AMOUNT or fact.item:
            continue
        whole = _operating(view, fact)
        if whole is not None:
            yield Relation(subject=f"operating {fact.phase}", left=(Term(whole),), right=(Term(fact),), operator=Operator.GE)


def _operating(view: View, like: Fact) -> Fact | None:
    """The largest 公用经费 that the document gives for the stage and year."""
    found = [
        fact
        for fact in view.by_concept.get("expenditure", ())
        if fact.nature == "operating" and fact.measure is Measure.AMOUNT and (fact.phase, fact.year) == (like.phase, like.year)
        and not (fact.function or fact.economy or fact.item)
    ]  # fmt: skip
    return max(found, key=lambda fact: fact.value, default=None)
