"""One sentence printed in two places of a document: its numbers are the same in both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.report import Fact, Measure
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import span
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.slips import slip
from services.validator.view import View

_STOPS = re.compile("[。；;！？\n]")
_DIGITS = re.compile(r"\d[\d,.]*")
_DROPPED = re.compile(r"[\s“”\"'‘’]")
_LONG = 14
"""Characters that two sentences must share beside their numbers to speak of one thing."""

_BEFORE = 16
"""Characters before the first number that are compared."""

_DIGITS_TELLING = 3


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
    year. Two sentences that are word for word the same, numbers apart, state the same numbers; what stands far before the first
    of them, and after the last, may differ.

    Sentences are also made by filling in a form (全年预算数为…，执行数为…): two that differ in a number are only held against
    each other where all other numbers agree and the one is a slip of the other; a number alone must have three digits. Amounts
    and counts that have a concept are compared as facts, wherever they stand.
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
                if len(pairs) == 1 and not (_telling(one) and _telling(two)):
                    continue  # nothing else would tell a slip from another number
                if (one, two) in apart and not slipped:
                    yield NotChecked("the sentence may be of another thing", words[:40], (one.id, two.id))
                elif one.unit == two.unit:
                    yield Relation(subject=f"{words[:40]} {one.item or ''}".strip(), left=(Term(two),), right=(Term(one),))


def _telling(fact: Fact) -> bool:
    return sum(character.isdigit() for character in fact.text) >= _DIGITS_TELLING


def _sentences(view: View) -> dict[str, list[Sequence[Fact]]]:
    """The numbers of each sentence that tells of something without a concept of its own, by its words without numbers: from a few
    words before the first number to the last."""
    found: dict[str, list[Sequence[Fact]]] = defaultdict(list)
    for index, facts in view.by_paragraph.items():
        mine = [fact for fact in facts if fact.concept == "other"]
        if not mine:
            continue
        text = view.paragraphs[index].text
        start = at = 0
        for end in [match.start() for match in _STOPS.finditer(text)] + [len(text)]:
            inside: list[Fact] = []
            while at < len(mine) and (mine[at].place.offset or 0) < end:
                inside.append(mine[at])
                at += 1
            if inside:
                first, last = inside[0].place.offset or 0, (inside[-1].place.offset or 0) + len(inside[-1].text)
                words = _masked(text[start:first])[-_BEFORE:] + _masked(text[first:last])
                if len(words.replace("#", "")) >= _LONG:
                    found[words].append(inside)
            start = end + 1
    return {words: told for words, told in found.items() if len(told) > 1}


def _masked(words: str) -> str:
    return _DIGITS.sub("#", _DROPPED.sub("", words))


def _above(second: str) -> Draft:
    draft = Draft().paragraph(f"政务网络覆盖了全区240家单位，确保上述{second}家单位免费使用。")
    draft.number("240", "家", "other", item="政务网络覆盖了全区", measure=Measure.COUNT)
    draft.number(second, "家", "other", item="确保上述", measure=Measure.COUNT, occurrence=int(second == "240"))
    return draft


@rule(
    "text.above-mentioned",
    category=Category.NARRATIVE_VS_NARRATIVE,
    severity=Severity.WARNING,
    title=Text(zh="“上述”所指的数应与前文相同", en="what is mentioned above is as many as above"),
    passing=lambda: _above("240").report(),
    failing=lambda: _above("204").report(),
)
def above_mentioned(view: View) -> Iterator[Relation | NotChecked]:
    """上述 N 家单位 refers back to N of them: the nearest number before it, in its paragraph, of the same unit, is the same. Of
    several before it each may be meant; where none is, only a slip of one is pointed out.
    """
    for facts in view.by_paragraph.values():
        for at, fact in enumerate(facts):
            if fact.measure is not Measure.COUNT or not (fact.item or "").endswith(("上述", "以上这")):
                continue
            before = [other for other in facts[:at] if other.unit == fact.unit and other.measure is Measure.COUNT]
            same = next((other for other in reversed(before) if span(other).meets(span(fact))), None)
            meant = same or next((other for other in reversed(before) if slip(fact, other)), None)
            if meant is not None:
                yield Relation(subject=f"{fact.item}", left=(Term(fact),), right=(Term(meant),))
            elif before:
                yield NotChecked("it may refer to something else", f"{fact.item}", (fact.id,))


def _survey(back: str) -> Draft:
    draft = Draft().paragraph(f"累计发放调查问卷350份，有效反馈问卷{back}份。")
    draft.number("350", "份", "other", item="累计发放调查问卷", measure=Measure.COUNT)
    draft.number(back, "份", "other", item="有效反馈问卷", measure=Measure.COUNT, occurrence=int(back == "350"))
    return draft


@rule(
    "text.survey",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="收回的问卷不应多于发放的问卷", en="no more questionnaires come back than were handed out"),
    passing=lambda: _survey("350").report(),
    failing=lambda: _survey("530").report(),
)
def survey(view: View) -> Iterator[Relation]:
    """发放问卷 N 份，收回（有效反馈）M 份: what came back, and what of it was valid, is not more than what was handed out."""
    for facts in view.by_paragraph.values():
        asked = [fact for fact in facts if fact.measure is Measure.COUNT and "问卷" in (fact.item or "")]
        for before, after in pairwise(asked):
            if "发放" in (before.item or "") and any(word in (after.item or "") for word in ("收回", "回收", "有效", "反馈")):
                yield Relation(subject=f"{after.item}", left=(Term(before),), right=(Term(after),), operator=Operator.GE)
