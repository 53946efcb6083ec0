"""The examples of the rules across documents: the document that a finding belongs to, and the one that it is held against."""

from __future__ import annotations

from schemas.report import ClaimKind, Kind, Measure, Phase, Report, Scope
from services.validator.samples import Draft


def _named(draft: Draft, name: str) -> Report:
    return draft.report().model_copy(update={"report_id": name, "document": name})


def budget(
    year: int, amount: str, *, more: str | None = None, scope: Scope = Scope.DEPARTMENT, below: str | None = None
) -> Report:
    """A budget that states its expenditure, perhaps the change against last year's, and how many units are below."""
    draft = Draft(kind=Kind.BUDGET, scope=scope, year=year)
    if below is not None:
        draft.paragraph(f"部门预算包括本部以及下属{below}家预算单位。")
        draft.number(below, "家", "staff", item="下属单位", measure=Measure.COUNT)
    draft.paragraph(f"支出预算{amount}万元" + (f"，比上年预算增加{more}万元。" if more else "。"))
    current = draft.number(amount, "万元", phase=Phase.INITIAL)
    if more:
        delta = draft.number(more, "万元", phase=Phase.INITIAL, measure=Measure.CHANGE)
        draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_budget", current=current, delta=delta)
    return _named(draft, f"budget {year} {scope}")


def accounts(year: int, budgeted: str) -> Report:
    """Final accounts that state the budget they began with."""
    draft = Draft(year=year).paragraph(f"年初预算为{budgeted}万元，支出决算为48.00万元。")
    draft.number(budgeted, "万元", phase=Phase.INITIAL)
    draft.number("48.00", "万元")
    return _named(draft, f"final {year}")


def unfinished(year: int, reason: str) -> Report:
    """Final accounts in which a placeholder of the template may have been left."""
    return _named(Draft(year=year).paragraph(f"{year}年度支出增加的主要原因是{reason}。"), f"final {year}")
