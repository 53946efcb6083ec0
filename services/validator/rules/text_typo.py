"""Characters mistaken for others, and standard terms with a slip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from schemas.deferred import deferred
from schemas.taxonomy.codes import economy
from schemas.taxonomy.concepts import vocabulary
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

BASIS = "财预〔2016〕143号：公开内容准确、规范"
_RIGHT: dict[str, str] = words("confusables")["phrases"]
_WRONG = re.compile("|".join(_RIGHT))
_EACH = [(deferred(wrong), right) for wrong, right in _RIGHT.items()]
_SAID = re.compile(r"原因(?:主要)?(?:是|为)?:?([^,。;:\n]{5,24}?)(?:保持不变|不变|持平|增加|减少|增长|下降|未发生)")


@rule(
    "text.typo",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="错别字", en="a character mistaken for another"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("负责集体土地征收，厉行节约，财政拨款。").report(),
    failing=lambda: Draft().paragraph("负责集体士地征收。").report(),
)
def typo(view: View) -> Iterator[Finding]:
    """Phrases that only a slip produces: 士地 for 土地, 拔款 for 拨款, 历行节约 for 厉行节约.

    The phrases are data (``vocabulary/confusables.yaml``), each safe by its context. One finding a document.
    """
    text = prose(view)
    found = [match for _, match in text.search(_WRONG, printed=True)]
    if found:
        meant = {match[0]: next(right for wrong, right in _EACH if wrong.match(text.text, match.start())) for match in found}
        yield Finding(
            subject="typo",
            message=Text(
                zh=f"疑似错别字：{'、'.join(f'“{word}”' for word in meant)}。", en=f"Probable slips in {len(found)} place(s)."
            ),
            evidence=tuple(text.evidence(view, *_context(text.text, *match.span())) for match in found[:10]),
            stated="、".join(meant),
            expected="、".join(meant.values()),
        )


@rule(
    "text.term-slip",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="标准用语写错", en="a standard term with a slip"),
    basis="政府收支分类科目",
    passing=lambda: Draft().paragraph("公务用车运行费21.56万元，主要原因是公务用车运行费保持不变。").report(),
    failing=lambda: Draft().paragraph("公务用车运行费21.56万元，主要原因是公务车用车运行费保持不变。").report(),
)
def term_slip(view: View) -> Iterator[Finding]:
    """A reason that repeats the item's name must spell it: 公务车用车运行费 is 公务用车运行费 with a doubled character.

    Found are a doubled character and two neighbours exchanged in a standard term (三公 items, economic 款). One a document.
    """
    text = prose(view)
    terms = _terms()
    slips = [
        (match.span(1), term) for _, match in text.search(_SAID, printed=True) if (term := _slip(match[1], terms)) is not None
    ]
    if slips:
        word = text.text[slice(*slips[0][0])]
        yield Finding(
            subject=slips[0][1],
            message=Text(zh=f"“{word}”应为“{slips[0][1]}”。", en=f"“{word}” is {slips[0][1]} with a slip."),
            evidence=text.sentences(view, [span for span, _ in slips]),
            stated=word,
            expected=slips[0][1],
        )


@cache
def _terms() -> frozenset[str]:
    """Standard terms of five characters and more, folded."""
    spoken = {fold(word) for term in vocabulary().concepts.values() for word in term.words}
    listed = {fold(entry.name) for entry in economy().entries}
    return frozenset(word for word in spoken | listed if len(word) >= _SHORTEST)


_SHORTEST = 5


@cache
def _anywhere() -> re.Pattern[str]:
    """Any of the terms."""
    return re.compile("|".join(map(re.escape, sorted(_terms()))))


def _slip(word: str, terms: frozenset[str]) -> str | None:
    """The term that ``word`` is but for one doubled character or two neighbours exchanged."""
    if _anywhere().search(word):
        return None
    shorter = {word[:at] + word[at + 1 :] for at in range(len(word)) if word.count(word[at]) > 1}
    exchanged = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return next(iter((shorter | exchanged) & terms), None)


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """A slip with the words around it, within its clause."""
    first = max(text.rfind(mark, 0, start) for mark in ",。;:、\n") + 1
    last = min((at for mark in ",。;:、\n" if (at := text.find(mark, end)) >= 0), default=len(text))
    return first, last
