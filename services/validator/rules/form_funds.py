"""The money at the head of a performance form: its sources, and how much of it was spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.report import Fact, Measure, Phase, Table
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.forms import Figure, Form, forms
from services.validator.interval import Span
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）：项目支出绩效自评表（资金情况）"
_WHOLE = frozenset(
    ("", "年度资金总额", "资金总额", "预算资金总额", "项目资金总额", "合计", "总计", "收入合计", "预算合计", "当年预算合计")
)
_SOURCES = (
    ("一般公共预算", "general"),
    ("政府性基金", "gov_fund"),
    ("国有资本", "state_capital"),
    ("结转", "carried"),
    ("结余", "carried"),
    ("财政拨款", "fiscal"),
    ("财政资金", "fiscal"),
    ("专户", "special"),
    ("非税", "special"),
    ("自有", "own"),
    ("自筹", "own"),
    ("其他", "other"),
)
_OF_FISCAL = ("general", "gov_fund", "state_capital")


def _form(other: str, rate: str = "90.00%") -> Draft:
    heads: list[tuple[str, dict[str, str]]] = [
        ("年初预算数", {"phase": "initial"}),
        ("全年预算数", {"phase": "full_year"}),
        ("全年执行数", {"phase": "final"}),
        ("执行率", {"measure": "completion"}),
    ]
    rows: list[tuple[object, ...]] = [
        ("", "年度资金总额", "100.00", "90.00", "81.00", rate),
        ("", "当年财政拨款", "80.00", "70.00", "61.00", ""),
        ("", "其他资金", "20.00", other, "20.00", ""),
    ]
    items = {0: {"item": "档案项目"}, 1: {"item": "档案项目·当年财政拨款"}, 2: {"item": "档案项目·其他资金"}}
    return Draft().table("project_performance_review", heads, rows, concept="performance", dimensions=items)


@rule(
    "performance.form-funds",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="绩效表资金总额应等于各资金来源之和", en="the money of a performance form is that of its sources"),
    basis=BASIS,
    passing=lambda: _form("20.00").report(),
    failing=lambda: _form("26.00").report(),
)
def form_funds(view: View) -> Iterator[Relation]:
    """年度资金总额 = 当年财政拨款 + 上年结转资金 + 其他资金, in every column (年初预算, 全年预算, 全年执行) of a performance
    form; so is 一般公共预算 + 政府性基金 (+ 国有资本) of a form of the whole. A form without a line for other money may leave
    sources out: those named do not exceed the total.
    """
    for table in view.tables:
        for (name, phase, year), facts in _funds(view, table).items():
            whole, unknown = facts.pop("whole", None), facts.pop("unknown", None)
            if "fiscal" in facts:
                facts = {source: fact for source, fact in facts.items() if source not in _OF_FISCAL}
            if whole is None or not facts:
                continue
            complete = unknown is None and len(facts) > 1 and ("other" in facts or {"general", "gov_fund"} <= facts.keys())
            yield Relation(
                subject=f"{title(table)}: {name} {phase} {year} funds",
                left=(Term(whole),),
                right=tuple(Term(fact) for fact in facts.values()),
                operator=Operator.EQ if complete else Operator.GE,
                group=f"{title(table)}: rounding",
                trial=f"funds {table.index}",
            )


Money = tuple[str, Phase | None, int | None]


def _funds(view: View, table: Table) -> dict[Money, dict[str, Fact]]:
    """By project, stage and year: the total of a form and its sources. What is given in two ways (中央财政资金, 省级财政资金),
    or is no known source, is ``unknown``."""
    found: dict[Money, dict[str, Fact]] = defaultdict(dict)
    doubtful: set[tuple[Money, str]] = set()
    for fact in view.in_table(table.index):
        if fact.concept != "performance" or fact.measure is not Measure.AMOUNT or fact.unit != "CNY" or not fact.item:
            continue
        name, _, label = fact.item.partition("·")
        source = "whole" if label in _WHOLE else next((source for word, source in _SOURCES if word in label), "unknown")
        money = (name, fact.phase, fact.year)
        if found[money].setdefault(source, fact).value != fact.value:
            doubtful.add((money, source))
    for money, source in doubtful:
        found[money]["unknown"] = found[money].pop(source)
    return found


@rule(
    "performance.form-rate",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="绩效表执行率应等于执行数除以预算数", en="the execution rate of a performance form"),
    basis=BASIS,
    passing=lambda: _form("20.00").report(),
    failing=lambda: _form("20.00", "81.00%").report(),
)
def form_rate(view: View) -> Iterator[Relation | Finding | Passed]:
    """执行率 at the head of a performance form is what was spent (全年执行数) divided by the budget: the one of the whole year
    (全年预算数), or the initial one where the form has no other; line by line. So is the actual value of an indicator 预算执行率.
    """
    by_table: dict[int | None, list[Fact]] = defaultdict(list)
    for fact in view.by_concept.get("performance", ()):
        if fact.source == "table" and fact.measure is Measure.COMPLETION:
            by_table[fact.place.table].append(fact)
    for table in view.tables:
        rates = by_table.get(table.index, [])
        amounts = _by_label(view, table) if rates else {}
        for rate in rates:
            told = amounts.get((rate.item or "").removesuffix("执行率").rstrip("·"), {})
            budget = told.get(Phase.FULL_YEAR) or told.get(Phase.INITIAL)
            if Phase.FINAL in told and budget is not None:
                yield Relation(
                    subject=f"{title(table)}: {rate.item}",
                    left=(Term(rate),),
                    right=(Term(told[Phase.FINAL]),),
                    base=(Term(budget),),
                    trial=f"rates {table.index}",
                )
    for form in forms(view):
        yield from _indicator(view, form)


def _by_label(view: View, table: Table) -> Mapping[str, dict[Phase | None, Fact]]:
    """By the words of its line: the amounts of each stage, without those given in two ways."""
    found: dict[str, dict[Phase | None, Fact]] = defaultdict(dict)
    doubtful: set[tuple[str, Phase | None]] = set()
    for fact in view.in_table(table.index):
        if fact.concept == "performance" and fact.measure is Measure.AMOUNT and fact.item:
            known = found[fact.item].setdefault(fact.phase, fact)
            if known.value != fact.value:
                doubtful.add((fact.item, fact.phase))
    for item, phase in doubtful:
        del found[item][phase]
    return found


def _indicator(view: View, form: Form) -> Iterator[Finding | Passed]:
    """The indicator 预算执行率: its actual value against the money at the head of the same form."""
    actual = next((each.figures.get("actual") for each in form.indicators if "执行率" in each.name), None)
    wholes = [facts for (_, _, _), facts in _funds(view, form.table).items() if "whole" in facts]
    spent = [facts["whole"] for facts in wholes if facts["whole"].phase is Phase.FINAL]
    budgets = [facts["whole"] for facts in wholes if facts["whole"].phase is Phase.FULL_YEAR] or [
        facts["whole"] for facts in wholes if facts["whole"].phase is Phase.INITIAL
    ]
    if actual is None or actual.cell.fact is None or len(spent) != 1 or len(budgets) != 1 or spent[0].year != budgets[0].year:
        return
    expected = span(spent[0]).over(span(budgets[0]))
    if expected is None:
        return
    facts = (actual.cell.fact, spent[0].id, budgets[0].id)
    if any(each.meets(expected) for each in _readings(actual)):
        yield Passed(f"{title(form.table)}: execution rate", facts)
        return
    rate = expected.centre * 100
    yield Finding(
        subject=f"{title(form.table)}: execution rate",
        stated=actual.cell.text.strip(),
        expected=f"{rate:.2f}%",
        message=Text(
            zh=f"预算执行率载明{actual.cell.text.strip()}，按表头资金计算为{rate:.2f}%。",
            en=f"an execution rate of {actual.cell.text.strip()}; the money at the head of the form gives {rate:.2f}%.",
        ),
        evidence=(
            view.fact_evidence(view.facts[actual.cell.fact]),
            view.fact_evidence(spent[0]),
            view.fact_evidence(budgets[0]),
        ),
        facts=facts,
    )


def _readings(actual: Figure) -> Iterator[Span]:
    """98.53%, 0.9853, or 98.53 without its sign."""
    yield actual.span
    if not actual.percent:
        yield Span(actual.span.low / 100, actual.span.high / 100)
