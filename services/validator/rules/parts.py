"""Lists in sentences: a whole and its parts; and comparisons in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.place import Evidence
from schemas.report import Claim, ClaimKind, Fact, Measure, Phase
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span, total
from services.validator.interval import ZERO
from services.validator.listed import not_its_parts
from services.validator.naming import stated
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, NotChecked
from services.validator.samples import Draft
from services.validator.subjects import about
from services.validator.view import View


def _parts(last: str, *, partial: bool = False) -> Draft:
    draft = Draft().paragraph(f"政府采购支出总额50.00万元，其中：货物支出20.00万元、服务支出{last}万元。")
    whole = draft.number("50.00", "万元", "procurement")
    goods = draft.number("20.00", "万元", "procurement.goods")
    return draft.claim(
        ClaimKind.PARTS, whole=whole, part=[goods, draft.number(last, "万元", "procurement.services")], partial=partial
    )


def _may_restate(part: Fact) -> bool:
    """Only an amount that is named by its words may be the total again; one of another concept is a part."""
    return part.measure is Measure.AMOUNT and part.concept in ("other", "project")


@rule(
    "claim.parts",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="分项之和应等于总数", en="the parts of a list add to its whole"),
    passing=lambda: _parts("30.00").report(),
    failing=lambda: _parts("36.00").report(),
)
def parts(view: View) -> Iterator[Relation | NotChecked]:
    """A complete list in a sentence (其中：..., 包括 ...) adds to the amount that it divides. A list introduced by 主要用于 or
    主要包括 may leave parts out: it may fall short of the whole but never exceed it. A long list that even names the items
    on which nothing was spent leaves nothing out, whatever word introduces it; nor does a list of what is counted one by
    one that ends with 其他…, nor two that are each other's opposite (地上, 地下).
    """
    for claim in view.claims_by_kind[ClaimKind.PARTS]:
        whole, members = view.played(claim, "whole"), view.played(claim, "part")
        if len(whole) != 1 or any(part.unit != whole[0].unit for part in members):
            continue
        # a list may end with, or begin with, its total again (..., 合计50.00万元): that number is not one of the parts
        others = [part for part in members if part.value != whole[0].value or not _may_restate(part)]
        restated = len(members) > 1 and len(others) < len(members) and any(part.value for part in others)
        parts = others if restated else members
        if _nested(whole[0], parts) or _counted_apart(view, whole[0], parts):
            yield NotChecked("the list seems to hold parts of its parts", about(view, claim), tuple(part.id for part in parts))
        elif parts and (reason := not_its_parts(view, whole[0], parts)) is not None:
            yield NotChecked(reason, about(view, claim), tuple(part.id for part in parts))
        elif parts:
            complete = (
                _complete(claim, whole[0], parts) and not _and_others(view, parts[-1]) and not _cut_off(view, whole[0], parts)
            )
            terms = tuple(Term(part) for part in (*parts, *_carried_forward(view, whole[0], parts)))
            yield Relation(
                subject=about(view, claim),
                left=(Term(whole[0]),),
                right=terms,
                operator=Operator.EQ if complete and not restated else Operator.GE,
            )


def _nested(whole: Fact, parts: Sequence[Fact]) -> bool:
    """The parts exceed the whole, and exactly by a run of them that is another part's list."""
    if len(parts) < _LEAST_NESTED or not total(Term(part) for part in parts).above(span(whole)):
        return False
    for first in range(1, len(parts)):
        for last in range(first + 2, len(parts) + 1):
            run = parts[first:last]
            if sum(part.value != 0 for part in run) > 1 and total(Term(part) for part in run).meets(span(parts[first - 1])):
                return True
    return False


_BALANCES = {"income_total": "opening_balance", "expenditure_total": "closing_balance"}


def _carried_forward(view: View, whole: Fact, parts: Sequence[Fact]) -> tuple[Fact, ...]:
    """支出总计80万元，包括：1.基本支出…2.项目支出…；（三）年末结转10万元: the balance that makes up a total, told outside of its
    list; nothing where the parts make it up by themselves."""
    if any(part.concept in _BALANCES.values() for part in parts) or total(Term(part) for part in parts).meets(span(whole)):
        return ()
    return next(
        ((fact,) for fact in balances_of(view, whole) if total(Term(part) for part in (*parts, fact)).meets(span(whole))), ()
    )


def balances_of(view: View, whole: Fact) -> list[Fact]:
    """The balance brought into, or carried out of, the year whose total this is: what is stated of it."""
    stated = view.by_concept.get(_BALANCES.get(whole.concept, ""), ())
    like = (whole.year, whole.fund, whole.unit, whole.measure)
    return [fact for fact in stated if (fact.year, fact.fund, fact.unit, fact.measure) == like]


_OWN = re.compile("本级|本部(?!门)")
_INSIDE = re.compile("其中|[（(]|含")


def _counted_apart(view: View, whole: Fact, parts: Sequence[Fact]) -> bool:
    """The parts of a count exceed it by one of them, which is of another part (事业78人，其中参公10人), by those after a
    list that is whole without them (131人，其中在职89人，退休42人；年末学生14人), or by the body's own unit, which the count
    leaves out (本级和3个下属单位 ...，其中：行政单位1个 ...), or those after two that are opposites (男50人、女30人，党员45人).
    """
    excess = sum((part.value for part in parts), ZERO) - whole.value
    if whole.measure is not Measure.COUNT or excess <= 0:
        return False
    if len(parts) > _PAIR and _opposed(whole, *parts[:_PAIR]) and excess == sum((part.value for part in parts[_PAIR:]), ZERO):
        return True
    place = whole.place
    text = "" if place.paragraph is None else view.paragraphs[place.paragraph].text
    told = ZERO
    for before, part in pairwise(parts):
        between = text[before.place.offset or 0 : part.place.offset] if part.place.paragraph == place.paragraph else ""
        told += before.value
        if (part.value == excess and _INSIDE.search(between)) or (told == whole.value and re.search("[；;。]", between)):
            return True
    return excess == 1 and _OWN.search(text[: place.offset or 0]) is not None


def _and_others(view: View, last: Fact) -> bool:
    """办公费30万元，印刷费5万元等: the list says itself that it leaves some out."""
    place = last.place
    if place.paragraph is None or place.offset is None:
        return False
    return view.paragraphs[place.paragraph].text.startswith("等", place.offset + len(last.text))


def _cut_off(view: View, whole: Fact, parts: Sequence[Fact]) -> bool:
    """A list of paragraphs near the end of a text that ends in the middle of a sentence: the copy was cut off there."""
    last, end = parts[-1].place.paragraph, len(view.paragraphs) - 1
    if last is None or last == whole.place.paragraph or last < end - _NEAR_END:
        return False
    return not view.paragraphs[end].text.rstrip().endswith(_STOPS)


_STOPS = ("。", "！", ".", "；", ";", "）", ")")
_NEAR_END = 3  # paragraphs
_PAIR = 2
_LEAST_NESTED = 4
_LONG = 6


def _complete(claim: Claim, whole: Fact, parts: Sequence[Fact]) -> bool:
    """One part alone (含 ...) is never all of a list."""
    exhaustive = len(parts) >= _LONG and any(part.value == 0 for part in parts)
    exhaustive |= len(parts) == _PAIR and _opposed(whole, *parts)
    exhaustive |= parts[-1].exact and (parts[-1].item or "").rpartition("/")[2].startswith("其他")
    return len(parts) > 1 and (not claim.partial or exhaustive)


_OPPOSITES = (
    ("地上", "地下"),
    ("线上", "线下"),
    ("不计容", "计容"),
    ("男", "女"),
    ("集体", "个人"),
    ("集体", "个体"),
)


def _opposed(whole: Fact, one: Fact, two: Fact) -> bool:
    """The two are one thing, divided by opposites; an amount may be spent on other things than these."""
    names = (one.item or "").rpartition("/")[2], (two.item or "").rpartition("/")[2]
    for pair in (pair for words in _OPPOSITES for pair in (words, words[::-1])):
        if pair[0] in names[0] and pair[1] in names[1] and pair[1] not in names[0].replace(pair[0], ""):
            rest = names[0].replace(pair[0], "")
            return rest == names[1].replace(pair[1], "") and (whole.measure is not Measure.AMOUNT or rest in (whole.item or ""))
    return False


def _comparison(word: str, relation: str) -> Draft:
    draft = Draft().paragraph(f"支出决算数12.00万元{word}年初预算数10.00万元。")
    left = draft.number("12.00", "万元")
    right = draft.number("10.00", "万元", phase=Phase.INITIAL)
    return draft.claim(ClaimKind.COMPARISON, relation=relation, left=left, right=right, words=word)


@rule(
    "claim.comparison",
    category=Category.WORDING_DIRECTION,
    title=Text(zh="“大于、小于、等于”应与数字相符", en="larger, smaller and equal fit the two numbers"),
    passing=lambda: _comparison("大于", "gt").report(),
    failing=lambda: _comparison("小于", "lt").report(),
)
def comparison(view: View) -> Iterator[Relation | Finding]:
    """支出决算数大于（小于、等于）年初预算数 fits the two numbers. Two numbers that are the same as printed, yet called
    larger or smaller, are an error where they are printed to 0.01万元, else a warning: digits that are not shown may
    differ."""
    for claim in view.claims_by_kind[ClaimKind.COMPARISON]:
        left, right = view.played(claim, "left"), view.played(claim, "right")
        operator = {"gt": Operator.GT, "lt": Operator.LT, "eq": Operator.EQ}.get(claim.relation or "")
        if not left or not right or operator is None:
            continue
        if operator is not Operator.EQ and left[0].value == right[0].value:
            yield _same(view, claim, left[0], right[0])
        else:
            yield Relation(subject=about(view, claim), left=(Term(left[0]),), right=(Term(right[0]),), operator=operator)


def _same(view: View, claim: Claim, left: Fact, right: Fact) -> Finding:
    word = "大于" if claim.relation == "gt" else "小于"
    fine = min(left.decimals, right.decimals) >= _FINE
    return Finding(
        subject=about(view, claim),
        stated=word,
        expected="等于",
        severity=Severity.ERROR if fine else Severity.WARNING,
        message=Text(
            zh=f"{stated(left)}与{stated(right)}相等，却写作“{word}”。",
            en=f"{stated(left)} and {stated(right)} are equal, yet the words say {'larger' if word == '大于' else 'smaller'}.",
        ),
        evidence=(_words(view, claim), view.fact_evidence(left), view.fact_evidence(right)),
        facts=(left.id, right.id),
    )


_FINE = -2  # decimals of 0.01万元


def _words(view: View, claim: Claim) -> Evidence:
    """The words of the comparison, where they can be found; else the claim's quote."""
    place = claim.place
    if place.paragraph is not None and claim.words:
        at = view.paragraphs[place.paragraph].text.find(claim.words, place.offset or 0)
        if at >= 0:
            return view.around(place.paragraph, at, at + len(claim.words))
    return Evidence(quote=claim.quote, page=place.page, start=place.start, end=place.end)
