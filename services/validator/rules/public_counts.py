"""What the three public expenses paid for: groups, visitors and vehicles, held against the amounts and against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.report import Fact, Kind, Measure, Phase
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：“三公”经费应公开团组数及人数、车辆购置数及保有量、国内公务接待批次及人数"
_COUNTED = {
    "three_public.abroad": "因公出国（境）费",
    "three_public.vehicle_purchase": "公务用车购置费",
    "three_public.reception": "公务接待费",
    "three_public.reception_foreign": "外宾接待支出",
}
_ALL_OF_THEM = ("团组", "人次", "批次", "购置数")
"""The items that count everything that the amount paid for; other words may count one visit of many."""

_VISITORS = ("人次", "人")
_WITHOUT, _WITH = ("(不包括", "(不含"), ("(包括", "(含")
Money = tuple[str, int | None]


def _receptions(amount: str, batches: str, visitors: str) -> Draft:
    draft = Draft().paragraph(f"公务接待费支出{amount}万元，国内公务接待{batches}批次、{visitors}人次。")
    draft.number(amount, "万元", "three_public.reception")
    draft.number(batches, "批次", "three_public.reception", item="批次", measure=Measure.COUNT)
    draft.number(visitors, "人次", "three_public.reception", item="人次", measure=Measure.COUNT)
    return draft


@rule(
    "public.nothing-for-nothing",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="“三公”经费金额与团组、批次、车辆数应同有同无", en="where nothing was spent nothing was bought or received"),
    basis=BASIS,
    passing=lambda: _receptions("0.39", "2", "26").report(),
    failing=lambda: _receptions("0.00", "2", "26").report(),
)
def nothing_for_nothing(view: View) -> Iterator[Finding | Passed | NotChecked]:
    """Journeys abroad, vehicles bought, and receptions cost something, and nothing is spent on none of them: the amount of the
    year and the counts beside it are both zero or both not. Some costs fall due in another year, so it is a warning. Counts of
    one visit among many are only held against an amount of zero that they fit.

    Vehicles that are run are there: where the running of vehicles cost something, some are held. Vehicles that cost nothing
    (run by another body, or not at all) are not judged.
    """
    amounts = _amounts(view)
    for concept, name in _COUNTED.items():
        amount = amounts.get((concept, view.year))
        counts = [fact for fact in view.by_concept.get(concept, ()) if _counts(fact) and fact.year == view.year]
        if amount is not None and counts:
            yield from _judge(view, name, amount, counts)
    yield from _held(view, amounts)


def _amounts(view: View) -> dict[Money, Fact]:
    """The amount of each public expense by year, of the stage that the document is about, where it is stated in one way."""
    stage = Phase.INITIAL if view.identity.kind is Kind.BUDGET else Phase.FINAL
    found: dict[Money, list[Fact]] = defaultdict(list)
    for concept in (*_COUNTED, "three_public.vehicle_running", "three_public.vehicles"):
        for fact in view.by_concept.get(concept, ()):
            if fact.measure is Measure.AMOUNT and fact.phase is stage and not fact.item and fact.nature == "total":
                found[concept, fact.year].append(fact)
    return {money: same[0] for money, same in found.items() if all(span(same[0]).meets(span(fact)) for fact in same)}


def _counts(fact: Fact) -> bool:
    return fact.measure is Measure.COUNT and fact.unit != "percent"


def _judge(view: View, name: str, amount: Fact, counts: Sequence[Fact]) -> Iterator[Finding | Passed | NotChecked]:
    whole = [fact for fact in counts if (fact.item or "").split("(")[0] in _ALL_OF_THEM]
    subject = f"{name} {amount.phase} counts"
    if amount.value:
        if any(fact.value for fact in whole):
            yield Passed(subject, tuple(fact.id for fact in (amount, *whole)))
        elif whole:
            yield _contradiction(view, subject, amount, whole)
        return
    fitting = tuple(fact.id for fact in counts if not fact.value)
    if fitting:
        yield Passed(subject, (amount.id, *fitting))
    wrong = [fact for fact in whole if fact.value]
    if wrong:
        yield _contradiction(view, f"{subject} of nothing", amount, wrong)
    elif any(fact.value for fact in counts):
        yield NotChecked("the count may be of something else", subject)


def _contradiction(view: View, subject: str, amount: Fact, counts: Sequence[Fact]) -> Finding:
    said = "、".join(f"{fact.item}{stated(fact)}" for fact in counts)
    return Finding(
        subject=subject,
        stated=said,
        message=Text(zh=f"金额为{stated(amount)}，而{said}。", en=f"the amount is {stated(amount)}, yet it counts {said}."),
        evidence=tuple(view.fact_evidence(fact) for fact in (amount, *counts)),
        facts=tuple(fact.id for fact in (amount, *counts)),
    )


def _held(view: View, amounts: dict[Money, Fact]) -> Iterator[Finding | Passed | NotChecked]:
    """Vehicles held, against what running them cost."""
    running = amounts.get(("three_public.vehicle_running", view.year)) or amounts.get(("three_public.vehicles", view.year))
    held = _vehicles(view)
    if running is None or held is None:
        return
    subject = "vehicles held and run"
    if bool(running.value) == bool(held.value):
        yield Passed(subject, (running.id, held.id))
    elif running.value:
        yield _contradiction(view, subject, running, [held])
    else:
        yield NotChecked("the vehicles may be run at another's cost", subject, (running.id, held.id))


def _vehicles(view: View) -> Fact | None:
    """The vehicles that are held: those that the appropriation runs, else all of them."""
    held = [fact for fact in view.by_concept.get("three_public.vehicles", ()) if _counts(fact) and fact.item == "保有量"]
    return next((fact for fact in held if fact.year == view.year), None) or _owned(view)


_MOVED = re.compile("购置|处置|报废|报损|新增|减少|出租|出借|编制")


def _owned(view: View) -> Fact | None:
    """All vehicles owned, where the text says it once or always alike."""
    owned = [
        fact
        for fact in view.by_concept.get("asset", ())
        if _counts(fact) and fact.unit == "辆" and "车" in (fact.item or "") and "/" not in (fact.item or "")
        and not _MOVED.search(fact.item or "") and fact.year == view.year
    ]  # fmt: skip
    return owned[0] if owned and len({fact.value for fact in owned}) == 1 else None


def _fleet(held: str) -> Draft:
    draft = Draft().paragraph(f"公务用车保有量{held}辆。共有车辆2辆。")
    draft.number(held, "辆", "three_public.vehicles", item="保有量", measure=Measure.COUNT)
    draft.number("2", "辆", "asset", item="共有车辆", measure=Measure.COUNT, occurrence=int(held == "2"))
    return draft


@rule(
    "public.vehicles-held",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="公务用车保有量不应大于车辆总数", en="the vehicles run on the appropriation are some of all vehicles"),
    basis=BASIS,
    passing=lambda: _fleet("2").report(),
    failing=lambda: _fleet("3").report(),
)
def vehicles_held(view: View) -> Iterator[Relation]:
    """The vehicles that the appropriation runs (公务用车保有量) are among all that the section on state assets counts."""
    owned = _owned(view)
    for fact in view.by_concept.get("three_public.vehicles", ()):
        if owned is not None and _counts(fact) and fact.item == "保有量" and fact.year == owned.year:
            yield Relation(subject="vehicles held", left=(Term(owned),), right=(Term(fact),), operator=Operator.GE)


def _visits(groups: str) -> Draft:
    draft = Draft().paragraph(f"国内公务接待{groups}批次、26人次。")
    draft.number(groups, "批次", "three_public.reception", item="批次", measure=Measure.COUNT)
    draft.number("26", "人次", "three_public.reception", item="人次", measure=Measure.COUNT)
    return draft


@rule(
    "public.visitors",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="批次（团组）数不应大于人次数", en="there are no more visits than visitors"),
    basis=BASIS,
    passing=lambda: _visits("2").report(),
    failing=lambda: _visits("62").report(),
)
def visitors(view: View) -> Iterator[Relation]:
    """Every group and every visit has at least one person: 批次 and 团组 do not exceed the 人次 stated after them. Those received
    without their companions (不包括陪同人员) are not more than with them.
    """
    for concept in ("three_public.abroad", "three_public.reception", "three_public.reception_foreign"):
        counts = [fact for fact in view.by_concept.get(concept, ()) if _counts(fact) and fact.source != "table"]
        for group, people in pairwise(counts):
            together = group.place.paragraph == people.place.paragraph and group.year == people.year
            if together and people.unit in _VISITORS and group.unit not in _VISITORS:
                yield Relation(
                    subject=f"{concept} {group.year} visits", left=(Term(people),), right=(Term(group),), operator=Operator.GE
                )
        yield from _companions(concept, [fact for fact in counts if fact.unit in _VISITORS])


def _companions(concept: str, counts: Sequence[Fact]) -> Iterator[Relation]:
    without = [fact for fact in counts if any(mark in (fact.item or "") for mark in _WITHOUT)]
    within = [fact for fact in counts if fact not in without and any(mark in (fact.item or "") for mark in _WITH)]
    for fact in without:
        same = [other for other in within if other.year == fact.year]
        if len(same) == 1:
            yield Relation(
                subject=f"{concept} {fact.year} companions", left=(Term(same[0]),), right=(Term(fact),), operator=Operator.GE
            )
