"""A fund that the text says there is none of, and the tables have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.report import Fact, Measure, Report, SectionKind
from schemas.validation import Category, Text
from services.validator.naming import stated
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.view import View

_FUNDS = {"政府性基金": "gov_fund", "国有资本经营": "state_capital"}
_DENIED = re.compile(
    r"(?:无|没有|未)(?:使用|安排|发生)?(?P<fund>政府性基金|国有资本经营)(?:预算)?(?:财政)?(?:拨款)?"
    r"(?:收入、?(?:和|及)?支出|收支|安排的?(?:财政拨款)?支出|拨款支出|支出)(?=[。,;]|预算?[。,;]|情况[。,;])"
)
_WHOSE = re.compile(r"(?:当年|年度?|部门|单位|[局委院校所心站队会])均?$")


def _example(amount: str) -> Report:
    draft = Draft().table("gov_fund", [("合计", {"fund": "gov_fund"})], [("", "合计", amount)])
    return draft.paragraph("本部门无政府性基金预算财政拨款收入支出。").report()


@rule(
    "text.fund-denied",
    category=Category.NARRATIVE_VS_TABLE,
    title=Text(zh="文中称无该项支出，表中却有数", en="said to be none in the text, and an amount in the tables"),
    basis="财预〔2016〕143号：文表一致",
    passing=lambda: _example("0.00"),
    failing=lambda: _example("47.91"),
)
def fund_denied(view: View) -> Iterator[Finding | Passed]:
    """本部门无政府性基金预算财政拨款支出, and the table of the government funds (or of the state capital budget) has a total of
    this year that is not zero: the sentence was left from the template or from last year. The notes of tables that say to be
    empty are another rule's.
    """
    text = prose(view)
    told: set[str] = set()
    for paragraph, match in text.search(_DENIED, marks=_FUNDS):
        if text.parts[paragraph] == SectionKind.GLOSSARY or text.lines[paragraph].startswith(("注", "说明", "备注")):
            continue
        if match[0].startswith("无") and not _WHOSE.search(text.text, max(0, match.start() - 8), match.start()):
            continue
        fund = _FUNDS[match["fund"]]
        spent = [
            fact
            for table in view.tables_by_kind.get(fund, ())
            for fact in view.in_table(table.index)
            if _is_total(view, fact, fund)
        ]
        if not spent or fund in told:
            continue
        told.add(fund)
        numbers = tuple(fact.id for fact in spent)
        if not any(fact.value for fact in spent):
            yield Passed(match["fund"], numbers)
            continue
        first = next(fact for fact in spent if fact.value)
        yield Finding(
            subject=match["fund"],
            stated=match[0],
            expected=stated(first),
            message=Text(
                zh=f"文中称“{match[0]}”，表中载明{stated(first)}。",
                en=f"The text says that there is none; the table has {stated(first)}.",
            ),
            evidence=(text.evidence(view, *text.sentence(*match.span())), view.fact_evidence(first)),
            facts=numbers,
        )


def _is_total(view: View, fact: Fact, fund: str) -> bool:
    return (
        fact.fund == fund
        and fact.concept == "expenditure"
        and fact.nature == "total"
        and not fact.function
        and fact.measure is Measure.AMOUNT
        and fact.year == view.year
    )
