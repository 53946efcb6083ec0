"""Balances: what came in and was brought forward equals what went out and is carried forward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from schemas.report import Fact, Measure
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


def _told(closing: str) -> Draft:
    draft = Draft().paragraph(f"年初结转和结余2.00万元，本年收入10.00万元，本年支出9.00万元，年末结转和结余{closing}万元。")
    draft.number("2.00", "万元", "opening_balance", fund="gov_fund")
    draft.number("10.00", "万元", "income", fund="gov_fund")
    draft.number("9.00", "万元", fund="gov_fund")
    draft.number(closing, "万元", "closing_balance", fund="gov_fund")
    return draft


@rule(
    "text.balance",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="文中收支结余应平衡", en="the balance told in a paragraph balances"),
    basis="本年收入＋使用结余＋年初结转＝本年支出＋结余分配＋年末结转",
    passing=lambda: _told("3.00").report(),
    failing=lambda: _told("8.00").report(),
)
def told_balance(view: View) -> Iterator[Relation]:
    """A paragraph that states income, expenditure and both balances of one money states its balance: what came in and was
    brought forward was spent or is carried forward. Surplus used or allocated counts where the paragraph, or else a table,
    states it.
    """
    for facts in view.by_paragraph.values():
        if sum(fact.concept.endswith("_balance") for fact in facts) < _BOTH:
            continue
        for money, told in _of_one_money(facts).items():
            if not all(concept in told for concept in ("income", "expenditure", "opening_balance", "closing_balance")):
                continue
            for concept in ("surplus_used", "surplus_allocated"):
                held = [fact for fact in view.amounts_like(told["income"].model_copy(update={"concept": concept})) if fact.value]
                if held:
                    told.setdefault(concept, held[0])
            here = "|".join(str(part) for part in money)
            yield Relation(
                subject=f"told balance {here}",
                left=tuple(Term(told[concept]) for concept in _IN if concept in told),
                right=tuple(Term(told[concept]) for concept in _OUT if concept in told),
                group="told balances: rounding",
            )


_BOTH = 2


def _unknown(view: View, table: int) -> bool:
    """Some amount stands in a line that bears no concept: it may belong to a balance."""
    return any(fact.concept == "other" and fact.value for fact in view.in_table(table))


def _by_money(view: View, table: int) -> dict[tuple[object, ...], dict[str, Fact]]:
    """The balance facts of a table by fund, phase and year; a concept stated twice for one money says nothing."""
    return _of_one_money(view.in_table(table))


def _of_one_money(facts: Iterable[Fact]) -> dict[tuple[object, ...], dict[str, Fact]]:
    found: dict[tuple[object, ...], dict[str, Fact]] = defaultdict(dict)
    twice: set[tuple[tuple[object, ...], str]] = set()
    for fact in facts:
        if fact.function or fact.economy or fact.item or fact.nature != "total" or fact.measure is not Measure.AMOUNT:
            continue
        money = (fact.fund, fact.phase, fact.year)
        if fact.concept in found[money] and found[money][fact.concept].value != fact.value:
            twice.add((money, fact.concept))
        found[money].setdefault(fact.concept, fact)
    for key, concept in twice:
        del found[key][concept]
    return found
