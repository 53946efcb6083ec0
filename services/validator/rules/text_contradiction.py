"""Sentences that deny each other without a sum between them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache

from schemas.deferred import deferred
from schemas.taxonomy.codes import functions, normal_name
from schemas.validation import Category, Severity, Text
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：公开内容应当真实、准确"
_OVERSPENT = deferred(
    r"(?<![未不无防免止禁没有])(?:超出(?:年初|全年)?预算|超支|超预算)(?!的?(?:部分|风险|现象|情况|问题)?(?:不得|未|不予|一律))"
)
_EXECUTED = deferred(r"(?:执行率|完成(?:年初|全年|调整)?预算)(?:数)?(?:的|为|达|达到)*(\d[\d.]*)%")
_LISTED = deferred(r"安排[“\"]?三公[”\"]?经费的单位(?:包括|有|为)")
_ZERO = deferred(r"[“\"]?三公[”\"]?经费[^。;\n]{0,20}(?:年初)?预算数?为0(?:\.0+)?万元[,;](?:支出)?决算数?为0(?:\.0+)?万元")
_USED_FOR = deferred(r"(?:用于以下方面|功能分类科目分|按功能分类)[^\n]*")
_CLASS = deferred(r"([一-鿿]{4,18}支出)(?=\d[\d,.]*万元[,，]占)")
_ALIKE = 0.75  # of two names the share of common characters from which one is the other, altered


@rule(
    "text.overspent",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="称超出预算而执行率未超过100%", en="said to be overspent at a rate of 100 % or less"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("执行率为112%。发现的问题：因工资增长，超出预算。").report(),
    failing=lambda: Draft().paragraph("执行率为100%。发现的问题：因工资增长，超出预算。").report(),
)
def overspent(view: View) -> Iterator[Finding]:
    """A project that is said to have exceeded its budget (超出预算, 超支) has a rate of execution above 100 %.

    Both must stand in one paragraph, and every rate of it must be 100 % or less.
    """
    text = prose(view)
    for paragraph, match in text.search(_OVERSPENT, marks=("超出", "超支", "超预算")):
        rates = list(_EXECUTED.finditer(text.text, text.start(paragraph), text.end(paragraph)))
        if rates and all(Decimal(rate[1].rstrip(".")) <= 100 for rate in rates):
            yield Finding(
                subject=text.lines[paragraph][:30],
                message=Text(
                    zh=f"称“{match[0]}”，而“{rates[-1][0]}”。", en=f"Said to exceed its budget, and executed at {rates[-1][1]} %."
                ),
                evidence=text.sentences(view, [match.span(), rates[-1].span()]),
                stated=match[0],
            )


@rule(
    "text.public-expense-units",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(
        zh="列有安排“三公”经费的单位而“三公”经费为零",
        en="units with a budget of three public expenses listed, and the budget is nil",
    ),
    basis=BASIS,
    passing=lambda: (
        Draft()
        .paragraph("有预算安排“三公”经费的单位包括本级。")
        .paragraph("“三公”经费年初预算数为1.00万元，支出决算为0万元。")
        .report()
    ),
    failing=lambda: (
        Draft()
        .paragraph("有预算安排“三公”经费的单位包括本级。")
        .paragraph("“三公”经费年初预算数为0万元，支出决算为0万元。")
        .report()
    ),
)
def public_expense_units(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The list of units for which 三公 expenses were budgeted names none where budget and outturn are nil."""
    text = prose(view)
    listed = next((match for _, match in text.search(_LISTED)), None)
    if listed is None:
        yield NotApplicable("no list of units")
        return
    nil = next((match for _, match in text.search(_ZERO)), None)
    if nil is None:
        yield Passed("三公经费单位范围")
        return
    yield Finding(
        subject="三公经费单位范围",
        message=Text(zh="列有安排“三公”经费的单位，而预算与决算均为0。", en="Units are listed as having a budget that is nil."),
        evidence=text.sentences(view, [listed.span(), nil.span()]),
        stated=text.text[slice(*text.sentence(*listed.span()))][:80],
    )


@rule(
    "text.class-name",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="类级科目名称不规范", en="the name of a class is not the classification's"),
    basis="政府收支分类科目（当年）",
    passing=lambda: Draft().paragraph("主要用于以下方面：科学技术支出5.00万元，占50%；住房保障支出5.00万元，占50%。").report(),
    failing=lambda: (
        Draft().paragraph("主要用于以下方面：科学技术服务支出5.00万元，占50%；住房保障支出5.00万元，占50%。").report()
    ),
)
def class_name(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The list of what was spent by function (主要用于以下方面) uses the names of the classes (类).

    A name that is no recorded one of any level, and nearly that of a class, is that class with a slip.
    """
    text = prose(view)
    names = [
        (match.start() + name.start(1), match.start() + name.end(1), name[1])
        for _, match in text.search(_USED_FOR, printed=True)
        for name in _CLASS.finditer(match[0])
    ]
    if not names:
        yield NotApplicable("no list by function")
        return
    recorded = _recorded()
    classes = [normal_name(entry.name) for entry in functions().entries if len(entry.code) == 3 and entry.valid(view.year)]
    odd = [(start, end, name, right) for start, end, name in names if name not in recorded and (right := _nearest(name, classes))]
    if not odd:
        yield Passed("类级科目")
        return
    *_, name, right = odd[0]
    yield Finding(
        subject="、".join(item[3] for item in odd),
        message=Text(zh=f"“{name}”应为“{right}”。", en=f"“{name}” is {right} in the classification."),
        evidence=tuple(text.evidence(view, *text.sentence(item[0], item[1])) for item in odd),
        stated=name,
        expected=right,
    )


@cache
def _recorded() -> frozenset[str]:
    return frozenset(normal_name(entry.name) for entry in functions().entries)


def _nearest(name: str, classes: list[str]) -> str | None:
    best = max(classes, key=lambda other: SequenceMatcher(None, name, other).ratio())
    return best if SequenceMatcher(None, name, best).ratio() >= _ALIKE else None
