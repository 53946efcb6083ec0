"""The body's name: headings that name another body, spellings that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice

from schemas.deferred import deferred
from schemas.report import Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.rules.text_placeholder import BASIS
from services.validator.samples import Draft
from services.validator.view import View

_ORGAN = "局|委员会|委|办公室|厅|院|中心|办事处|政府|公安|学校|中学|小学|大队|总队|支队|所|站|馆|会|部|处|团|公司|医院"
_NUMBER = deferred(r"第[一二三四五六七八九十\d]+(?:部分|章)[、.:]?|[一二三四五六七八九十]+、|附[件表]\d*[:：.]?|\d+[.、]")
_HEADING = deferred(
    rf"(?:20\d\d年度?)?(?P<name>[^\d,。;:、“”]{{3,40}}?(?:{_ORGAN}))(?:[(](?:本级|部门|单位|汇总|本部|机关)[)]|本级)?(?:的)?"
    r"(?:20\d\d年?度?)?(?:区级|市级|省级|县级)?(?:部门|单位)?(?:决算|预算)(?:公开)?(?:情况)?(?:说明|报表|表|编制说明)?$"
)
_MOST = 12  # headings with another name that are looked into
_LINK = "与和及暨"
_SELF = deferred(r"(?:我|本)(局|厅|院|校)(?=[一-鿿,，])(?!域|部|面)|(局|厅|委)机关及(?:下属|所属)")
_SELVES = ("机关及", *(f"{who}{organ}" for who in "我本" for organ in "局厅院校"))
_GENERIC = deferred(r"^(?:本|我|各|该|全|市|区|县|省)?(?:部门|单位|财政局批复|预算|决算)|XX")


def _headed(title: str) -> Report:
    draft = (
        Draft("某市某区档案馆")
        .paragraph("某市某区档案馆2023年度部门决算")
        .paragraph("从单位构成看，某市某区档案馆部门决算包括本级决算。")
    )
    return draft.section(title, kind=SectionKind.PART, level=1, number="第二部分", ordinal=2).report()


@rule(
    "text.foreign-heading",
    category=Category.STRUCTURE,
    title=Text(zh="标题写了其他单位名称", en="a heading names another body"),
    basis=BASIS,
    passing=lambda: _headed("某市某区档案馆2023年度部门决算表"),
    failing=lambda: _headed("某市财政局2023年度部门决算表"),
)
def foreign_heading(view: View) -> Iterator[Finding | NotApplicable]:
    """The headings that carry a body's name (第二部分 某局2024年度部门决算表) must carry the issuer's.

    A shorter form of the issuer's name, its superior within the name, a subordinate unit that the document covers and
    spellings that differ only in 与/和/及 are the same body. The contents page counts as well.
    """
    issuer = plain(view.identity.issuer)
    if not issuer:
        yield NotApplicable("the issuer is not known")
        return
    text = prose(view)
    whole = fold(view.identity.issuer or "")
    named = ((index, line, name) for index, line in enumerate(text.lines) if (name := other_body(line, issuer)) is not None)
    for index, line, name in islice(named, _MOST):
        if text.text.count(name) < text.text.count(whole) and not _is_listed(view, name):
            yield Finding(
                subject=name,
                message=Text(
                    zh=f"标题“{line}”写的是“{name}”，本文件的主体是“{view.identity.issuer}”。",
                    en=f"The heading names {name}; the document is that of {view.identity.issuer}.",
                ),
                evidence=(text.whole(view, index),),
                stated=name,
                expected=view.identity.issuer,
            )


@rule(
    "text.issuer-spelling",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="单位名称前后写法不一致", en="the body's name is spelt in two ways"),
    basis=BASIS,
    passing=lambda: Draft("某区规划和自然资源局").paragraph("某区规划和自然资源局无政府性基金预算。").report(),
    failing=lambda: Draft("某区规划和自然资源局").paragraph("某区规划与自然资源局无政府性基金预算。").report(),
)
def issuer_spelling(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """A body has one name: 规划和自然资源局 is not 规划与自然资源局. One finding a document, all places as evidence."""
    issuer = fold(view.identity.issuer or "")
    if not any(link in issuer for link in _LINK):
        yield NotApplicable("the issuer's name has no word that is mistaken for another")
        return
    text = prose(view)
    variant = re.compile("".join(f"[{_LINK}]" if character in _LINK else re.escape(character) for character in issuer))
    spans = [match.span() for _, match in text.search(variant) if match[0] != issuer]
    if not spans:
        yield Passed("单位名称")
        return
    word = text.text[slice(*spans[0])]
    yield Finding(
        subject=word,
        message=Text(
            zh=f"“{word}”出现{len(spans)}处，本单位名称为“{issuer}”。",
            en=f"The body's name is spelt otherwise in {len(spans)} place(s).",
        ),
        evidence=text.sentences(view, spans),
        stated=word,
        expected=issuer,
    )


@rule(
    "text.self-name",
    category=Category.TEMPLATE_LEFTOVER,
    severity=Severity.WARNING,
    title=Text(zh="自称与单位性质不符", en="the body speaks of itself as another kind of body"),
    basis=BASIS,
    passing=lambda: Draft("某市某区档案局").paragraph("开支单位包括局机关及下属0家基层单位，我局无其他事项。").report(),
    failing=lambda: Draft("某市某区档案中心").paragraph("开支单位包括局机关及下属0家基层单位。").report(),
)
def self_name(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """A centre is no bureau: 我局, 局机关及下属… in the document of a body whose name has no 局 come from another's text.

    One finding a document.
    """
    issuer = fold(view.identity.issuer or "")
    if not issuer:
        yield NotApplicable("the issuer is not known")
        return
    text = prose(view)
    spans = [match.span() for _, match in text.search(_SELF, marks=_SELVES) if (match[1] or match[2]) not in issuer]
    if not spans:
        yield Passed("自称")
        return
    word = text.text[slice(*spans[0])]
    yield Finding(
        subject=word,
        message=Text(
            zh=f"“{word}”与“{view.identity.issuer}”不符，共{len(spans)}处。",
            en=f"The body calls itself {word} in {len(spans)} place(s).",
        ),
        evidence=text.sentences(view, spans),
        stated=word,
        expected=view.identity.issuer,
    )


def other_body(title: str, issuer: str) -> str | None:
    """The body that a folded title (…2024年度部门决算表) names, where it is another than ``issuer`` (see ``plain``)."""
    if not 8 <= len(title) <= 60 or ("决算" not in title and "预算" not in title) or "20" not in title:
        return None
    match = _HEADING.fullmatch(_NUMBER.sub("", title, count=1))
    if match is None or _GENERIC.search(plain(match["name"])) or _same(plain(match["name"]), issuer):
        return None
    return match["name"]


def _is_listed(view: View, name: str) -> bool:
    """Whether the document lists the body as one of its units: then a part of it may be that unit's."""
    text = prose(view)
    lines = (line for line in text.lines if name in line)
    if any(_NUMBER.sub("", line, count=1).split("(")[0].rstrip("。;,") == name for line in lines):
        return True
    tables = (table for table in view.tables if name in fold(view.printed[table.index]))
    return any(fold(cell.text) == name for table in tables for cell in table.cells)


def plain(name: str | None) -> str:
    """A body's name as it is compared: without brackets and the words 与, 和, 及."""
    return re.sub(rf"[{_LINK}]|[(].*?[)]", "", fold(name or ""))


def _same(name: str, issuer: str) -> bool:
    """Whether one name is the other, shortened: without its region in front, without 人民政府 in the middle.

    A region left out of the middle makes another body: 某市财政局 is not 某市某区财政局.
    """
    if name in issuer or issuer in name:
        return True
    for tag, first, last, other_first, other_last in SequenceMatcher(None, name, issuer, autojunk=False).get_opcodes():
        left_out = name[first:last] or issuer[other_first:other_last]
        if tag == "replace" or (tag != "equal" and (first or last) and re.search("[省市区县镇乡]$", left_out)):
            return False
    return True
