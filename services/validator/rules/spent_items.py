"""Items that a sentence names as spent, held against the table of basic expenditure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from schemas.place import Evidence
from schemas.report import Claim, ClaimKind, Fact, Measure, Table
from schemas.taxonomy.codes import normal_name
from schemas.taxonomy.concepts import squeeze
from schemas.validation import Category, Severity, Text
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.tables import lines_of
from services.validator.view import View


def _example(bonus: str) -> Draft:
    draft = Draft().table(
        "general_basic",
        [("决算数", {"fund": "general", "nature": "basic", "economy": ""})],
        [("30101", "基本工资", "30.00"), ("30103", "奖金", bonus)],
        dimensions={0: {"economy": "30101"}, 1: {"economy": "30103"}},
    )
    draft.paragraph("人员经费30.00万元，主要包括：基本工资、奖金。")
    whole = draft.number("30.00", "万元", fund="general", nature="personnel")
    return draft.claim(ClaimKind.PARTS, whole=whole, partial=True, names=("基本工资", "奖金"))


@rule(
    "text.spent-items",
    category=Category.NARRATIVE_VS_TABLE,
    title=Text(
        zh="列为支出的项目在基本支出表中应有数", en="an item named as spent has an amount in the table of basic expenditure"
    ),
    basis="财预〔2016〕143号：一般公共预算基本支出按经济性质分类公开到款级科目，文表一致",
    passing=lambda: _example("5.00").report(),
    failing=lambda: _example("0.00").report(),
)
def spent_items(view: View) -> Iterator[Finding | Passed]:
    """人员经费（公用经费）... 主要包括：基本工资、津贴补贴 ... names what the money was spent on. An item whose line in the
    table of basic expenditure says 0.00 was not; the list was copied and not adapted. A line left blank is a warning only.

    Items are found by their name; a name that the table does not have, or has twice, says nothing. An item of the three
    public expenses that the text itself says was 0 is a warning too.
    """
    lines = _lines(view)
    for kind in (ClaimKind.PARTS, ClaimKind.VALUE):
        for claim in view.claims_by_kind[kind]:
            if claim.names and any(_fits(fact) for fact in _subject(view, claim)):
                yield from _judge(view, claim, lines) if lines else _contradicted(view, claim)


def _fits(fact: Fact) -> bool:
    """Basic expenditure of the money that the table is about."""
    return fact.nature in ("basic", "personnel", "operating") and fact.fund in ("general", "fiscal")


def _subject(view: View, claim: Claim) -> tuple[Fact, ...]:
    return (*view.played(claim, "whole"), *view.played(claim, "value"))


_Line = tuple[Table, int, Fact | None]


def _lines(view: View) -> dict[str, _Line]:
    """The 款 lines of the table of basic expenditure by name; None as fact where the line is blank."""
    found: dict[str, _Line] = {}
    twice: set[str] = set()
    for table, line in lines_of(view, "general_basic"):
        name = _plain(line.row.label)
        if line.row.code and len(line.row.code) == 5 and name:
            if name in found:
                twice.add(name)
            found[name] = (table, line.row.row, next(reversed(line.facts.values()), None))
    return {name: line for name, line in found.items() if name not in twice}


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return normal_name(name).removesuffix("支出").removesuffix("缴费")


def _judge(view: View, claim: Claim, lines: dict[str, _Line]) -> Iterator[Finding | Passed]:
    subject = about(view, claim)
    known = [(name, lines[_plain(name)]) for name in claim.names if _plain(name) in lines]
    zero = [(name, line) for name, line in known if line[2] is not None and line[2].value == 0]
    blank = [(name, line) for name, line in known if line[2] is None]
    numbers = tuple(fact.id for _, (_, _, fact) in known if fact is not None)
    outcomes = ((zero, Severity.ERROR, "为0", "0.00"), (blank, Severity.WARNING, "为空", "blank"))
    for missing, severity, words, english in outcomes:
        if missing:
            names = "、".join(name for name, _ in missing)
            yield Finding(
                subject=f"{subject} {'zero' if severity is Severity.ERROR else 'blank'}",
                severity=severity,
                stated=names,
                message=Text(
                    zh=f"文中列为支出内容的“{names}”在一般公共预算基本支出表中金额{words}。",
                    en=f"named as spent, but {english} in the table of basic expenditure: {names}.",
                ),
                evidence=(*(_named(view, claim, name) for name, _ in missing), *_rows(view, [line for _, line in missing])),
                facts=numbers,
            )
    if known and not zero and not blank:
        yield Passed(subject, numbers)


_PUBLIC = {
    "three_public.abroad": ("因公出国(境)费用", "因公出国(境)费"),
    "three_public.reception": ("公务接待费",),
    "three_public.vehicle_running": ("公务用车运行维护费", "公务用车运行费"),
}


def _contradicted(view: View, claim: Claim) -> Iterator[Finding]:
    """Without the table: names of the three public expenses of which the text says that nothing was spent."""
    spent = {fact.phase for fact in _subject(view, claim)}
    told = [
        fact
        for concept in _PUBLIC
        for fact in view.by_concept.get(concept, ())
        if fact.measure is Measure.AMOUNT and fact.year == view.year and fact.phase in spent
    ]
    some = {fact.concept for fact in told if fact.value}
    none = {fact.concept: fact for fact in told if fact.concept not in some}
    said = {squeeze(name): name for name in claim.names}
    missing = [
        (said[word], none[concept]) for concept, words in _PUBLIC.items() for word in words if word in said and concept in none
    ]
    if missing:
        names = "、".join(name for name, _ in missing)
        yield Finding(
            subject=f"{about(view, claim)} public",
            severity=Severity.WARNING,
            category=Category.NARRATIVE_VS_NARRATIVE,
            stated=names,
            message=Text(
                zh=f"文中列为支出内容的“{names}”，在“三公”经费说明中为0。",
                en=f"named as spent, but 0 where the three public expenses are explained: {names}.",
            ),
            evidence=(*(_named(view, claim, name) for name, _ in missing), *(view.fact_evidence(fact) for _, fact in missing)),
            facts=tuple(fact.id for _, fact in missing),
        )


def _named(view: View, claim: Claim, name: str) -> Evidence:
    place = claim.place
    if place.paragraph is not None:
        text = view.paragraphs[place.paragraph].text
        at = text.find(name, place.offset or 0)
        if at >= 0:
            return view.quote(place.paragraph, at, at + len(name))
    return Evidence(quote=claim.quote, page=place.page, start=place.start, end=place.end)


def _rows(view: View, lines: list[_Line]) -> Iterator[Evidence]:
    for table, row, _ in lines:
        yield view.row_evidence(table, row)
