"""One sentence printed in two places of a document: its numbers are the same in both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from schemas.report import Fact, Measure
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.slips import slip
from services.validator.view import View

_STOPS = re.compile("[。；;！？\n]")
_DIGITS = re.compile(r"\d[\d,.]*")
_DROPPED = re.compile(r"[\s“”\"'‘’]")
_LONG = 12
"""Characters that a sentence needs beside its numbers to be no mere phrase."""


def _achieved(second: str) -> Draft:
    draft = Draft()
    for text in ("96620", second):
        draft.paragraph(f"全年受理市长专线、区长热线投诉件{text}件。满意率为90.17%。")
        draft.number(text, "件", "other", item="受理投诉件", measure=Measure.COUNT)
    return draft


@rule(
    "text.repeated",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(zh="重复出现的同一句话，数字应相同", en="a sentence that is printed twice has the same numbers"),
    passing=lambda: _achieved("96620").report(),
    failing=lambda: _achieved("96260").report(),
)
def repeated(view: View) -> Iterator[Relation | NotChecked]:
    """What was achieved is told several times: in the accounts of the projects, in their evaluation, among the tasks of the
    year. Two sentences that are word for word the same, numbers apart, state the same numbers.

    Sentences are also made by filling in a form (全年预算数为…，执行数为…): two that differ in a number are only held against
    each other where all other numbers agree and the one is a slip of the other. Amounts and counts that have a concept are
    compared as facts, wherever they stand.
    """
    for words, told in _sentences(view).items():
        first, *others = told
        for other in others:
            if len(first) != len(other):
                continue
            pairs = list(zip(first, other, strict=True))
            apart = [(one, two) for one, two in pairs if not span(one).meets(span(two))]
            slipped = len(apart) == 1 and len(told) == 2 and slip(*apart[0])
            for one, two in pairs:
                if (one, two) in apart and not slipped:
                    yield NotChecked("the sentence may be of another thing", words[:40], (one.id, two.id))
                elif one.unit == two.unit:
                    yield Relation(subject=f"{words[:40]} {one.item or ''}".strip(), left=(Term(two),), right=(Term(one),))


def _sentences(view: View) -> dict[str, list[Sequence[Fact]]]:
    """By its words without numbers: the numbers of each sentence that tells of something without a concept of its own."""
    found: dict[str, list[Sequence[Fact]]] = defaultdict(list)
    for index, facts in view.by_paragraph.items():
        mine = [fact for fact in facts if fact.concept == "other"]
        if not mine:
            continue
        text = view.paragraphs[index].text
        ends = [match.start() for match in _STOPS.finditer(text)] + [len(text)]
        start = at = 0
        for end in ends:
            inside: list[Fact] = []
            while at < len(mine) and (mine[at].place.offset or 0) < end:
                inside.append(mine[at])
                at += 1
            words = _DIGITS.sub("#", _DROPPED.sub("", text[start:end])) if inside else ""
            if len(words.replace("#", "")) >= _LONG:
                found[words].append(inside)
            start = end + 1
    return {words: told for words, told in found.items() if len(told) > 1}
