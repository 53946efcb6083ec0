"""A fund that the text says there is none of, and the tables have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.report import Fact, Measure, Report, SectionKind
from schemas.validation import Category, Text
from services.validator.naming import stated
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.rules.text_issuer import plain
from services.validator.rules.text_owner import is_issuer
from services.validator.samples import Draft
from services.validator.view import View

_FUNDS = {"政府性基金": "gov_fund", "国有资本经营": "state_capital"}
_DENIED = deferred(
    r"(?:无|没有|未)(?:使用|安排|发生)?(?P<fund>政府性基金|国有资本经营)(?:预算)?(?:财政)?(?:拨款)?"
    r"(?:收入、?(?:和|及)?支出|收支|安排的?(?:财政拨款)?支出|拨款支出|支出)(?=[。,;]|预算?[。,;]|情况[。,;])"
)
_LEADS = deferred(r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.])?(?:关于|说明:)?|本年度?|当年度?|20\d\d年度?|度$|[,:]")
_WHOLE = deferred(r"(?:[本我该]?(?:部门|单位)|[本我该][局委办院校站所队会厅镇乡部馆园中]{1,2}心?)?(?:及所属单位|均)?")


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
        if not _is_of_all(text.text[text.sentence(*match.span())[0] : match.start()], view):
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


def _is_of_all(head: str, view: View) -> bool:
    """Does the sentence begin with nothing but the year, and the body that the document is of? Others deny last year's, the
    budget's, one unit's or one purpose's.
    """
    if any(year != str(view.year) for year in re.findall(r"20\d\d", head)):
        return False
    who = _LEADS.sub("", head)
    return "本级" not in who and (_WHOLE.fullmatch(who) is not None or is_issuer(plain(who), plain(view.identity.issuer)))


def _is_total(view: View, fact: Fact, fund: str) -> bool:
    return (
        fact.fund == fund
        and fact.concept == "expenditure"
        and fact.nature == "total"
        and not fact.function
        and fact.measure is Measure.AMOUNT
        and fact.year == view.year
    )
