"""A sentence that a paragraph says twice, a paragraph that is printed twice in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.report import SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View

_SENTENCE = re.compile(r"[^。;\n]+[。;]")
_LONG = 24  # folded characters from which a repetition is no accident
_SHORT = 12
_NOTES, _ABOUT_TABLES = ("注:", "说明:", "备注:"), ("本表", "此表", "空表")  # said under each table that is empty


@rule(
    "text.twice",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="句子、段落重复", en="a sentence or paragraph printed twice"),
    basis="财预〔2016〕143号：公开内容规范",
    passing=lambda: Draft().paragraph("公务接待费支出1.00万元，主要用于接待上级检查和调研。其中外宾接待0万元。").report(),
    failing=lambda: Draft().paragraph("公务接待费支出1.00万元，主要用于接待上级检查和调研。" * 2).report(),
)
def twice(view: View) -> Iterator[Finding]:
    """The same sentence twice in one paragraph, or the same paragraph after itself (numbers in front apart): pasted twice. Lines
    of tables, titles and short sentences may repeat. One finding a document.
    """
    text = prose(view)
    tables = {table.after_paragraph for table in view.tables}
    spans: list[tuple[int, int]] = []
    last: tuple[int, str] | None = None
    for index, line in enumerate(text.lines):
        if (
            text.parts[index] in (SectionKind.CONTENTS, SectionKind.COVER)
            or index in text.recognised
            or len(line) < _SHORT
            or line.startswith(_NOTES)
            or any(words in line for words in _ABOUT_TABLES)
        ):
            continue
        start = text.start(index)
        several = line.count("。") + line.count(";") > 1
        found = [said for said in _SENTENCE.finditer(line) if len(said[0]) > _LONG] if several else []
        told: set[str] = set()
        for said in found:
            plain = _bare(said[0])[:-1]
            if len(plain) >= _LONG and plain in told:
                spans.append((start + said.start(), start + said.end()))
            told.add(plain)
        words = _bare(line)
        if (
            last is not None
            and last[1] == words
            and index - last[0] == 1
            and index not in tables
            and len(words) >= _LONG
            and line[-1] in "。;"
        ):
            spans.append((start, start + len(line)))
        last = (index, words)
    if spans:
        first = text.text[slice(*spans[0])]
        yield Finding(
            subject="twice",
            message=Text(zh=f"句子或段落重复{len(spans)}处：“{first[:60]}”。", en=f"{len(spans)} sentence(s) are printed twice."),
            evidence=tuple(text.evidence(view, *span) for span in spans[:6]),
            stated=first[:80],
        )


_NUMBER = re.compile(r"(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.])+")


def _bare(line: str) -> str:
    number = _NUMBER.match(line)
    return line[number.end() :] if number else line
