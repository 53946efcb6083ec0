"""Placeholders of the template that nobody filled in: XX, ××, 部门名称, 重点工作事项标题."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.report import SectionKind
from schemas.validation import Category, Outcome, Severity, Text
from services.validator.prose import gist, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

BASIS = "财预〔2016〕143号：公开内容应当真实、完整"
_MASK = deferred(
    r"(?:[Xx](?<![0-9A-Za-z@][Xx])(?<![A-Za-z]\.[Xx])(?<!//[Xx])[Xx]+(?![A-Za-z-]|\d(?!0\d\d年)|[*._\d]*@)|20(?<!\d20)(?:[Xx*]{2}|\d[Xx*])(?=年)"
    r"|[Xx](?<=[占长降少加为共的是设构有入出费,。;:][Xx])(?=万元|%|个|辆|人次|批次)|某某(?=(?:局|委员会|单位|部门|街道|中心|学校|医院|镇|乡)(?!长)))"
)
_AFTER = deferred("|".join([*map(re.escape, words("placeholders")["after"]), r"20\d\d年"]))
_BEFORE = deferred(rf"(?:{'|'.join(map(re.escape, words('placeholders')['before']))})[:“\"]?$")
_SURNAME = frozenset(words("placeholders")["surnames"])
_NAME = deferred(
    r"(?:部门|单位|学校|机构|街道)名称(?=[(\[〔]?20\d\d年|20[Xx]{2}|(?:部门|单位)(?:决算|预算)(?!数|额|金额|编码|代码)|[(]?本级)|(?:部门|单位):[(](?:部门|单位)名称[)]"
)
_STUB = deferred(
    rf"(?:{'|'.join(words('placeholders')['qualifiers'])})*(?:{'|'.join(words('placeholders')['nouns'])})*标题[\d一二三四五六七八九十]*"
)


@rule(
    "text.placeholder",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="模板占位符未替换", en="placeholder of the template left in"),
    basis=BASIS,
    aspect="真实性",
    silence=Outcome.PASSED,
    passing=lambda: Draft().paragraph("某区档案馆2023年度收入总计10.00万元，联系电话138XXXX0000。").report(),
    failing=lambda: Draft().paragraph("XX部门2023年度收入总计XXX万元。").report(),
)
def placeholder(view: View) -> Iterator[Finding]:
    """No XX, ××, 某某局 or 20XX年 of the template may stand where a name, a year or a number belongs.

    Masked telephone numbers, addresses of mail and the net, codes and personal names (张××) are no placeholders. Where the words
    around the mark do not show that a value is missing, the finding is a warning. One finding a paragraph.
    """
    text = prose(view)
    seen: dict[int, list[tuple[int, int, bool]]] = {}
    for paragraph, match in text.search(_MASK, listed=True, marks=("X", "x", "20*", "某某")):
        start, end = match.span()
        certain = bool(_AFTER.match(text.text, end) or _BEFORE.search(text.text, max(0, start - 12), start))
        if text.text[start - 1 : start] in _SURNAME and not _AFTER.match(text.text, end):
            continue
        seen.setdefault(paragraph, []).append((start, end, certain))
    for spots in seen.values():
        first, last, _ = spots[0]
        begin, stop = text.sentence(first, last)
        yield Finding(
            subject=gist(text.text[begin:stop]),
            message=Text(
                zh=f"占位符未替换（{len(spots)}处）：“{text.text[begin:stop][:80]}”。",
                en=f"{len(spots)} placeholder(s) of the template were not filled in.",
            ),
            evidence=text.sentences(view, [(start, end) for start, end, _ in spots]),
            stated=text.text[first:last],
            severity=Severity.ERROR if any(certain for *_, certain in spots) else Severity.WARNING,
        )


@rule(
    "text.nameless",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="“部门名称”字样未替换为单位名称", en="the words for the body's name stand instead of its name"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("部门名称：某区档案馆").report(),
    failing=lambda: Draft().paragraph("附件：部门名称2023年度部门决算表").report(),
)
def nameless(view: View) -> Iterator[Finding]:
    """部门名称 or 单位名称 directly before a year or 决算/预算 is the template's slot for the body's name.

    As a label (部门名称：…) or the header of a column it is right, and is not touched.
    """
    text = prose(view)
    for paragraph, match in text.search(_NAME, listed=True, marks=("名称",)):
        start = text.start(paragraph)
        line = text.lines[paragraph]
        yield Finding(
            subject=gist(line),
            message=Text(
                zh=f"“{line[:60]}”中的“{match[0]}”是模板占位，应为{view.identity.issuer or '本部门全称'}。",
                en=f"“{match[0]}” is the template's slot for the body's own name.",
            ),
            evidence=(text.evidence(view, start, start + len(line)),),
            stated=line[:80],
            expected=view.identity.issuer,
        )


@rule(
    "text.heading-stub",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="标题仍为模板用语", en="a heading made of template words only"),
    basis=BASIS,
    passing=lambda: Draft().section("重点工作完成情况", number="一、", ordinal=1).report(),
    failing=lambda: Draft().section("重点工作事项标题", number="一、", ordinal=1).report(),
)
def heading_stub(view: View) -> Iterator[Finding]:
    """A heading that is nothing but nouns of the template ending in 标题 says where a title belongs, and gives none."""
    text = prose(view)
    for paragraph, section in text.headings.items():
        if section.kind in (SectionKind.COVER, SectionKind.CONTENTS) or "标题" not in section.title:
            continue
        if _STUB.fullmatch(gist(text.lines[paragraph]).lstrip("第一二三四五六七八九十、.()部分")):
            yield Finding(
                subject=section.title,
                message=Text(
                    zh=f"“{section.title}”是模板用语，未写实际标题。",
                    en="The heading is the template's own; no title was written.",
                ),
                evidence=(text.whole(view, paragraph),),
                stated=text.lines[paragraph],
            )
