"""What the text says of performance management: how many projects, for how much, with what marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from schemas.report import Fact, Kind, Measure
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span, total
from services.validator.interval import Span
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, NotChecked, Passed
from services.validator.rules.project_forms import same_or_slip
from services.validator.samples import Draft
from services.validator.scopes import of_units
from services.validator.view import View

BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）；部门预算、决算公开格式：预算绩效情况说明"
_UNITS = ("个", "项")
_STAGES = {"目标": "targets", "跟踪": "tracking", "监控": "tracking", "自评": "review", "自我评价": "review"}
_GRADE = re.compile(r"(不合格|合格|优秀?|良好?|中|差)(?:的)?(?:一级|二级)?项目$")
_MARKS = {"优": (90, 100), "良": (75, 90), "合格": (60, 80), "中": (60, 80), "不合格": (0, 60), "差": (0, 60)}
"""Points of each grade: 90 and more is 优, below 60 不合格; the borders between differ from place to place: both are allowed."""

_ALL_GRADES = 3


def _managed(second: str, excellent: str = "39", average: str = "99.33") -> Draft:
    draft = Draft().paragraph(
        f"编报绩效目标的项目39个，涉及预算金额4415.48万元；绩效自评的项目39个，涉及预算金额{second}万元，平均得分{average}分，"
        f"其中绩效评级为优的项目{excellent}个、良的项目0个、合格的项目0个。"
    )
    draft.number("39", "个", "other", item="编报绩效目标的项目", measure=Measure.COUNT)
    draft.number("4415.48", "万元", "other", item="编报绩效目标的项目涉及")
    draft.number("39", "个", "other", item="绩效自评的项目", measure=Measure.COUNT, occurrence=1)
    draft.number(second, "万元", "other", item="绩效自评的项目涉及", occurrence=int(second == "4415.48"))
    draft.number(average, "分", "other", item="平均得分", measure=Measure.SCORE)
    draft.number(excellent, "个", "other", item="绩效评级为优的项目", measure=Measure.COUNT, occurrence=2 * (excellent == "39"))
    draft.number("0", "个", "other", item="绩效评级为良的项目", measure=Measure.COUNT, occurrence=0)
    draft.number("0", "个", "other", item="绩效评级为合格的项目", measure=Measure.COUNT, occurrence=1)
    return draft


@rule(
    "performance.managed-projects",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(zh="同样多的项目应为同一金额", en="as many projects with targets as evaluated have the same amount"),
    basis=BASIS,
    passing=lambda: _managed("4415.48").report(),
    failing=lambda: _managed("4145.48").report(),
)
def managed_projects(view: View) -> Iterator[Relation]:
    """Of the projects of a year the text says for how many targets were set, how many were tracked and how many evaluated, each
    with its amount. Where these are equally many they are the same projects, and the amounts are the same; and the same amount
    is that of as many projects.
    """
    by_number: dict[Decimal, list[tuple[Fact, Fact]]] = {}
    by_amount: dict[Decimal, list[Fact]] = {}
    for count, money in _projects(view):
        by_number.setdefault(count.value, []).append((count, money))
        if money.value:
            by_amount.setdefault(money.value, []).append(count)
    for counts in by_amount.values():
        for other in counts[1:]:
            if other.value != counts[0].value:
                yield Relation(subject=f"projects of {other.item}", left=(Term(other),), right=(Term(counts[0]),))
    for same in by_number.values():
        (count, money), *others = same
        for other, amount in others:
            subject = f"amount of {other.item}"
            yield Relation(subject=subject, left=(Term(amount),), right=(Term(money),))
            yield Relation(subject=f"number of {other.item}", left=(Term(other),), right=(Term(count),))


def _projects(view: View) -> Iterator[tuple[Fact, Fact]]:
    """How many projects are said to have been managed in some stage, and the amount named right after, each stage once."""
    seen: set[str] = set()
    for facts in view.by_paragraph.values():
        for count, money in pairwise(facts):
            stage = _stage(count)
            if stage is not None and stage not in seen and money.measure is Measure.AMOUNT and money.concept == "other":
                seen.add(stage)
                yield count, money


def _stage(fact: Fact) -> str | None:
    if fact.source == "table" or fact.measure is not Measure.COUNT or fact.unit not in _UNITS or fact.item is None:
        return None
    if "项目" not in fact.item or ("绩效" not in fact.item and "评价" not in fact.item):
        return None
    return next((stage for word, stage in _STAGES.items() if word in fact.item), None)


@rule(
    "performance.graded-projects",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="各评级项目数之和应为自评项目数", en="the projects of all grades are those that were evaluated"),
    basis=BASIS,
    passing=lambda: _managed("4415.48", "39").report(),
    failing=lambda: _managed("4415.48", "36").report(),
)
def graded_projects(view: View) -> Iterator[Relation | Finding | Passed]:
    """The projects graded 优, 良, 合格 (中), 不合格 (差) are those that were evaluated: they add to their number where three
    grades or more are named, and do not exceed it else. The average score lies where these grades allow.
    """
    for facts in view.by_paragraph.values():
        graded = [(grade[1][:1] if "合格" not in grade[1] else grade[1], fact) for fact in facts if (grade := _grade(fact))]
        whole = next((fact for fact in reversed(facts) if graded and _stage(fact) == "review"), None)
        if whole is None or graded[0][1].place.offset is None or (whole.place.offset or 0) > graded[0][1].place.offset:
            continue
        complete = len({grade for grade, _ in graded}) >= _ALL_GRADES
        yield Relation(
            subject="graded projects",
            left=(Term(whole),),
            right=tuple(Term(fact) for _, fact in graded),
            operator=Operator.EQ if complete else Operator.GE,
        )
        average = next((fact for fact in facts if fact.measure is Measure.SCORE and "平均" in (fact.item or "")), None)
        if average is not None and complete:
            yield _average(view, average, graded)


def _mended(under_way: str) -> Draft:
    draft = Draft().paragraph(f"绩效自评中共发现问题5个，已经完成整改的3个，正在整改的{under_way}个。")
    draft.number("5", "个", "other", item="绩效自评中共发现问题", measure=Measure.COUNT)
    draft.number("3", "个", "other", item="已经整改的", measure=Measure.COUNT)
    draft.number(under_way, "个", "other", item="正在整改的", measure=Measure.COUNT)
    return draft


@rule(
    "performance.mended-problems",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="已整改、正在整改的问题之和应为发现的问题", en="the problems mended and being mended are all that were found"),
    basis=BASIS,
    passing=lambda: _mended("2").report(),
    failing=lambda: _mended("4").report(),
)
def mended_problems(view: View) -> Iterator[Relation]:
    """Of the problems that an evaluation found, so many are mended and so many are being mended: together they are all of
    them, and one alone is not more than all.
    """
    for facts in view.by_paragraph.values():
        counts = [fact for fact in facts if fact.measure is Measure.COUNT and fact.unit in _UNITS and fact.source != "table"]
        for position, found in enumerate(counts):
            if not _FOUND.search(found.item or ""):
                continue
            mended = [fact for fact in counts[position + 1 : position + 3] if "整改" in (fact.item or "")]
            if mended:
                yield Relation(
                    subject="problems found",
                    left=(Term(found),),
                    right=tuple(Term(fact) for fact in mended),
                    operator=Operator.EQ if {(fact.item or "")[:2] for fact in mended} == _STATES else Operator.GE,
                )


_FOUND = re.compile("发现(?:的)?问题$")
_STATES = {"已经", "正在"}


def _grade(fact: Fact) -> re.Match[str] | None:
    return _GRADE.search(fact.item or "") if fact.measure is Measure.COUNT and fact.unit in _UNITS else None


def _average(view: View, average: Fact, graded: Sequence[tuple[str, Fact]]) -> Finding | Passed:
    number = sum((fact.value for _, fact in graded), Decimal(0))
    facts = (average, *(fact for _, fact in graded))
    identifiers = tuple(fact.id for fact in facts)
    low, high = (sum((fact.value * _MARKS[grade][end] for grade, fact in graded), Decimal(0)) for end in (0, 1))
    if not number or span(average).meets(Span(low / number, high / number)):
        return Passed("average score", identifiers)
    return Finding(
        subject="average score",
        stated=stated(average),
        message=Text(
            zh=f"平均得分{stated(average)}与评级不符：按各评级项目数应在{low / number:.2f}分至{high / number:.2f}分之间。",
            en=f"an average of {stated(average)} does not fit the grades: {low / number:.2f} to {high / number:.2f} would.",
        ),
        evidence=tuple(view.fact_evidence(fact) for fact in facts),
        facts=identifiers,
    )


def _targets(whole: str) -> Draft:
    draft = Draft(kind=Kind.BUDGET).paragraph(f"项目支出60.00万元。所有项目支出均编制绩效目标，涉及一般公共预算{whole}万元。")
    draft.number("60.00", "万元", nature="project")
    draft.number(whole, "万元", "other", item="所有项目支出均编制绩效目标涉及一般公共预算", occurrence=int(whole == "60.00"))
    return draft


@rule(
    "performance.targets-amount",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(zh="编报绩效目标的金额应与项目支出（整体支出）相符", en="the amount with targets fits the spending that it is of"),
    basis=BASIS,
    passing=lambda: _targets("60.00").report(),
    failing=lambda: _targets("60.90").report(),
)
def targets_amount(view: View) -> Iterator[Relation | NotChecked]:
    """所有项目支出 with targets is the project spending, 整体支出 all spending, of one of the funds; an amount that is neither,
    nor a slip of it, is not judged. In a budget the projects for which targets were set are some of all projects: their amount
    does not exceed the project spending.
    """
    for fact in view.said:
        words = fact.item or ""
        if fact.measure is not Measure.AMOUNT or fact.concept != "other" or "绩效" not in words or fact.year != view.year:
            continue
        if of_units(words):
            continue
        if "所有项目" in words or "全部项目" in words or "整体支出" in words:
            nature = "total" if "整体支出" in words else "project"
            wholes = [other for other in _spending(view, fact) if other.nature == nature]
            same = next((other for other in wholes if same_or_slip(fact, other)), None)
            if same is not None:
                yield Relation(subject=f"targets of {nature}", left=(Term(fact),), right=(Term(same),))
            elif wholes:
                yield NotChecked("the amount may be of other spending", f"targets of {nature}", (fact.id,))
        elif view.identity.kind is Kind.BUDGET and "目标" in words and "项目" in words:
            projects = [other for other in _spending(view, fact) if other.nature == "project"]
            if projects:
                largest = max(projects, key=lambda other: total((Term(other),)).high)
                yield Relation(
                    subject="targets of some projects", left=(Term(largest),), right=(Term(fact),), operator=Operator.GE
                )


def _spending(view: View, like: Fact) -> list[Fact]:
    """All spending and all project spending of the stage and year, of whatever fund."""
    return [
        fact
        for fact in view.by_concept.get("expenditure", ())
        if not (fact.function or fact.economy or fact.item)
        and fact.measure is Measure.AMOUNT
        and (fact.phase, fact.year) == (like.phase, like.year)
        and fact.nature in ("total", "project")
    ]
