"""An amount in 元 among amounts in 万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from schemas.report import Fact, Measure, Report
from schemas.validation import Category, Severity, Text
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

_MANY, _FEW = 10, 2
_LARGEST = Decimal(100_000)
_TEN_THOUSAND = Decimal(10_000)
_EACH = re.compile("利息|手续费|滞纳金|每|单价|均|标准|票|补贴|罚|奖|定额|限额|以[上下]|不足|超过|公斤|吨|平方|/")
_OF_ACCOUNTS = re.compile(r"(?:支出|收入|预算|决算|经费|费|资金|总计|合计|增加|减少|金额|总额)(?:数|数为|为|共|共计|合计)?\s*$")
_STOPS = re.compile("[，,。；;：:、]")
_BEFORE = 16
_FINE = 2


def _example(unit: str) -> Report:
    draft = Draft().paragraph(
        "、".join(f"第{number}项支出{number}.10万元" for number in range(1, 12)) + f"，政府采购支出1099.06{unit}。"
    )
    for number in range(1, 12):
        draft.number(f"{number}.10", "万元", item=f"第{number}项支出")
    draft.number("1099.06", unit, "procurement")
    return draft.paragraph("政府采购支出总额1099.06万元。").report()


@rule(
    "text.lone-yuan",
    category=Category.UNIT,
    severity=Severity.WARNING,
    title=Text(zh="金额单位疑将“万元”写作“元”", en="元, it seems, for 万元"),
    basis="财预〔2016〕143号：公开内容应当真实、准确",
    passing=lambda: _example("万元"),
    failing=lambda: _example("元"),
)
def lone_yuan(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Where the text gives its amounts in 万元, one or two of the accounts with decimals in 元 lack their 万. Prices, standards
    and amounts by the head are in 元, and are not meant. An error where the same digits stand elsewhere in 万元. An amount that
    the document states again is ``fact.same``'s.
    """
    money = [fact for fact in view.said if fact.measure is Measure.AMOUNT and fact.unit == "CNY"]
    large = sum(fact.scale > 0 for fact in money)
    lone = [fact for fact in money if fact.scale == 0 and fact.decimals == _FINE and fact.value]
    if large < _MANY:
        yield NotApplicable("the text does not give its amounts in 万元")
        return
    if len(lone) > _FEW:
        yield NotApplicable("the text gives amounts in 元 as well")
        return
    for fact in lone:
        if abs(fact.value) >= _LARGEST or not _of_accounts(view, fact) or len(view.amounts_like(fact)) > 1:
            continue
        digits = fact.text.removesuffix("元").rstrip()
        same = next((other for other in view.by_value[fact.unit, abs(fact.value) * _TEN_THOUSAND] if other.scale > 0), None)
        yield Finding(
            subject=f"{fact.concept} {fact.item or ''}",
            message=Text(
                zh=f"全文金额以万元为单位，此处写“{digits}元”，疑为“{digits}万元”。",
                en=f"the text gives its amounts in 万元; “{digits}元” seems to lack its 万.",
            ),
            evidence=(view.fact_evidence(fact), *(() if same is None else (view.fact_evidence(same),))),
            stated=f"{digits}元",
            expected=f"{digits}万元",
            facts=(fact.id,),
            severity=Severity.WARNING if same is None else Severity.ERROR,
        )
    if not lone:
        yield Passed("金额单位")


def _of_accounts(view: View, fact: Fact) -> bool:
    place = fact.place
    if place.paragraph is None or place.offset is None:
        return False
    before = view.clause_before(fact, _STOPS, _BEFORE)
    after = view.paragraphs[place.paragraph].text[place.offset + len(fact.text) :][:1]
    return _OF_ACCOUNTS.search(before) is not None and _EACH.search(before) is None and after not in ("/", "每")
