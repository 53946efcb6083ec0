"""What the template says to the drafter, left in for the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.report import SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import gist, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.rules.text_placeholder import BASIS
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

_TABLE = words("instructions")
_INSTRUCTION = re.compile("|".join(_TABLE["certain"]))
_COPIED = re.compile("|".join(f"(?:{pattern})" for pattern in _TABLE["copied"]))
_FORM = re.compile("|".join(map(re.escape, _TABLE["forms"])))
_STUB = re.compile(
    r"[(（]?[一二三四五六七八九十\d]+[)）]?[、.]?(?:各(?:单位|部门)|本(?:单位|部门)|部门|单位)?(?:使用的)?(?:其他|其它|需要?(?:解释|说明)的)*"
    r"(?:专用|专业)?名词(?:解释|说明)?[。.:]?"
)
_DEFINITION = re.compile(r"指|反映|^[(（]?\d{1,2}[)、.]|^(?!附[件表])[^:\d]{2,20}:[^\d].{7}")


@rule(
    "text.instruction",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="模板填写说明未删除", en="a drafting instruction of the template left in"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("请根据实际情况到窗口办理。").paragraph("（根据三定方案，本部门内设3个科室）").report(),
    failing=lambda: Draft().paragraph("其他收入（该项名词解释请依据部门收入的实际情况进行解释）").report(),
)
def instruction(view: View) -> Iterator[Finding]:
    """Words that tell the drafter what to write (请依据…实际情况进行解释, 如持平作持平表述, 仍保留该表格式) are no disclosure.

    Instructions that belong to an official form (填表说明, 备注栏) are printed for its readers too and are not touched. A
    paragraph that is nothing but an instruction, one in brackets, and one that takes the place of a section are all meant.
    """
    text = prose(view)
    seen: dict[int, list[re.Match[str]]] = {}
    for paragraph, match in text.search(_INSTRUCTION):
        if not _FORM.search(text.lines[paragraph]):
            seen.setdefault(paragraph, []).append(match)
    for paragraph, matches in seen.items():
        line = text.lines[paragraph]
        first = matches[0]
        before = paragraph - 1
        spots = [text.evidence(view, *_bounds(text.text, match.start(), match.end())) for match in matches[:4]]
        if before >= 0 and first.start() == text.start(paragraph) and _STUB.fullmatch(text.lines[before]):
            spots.append(text.whole(view, before))
        begin, end = _bounds(text.text, *first.span())
        yield Finding(
            subject=gist(line[first.start() - text.start(paragraph) :]),
            message=Text(
                zh=f"模板的填写说明未删除或未填写：“{text.text[begin:end][:80]}”。",
                en="A drafting instruction of the template was left in instead of the content that it asks for.",
            ),
            evidence=tuple(spots),
            stated=text.text[begin:end][:120],
        )


@rule(
    "text.instruction-copied",
    category=Category.TEMPLATE_LEFTOVER,
    severity=Severity.WARNING,
    title=Text(zh="模板提示语混入正文", en="words of an instruction copied into a sentence"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("主要用于接待调研，公务接待2批次、26人次。").report(),
    failing=lambda: Draft().paragraph("主要用于接待调研，列明公务接待2批次、26人次。").report(),
)
def instruction_copied(view: View) -> Iterator[Finding]:
    """The content was filled in, but a word of the instruction stayed: 列明公务接待…, 某局部门（单位）共有车辆.

    One finding a document and word.
    """
    text = prose(view)
    seen: dict[str, list[tuple[int, int]]] = {}
    for _, match in text.search(_COPIED, marks=_TABLE["copied_marks"]):
        seen.setdefault(gist(match[0]), []).append(match.span())
    for word, spans in seen.items():
        yield Finding(
            subject=word,
            message=Text(zh=f"模板提示语“{word}”混入正文。", en=f"“{word}” are words of the template's instruction."),
            evidence=text.sentences(view, spans),
            stated=word,
        )


@rule(
    "text.glossary-stub",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="“其他专用名词”条目为模板空条目", en="the glossary's slot for further terms left empty"),
    basis=BASIS,
    passing=lambda: (
        Draft()
        .section("名词解释", kind=SectionKind.GLOSSARY, level=1)
        .paragraph("（十八）其他专用名词")
        .paragraph("1.数字档案：指以数字形式保存的档案。")
        .report()
    ),
    failing=lambda: (
        Draft().section("名词解释", kind=SectionKind.GLOSSARY, level=1).paragraph("（十八）各单位其他专用名词解释。").report()
    ),
)
def glossary_stub(view: View) -> Iterator[Finding]:
    """The last entry of many glossaries (其他专用名词解释) is a slot for the body's own terms: fill it or delete it."""
    text = prose(view)
    for paragraph, line in enumerate(text.lines):
        if text.parts[paragraph] == SectionKind.CONTENTS or "名词" not in line or not _STUB.fullmatch(line) or "其" not in line:
            continue
        following = text.lines[paragraph + 1] if paragraph + 1 < len(text.lines) else ""
        # An instruction that follows is a finding of its own; a definition fills the slot.
        if not _INSTRUCTION.search(following) and not _DEFINITION.search(following[:40]):
            yield Finding(
                subject="其他专用名词",
                message=Text(
                    zh=f"“{line}”是模板的空条目，应补充本部门名词或删除。", en="An empty slot of the template's glossary."
                ),
                evidence=(text.whole(view, paragraph),),
                stated=line,
            )


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The brackets around an instruction where it stands in brackets, else the match and what ends its sentence."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    opening, closing = text.rfind("(", line_start, start + 1), text.find(")", end - 1, line_end)
    if opening >= 0 and closing >= 0 and ")" not in text[opening : start + 1]:
        return opening, closing + 1
    stop = text.find("。", end - 1, line_end)
    return max(line_start, text.rfind("。", line_start, start) + 1), line_end if stop < 0 else stop + 1
