"""Performance target forms of projects, held against the list of projects and against themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemas.report import Fact, Measure
from schemas.validation import Category, Text
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.samples import Draft
from services.validator.view import View

_BUDGETS = ("当年预算合计", "项目当年预算", "项目总预算", "年度资金总额", "预算合计")
_WHOLE = {"基本支出": "basic", "项目支出": "project"}
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
    by its name. Names that the list has twice are left alone.
    """
    listed = _listed(view)
    for fact in view.report.facts:
        if fact.concept != "performance" or fact.measure is not Measure.AMOUNT or not fact.item or fact.year != view.year:
            continue
        name, _, label = fact.item.partition("·")
        if name in listed and label in _BUDGETS and listed[name].phase is fact.phase:
            yield Relation(subject=f"{name}: {label}", left=(Term(fact),), right=(Term(listed[name]),))


def _listed(view: View) -> dict[str, Fact]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in view.report.facts:
        if fact.concept != "project" or fact.source != "table" or not fact.item:
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
    phase and year.
    """
    tables = {
        (fact.nature, fact.phase, fact.year): fact
        for fact in view.report.facts
        if fact.concept == "expenditure"
        and fact.source == "table"
        and fact.measure is Measure.AMOUNT
        and fact.fund == "all"
        and not (fact.function or fact.economy or fact.item)
    }
    for fact in view.report.facts:
        if fact.concept != "performance" or fact.measure is not Measure.AMOUNT or not fact.item or fact.source != "table":
            continue
        name, _, label = fact.item.partition("·")
        other = tables.get((_WHOLE.get(label, ""), fact.phase, fact.year)) if name == _WHOLE_ITEM else None
        if other is not None:
            yield Relation(subject=f"{_WHOLE_ITEM}: {label}", left=(Term(fact),), right=(Term(other),))


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
