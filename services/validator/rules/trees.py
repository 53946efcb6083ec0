"""Subjects that divide by themselves: the three public expenses, basic expenditure, procurement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.report import Fact, Measure
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_CONCEPTS: Mapping[str, tuple[str, ...]] = {
    "three_public": ("three_public.abroad", "three_public.vehicles", "three_public.reception"),
    "three_public.vehicles": ("three_public.vehicle_purchase", "three_public.vehicle_running"),
    "procurement": ("procurement.goods", "procurement.works", "procurement.services"),
}
_MEMBERS = frozenset({*_CONCEPTS, *(part for parts in _CONCEPTS.values() for part in parts)})


def _example(reception: str) -> Draft:
    return Draft().table(
        "three_public",
        [("决算数", {})],
        [
            ("", "合计", "9.00"),
            ("", "因公出国（境）费", "0.00"),
            ("", "公务用车购置及运行费", "7.00"),
            ("", "公务接待费", reception),
        ],
        dimensions={
            0: {"concept": "three_public"},
            1: {"concept": "three_public.abroad"},
            2: {"concept": "three_public.vehicles"},
            3: {"concept": "three_public.reception"},
        },
    )


@rule(
    "table.divided-subject",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="“三公”经费、政府采购等应等于其分项之和", en="the three public expenses and procurement equal their items"),
    basis="财预〔2016〕143号：“三公”经费按因公出国（境）费、公务用车购置及运行费、公务接待费公开；政府采购按货物、工程、服务公开",
    passing=lambda: _example("2.00").report(),
    failing=lambda: _example("6.00").report(),
)
def divided_subject(view: View) -> Iterator[Relation]:
    """三公 = 因公出国（境） + 公务用车（购置 + 运行） + 公务接待, and 政府采购 = 货物 + 工程 + 服务, in every table that has
    them, for each phase and year, whether they stand in lines or in columns. An item without a number counts as nothing; where
    only one item has a number, it does not exceed the whole.
    """
    for table in view.tables:
        for here, facts in _groups(view, table.index).items():
            for whole, parts in _CONCEPTS.items():
                present = [facts[part] for part in parts if part in facts]
                if whole not in facts or not present:
                    continue
                yield Relation(
                    subject=f"{title(table)}: {whole} {'|'.join(str(part) for part in here)}",
                    left=(Term(facts[whole]),),
                    right=tuple(Term(part) for part in present),
                    operator=Operator.EQ if len(present) > 1 else Operator.GE,
                    group=f"{title(table)}: rounding",
                )


def _groups(view: View, table: int) -> dict[tuple[object, ...], dict[str, Fact]]:
    found: dict[tuple[object, ...], dict[str, Fact]] = defaultdict(dict)
    twice: set[tuple[tuple[object, ...], str]] = set()
    for fact in view.in_table(table):
        if fact.concept in _MEMBERS and fact.measure is Measure.AMOUNT and not fact.item:
            here = (fact.fund, fact.nature, fact.phase, fact.year)
            if fact.concept in found[here] and found[here][fact.concept].value != fact.value:
                twice.add((here, fact.concept))
            found[here].setdefault(fact.concept, fact)
    for key, concept in twice:
        del found[key][concept]
    return found
