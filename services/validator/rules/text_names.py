"""Names of the classification that have been superseded, and a glossary that explains another body's items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from schemas.deferred import deferred
from schemas.report import Measure, Report, SectionKind
from schemas.taxonomy.codes import functions
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "政府收支分类科目（当年）"
_MANY = 3
_RENAMED = deferred("原科目|原列|更名|改名|调整为|改为|改列|转列|现为|^原")
_LONG = 7  # a name of so many characters is nothing else, even without 类 after it


@cache
def _superseded() -> tuple[re.Pattern[str], dict[str, tuple[int, str | None]], tuple[str, ...]]:
    """The names that ended in a year, as one pattern before 类, 款 or 项; each with that year and its successor; and what of
    it stands in any text that has one."""
    names: dict[str, tuple[int, str | None]] = {}
    for entry in functions().entries:
        if entry.last is not None:
            names[fold(entry.name).removesuffix("支出")] = (entry.last, functions().name(entry.code, entry.last + 1))
    longest = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    unmistakable = "|".join(re.escape(name) for name in names if len(name) >= _LONG)
    marks = tuple(name + after for name in names for after in (("",) if len(name) >= _LONG else ("(", "支出(")))
    return re.compile(rf"({longest})(?:支出)?(?=[(](?:类|款|项)[)])|({unmistakable})"), names, marks


@rule(
    "text.superseded-name",
    category=Category.TEMPLATE_LEFTOVER,
    severity=Severity.WARNING,
    title=Text(zh="使用已更名的科目名称", en="a name that the classification no longer uses"),
    basis=BASIS,
    passing=lambda: Draft(year=2018).paragraph("5.医疗卫生与计划生育支出（类）行政事业单位医疗（款）").report(),
    failing=lambda: Draft(year=2022).paragraph("5.医疗卫生与计划生育支出（类）行政事业单位医疗（款）").report(),
)
def superseded_name(view: View) -> Iterator[Finding | NotApplicable]:
    """Items bear the names of the fiscal year's classification: 医疗卫生与计划生育支出 became 卫生健康支出 in 2019.

    A long name counts without 类 as well: in the glossary, and before 支出.

    The names and their years are ``schemas/taxonomy``'s. One finding a document, all places as evidence.
    """
    year = view.year
    if year is None:
        yield NotApplicable("the fiscal year is not known")
        return
    text = prose(view)
    pattern, names, marks = _superseded()
    spans: list[tuple[int, int]] = []
    for paragraph, match in text.search(pattern, marks=marks):
        # 其他…(项) and longer names that merely end with an old one are names of their own.
        before = text.text[match.start() - 1 : match.start()]
        named = match[1] or match[2]
        spent = text.text[match.end() : match.end() + 3].startswith(("支出", "(款)", "(类)"))
        glossed = match[1] or text.parts[paragraph] == SectionKind.GLOSSARY or spent
        begin, end = text.sentence(*match.span())
        if _RENAMED.search(text.text, begin, end):
            continue  # 2019年更名为…, 按原科目列支
        if names[named][0] < year and glossed and not re.match(r"[一-鿿]", before):
            spans.append(match.span())
    if spans:
        old = dict.fromkeys(text.text[slice(*span)] for span in spans)
        pairs = "、".join(f"“{name}”（{_renamed(names, name)}）" for name in old)
        yield Finding(
            subject="科目名称",
            message=Text(
                zh=f"{year}年度使用了已更名的科目：{pairs}。",
                en=f"Names that were superseded before {year} in {len(spans)} place(s).",
            ),
            evidence=text.sentences(view, spans, most=12),
            stated="、".join(old),
            expected="、".join(filter(None, (names[name.removesuffix("支出")][1] for name in old))) or None,
        )


@rule(
    "text.foreign-glossary",
    category=Category.TEMPLATE_LEFTOVER,
    severity=Severity.WARNING,
    title=Text(zh="名词解释列有本部门未使用的科目", en="the glossary explains items that the body does not use"),
    basis=BASIS,
    passing=lambda: _glossary("社会保障和就业", "卫生健康", "住房保障"),
    failing=lambda: _glossary("节能环保", "交通运输", "农林水"),
)
def foreign_glossary(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """A glossary explains the items that the document uses.

    Three classes (类) or more that occur neither in the narrative nor, with an amount, in a table show that the glossary was
    copied from another body. One finding a document.
    """
    text = prose(view)
    explained = [chain for chain in text.chains if text.parts[chain.paragraph] == SectionKind.GLOSSARY]
    if not explained:
        yield NotApplicable("the glossary explains no items")
        return
    body = "\n".join(line for index, line in enumerate(text.lines) if text.parts[index] != SectionKind.GLOSSARY)
    codes = {fact.function[:3] for fact in view.report.facts if fact.function and fact.value and fact.measure is Measure.AMOUNT}
    used = {fold(functions().name(code, view.year) or "").removesuffix("支出") for code in codes}
    foreign: dict[str, list[tuple[int, int]]] = {}
    for chain in explained:
        name = chain.category.removesuffix("支出")
        if name not in body and name not in used:
            foreign.setdefault(name, []).append((chain.start, chain.end))
    if len(foreign) < _MANY:
        yield Passed("名词解释")
        return
    yield Finding(
        subject="名词解释",
        message=Text(
            zh=f"名词解释列有本部门未使用的科目：{'、'.join(foreign)[:120]}。",
            en=f"The glossary explains {len(foreign)} classes that are not used.",
        ),
        evidence=text.sentences(view, [span for spans in foreign.values() for span in spans], most=20),
        stated="、".join(foreign),
    )


def _renamed(names: dict[str, tuple[int, str | None]], name: str) -> str:
    last, successor = names[name.removesuffix("支出")]
    return f"{last + 1}年起为“{successor}”" if successor else f"{last}年止"


def _glossary(*classes: str) -> Report:
    draft = Draft(year=2018).paragraph("社会保障和就业支出3.18万元，卫生健康支出8.14万元，住房保障支出11.88万元。")
    draft.section("名词解释", kind=SectionKind.GLOSSARY, level=1)
    for at, name in enumerate(classes, 1):
        draft.paragraph(f"{at}.{name}（类）某事务（款）其他支出（项）：反映其他方面的支出。")
    return draft.report()
