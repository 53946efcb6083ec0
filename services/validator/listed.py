"""Lists of amounts that are not the parts, or not all the parts, of what they seem to divide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from schemas.report import Fact, Measure
from services.validator.interval import ZERO
from services.validator.view import View

_BREAK = re.compile("[；;。]")
_PAIR = 2


def not_its_parts(view: View, whole: Fact, parts: Sequence[Fact]) -> str | None:
    """Why ``parts`` need not add to ``whole``: other amounts of the paragraph fit to the last digit. None where none do."""
    place = parts[-1].place
    added = sum((part.value for part in parts), ZERO)
    if added == whole.value or whole.measure is not Measure.AMOUNT or place.paragraph is None:
        return None
    if added < whole.value and place.paragraph == whole.place.paragraph and _goes_on(view, whole, place.offset or 0, added):
        return "the list seems to go on after its end"
    if added > whole.value and _ended(view, whole, parts):
        return "the list seems to have ended before its last parts"
    if len(parts) >= _PAIR and _of_spending(view, whole, added):
        return "the list seems to be of the spending told before it"
    return None


def _goes_on(view: View, whole: Fact, last: int, added: Decimal) -> bool:
    """支出120万元，其中：基本支出中教育支出20万元、…；项目支出中教育支出60万元、…: what is stated next makes up the rest."""
    like = _kind(whole)
    later = (
        fact.value
        for fact in view.by_paragraph[whole.place.paragraph or 0]
        if (fact.place.offset or 0) > last and _kind(fact) == like
    )
    return any(total == whole.value for total in accumulate(later, initial=added))


def _ended(view: View, whole: Fact, parts: Sequence[Fact]) -> bool:
    """涉及资金20万元，其中一般公共预算20万元；委托第三方评价，涉及资金20万元: the parts before a stop make up the whole."""
    for told, (before, part) in zip(accumulate(part.value for part in parts), pairwise(parts), strict=False):
        paragraph = before.place.paragraph
        if told == whole.value and paragraph is not None and paragraph == part.place.paragraph:
            between = view.paragraphs[paragraph].text[before.place.offset or 0 : part.place.offset]
            if _BREAK.search(between):
                return True
    return False


def _of_spending(view: View, whole: Fact, added: Decimal) -> bool:
    """本年支出100万元，年末结转0元。具体为：…: a list after a balance or an income that makes up the spending told before it."""
    if not (whole.concept.startswith("income") or whole.concept.endswith("_balance")):
        return False
    here = view.by_paragraph.get(-1 if whole.place.paragraph is None else whole.place.paragraph, ())
    return any(fact.concept.startswith("expenditure") and fact.value == added and _kind(fact) == _kind(whole) for fact in here)


def _kind(fact: Fact) -> tuple[object, ...]:
    return fact.measure, fact.unit, fact.year, fact.phase
