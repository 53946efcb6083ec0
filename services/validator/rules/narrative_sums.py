"""Sums over the whole text: the items explained one by one, the three public expenses, changes of a total and its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.report import ClaimKind, Fact, Kind, Measure
from schemas.taxonomy.codes import LEVELS
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span, total
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, NotChecked
from services.validator.samples import Draft
from services.validator.view import View

_TREE: Mapping[str, tuple[str, ...]] = {
    "three_public": ("three_public.abroad", "three_public.vehicles", "three_public.reception"),
    "three_public.vehicles": ("three_public.vehicle_purchase", "three_public.vehicle_running"),
}
_FEW = 2
Money = tuple[object, ...]


def _public(reception: str) -> Draft:
    draft = Draft().paragraph("“三公”经费支出9.00万元。因公出国（境）费0.00万元，公务用车购置及运行费7.00万元。")
    draft.number("9.00", "万元", "three_public")
    draft.number("0.00", "万元", "three_public.abroad")
    draft.number("7.00", "万元", "three_public.vehicles")
    draft.paragraph(f"公务接待费{reception}万元。")
    draft.number(reception, "万元", "three_public.reception")
    return draft


@rule(
    "text.public-expenses",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="文中“三公”经费应等于各分项之和", en="the three public expenses in the text equal their items"),
    basis="财预〔2016〕143号：“三公”经费按因公出国（境）费、公务用车购置及运行费、公务接待费公开",
    passing=lambda: _public("2.00").report(),
    failing=lambda: _public("6.00").report(),
)
def public_expenses(view: View) -> Iterator[Relation]:
    """三公 = 因公出国（境） + 公务用车（购置 + 运行） + 公务接待 in the text, for the amounts of each phase and year and for
    their changes. A whole is only held against its parts where the text states every one of them (持平 states a change of
    nothing), each once or always alike, and where its own list names nothing else (会议费, 培训费). 国内公务接待 never exceeds
    公务接待; it equals it where nothing was spent on foreigners.
    """
    wider = _wider(view)
    for measure in (Measure.AMOUNT, Measure.CHANGE):
        still = _unchanged(view) if measure is Measure.CHANGE else set()
        for here, facts in _told(view, measure).items():
            for whole, parts in _TREE.items():
                if "three_public.vehicles" not in facts and (here, "three_public.vehicles") not in still:
                    parts = _parts(parts)
                present = [facts[part] for part in parts if part in facts]
                if (
                    whole in facts
                    and facts[whole].id not in wider
                    and present
                    and all(part in facts or (here, part) in still for part in parts)
                ):
                    yield Relation(
                        subject=f"{whole} {measure} {'|'.join(str(part) for part in here)}",
                        left=(Term(facts[whole]),),
                        right=tuple(Term(part) for part in present),
                    )
            if measure is Measure.AMOUNT and "three_public.reception" in facts and "three_public.reception_domestic" in facts:
                yield _received(facts, here)


def _received(facts: dict[str, Fact], here: Money) -> Relation:
    """国内公务接待 is all of 公务接待 where no foreign guest was received, and never more than it (it may include foreigners)."""
    foreign = facts.get("three_public.reception_foreign")
    return Relation(
        subject=f"three_public.reception domestic {'|'.join(str(part) for part in here)}",
        left=(Term(facts["three_public.reception"]),),
        right=(Term(facts["three_public.reception_domestic"]),),
        operator=Operator.EQ if foreign is not None and not foreign.value else Operator.GE,
    )


def _parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts, the one for vehicles given by its own: a text may only state purchase and running."""
    return tuple(deeper for part in parts for deeper in _TREE.get(part, (part,)))


def _wider(view: View) -> set[str]:
    """The totals whose own list has other items than those of the three public expenses."""
    return {
        whole.id
        for claim in view.claims_by_kind[ClaimKind.PARTS]
        for whole in view.played(claim, "whole")
        if whole.concept == "three_public" and any(part.concept == "other" for part in view.played(claim, "part"))
    }


def _unchanged(view: View) -> set[tuple[Money, str]]:
    """The concepts of which the text says 持平, without a number: with phase, year and base."""
    return {
        ((fact.phase, fact.year, claim.base), fact.concept)
        for claim in view.claims_by_kind[ClaimKind.CHANGE]
        if claim.relation == "unchanged" and not claim.roles.get("delta")
        for fact in view.played(claim, "current")
    }


def _told(view: View, measure: Measure) -> dict[Money, dict[str, Fact]]:
    """By phase, year and base: the facts of the text by concept, without those that are stated in two ways."""
    found: dict[Money, dict[str, Fact]] = defaultdict(dict)
    doubtful: set[tuple[Money, str]] = set()
    for fact in view.said:
        if fact.measure is not measure or fact.unit != "CNY" or fact.item or "three_public" not in fact.concept:
            continue
        here: Money = (fact.phase, fact.year, fact.base)
        known = found[here].setdefault(fact.concept, fact)
        if known.value != fact.value:
            doubtful.add((here, fact.concept))
    for money, concept in doubtful:
        del found[money][concept]
    return found


def _items(last: str) -> Draft:
    draft = Draft().paragraph("一般公共预算财政拨款支出50.00万元。")
    draft.number("50.00", "万元", fund="general")
    for code, text in (("2010301", "20.00"), ("2080505", "15.00"), ("2210201", last)):
        draft.paragraph(f"{code}支出决算为{text}万元。")
        draft.number(text, "万元", fund="general", function=code)
    return draft


@rule(
    "text.item-total",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="逐项说明的支出之和不应大于总数", en="the items explained one by one do not exceed their total"),
    basis="财预〔2016〕143号：一般公共预算支出按功能分类项级科目说明",
    passing=lambda: _items("15.00").report(),
    failing=lambda: _items("25.00").report(),
)
def item_total(view: View) -> Iterator[Relation | NotChecked]:
    """The text explains expenditure item by item (项): for each phase and year the items that it names add to the total that
    it states. Items may be left out, so less than the total is not an error; more than the total is.

    An item that is stated in two ways leaves the sum unchecked.
    """
    for here, (whole, parts) in _explained(view).items():
        subject = f"items {'|'.join(str(part) for part in here)}"
        if not parts:
            yield NotChecked("an item is stated in two ways", subject, (whole.id,))
        elif total(Term(part) for part in parts).meets(span(whole)):
            yield Relation(
                subject=subject, left=(Term(whole),), right=tuple(Term(part) for part in parts), group="items: rounding"
            )
        else:
            yield Relation(subject=subject, left=(Term(whole),), right=tuple(Term(part) for part in parts), operator=Operator.GE)


def _explained(view: View) -> dict[Money, tuple[Fact, list[Fact]]]:
    wholes: dict[Money, Fact] = {}
    parts: dict[Money, dict[str, Fact]] = defaultdict(dict)
    doubtful: set[Money] = set()
    for fact in view.said:
        if fact.measure is not Measure.AMOUNT or fact.concept != "expenditure" or fact.nature != "total":
            continue
        if fact.economy or fact.item or fact.fund != "general":
            continue
        here = (fact.fund, fact.phase, fact.year)
        if fact.function is None:
            if wholes.setdefault(here, fact).value != fact.value:
                doubtful.add(here)
        elif len(fact.function) == LEVELS["项"] and parts[here].setdefault(fact.function, fact).value != fact.value:
            doubtful.add(here)
    return {
        here: (whole, [] if here in doubtful else list(parts[here].values()))
        for here, whole in wholes.items()
        if len(parts[here]) > _FEW
    }


def _balanced(expenditure: str) -> Draft:
    draft = Draft().paragraph(f"收入预算80.00万元，比上年预算增加10.00万元；支出预算80.00万元，比上年预算增加{expenditure}万元。")
    income = draft.number("80.00", "万元", "income")
    grown = draft.number("10.00", "万元", "income", measure=Measure.CHANGE)
    draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_budget", current=income, delta=grown)
    spent = draft.number("80.00", "万元", occurrence=1)
    more = draft.number(expenditure, "万元", occurrence=int(expenditure == "10.00"), measure=Measure.CHANGE)
    return draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_budget", current=spent, delta=more)


@rule(
    "text.balanced-change",
    category=Category.NARRATIVE_VS_NARRATIVE,
    title=Text(zh="收支相等时，收、支的增减额也应相等", en="where income equals expenditure on one base, they changed alike"),
    basis="部门预算收支平衡：收入总计等于支出总计，上年亦然",
    passing=lambda: _balanced("10.00").report(),
    failing=lambda: _balanced("16.00").report(),
)
def balanced_change(view: View) -> Iterator[Relation]:
    """A budget balances, this year and last year. Where income and expenditure of the same money are equal and both are
    compared with last year's budget, the two changes are equal too.
    """
    for (fund, _), sides in _compared(view).items():
        if len({base for _, _, base in sides.values()}) == 1 and len(sides) == _FEW:
            yield Relation(subject=f"changes of {fund}", left=(Term(sides["out"][1]),), right=(Term(sides["in"][1]),))


_BASES = ("last_year_budget", "last_year_execution")
_SIDES = {"income": "in", "income_total": "in", "expenditure": "out", "expenditure_total": "out"}


def _compared(view: View) -> dict[Money, dict[str, tuple[Fact, Fact, str]]]:
    """By fund and value: income and expenditure with their changes and what these are measured against."""
    found: dict[Money, dict[str, tuple[Fact, Fact, str]]] = defaultdict(dict)
    for claim in view.claims_by_kind[ClaimKind.CHANGE]:
        current, delta = view.played(claim, "current"), view.played(claim, "delta")
        if claim.base not in _BASES or len(current) != 1 or len(delta) != 1:
            continue
        fact = current[0]
        if fact.concept in _SIDES and fact.nature == "total" and not fact.function and not fact.item:
            found[fact.fund, fact.value].setdefault(_SIDES[fact.concept], (fact, delta[0], claim.base))
    return found


def _two_bases(base: str) -> Draft:
    words = "执行数" if base == "last_year_execution" else "预算"
    draft = Draft(kind=Kind.BUDGET).paragraph(
        f"收入80.00万元，比上年{words}增加12.00万元；支出预算80.00万元，比上年预算增加10.00万元。"
    )
    income = draft.number("80.00", "万元", "income", fund="fiscal")
    grown = draft.number("12.00", "万元", "income", fund="fiscal", measure=Measure.CHANGE)
    draft.claim(ClaimKind.CHANGE, relation="increase", base=base, current=income, delta=grown)
    spent = draft.number("80.00", "万元", fund="fiscal", occurrence=1)
    more = draft.number("10.00", "万元", fund="fiscal", measure=Measure.CHANGE)
    return draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_budget", current=spent, delta=more)


@rule(
    "text.two-bases",
    category=Category.NARRATIVE_VS_NARRATIVE,
    title=Text(zh="收、支增减应与同一基数比较", en="income and expenditure are compared with one base"),
    basis="部门预算公开格式：本年预算与上年预算比较",
    passing=lambda: _two_bases("last_year_budget").report(),
    failing=lambda: _two_bases("last_year_execution").report(),
)
def two_bases(view: View) -> Iterator[Finding]:
    """In a budget income and expenditure of the same money are the same amount; one is compared with last year's budget and
    the other with what was executed, so that the same amount has two different changes.
    """
    if view.identity.kind is not Kind.BUDGET:
        return
    for (fund, _), sides in _compared(view).items():
        if len(sides) != _FEW:
            continue
        (income, grown, base), (spent, more, other) = sides["in"], sides["out"]
        if base == other or span(grown).meets(span(more)):
            continue
        yield Finding(
            subject=f"bases of {fund}",
            stated=f"{stated(grown)}、{stated(more)}",
            message=Text(
                zh=f"收入与支出同为{stated(income)}，增减额却分别为{stated(grown)}和{stated(more)}：一处与上年执行数比，一处与上年预算比。",
                en=f"income and expenditure are both {stated(income)}, but changed by {stated(grown)} and {stated(more)}: "
                "one is compared with what was executed, the other with the budget.",
            ),
            evidence=tuple(view.fact_evidence(fact) for fact in (grown, more, income, spent)),
            facts=(grown.id, more.id),
        )


def _carried(opening: str) -> Draft:
    draft = Draft().paragraph(f"上年结转和结余{opening}万元。年末结转和结余57.64万元，与上年相比减少26.17万元。")
    draft.number(opening, "万元", "opening_balance")
    closing = draft.number("57.64", "万元", "closing_balance")
    less = draft.number("26.17", "万元", "closing_balance", measure=Measure.CHANGE, sign=-1)
    return draft.claim(ClaimKind.CHANGE, relation="decrease", base="last_year_final", current=closing, delta=less)


@rule(
    "text.brought-forward",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(zh="年初结转应等于上年年末结转", en="the balance brought forward is last year's balance carried forward"),
    basis="收入支出决算总表：年初结转和结余＝上年年末结转和结余",
    passing=lambda: _carried("83.81").report(),
    failing=lambda: _carried("57.86").report(),
)
def brought_forward(view: View) -> Iterator[Relation]:
    """The change of the balance carried forward implies what it was a year ago: that is this year's balance brought
    forward. Balances may be adjusted or recalled in between, so a difference is a warning.
    """
    opening = [fact for fact in view.by_concept.get("opening_balance", ()) if fact.measure is Measure.AMOUNT]
    for claim in view.claims_by_kind[ClaimKind.CHANGE]:
        current, delta = view.played(claim, "current"), view.played(claim, "delta")
        closing = current[0] if current else view.amount_of(delta[0]) if delta else None
        if (
            closing is None
            or not delta
            or closing.concept != "closing_balance"
            or claim.base not in ("last_year", "last_year_final")
        ):
            continue
        for fact in opening:
            if (fact.fund, fact.year, fact.nature) == (closing.fund, closing.year, closing.nature):
                yield Relation(subject=f"opening {fact.fund}", left=(Term(fact),), right=(Term(closing), Term(delta[0], -1)))
                break
