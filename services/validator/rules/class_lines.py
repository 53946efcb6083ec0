"""The classes (类) of expenditure that the text lists: each once, and each one that the table has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.report import ClaimKind, Fact, Measure, Report
from schemas.taxonomy.codes import LEVELS, functions, normal_name
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.rules.same_fact import comparable
from services.validator.samples import Draft
from services.validator.scopes import scope
from services.validator.view import View

_STOPS = re.compile("[，,；;。：:\\n]")
_BEFORE = 24
_DEEPER = re.compile("款|项|其中")
_KINDS = ("general_expenditure", "fiscal_expenditure")


def _twice(second: str) -> Report:
    draft = Draft().paragraph(f"支出34.68万元，其中：教育支出（类）10.00万元；{second}（类）24.68万元。")
    whole = draft.number("34.68", "万元", fund="general")
    code = {"教育支出": "205", "卫生健康支出": "210"}[second]
    part = [draft.number(n, "万元", fund="general", function=c) for n, c in (("10.00", "205"), ("24.68", code))]
    return draft.claim(ClaimKind.PARTS, whole=whole, part=part).report()


@rule(
    "claim.class-twice",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="同一类科目列了两次", en="one class stands twice in a list"),
    basis="政府收支分类科目",
    passing=lambda: _twice("卫生健康支出"),
    failing=lambda: _twice("教育支出"),
)
def class_twice(view: View) -> Iterator[Finding | Passed]:
    """Of a list that divides expenditure by classes (类) every class has one amount: where two parts have one name and two
    amounts, one of the names is another's. Amounts that resemble each other are ``fact.same``'s.
    """
    for claim in view.claims_by_kind[ClaimKind.PARTS]:
        seen: dict[str, Fact] = {}
        for part in view.played(claim, "part"):
            if part.function is None or len(part.function) != LEVELS["类"] or not _names_class(view, part):
                continue
            first = seen.setdefault(part.function, part)
            if first is part or span(first).meets(span(part)) or first.fund != part.fund or comparable(view, part, first):
                continue
            if scope(view, first) != scope(view, part):  # 局机关教育支出1万元，下属单位教育支出2万元
                continue
            name = functions().name(part.function, view.year) or part.function
            yield Finding(
                subject=f"{claim.subject} {part.function}",
                stated=stated(part),
                message=Text(
                    zh=f"“{name}”在同一列举中出现两次：{stated(first)}、{stated(part)}，其一应为另一类科目。",
                    en=f"{name} stands twice in one list, with two amounts.",
                ),
                evidence=(view.fact_evidence(part), view.fact_evidence(first)),
                facts=(part.id, first.id),
            )
        if len(seen) > 1:
            yield Passed(claim.subject or "类", tuple(fact.id for fact in seen.values()))


def _line(name: str, code: str) -> Report:
    draft = Draft().table(
        "general_expenditure",
        [("合计", {"fund": "general"})],
        [("205", "教育支出", "10.00"), ("208", "社会保障和就业支出", "5.00"), ("213", "农林水支出", "3.00")],
    )
    draft.paragraph(f"支出主要用于：{name}（类）3.00万元。")
    draft.number("3.00", "万元", fund="general", function=code)
    return draft.report()


@rule(
    "text.class-line",
    category=Category.NARRATIVE_VS_TABLE,
    title=Text(zh="文中的类科目为支出表所无", en="a class in the text that the table does not have"),
    basis="财预〔2016〕143号：文表一致",
    passing=lambda: _line("农林水支出", "213"),
    failing=lambda: _line("住房保障支出", "221"),
)
def class_line(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """A class that the text gives an amount of the year has its line in the table of general public expenditure; where it has
    none, and one other class bears that very amount, the text has the wrong name.
    """
    lines = {
        fact.function: fact
        for kind in _KINDS
        for table in view.tables_by_kind.get(kind, ())
        for fact in view.in_table(table.index)
        if fact.function and len(fact.function) == LEVELS["类"] and fact.nature == "total" and fact.year == view.year
    }
    if not lines:
        yield NotApplicable("no table lists the classes")
        return
    named = {fact.function for fact in view.said if fact.function}
    for fact in view.said:
        if (
            fact.function is None
            or len(fact.function) != LEVELS["类"]
            or (fact.measure, fact.fund, fact.nature, fact.year) != (Measure.AMOUNT, "general", "total", view.year)
            or not fact.value
            or not _names_class(view, fact)
        ):
            continue
        if fact.function in lines:
            yield Passed(fact.function, (fact.id, lines[fact.function].id))
            continue
        same = [code for code, line in lines.items() if line.phase is fact.phase and span(line).meets(span(fact))]
        if len(same) == 1:
            line = lines[same[0]]
            right = functions().name(same[0], view.year) or same[0]
            wrong = functions().name(fact.function, view.year) or fact.function
            yield Finding(
                subject=fact.function,
                stated=wrong,
                expected=right,
                message=Text(
                    zh=f"文中“{wrong}”{stated(fact)}，支出表中没有该类；此数在表中为{same[0]}“{right}”。",
                    en=f"the table has no {wrong}; {stated(fact)} stands there as {right}.",
                ),
                evidence=(view.fact_evidence(fact), view.fact_evidence(line)),
                facts=(fact.id, line.id),
            )
    if not named:
        yield NotApplicable("the text names no classes")


def _names_class(view: View, fact: Fact) -> bool:
    """The words right before the amount are the class's name, and nothing below it."""
    before = view.clause_before(fact, _STOPS, _BEFORE)
    names = (normal_name(entry.name).removesuffix("支出") for entry in functions().names(fact.function or ""))
    return _DEEPER.search(before) is None and any(name in normal_name(before) or name in before for name in names)
