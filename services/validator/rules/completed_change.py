"""A completion rate beside the amount by which the outturn missed the budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter

from schemas.report import ClaimKind, Fact, Measure
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.view import View

_of = attrgetter("concept", "fund", "nature", "function", "economy", "item", "year", "base")
_BUDGETS = ("initial", "full_year")


def _example(rate: str) -> Draft:
    draft = Draft().paragraph(f"支出90.00万元，较年初预算数减少10.00万元，完成年初预算的{rate}%。")
    actual = draft.number("90.00", "万元")
    less = draft.number("10.00", "万元", measure=Measure.CHANGE, base="initial", sign=-1)
    draft.claim(ClaimKind.CHANGE, relation="decrease", base="initial", current=actual, delta=less)
    said = draft.number(rate, "%", measure=Measure.COMPLETION, base="initial")
    return draft.claim(ClaimKind.COMPLETION, base="initial", actual=actual, rate=said)


@rule(
    "claim.completion-change",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="完成率应与较预算增减额相符", en="a completion rate fits the amount more or less than the budget"),
    basis="完成率＝决算数÷预算数；预算数＝决算数－较预算增减额",
    passing=lambda: _example("90.00").report(),
    failing=lambda: _example("80.00").report(),
)
def completion_change(view: View) -> Iterator[Relation]:
    """Where a paragraph states what was spent, by how much that is more or less than the budget, and the completion rate, but not
    the budget itself, the budget is the one less the other: P = V ÷ (V − D). The direction word is a part of D.
    """
    moved = _moved(view)
    for claim in view.claims_by_kind[ClaimKind.COMPLETION]:
        actual, budget, rate = (view.played(claim, role) for role in ("actual", "budget", "rate"))
        if budget or len(actual) != 1 or len(rate) != 1:
            continue
        deltas = moved.get((rate[0].place.paragraph, _of(rate[0])), [])
        if len({delta.value for delta in deltas}) == 1 and actual[0].value > deltas[0].value:
            spent = Term(actual[0])
            yield Relation(subject=about(view, claim), left=(Term(rate[0]),), right=(spent,), base=(spent, Term(deltas[0], -1)))


def _moved(view: View) -> dict[tuple[int | None, object], list[Fact]]:
    """The amounts by which things missed their budget, by paragraph and subject."""
    found: dict[tuple[int | None, object], list[Fact]] = defaultdict(list)
    for claim in view.claims_by_kind[ClaimKind.CHANGE]:
        for delta in view.played(claim, "delta"):
            if claim.base in _BUDGETS and delta.unit == "CNY":
                found[delta.place.paragraph, _of(delta)].append(delta)
    return found
