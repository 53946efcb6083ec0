"""The kind of a table: title, columns and codes together. The title proposes; columns and codes decide where it is missing
or cannot be true."""

from __future__ import annotations

from schemas.taxonomy.tables import TableKind, table_kinds
from services.parser.tables.anatomy import CODED_LABEL, Anatomy, is_code
from services.parser.tables.meaning import meaning

_INCOME_SOURCES = frozenset(("superior", "undertaking", "business", "subordinate", "other", "own"))
_BUDGETS = frozenset(("general", "gov_fund", "state_capital"))
_TRANSFERS = frozenset(("to_superior", "to_subordinate", "business"))
_FORM_WORDS = ("一级指标", "绩效指标", "二级指标", "三级指标", "指标值", "绩效目标")
_REVIEW_WORDS = ("得分", "自评", "完成值", "执行率", "偏差")


class Evidence:
    """What columns, codes and labels say about a table's kind."""

    def __init__(self, anatomy: Anatomy) -> None:
        sheet = anatomy.sheet
        self.heads = "|".join(word for head in anatomy.heads for word in head.path)
        body = range(anatomy.first, sheet.n_rows)
        labels = [text for side in anatomy.sides for head in side.labels for row in body if (text := sheet.text(row, head.index))]
        codes = [
            text for side in anatomy.sides for head in side.codes for row in body if is_code(text := sheet.own(row, head.index))
        ]
        codes += [match["code"] for text in labels if (match := CODED_LABEL.fullmatch(text)) and is_code(match["code"])]
        self.labels = "|".join(labels)
        self.functions = sum(code[0] == "2" for code in codes)
        self.economy = sum(code[0] in "35" for code in codes)
        self.state_capital = sum(code.startswith("223") for code in codes)
        self.coded = bool(codes) or any(side.codes for side in anatomy.sides)
        self.sides = anatomy.sides
        values = [meaning(word) for side in anatomy.sides for head in side.values for word in head.path]
        self.funds = {found["fund"] for found in values if "fund" in found}
        self.natures = {found["nature"] for found in values if "nature" in found}
        self.concepts = {found["concept"] for found in values if "concept" in found}
        self.row_funds = {found["fund"] for text in labels if "fund" in (found := meaning(text))}

    def __contains__(self, words: str) -> bool:
        return words in self.heads or words in self.labels


def recognise(titled: TableKind | None, anatomy: Anatomy, before: str | None) -> tuple[TableKind | None, list[str]]:
    """The kind, and a doubt where the title and the contents disagree. ``before`` is the kind of the table before it."""
    evidence = Evidence(anatomy)
    if titled is not None and not _contradicts(titled, evidence):
        return titled, []
    found = _by_contents(evidence, before)
    kind = table_kinds().get(found) if found else None
    if titled is not None and kind is not None and kind is not titled:
        return kind, [f"titled as {titled.id}, but its columns and codes are those of {kind.id}"]
    return kind or titled, []


def _contradicts(titled: TableKind, evidence: Evidence) -> bool:
    if titled.codes == "function" and evidence.economy >= 3 and not evidence.functions:
        return True
    if titled.id in ("general_economy", "expenditure_economy") and evidence.functions >= 3 and not evidence.economy:
        return True
    if titled.id == "expenditure" and len(evidence.funds & _INCOME_SOURCES) >= 3 and not evidence.natures:
        return True
    if titled.id == "income" and len(evidence.natures & {"basic", "project"}) == 2:
        return True
    if titled.id == "three_public":
        return (
            not any(word in evidence for word in ("公务接待", "因公出国", "公务用车"))
            and evidence.functions + evidence.economy >= 3
        )
    return (
        titled.id in ("income_expenditure", "fiscal") and evidence.coded and len(evidence.sides) == 1 and evidence.functions >= 3
    )


def _by_contents(evidence: Evidence, before: str | None) -> str | None:
    if any(word in evidence for word in _FORM_WORDS):
        scope = "whole" if "整体" in evidence else "project"
        return f"{scope}_performance_{'review' if any(word in evidence for word in _REVIEW_WORDS) else 'target'}"
    if "单位名称" in evidence.heads and not any(side.values for side in evidence.sides):
        return "units"
    if "因公出国" in evidence and "公务接待" in evidence and evidence.economy < 5:
        return "three_public"
    if "购买服务" in evidence.heads:
        return "service_purchase"
    if "采购" in evidence.heads:
        return "procurement"
    if "项目名称" in evidence.heads and any(side.values for side in evidence.sides):
        return "project"
    if len(evidence.sides) > 1 and "收入" in evidence and "支出" in evidence:
        budgets = evidence.funds & _BUDGETS or evidence.row_funds & _BUDGETS
        return "fiscal" if len(budgets) > 1 and not evidence.row_funds & _INCOME_SOURCES else "income_expenditure"
    if evidence.economy >= 3 and not evidence.functions:
        basic = {"personnel", "operating"} <= evidence.natures or "人员经费" in evidence.labels
        return "general_basic" if basic and "project" not in evidence.natures else "general_economy"
    return _functional(evidence, before) if evidence.coded else None


def _functional(evidence: Evidence, before: str | None) -> str | None:
    """A table by functional codes: what its columns split tells which one it is."""
    if len(evidence.funds & _INCOME_SOURCES) >= 2:
        return "income"
    if evidence.natures & _TRANSFERS:
        return "expenditure"
    fund = next(iter(evidence.funds & _BUDGETS), None) if len(evidence.funds & _BUDGETS) == 1 else None
    if evidence.concepts & {"opening_balance", "closing_balance"} and not fund:
        fund = "state_capital" if evidence.state_capital else "gov_fund"
    if fund:
        return "general_expenditure" if fund == "general" else fund
    if {"basic", "project"} <= evidence.natures:
        follows = {"fiscal": "general_expenditure", "general_expenditure": "gov_fund", "general_basic": "gov_fund"}
        return follows.get(before or "", "expenditure")
    return None
