"""Years that belong to another year's document: in a comparison, at the head of a statement, in one of many alike."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.report import Claim, ClaimKind, Fact, Kind, Measure, Phase
from schemas.validation import Category, Text
from services.validator.arithmetic import span
from services.validator.naming import stated
from services.validator.prose import gist, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：收支增减变化与上年比较；上年文本未更新"
_COMPARED = deferred(
    r"[与比较同和]\s*(?:本部门|本单位|我局|我单位)?\s*(?P<year>20\d\d)\s*年?度?"
    r"(?P<of>(?:部门|单位|财政拨款|支出|收入|年初|全年|调整后?|当年|同期|预算|执行|决算|数|相比较?|比较)*)"
)
_OWN_BUDGET = deferred(r"年初|全年|调整|预算(?!执行)")
_MONEY = frozenset(
    ("income", "expenditure", "three_public", "agency_operating", "procurement", "opening_balance", "closing_balance")
)
_FEW = 2
_SERIES = 4
_MOST = 0.8
_TELLING_DIGITS = 4


def _compared(year: int) -> Draft:
    draft = Draft()
    for name, before in (("收入", 2022), ("支出", 2022), ("收、支总计", year)):
        draft.paragraph(f"与{before}年度相比，{name}增加20.00万元。")
        delta = draft.number("20.00", "万元", "expenditure_total", measure=Measure.CHANGE)
        draft.claim(ClaimKind.CHANGE, relation="increase", base="last_year_final", delta=delta)
    return draft


@rule(
    "text.comparison-year",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="比较的年份应为上年", en="what is compared with is the year before"),
    basis=BASIS,
    passing=lambda: _compared(2022).report(),
    failing=lambda: _compared(2021).report(),
)
def comparison_year(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Changes of income, expenditure and the three public expenses are against the year before. A comparison with the
    document's own year compares a figure with itself, one with an earlier year is last year's text: an error where the document's
    other comparisons are with the year before. In final accounts the own year's budget is a right thing to compare with.
    """
    year = view.year
    compared = [(claim, match) for claim in view.claims_by_kind[ClaimKind.CHANGE] if (match := _year_of(view, claim)) is not None]
    if year is None or not compared:
        yield NotApplicable("no comparison names its year")
        return
    right = [claim for claim, match in compared if int(match["year"]) == year - 1]
    for claim, match in compared:
        said = int(match["year"])
        own = said == year and view.identity.kind is Kind.FINAL_ACCOUNTS and _OWN_BUDGET.search(match["of"])
        if said == year - 1 or own or not year - 3 <= said <= year or len(right) < _FEW:
            continue
        shown = match[0].strip()
        yield Finding(
            subject=f"{claim.subject or gist(claim.quote)} {claim.base or ''}".strip(),
            message=Text(
                zh=f"{year}年度的文件应与{year - 1}年比较，此处写“{shown}”。",
                en=f"“{shown}”: the year before {year} is {year - 1}.",
            ),
            evidence=(view.evidence(claim.place, claim.quote),),
            stated=f"{said}年",
            expected=f"{year - 1}年",
            facts=tuple(identifier for ids in claim.roles.values() for identifier in ids),
        )
    if right:
        yield Passed("上年")  # the words were checked, not the numbers


def _year_of(view: View, claim: Claim) -> re.Match[str] | None:
    """Where the claim's words name the year that they compare with; only for figures of the account."""
    facts = [fact for role in ("current", "delta", "rate") for fact in view.played(claim, role)]
    if not any(fact.concept.removesuffix("_total").split(".")[0] in _MONEY for fact in facts):
        return None
    return _COMPARED.search(claim.quote)


def _headed(year: int) -> Draft:
    draft = Draft()
    draft.paragraph("2023年度收、支总计1344.73万元。")
    draft.number("1344.73", "万元", "income_total")
    draft.paragraph(f"{year}年度收入合计1344.73万元。")
    draft.number("1344.73", "万元", "income", year=year)
    return draft


@rule(
    "text.head-year",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="数字属于本年，却写成其他年度", en="a figure of this year said to be another year's"),
    basis=BASIS,
    passing=lambda: _headed(2023).report(),
    failing=lambda: _headed(2022).report(),
)
def head_year(view: View) -> Iterator[Finding]:
    """The amount of a sentence that begins with another year is, to the last of four digits or more, what the document gives
    as this year's of the same kind: the year is wrong, not the amount. An amount that the document says did not change may
    be both years'. And what every document of the kind states of its own year (机关运行经费, 政府采购, “三公”经费) it states of
    another one only, the year before or the one before that.
    """
    if view.year is None:
        return
    still = {fact.value for claim in view.claims_by_kind[ClaimKind.CHANGE] if claim.relation == "unchanged"
             for fact in view.played(claim, "current")}  # fmt: skip
    others = [
        fact
        for fact in view.said
        if fact.year not in (None, view.year)
        and fact.value not in still
        and _is_amount(fact)
        and _begins_with_its_year(view, fact)
    ]
    ours: dict[tuple[str, Phase | None], list[Fact]] = {(_kind(fact.concept), fact.phase): [] for fact in others}
    kinds = {kind for kind, _ in ours}
    for concept, facts in view.by_concept.items():
        kind = _kind(concept)
        for fact in facts if kind in kinds else ():
            if fact.year == view.year and (kind, fact.phase) in ours and _is_amount(fact):
                ours[kind, fact.phase].append(fact)
    yield from _only_of_another_year(view, others)
    for fact in others:
        mine = span(fact)
        same = next((other for other in ours[_kind(fact.concept), fact.phase] if span(other).meets(mine)), None)
        if same is not None:
            yield Finding(
                subject=f"year of {_kind(fact.concept)} {fact.function or ''}".strip(),
                message=Text(
                    zh=f"{stated(fact)}是{view.year}年度的数字（另见“{stated(same)}”），此处写成{fact.year}年度。",
                    en=f"{stated(fact)} is the figure of {view.year}, not of {fact.year}.",
                ),
                evidence=(view.fact_evidence(fact), view.fact_evidence(same)),
                stated=f"{fact.year}年",
                expected=f"{view.year}年",
                facts=(fact.id,),
            )


_OF_EVERY_YEAR = ("agency_operating", "procurement", "three_public")


def _only_of_another_year(view: View, others: list[Fact]) -> Iterator[Finding]:
    assert view.year is not None
    for concept in _OF_EVERY_YEAR:
        stated_of = [fact for fact in view.by_concept.get(concept, ()) if fact.measure is Measure.AMOUNT and fact.item is None]
        heads = [fact for fact in others if fact.concept == concept and fact.year in (view.year - 1, view.year - 2)]
        ours = [fact for fact in stated_of if fact.year == view.year and fact.value]
        if ours:  # the table has it: what the text compares with the year before is this year's all the same
            heads = [fact for fact in heads if _is_compared(view, fact)]
        if not heads or any(fact.source != "table" for fact in ours):
            continue
        first = heads[0]
        yield Finding(
            subject=f"year of {concept}",
            message=Text(
                zh=f"本文件为{view.year}年度，{stated(first)}却写成{first.year}年，文中没有{view.year}年的该数。",
                en=f"{stated(first)} is said to be of {first.year}; the document of {view.year} states none of its own year.",
            ),
            evidence=(view.fact_evidence(first),),
            stated=f"{first.year}年",
            expected=f"{view.year}年",
            facts=(first.id,),
        )


_AFTER = deferred(r"[,，](?:比|较|与)(?:上年|上一年|去年|20\d\d)")


def _is_compared(view: View, fact: Fact) -> bool:
    """2022年“三公”经费预算10万元，比上年增加1万元: a figure of its own, not one that another is compared with."""
    place = fact.place
    if place.paragraph is None or place.offset is None:
        return False
    end = place.offset + len(fact.text)
    return _AFTER.search(re.split("[。；;]", view.paragraphs[place.paragraph].text[end : end + 60])[0]) is not None


def _is_amount(fact: Fact) -> bool:
    if fact.measure is not Measure.AMOUNT or fact.unit != "CNY" or fact.item is not None:
        return False
    return len(fact.value.normalize().as_tuple().digits) >= _TELLING_DIGITS


def _kind(concept: str) -> str:
    return concept.removesuffix("_total").split(".")[0]


_HEAD = deferred(r"(?P<year>20\d\d)\s*年?度?")


def _begins_with_its_year(view: View, fact: Fact) -> bool:
    """Is the fact's year what its sentence begins with (after the body's name), and nothing else between but its subject?"""
    place = fact.place
    if place.paragraph is None or place.offset is None:
        return False
    text = view.paragraphs[place.paragraph].text[: place.offset]
    head = re.split("[。；;]", text)[-1]
    match = _HEAD.search(head)
    return match is not None and int(match["year"]) == fact.year and not re.search(r"\d[\d,.]*\s*[万亿]?元", head)


_STATED = deferred(
    r"(?<!\d)(?<![与比较同和])(?P<year>20\d\d)年?度?(?:当年)?(?P<of>预算执行数?|执行数|预算安排|预算数?|决算数?)(?=为?[\d,.]+万?元)"
)


def _series(year: int) -> Draft:
    draft = Draft(kind=Kind.BUDGET, year=2023)
    for name, before in (("行政运行", 2022), ("住房公积金", 2022), ("购房补贴", 2022), ("事业运行", 2022), ("培训支出", year)):
        draft.paragraph(f"“某支出（类）某事务（款）{name}（项）”2023年预算12.00万元，{before}年预算11.00万元。")
    return draft


@rule(
    "text.sibling-year",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="同类表述中的年份不一致", en="one of many like statements names another year"),
    basis=BASIS,
    passing=lambda: _series(2022).report(),
    failing=lambda: _series(2021).report(),
)
def sibling_year(view: View) -> Iterator[Finding | NotApplicable]:
    """Items are explained one after another in the same words: this year's budget, last year's budget, last year's execution. Of
    statements in the same order with the same words, one whose year is not that of four fifths of the others is wrong.
    """
    text = prose(view)
    series: dict[tuple[str, ...], list[list[re.Match[str]]]] = defaultdict(list)
    for index, line in enumerate(text.lines):
        if "(项)" in line:
            start = text.start(index)
            matches = list(_STATED.finditer(text.text, start, text.end(index)))
            if matches:
                series[tuple(match["of"] for match in matches)].append(matches)
    if not any(len(rows) > _SERIES for rows in series.values()):
        yield NotApplicable("no series of items with years")
        return
    for rows in series.values():
        if len(rows) <= _SERIES:
            continue
        for column in zip(*rows, strict=True):
            (usual, times), *_ = Counter(match["year"] for match in column).most_common(1)
            if times < _MOST * len(column):
                continue
            for match in column:
                if match["year"] != usual:
                    begin, end = text.sentence(*match.span())
                    name = text.text[text.start(text.paragraph(begin)) : match.start()]
                    yield Finding(
                        subject=f"{match['of']} {gist(name)}",
                        message=Text(
                            zh=f"同类表述均为{usual}年，此处写“{match[0]}”。",
                            en=f"the other items say {usual} here; this one says “{match[0]}”.",
                        ),
                        evidence=(text.evidence(view, *match.span()), text.evidence(view, begin, end)),
                        stated=f"{match['year']}年",
                        expected=f"{usual}年",
                    )
