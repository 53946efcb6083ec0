"""What the performance section says was evaluated, held against the accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from schemas.deferred import deferred
from schemas.place import Evidence
from schemas.report import Fact, Kind, Measure
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span
from services.validator.interval import ZERO, Span
from services.validator.registry import rule
from services.validator.results import Finding, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.scopes import of_units
from services.validator.view import View

_BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）；部门决算公开格式：预算绩效情况说明"
_MONEY = (
    r"(?:共?涉及)?(?:财政|预算)?(?:资金|金额|一般公共预算(?:财政拨款)?(?:支出|资金)?)\s*(?:总额|合计|共计)?为?\s*"
    r"(?P<amount>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>万元|元|亿元)"
)
_PROJECTS = deferred(rf"(?:共涉及|涉及)\s*(?:一级|二级)?项目\s*(?P<count>\d+)\s*个[，,；;]?\s*{_MONEY}")
_WHOLE = deferred(rf"整体支出(?:开展)?(?:绩效)?(?:自评|自我评价|评价)(?:工作)?[，,；;]?\s*(?:评价结果[^，,]*[，,])?\s*{_MONEY}")
_SUMMARY = deferred(
    r"全年预算数?为?\s*(?P<budget>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>万元|元|亿元)\s*[，,]\s*(?:全年)?执行数为?\s*(?P<actual>\d[\d,]*(?:\.\d+)?)\s*(?P<unit2>万元|元|亿元)"
)
_SCALES = {"元": 0, "万元": 4, "亿元": 8}


def _amount(text: str, unit: str) -> Span:
    value = Decimal(text.replace(",", ""))
    exponent = value.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    return Span.around(value.scaleb(_SCALES[unit]), half.scaleb(_SCALES[unit]))


def _example(whole: str) -> Draft:
    draft = Draft().paragraph(f"共涉及项目3个，资金60.00万元。组织对本单位开展整体支出绩效自评，资金{whole}万元。")
    draft.paragraph("本年支出合计100.00万元，其中：项目支出60.00万元。")
    draft.number("100.00", "万元")
    draft.number("60.00", "万元", nature="project")
    return draft


@rule(
    "performance.whole-amount",
    category=Category.NARRATIVE_VS_NARRATIVE,
    title=Text(zh="整体支出绩效自评的资金应为整体支出", en="the self-evaluation of the whole covers the whole expenditure"),
    basis=_BASIS,
    passing=lambda: _example("100.00").report(),
    failing=lambda: _example("60.00").report(),
)
def whole_amount(view: View) -> Iterator[Finding | Passed | NotChecked]:
    """整体支出 is basic plus project expenditure. A self-evaluation of the whole that states the very amount given for the
    projects, while the accounts' total is another, has copied it. An amount that is neither is not judged.
    """
    wholes = [found for found in view.search(_WHOLE, marks=("整体支出",)) if not _of_units(view, *found)]
    projects = list(view.search(_PROJECTS, marks=("涉及",))) if wholes else []
    totals = [fact for concept in _TOTALS for fact in view.by_concept.get(concept, ()) if wholes and _is_total(fact, view)]
    for index, match in wholes:
        stated = _amount(match["amount"], match["unit"])
        numbers = _here(view, index, match)
        if any(span(fact).meets(stated) for fact in totals):
            yield Passed("整体支出绩效自评资金", numbers)
            continue
        copied = [(at, other) for at, other in projects if _amount(other["amount"], other["unit"]).meets(stated)]
        if not copied or not totals:
            yield NotChecked(
                "the amount is neither the whole expenditure nor that of the projects", "整体支出绩效自评资金", numbers
            )
            continue
        whole = max(totals, key=lambda fact: fact.value)
        at, other = copied[0]
        yield Finding(
            subject="整体支出绩效自评资金",
            stated=match["amount"] + match["unit"],
            message=Text(
                zh=f"整体支出绩效自评的资金与项目自评的资金相同（{match['amount']}{match['unit']}），整体支出应包括基本支出。",
                en=f"the whole, including basic spending, has the amount of the projects ({match['amount']}{match['unit']}).",
            ),
            cause=Text(zh="误抄项目自评的资金", en="copied from the evaluation of the projects"),
            evidence=(
                view.quote(index, *match.span()),
                view.quote(at, *other.span()),
                view.fact_evidence(whole),
                *(view.fact_evidence(fact) for fact in totals if fact.concept == "performance"),
            ),
            facts=numbers,
        )


def _of_units(view: View, paragraph: int, match: re.Match[str]) -> bool:
    """组织对2个下属单位开展整体支出绩效评价: the whole of theirs, not of the document's body."""
    return of_units(re.split("[，,。；;]", view.paragraphs[paragraph].text[: match.start()])[-1])


def _is_total(fact: Fact, view: View) -> bool:
    """A figure of the whole body's spending this year: the accounts' totals, or those of the form of the whole."""
    if (
        fact.measure is not Measure.AMOUNT
        or fact.year not in (view.year, None)
        or not fact.value
        or fact.function
        or fact.economy
    ):
        return False
    if fact.concept == "performance":
        return fact.item is not None and "整体支出" in fact.item
    return fact.nature == "total" and not fact.item


_TOTALS = ("income_total", "expenditure_total", "income", "expenditure", "performance")


def _projects(total: str) -> Draft:
    draft = Draft().paragraph(f"共涉及项目2个，资金{total}万元。")
    draft.paragraph("1．甲项目：项目全年预算数为20.00万元，执行数为20.00万元。")
    return draft.paragraph("2．乙项目：项目全年预算数为40.00万元，执行数为39.00万元。")


@rule(
    "performance.project-amounts",
    category=Category.NARRATIVE_VS_NARRATIVE,
    title=Text(zh="自评项目资金合计应等于各项目之和", en="the amount evaluated is the sum over the projects"),
    basis=_BASIS,
    passing=lambda: _projects("60.00").report(),
    failing=lambda: _projects("66.00").report(),
)
def project_amounts(view: View) -> Iterator[Finding | Passed | NotChecked]:
    """共涉及项目 N 个，资金 X is followed by the summaries of the N projects, each with its budget (全年预算数) and what was
    executed (执行数). X is the sum of the ones or of the others. Fewer summaries than N (some may be left out, or one may cover
    all) do not exceed X; where there are more, nothing is concluded.
    """
    if view.identity.kind is Kind.BUDGET:
        return
    stated = list(view.search(_PROJECTS, marks=("涉及",)))
    if len(stated) != 1:
        return
    index, match = stated[0]
    summaries = list(view.search(_SUMMARY, marks=("执行数",)))
    numbers = (*_here(view, index, match), *(fact for at, other in summaries for fact in _here(view, at, other)))
    if len(summaries) > int(match["count"]):
        yield NotChecked("there are more summaries than projects", "自评项目资金合计", numbers)
        return
    if not summaries:
        return
    amount = _amount(match["amount"], match["unit"])
    budget = sum((_amount(other["budget"], other["unit"]) for _, other in summaries), Span.exactly(ZERO))
    actual = sum((_amount(other["actual"], other["unit2"]) for _, other in summaries), Span.exactly(ZERO))
    some = len(summaries) < int(match["count"])
    if amount.meets(budget) or amount.meets(actual) or (some and not (budget.above(amount) and actual.above(amount))):
        yield Passed("自评项目资金合计", numbers)
        return
    scale = -_SCALES[match["unit"]]
    sums = (budget.centre.scaleb(scale).normalize(), actual.centre.scaleb(scale).normalize())
    yield Finding(
        subject="自评项目资金合计",
        stated=match["amount"] + match["unit"],
        expected=f"{sums[1]:f}{match['unit']}",
        message=Text(
            zh=f"{len(summaries)}个项目的全年预算数合计{sums[0]:f}{match['unit']}，执行数合计{sums[1]:f}{match['unit']}，"
            f"均不等于载明的{match['amount']}{match['unit']}。",
            en=f"the {len(summaries)} projects add to a budget of {sums[0]:f} and an execution of {sums[1]:f} {match['unit']}; "
            f"neither is the {match['amount']} stated.",
        ),
        evidence=(view.quote(index, *match.span()), *_quotes(view, summaries)),
        facts=numbers,
    )


_SUMMED_UP = deferred(r"^\s*(?P<number>\d{1,2})\s*[.．、][^。；;\n]{2,50}?(?:自评|评价)(?:报告)?(?:综述|结果|情况)")
_ALL = deferred("(?:所有|全部)项目(?:支出)?的?绩效自评结果")


def _told(last: str) -> Draft:
    draft = Draft().paragraph("共涉及项目2个，资金60.00万元。本部门反映所有项目绩效自评结果。")
    draft.paragraph("1.甲项目绩效自评综述：完成较好。").paragraph("2.乙项目绩效自评综述：完成较好。")
    return draft.paragraph(f"{last}：完成较好。")


@rule(
    "performance.project-count",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="自评项目个数应与逐项说明的个数一致", en="as many projects are told of as were evaluated"),
    basis=_BASIS,
    passing=lambda: _told("其他").report(),
    failing=lambda: _told("3.丙项目绩效自评综述").report(),
)
def project_count(view: View) -> Iterator[Finding | Passed | NotChecked]:
    """共涉及项目 N 个, and 所有项目绩效自评结果 follow, numbered from 1 on: there are N of them, or fewer where some are secret.
    Nothing is concluded where not all are said to follow.
    """
    stated = list(view.search(_PROJECTS, marks=("涉及",)))
    if len(stated) != 1 or view.identity.kind is Kind.BUDGET:
        return
    index, match = stated[0]
    told = list(view.search(_SUMMED_UP, marks=("评价", "自评")))
    numbers = [int(other["number"]) for _, other in told]
    if len(numbers) < _TWO or numbers != list(range(1, len(numbers) + 1)):
        return
    everything = next(view.search(_ALL, marks=("绩效自评结果",)), None)
    count = int(match["count"])
    facts = _here(view, index, match)
    if len(numbers) == count:
        yield Passed("自评项目个数", facts)
    elif everything is None:
        yield NotChecked("not all projects need be told of", "自评项目个数", facts)
    else:
        yield Finding(
            subject="自评项目个数",
            stated=f"{count}个",
            expected=f"{len(numbers)}个",
            message=Text(
                zh=f"载明自评项目{count}个，逐项说明的有{len(numbers)}个。",
                en=f"{count} projects are said to have been evaluated; {len(numbers)} are told of.",
            ),
            evidence=(view.quote(index, *match.span()), view.quote(told[-1][0], *told[-1][1].span())),
            facts=facts,
        )


_TWO = 2


def _quotes(view: View, found: list[tuple[int, re.Match[str]]]) -> Iterator[Evidence]:
    return (view.quote(index, *match.span()) for index, match in found)


def _here(view: View, paragraph: int, match: re.Match[str]) -> tuple[str, ...]:
    """The facts that stand inside a match."""
    return tuple(
        fact.id for fact in view.by_paragraph.get(paragraph, ()) if match.start() <= (fact.place.offset or 0) < match.end()
    )
