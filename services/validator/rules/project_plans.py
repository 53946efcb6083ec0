"""Forms of projects, held against the table of procurement, their own past, and the form of the whole body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from schemas.report import Fact, Measure, Phase, Table
from schemas.validation import Category, Outcome, Severity, Text
from services.validator.arithmetic import decide, total
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：绩效目标、政府采购预算随部门预算公开"
_LOW, _HIGH = Decimal("0.7"), Decimal("1.3")


def _plan(amount: str, number: str = "1") -> Draft:
    draft = Draft().table(
        "procurement",
        [("数量", {"measure": "count", "item": "印刷项目·采购数量"}), ("小计", {"item": "印刷项目"})],
        [("", "印刷服务", "1", "3.00")],
        concept="procurement",
    )
    draft.table(
        "project_performance_target",
        [("数量", {"measure": "count", "item": "印刷项目·印刷费·数量"}), ("金额", {"item": "印刷项目·印刷费"})],
        [("", "品名", "", ""), ("", "印刷费", number, amount)],
        concept="performance",
    )
    return draft.rewrite(1, {(1, 2): "数量", (1, 3): "金额"})


@rule(
    "performance.purchase-plan",
    category=Category.CROSS_TABLE,
    severity=Severity.WARNING,
    title=Text(zh="项目的采购计划应与政府采购表一致", en="what a project plans to buy is what the table of procurement has"),
    basis=BASIS,
    passing=lambda: _plan("3.00").report(),
    failing=lambda: _plan("3.30").report(),
)
def purchase_plan(view: View) -> Iterator[Relation | NotChecked]:
    """The form of a project lists what it plans to buy (品名, 数量, 金额); the table of procurement has a line for it, found by
    the project's name: the amounts agree, and the numbers of pieces where each has one line. A plan may also list what is not
    bought under the procurement rules: sums that are nothing like each other are not judged.
    """
    bought: dict[str, list[Fact]] = defaultdict(list)
    for fact in view.by_concept.get("procurement", ()):
        if fact.source == "table" and fact.item and fact.year == view.year and fact.fund == "all":
            bought[fact.item.partition("·")[0]].append(fact)
    for table in view.tables if bought else ():
        planned = _planned(view, table)
        name = (planned[0].item or "").partition("·")[0] if planned else ""
        for measures, severity in ((_MONEY, None), (_PIECES, Severity.WARNING)):
            plan = [fact for fact in planned if fact.measure in measures]
            lines = [fact for fact in bought.get(name, ()) if fact.measure in measures]
            if not plan or not lines or (measures is _PIECES and len(plan) + len(lines) > 2):
                continue
            relation = Relation(
                subject=f"{name}: {'amount' if measures is _MONEY else 'pieces'} to buy",
                left=tuple(Term(fact) for fact in plan),
                right=tuple(Term(fact) for fact in lines),
                severity=severity,
            )
            if decide(relation).outcome is Outcome.FAILED and not _like(relation):
                yield NotChecked("the plan may list other things", relation.subject)
            else:
                yield relation


_MONEY = frozenset({Measure.AMOUNT})
_PIECES = frozenset({Measure.COUNT, Measure.OTHER})


def _planned(view: View, table: Table) -> list[Fact]:
    """The numbers of the list headed 品名, 数量, 金额 in a form."""
    if "品名" not in view.printed[table.index] or not (table.kind or "").startswith("project_performance"):
        return []
    cells = view.cells(table)
    head = next((cell for cell in table.cells if "".join(cell.text.split()) == "品名"), None)
    if head is None:
        return []
    columns = [
        column for column in range(table.n_columns)
        if (cell := cells.get((head.row, column))) is not None and ("金额" in cell.text or "数量" in cell.text)
    ]  # fmt: skip
    found: list[Fact] = []
    for row in range(head.row + 1, table.n_rows):
        here = [cells[row, column].fact for column in columns if (row, column) in cells]
        facts = [view.facts[identifier] for identifier in here if identifier in view.facts]
        if not facts:
            break
        found += facts
    return found


def _like(relation: Relation) -> bool:
    whole = total(relation.left).centre
    return bool(whole) and _LOW < total(relation.right).centre / whole < _HIGH


def _spent(amount: str) -> Draft:
    draft = Draft(year=2022).paragraph(f"2020年年初预算55.07万元，调减4.09万元，2020年支出{amount}万元。")
    draft.number("55.07", "万元", "performance", item="服装费", phase=Phase.INITIAL, year=2020)
    draft.number(
        "4.09", "万元", "performance", item="服装费·调减", phase=Phase.INITIAL, year=2020, measure=Measure.CHANGE, sign=-1
    )
    draft.number(amount, "万元", "performance", item="服装费·支出", year=2020)
    return draft


@rule(
    "performance.spent-within",
    category=Category.TABLE_ARITHMETIC,
    severity=Severity.WARNING,
    title=Text(zh="项目支出不应大于其调整后预算", en="a project does not spend more than its adjusted budget"),
    passing=lambda: _spent("50.98").report(),
    failing=lambda: _spent("58.09").report(),
)
def spent_within(view: View) -> Iterator[Relation]:
    """The form of a project tells the years before: 年初预算, what it was adjusted by or to, and what was spent. Of each year no
    more was spent than the budget as adjusted.
    """
    told: dict[tuple[str, int | None], list[Fact]] = defaultdict(list)
    for fact in view.by_concept.get("performance", ()):
        if fact.item and fact.unit == "CNY":
            told[fact.item.partition("·")[0], fact.year].append(fact)
    for (name, year), facts in told.items():
        spent = [
            fact
            for fact in facts
            if _label(fact).endswith("支出") and fact.phase is Phase.FINAL and fact.measure is Measure.AMOUNT
        ]
        if not spent:
            continue
        budget = _adjusted(facts)
        for fact in spent if budget else ():
            yield Relation(
                subject=f"{name} {year}: {_label(fact)}", left=tuple(budget), right=(Term(fact),), operator=Operator.GE
            )


def _label(fact: Fact) -> str:
    return (fact.item or "").partition("·")[2]


def _adjusted(facts: list[Fact]) -> list[Term]:
    """The budget of a project's year as adjusted: as stated, else the initial one with its adjustments."""
    bare = [fact for fact in facts if not _label(fact) and fact.measure is Measure.AMOUNT]
    full = [fact for fact in bare if fact.phase is Phase.FULL_YEAR]
    initial = [fact for fact in bare if fact.phase is Phase.INITIAL]
    if len(full) == 1:
        return [Term(full[0])]
    changes = [fact for fact in facts if fact.measure is Measure.CHANGE and "调" in _label(fact)]
    return [Term(initial[0]), *(Term(fact) for fact in changes)] if len(initial) == 1 else []


def _targets(value: str) -> Draft:
    draft = Draft()
    for kind, owner, text in (
        ("whole_performance_target", "整体支出", "≥450"),
        ("project_performance_target", "网络项目", value),
    ):
        draft.table(
            kind,
            [("指标值", {"measure": "count", "item": f"{owner}·网络故障检查次数·指标值"})],
            [("", "网络故障检查次数", text.removeprefix("≥"))],
            concept="performance",
        )
    return draft


@rule(
    "performance.shared-indicator",
    category=Category.CROSS_TABLE,
    severity=Severity.WARNING,
    title=Text(
        zh="整体与项目绩效目标的同一指标应为同一指标值",
        en="an indicator has one target in the form of the whole and of a project",
    ),
    basis=BASIS,
    passing=lambda: _targets("450").report(),
    failing=lambda: _targets("540").report(),
)
def shared_indicator(view: View) -> Iterator[Relation]:
    """The target form of the whole body takes up indicators of its projects: one of the same name, counted in the same unit, has
    the same target for the year. Long-term targets, names too short to be telling, and indicators that several projects have
    with different targets are left alone.
    """
    wholes: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    projects: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for table in view.tables:
        kind = table.kind or ""
        if not kind.endswith("performance_target"):
            continue
        into = wholes if kind.startswith("whole") else projects
        long_term = _long_term(table) if kind.startswith("whole") else range(0)
        for fact in view.in_table(table.index):
            name = _indicator(fact)
            if name is not None and fact.place.row not in long_term:
                into[name, fact.unit].append(fact)
    for key, facts in wholes.items():
        others = projects.get(key, ())
        if len({fact.value for fact in facts}) == 1 and len({fact.value for fact in others}) == 1:
            for other in others:
                yield Relation(subject=f"target of {key[0]}", left=(Term(other),), right=(Term(facts[0]),))


_SHORT = 4


def _indicator(fact: Fact) -> str | None:
    """The name of the indicator whose target value this is: the owner is before it, the heading after it."""
    if fact.concept != "performance" or fact.measure not in _PIECES or not fact.item:
        return None
    _, _, rest = fact.item.partition("·")
    name, _, heading = rest.partition("·")
    return name if len(name) > _SHORT and (not heading or "指标值" in heading or "目标值" in heading) else None


def _long_term(table: Table) -> range:
    """The rows of the long-term part of a form: from its heading to that of the year's."""
    first = last = None
    for cell in table.cells:
        words = "".join(cell.text.split())
        if words.startswith(("长期绩效指标", "长期目标1", "中长期绩效指标", "中期绩效指标")):
            first = cell.row if first is None else min(first, cell.row)
        elif words.startswith(("年度绩效指标", "年度目标1")):
            last = cell.row if last is None else min(last, cell.row)
    return range(0) if first is None or last is None or last <= first else range(first, last)
