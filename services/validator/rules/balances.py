"""Balances: what came in and was brought forward equals what went out and is carried forward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemas.report import Fact
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_IN = ("income", "opening_balance", "surplus_used")
_OUT = ("expenditure", "closing_balance", "surplus_allocated")
_KINDS = frozenset({"income_expenditure", "fiscal"})


def _example(opening: str) -> Draft:
    return Draft().table(
        "income_expenditure",
        [("决算数", {})],
        [
            ("", "本年收入合计", "30.00"),
            ("", "年初结转和结余", opening),
            ("", "总计", "32.00"),
            ("", "本年支出合计", "32.00"),
            ("", "总计", "32.00"),
        ],
        dimensions={
            0: {"concept": "income"},
            1: {"concept": "opening_balance"},
            2: {"concept": "income_total"},
            3: {"concept": "expenditure"},
            4: {"concept": "expenditure_total"},
        },
    )


@rule(
    "table.balance",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="收支总表应平衡", en="the totals table balances"),
    basis="收入支出决算总表、财政拨款收入支出决算总表：本年收入＋使用结余＋年初结转＝总计＝本年支出＋结余分配＋年末结转",
    passing=lambda: _example("2.00").report(),
    failing=lambda: _example("7.00").report(),
)
def balance(view: View) -> Iterator[Relation]:
    """In a totals table the income of the year, the balance brought forward and the surplus used make up the total of the
    income side; the expenditure of the year, the surplus allocated and the balance carried forward that of the other side;
    and the two totals are equal. Lines left blank count as nothing. A table with amounts whose line is not understood says
    nothing.
    """
    for table in view.tables:
        if table.kind not in _KINDS or _unknown(view, table.index):
            continue
        for money, facts in _by_money(view, table.index).items():
            where = f"{title(table)}: {'|'.join(str(part) for part in money)}"
            for total, parts in (("income_total", _IN), ("expenditure_total", _OUT)):
                present = [facts[part] for part in parts if part in facts]
                if total in facts and parts[0] in facts:
                    yield Relation(
                        subject=f"{where} {total}",
                        left=(Term(facts[total]),),
                        right=tuple(Term(part) for part in present),
                        group=f"{title(table)}: rounding",
                    )
            if "income_total" in facts and "expenditure_total" in facts:
                yield Relation(
                    subject=f"{where} income = expenditure",
                    left=(Term(facts["income_total"]),),
                    right=(Term(facts["expenditure_total"]),),
                )


def _unknown(view: View, table: int) -> bool:
    """Some amount stands in a line that bears no concept: it may belong to a balance."""
    return any(fact.concept == "other" and fact.value for fact in view.in_table(table))


def _by_money(view: View, table: int) -> dict[tuple[object, ...], dict[str, Fact]]:
    """The balance facts of a table by fund, phase and year; a concept stated twice for one money says nothing."""
    found: dict[tuple[object, ...], dict[str, Fact]] = defaultdict(dict)
    twice: set[tuple[tuple[object, ...], str]] = set()
    for fact in view.in_table(table):
        if fact.function or fact.economy or fact.item or fact.nature != "total":
            continue
        money = (fact.fund, fact.phase, fact.year)
        if fact.concept in found[money] and found[money][fact.concept].value != fact.value:
            twice.add((money, fact.concept))
        found[money].setdefault(fact.concept, fact)
    for key, concept in twice:
        del found[key][concept]
    return found
