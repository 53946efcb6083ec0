"""The three budgets that make up 财政拨款, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemas.report import ClaimKind, Fact, Measure
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.samples import Draft
from services.validator.view import View

_FUNDS = ("general", "gov_fund", "state_capital")
_CONCEPTS = ("income", "income_total", "expenditure", "expenditure_total")
Money = tuple[object, ...]


def _example(general: str) -> Draft:
    draft = Draft().paragraph(
        f"财政拨款收入30.00万元，其中一般公共预算{general}万元，政府性基金6.00万元，国有资本经营预算0.00万元。"
    )
    draft.number("30.00", "万元", "income", fund="fiscal")
    draft.number(general, "万元", "income", fund="general")
    draft.number("6.00", "万元", "income", fund="gov_fund")
    draft.number("0.00", "万元", "income", fund="state_capital", occurrence=int(general.endswith("0.00")))
    return draft


@rule(
    "text.fund-sum",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="财政拨款应等于三本预算之和", en="the appropriations are those of the three budgets together"),
    basis="财政拨款收入支出决算总表：财政拨款＝一般公共预算＋政府性基金预算＋国有资本经营预算",
    passing=lambda: _example("24.00").report(),
    failing=lambda: _example("42.00").report(),
)
def fund_sum(view: View) -> Iterator[Relation]:
    """财政拨款 is what the general budget, the government funds and the state capital budget give: in the text, for income and
    expenditure, and for their changes against one base. Where the text states all three, they add to it (持平 is a change of
    nothing); where it leaves one out, the others do not exceed it. What is stated in two ways says nothing.
    """
    still = _unchanged(view)
    for (concept, measure, *rest), facts in _by_fund(view).items():
        *here, base = (concept, *rest)
        parts = [facts[fund] for fund in _FUNDS if fund in facts]
        if "fiscal" not in facts or not parts:
            continue
        change = measure is Measure.CHANGE
        complete = all(fund in facts or (change and {(fund, *here, base), (fund, *here, None)} & still) for fund in _FUNDS)
        if change and not complete:
            continue
        yield Relation(
            subject=f"funds {'|'.join(str(part) for part in (concept, measure, *rest))}",
            left=(Term(facts["fiscal"]),),
            right=tuple(Term(part) for part in parts),
            operator=Operator.EQ if complete else Operator.GE,
        )


def _by_fund(view: View) -> dict[Money, dict[str, Fact]]:
    """By concept, measure, stage, year and base: the facts of the text by fund, without those stated in two ways."""
    found: dict[Money, dict[str, Fact]] = defaultdict(dict)
    doubtful: set[tuple[Money, str]] = set()
    for fact in view.said:
        if fact.concept not in _CONCEPTS or fact.measure not in (Measure.AMOUNT, Measure.CHANGE):
            continue
        if fact.fund != "fiscal" and fact.fund not in _FUNDS:
            continue
        if fact.nature != "total" or fact.function or fact.economy or fact.item:
            continue
        money: Money = (fact.concept, fact.measure, fact.phase, fact.year, fact.base)
        if found[money].setdefault(fact.fund, fact).value != fact.value:
            doubtful.add((money, fact.fund))
    for money, fund in doubtful:
        del found[money][fund]
    return found


def _unchanged(view: View) -> set[Money]:
    """The funds, with concept, stage, year and base, that did not change (与上年预算持平); what was nothing last year and is
    nothing now (0万元) is a change of nothing against whatever base: null."""
    return {
        (fact.fund, fact.concept, fact.phase, fact.year, claim.base if fact.value else None)
        for claim in view.claims_by_kind[ClaimKind.CHANGE]
        if claim.relation == "unchanged" and not claim.roles.get("delta") and (claim.base or "").startswith("last_year")
        for fact in view.played(claim, "current")
    }
