"""Performance target forms of projects, held against the list of projects and against themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from schemas.report import Fact, Measure, Phase
from schemas.validation import Category, Outcome, Text
from services.validator.arithmetic import decide, span, total
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.slips import slip
from services.validator.view import View

_BUDGETS = ("当年预算合计", "项目当年预算", "项目总预算", "年度资金总额", "预算合计")
_SOURCE = "财政拨款"
_NUMBERED = re.compile(r"^项目\d+[:：]")
_WHOLE = {"基本支出": "basic", "项目支出": "project", "": "total", "合计": "total"}
_NAMED = ("基本支出", "项目支出")
_WHOLE_ITEM = "整体支出"


def _example(amount: str) -> Draft:
    draft = Draft().table(
        "project", [("总计", {"item": "平台维护费", "phase": "initial"})], [("", "平台维护费", "57.84")], concept="project"
    )
    return draft.table(
        "project_performance_target",
        [("金额", {"item": "平台维护费·当年预算合计", "phase": "initial"})],
        [("", "当年预算合计", amount)],
        concept="performance",
    )


@rule(
    "performance.project-budget",
    category=Category.CROSS_TABLE,
    title=Text(zh="项目绩效目标表的预算应与项目支出表一致", en="a project's target form has the budget of the list of projects"),
    basis="财预〔2016〕143号：绩效目标随部门预算公开",
    passing=lambda: _example("57.84").report(),
    failing=lambda: _example("75.84").report(),
)
def project_budget(view: View) -> Iterator[Relation]:
    """The budget in the target form of a project is its amount in the list of projects (项目支出表), the project being found
    by its name; a source of its money (财政拨款收入) is not more than that. Names that the list has twice are left alone.
    """
    listed = _listed(view)
    for fact in view.by_concept.get("performance", ()):
        if fact.measure is not Measure.AMOUNT or not fact.item or fact.year != view.year:
            continue
        name, _, label = fact.item.partition("·")
        if _NUMBERED.match(label):
            name, label = _NUMBERED.sub("", label), ""
        if name not in listed or listed[name].phase is not fact.phase:
            continue
        subject = f"{name}: {label or 'amount'}"
        if label in _BUDGETS or (not label and same_or_slip(fact, listed[name])):
            yield Relation(subject=subject, left=(Term(fact),), right=(Term(listed[name]),))
        elif label.startswith(_SOURCE):
            yield Relation(subject=subject, left=(Term(listed[name]),), right=(Term(fact),), operator=Operator.GE)


def same_or_slip(fact: Fact, other: Fact) -> bool:
    """An amount of the project that the form does not name may be another one; not if it is this one or a slip of it."""
    return span(fact).meets(span(other)) or slip(fact, other)


def _listed(view: View) -> dict[str, Fact]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in view.by_concept.get("project", ()):
        if fact.source != "table" or not fact.item:
            continue
        if fact.measure is Measure.AMOUNT and fact.fund == "all" and fact.year == view.year:
            found[fact.item].append(fact)
    return {name: facts[0] for name, facts in found.items() if len({fact.value for fact in facts}) == 1}


def _whole_form(basic: str) -> Draft:
    draft = Draft().table(
        "expenditure",
        [("合计", {"phase": "initial"}), ("基本支出", {"nature": "basic", "phase": "initial"})],
        [("", "合计", "90.00", "30.00")],
    )
    return draft.table(
        "whole_performance_target",
        [("当年金额", {"phase": "initial"})],
        [("", "基本支出", basic)],
        dimensions={0: {"item": "整体支出·基本支出"}},
        concept="performance",
    )


@rule(
    "performance.whole-budget",
    category=Category.CROSS_TABLE,
    title=Text(
        zh="整体绩效目标表的资金应与支出表一致", en="the target form of the whole has the amounts of the expenditure table"
    ),
    basis="财预〔2016〕143号：绩效目标随部门预算公开",
    passing=lambda: _whole_form("30.00").report(),
    failing=lambda: _whole_form("36.00").report(),
)
def whole_budget(view: View) -> Iterator[Relation]:
    """The basic and project expenditure in the form of the whole (整体支出) are those of the expenditure table, of the same
    phase and year; so is its total, where it is that number or a slip of it (a form may also give an adjusted budget).
    """
    forms = [fact for fact in view.by_concept.get("performance", ()) if (fact.item or "").startswith(_WHOLE_ITEM)]
    if not forms:
        return
    tables = {
        (fact.nature, fact.phase, fact.year): fact
        for fact in view.by_concept.get("expenditure", ())
        if fact.source == "table"
        and fact.measure is Measure.AMOUNT
        and fact.fund == "all"
        and not (fact.function or fact.economy or fact.item)
    }
    for fact in forms:
        if fact.measure is not Measure.AMOUNT or not fact.item or fact.source != "table":
            continue
        name, _, label = fact.item.partition("·")
        other = tables.get((_WHOLE.get(label, ""), fact.phase, fact.year)) if name == _WHOLE_ITEM else None
        if other is not None and (label in _NAMED or same_or_slip(fact, other)):
            yield Relation(subject=f"{_WHOLE_ITEM}: {label or 'amount'}", left=(Term(fact),), right=(Term(other),))


def _shares(share: str) -> Draft:
    return Draft().table(
        "whole_performance_target",
        [("金额", {}), ("占比", {"measure": "share"})],
        [("", "基本支出", "20.00", share), ("", "合计", "80.00", "100%")],
        dimensions={0: {"item": "整体支出·基本支出"}, 1: {"item": "整体支出·合计"}},
        concept="performance",
    )


@rule(
    "performance.whole-share",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="整体绩效目标表的占比应与金额相符", en="the shares in the form of the whole fit its amounts"),
    passing=lambda: _shares("25.00%").report(),
    failing=lambda: _shares("52.00%").report(),
)
def whole_share(view: View) -> Iterator[Relation]:
    """A share (占比) in the form of the whole is the amount to its left divided by the form's total: the amount whose own
    share is 100 %.
    """
    for table in view.tables:
        if not (table.kind or "").startswith("whole_performance"):
            continue
        facts = view.in_table(table.index)
        rows: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts:
            rows[fact.place.row or 0].append(fact)
        pairs = []
        for line in rows.values():
            for fact in line:
                left = [other for other in line if (other.place.column or 0) < (fact.place.column or 0) and other.unit == "CNY"]
                if fact.measure is Measure.SHARE and left:
                    pairs.append((max(left, key=lambda other: other.place.column or 0), fact))
        wholes = {amount.value: amount for amount, share in pairs if share.value == 100 and amount.value}
        if len(wholes) == 1:
            whole = next(iter(wholes.values()))
            for amount, share in pairs:
                yield Relation(
                    subject=f"share of {amount.item}", left=(Term(share),), right=(Term(amount),), base=(Term(whole),),
                    trial=f"whole shares {table.index}",
                )  # fmt: skip


def _reckoned(second: str) -> Draft:
    draft = Draft().table(
        "project_performance_target",
        [("测算依据", {}), ("金额", {"item": "平台评估"})],
        [("", "平台评估", "测评18万元，评估20万元", "38.00")],
        concept="performance",
    )
    return draft.inside(0, (1, 2), ("18", second), "performance")


@rule(
    "performance.reckoning",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="测算明细之和应等于项目金额", en="the items of a reckoning add to the project's amount"),
    passing=lambda: _reckoned("20").report(),
    failing=lambda: _reckoned("30").report(),
)
def reckoning(view: View) -> Iterator[Relation | NotChecked]:
    """A cell of a project's form reckons its budget (测算依据: 甲18万元，乙20万元) and the amount stands in the same line: the
    items add to it. A reckoning may also multiply or mention other amounts: a sum that is nothing like the amount is not
    judged.
    """
    for table in view.tables:
        if "performance" not in (table.kind or ""):
            continue
        cells: dict[int, dict[int, list[Fact]]] = defaultdict(lambda: defaultdict(list))
        for fact in view.in_table(table.index):
            if fact.measure is Measure.AMOUNT and fact.unit == "CNY" and fact.year == view.year:
                cells[fact.place.row or 0][fact.place.column or 0].append(fact)
        for row, columns in cells.items():
            lists = [facts for facts in columns.values() if len(facts) > 1]
            singles = [facts[0] for facts in columns.values() if len(facts) == 1]
            if len(lists) != 1 or len({fact.value for fact in singles}) != 1:
                continue
            relation = Relation(
                subject=f"{table.title or table.kind} line {row}: {singles[0].item}",
                left=(Term(singles[0]),),
                right=tuple(Term(fact) for fact in lists[0]),
            )
            if decide(relation).outcome is Outcome.FAILED and not _plausible(relation):
                yield NotChecked("the amounts are not a list of parts", relation.subject)
            else:
                yield relation


_LOW, _HIGH = Decimal("0.7"), Decimal("1.3")


def _plausible(relation: Relation) -> bool:
    """The parts come near the whole: one of them, or the whole, may be wrong."""
    whole = total(relation.left).centre
    return bool(whole) and _LOW < total(relation.right).centre / whole < _HIGH


def _adjusted(after: str) -> Draft:
    draft = Draft(year=2022).paragraph(f"年初预算11.00万元，调减3.00万元，调整后预算{after}万元。")
    draft.number("11.00", "万元", "performance", item="顾问费", phase=Phase.INITIAL, year=2020)
    draft.number(
        "3.00", "万元", "performance", item="顾问费·调减", phase=Phase.INITIAL, year=2020, measure=Measure.CHANGE, sign=-1
    )
    draft.number(after, "万元", "performance", item="顾问费", phase=Phase.FULL_YEAR, year=2020)
    return draft


@rule(
    "performance.adjusted-budget",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="调整后预算应等于年初预算加减调整数", en="an adjusted budget is the initial one with its adjustment"),
    passing=lambda: _adjusted("8.00").report(),
    failing=lambda: _adjusted("9.00").report(),
)
def adjusted_budget(view: View) -> Iterator[Relation]:
    """年初预算 11万元，调减 3万元，调整后预算 8万元: for each project and year that states all three."""
    found: dict[tuple[str, int | None], dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in view.by_concept.get("performance", ()):
        if fact.item:
            name, _, label = fact.item.partition("·")
            if fact.measure is Measure.CHANGE and ("调减" in label or "调增" in label or "追加" in label):
                found[name, fact.year]["change"].append(fact)
            elif fact.measure is Measure.AMOUNT and label.startswith("调整"):
                found[name, fact.year]["adjusted by"].append(fact)
            elif fact.measure is Measure.AMOUNT and not label and fact.phase in (Phase.INITIAL, Phase.FULL_YEAR):
                found[name, fact.year][fact.phase].append(fact)
    for (name, year), stated in found.items():
        yield from _restated(name, year, stated)
        if all(len(stated[each]) == 1 for each in ("change", Phase.INITIAL, Phase.FULL_YEAR)):
            yield Relation(
                subject=f"{name} {year}: adjusted budget",
                left=(Term(stated[Phase.FULL_YEAR][0]),),
                right=(Term(stated[Phase.INITIAL][0]), Term(stated["change"][0])),
            )


def _restated(name: str, year: int | None, stated: dict[str, list[Fact]]) -> Iterator[Relation]:
    """年初 1115.15万元，调整项目 106.88万元，全年 1008.27万元: the adjustment, whichever way it went, is the difference."""
    initial, full, by = (stated.get(each, []) for each in (Phase.INITIAL, Phase.FULL_YEAR, "adjusted by"))
    if len(initial) == len(full) == len(by) == 1:
        more, less = sorted((initial[0], full[0]), key=lambda fact: fact.value, reverse=True)
        relation = Relation(subject=f"{name} {year}: adjustment", left=(Term(by[0]),), right=(Term(more), Term(less, -1)))
        if decide(relation).outcome is not Outcome.FAILED or _plausible(relation):
            yield relation
