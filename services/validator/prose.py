"""``Prose``: a report's paragraphs as one string without white space and width variants, so that a textual rule is one scan.

Text copies and PDF readers differ in spaces (``2019 年度``), in full and half width (``（款）``, ``，``, ``％``) and in nothing
that a wording rule should see. Every match keeps its way back to the paragraph and its verbatim characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, count
from operator import not_
from weakref import WeakKeyDictionary

from schemas.place import Evidence
from schemas.report import Section, SectionKind
from schemas.taxonomy.codes import BETWEEN
from services.validator.view import View

_FOLDED = {chr(0xFF01 + step): chr(0x21 + step) for step in range(94)} | dict.fromkeys("×Ｘ✕╳", "X")
_FOLDED |= {chr(code): "" for code in range(0x3001) if chr(code).isspace()}  # the last white space is U+3000
_WIDE = re.compile(f"[{re.escape(''.join(_FOLDED))}]")  # one by one: ranges and \s would be tried in turn at every character
_REACH = 600  # characters on either side of a match in which its sentence must end
_NUMBERS = re.compile(r"\d[\d,.]*%?")
_CACHE: WeakKeyDictionary[View, Prose] = WeakKeyDictionary()
BESIDE = (SectionKind.CONTENTS, SectionKind.COVER, SectionKind.GLOSSARY, SectionKind.ANNEX)
"""The parts of a document that explain nothing of its own."""
_STEP = r"{between}(?P<{level}>[^“”\"。;:\n]{{2,40}}?)\({word}\)"
_CLASS = re.compile(
    r"\(类\)(?:"
    + _STEP.format(between=BETWEEN, level="section", word="款")
    + "(?:"
    + _STEP.format(between=BETWEEN, level="item", word="项")
    + ")?)?"
)
_NAME = re.compile(r"[^“”\"(),。;:、\d.\n]{2,30}$")


def fold(text: str) -> str:
    """Half width, without white space; ``×`` as a placeholder is an ``X``.

    >>> fold("（一） 增长 3．5％")
    '(一)增长3.5%'
    """
    for character in set(_WIDE.findall(text)):  # far quicker than to look up every character: few are different
        text = text.replace(character, _FOLDED[character])
    return text


def prose(view: View) -> Prose:
    """The prose of a view, made once."""
    found = _CACHE.get(view)
    if found is None:
        found = _CACHE[view] = Prose(view)
    return found


def gist(text: str) -> str:
    """What a folded phrase is about, without its numbers: fit for a finding's subject.

    >>> gist("比2023年减少0.15万元,下降(增长)27.78%")
    '比年减少万元,下降(增长)'
    """
    return _NUMBERS.sub("", text)[:60]


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the text names a class (类), and after it the section (款) and item (项) where it names them."""

    paragraph: int
    start: int
    end: int
    category: str
    section: str | None
    item: str | None


class Prose:
    """``lines[i]`` is paragraph ``i`` folded; ``text`` is all of them, one a line."""

    def __init__(self, view: View) -> None:
        # No reference to the view is kept: it would stay alive in the cache for ever.
        self._outline = view.report.outline
        self.lines = [fold(paragraph.text) for paragraph in view.paragraphs]
        self.text = "\n".join(self.lines)
        self._ended = self.text + "\n"
        self._starts: list[int] = []
        self._kept: dict[int, Sequence[int]] = {}
        start = 0
        for line in self.lines:
            self._starts.append(start)
            start += len(line) + 1
        scanned = frozenset(view.report.reading.ocr_pages)
        self.recognised = frozenset(
            index for index, item in enumerate(view.paragraphs) if item.confidence < 1 or item.place.page in scanned
        )
        """The paragraphs that were recognised optically: a slip in them may be the reader's, not the writer's."""
        kinds: dict[int | None, SectionKind | None] = {}
        for index, paragraph in enumerate(view.paragraphs):
            if paragraph.section not in kinds:
                kinds[paragraph.section] = view.part_of(index)
        self.parts = [kinds[paragraph.section] for paragraph in view.paragraphs]
        """For every paragraph the kind of the part it stands in: cover, contents, glossary, annex, or the body's own."""

    @cached_property
    def headings(self) -> dict[int, Section]:
        """The sections of the body by the paragraph that holds their heading."""
        return {
            section.first: section
            for section in self._outline
            if section.kind not in (SectionKind.COVER, SectionKind.CONTENTS) and self.parts[section.first] != SectionKind.CONTENTS
        }

    @cached_property
    def body(self) -> list[int]:
        """The paragraphs that are not beside the body."""
        return [index for index, part in enumerate(self.parts) if part not in BESIDE]

    @cached_property
    def chains(self) -> list[Chain]:
        """Every …（类）…（款）…（项） outside the contents, in reading order."""
        found: list[Chain] = []
        for paragraph, match in self.search(_CLASS):
            name = _NAME.search(self.text, max(self._starts[paragraph], match.start() - 30), match.start())
            if name is not None:
                found.append(Chain(paragraph, name.start(), match.end(), name[0], match["section"], match["item"]))
        return found

    def paragraph(self, position: int) -> int:
        """The paragraph that a position in ``text`` belongs to."""
        return bisect_right(self._starts, position) - 1

    def start(self, paragraph: int) -> int:
        """Where a paragraph begins in ``text``."""
        return self._starts[paragraph]

    def end(self, paragraph: int) -> int:
        """Where a paragraph ends in ``text``."""
        return self._starts[paragraph] + len(self.lines[paragraph])

    def search(
        self,
        pattern: re.Pattern[str],
        *,
        listed: bool = False,
        printed: bool = False,
        marks: Iterable[str] = (),
        hint: re.Pattern[str] | None = None,
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Every match with its paragraph; in the contents only where ``listed``, and not in recognised text if ``printed``.

        One of ``marks`` stands in whatever matches, or something that ``hint`` matches and that is found sooner, a line break
        after every paragraph: a text without any is not scanned.
        """
        if marks and not any(mark in self._ended for mark in marks):
            return
        if hint is not None and hint.search(self._ended) is None:
            return
        for match in pattern.finditer(self.text):
            paragraph = self.paragraph(match.start())
            if (listed or self.parts[paragraph] != SectionKind.CONTENTS) and not (printed and paragraph in self.recognised):
                yield paragraph, match

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The bounds in ``text`` of the sentence around a match, its full stop included."""
        # Bounded, so that a text without any stop costs no more than another.
        near, far = max(0, start - _REACH), min(len(self.text), end + _REACH)
        first = max(near, max(self.text.rfind(stop, near, start) for stop in "。；;\n") + 1)
        last = min((at for stop in "。；;\n" if (at := self.text.find(stop, end, far)) >= 0), default=far)
        return first, last + 1 if self.text[last : last + 1] not in ("\n", "") else last

    def sentences(self, view: View, spans: Iterable[tuple[int, int]], most: int = 6) -> tuple[Evidence, ...]:
        """Evidence for the sentences around some matches, each sentence once, ``most`` of them."""
        bounds: dict[tuple[int, int], None] = {}
        for span in spans:
            bounds[self.sentence(*span)] = None
            if len(bounds) == most:
                break
        return tuple(self.evidence(view, *bound) for bound in bounds)

    def evidence(self, view: View, start: int, end: int) -> Evidence:
        """Evidence for ``text[start:end]``, which lies in one paragraph: the verbatim characters."""
        paragraph = self.paragraph(start)
        offset = self._starts[paragraph]
        original = view.paragraphs[paragraph].text
        kept = self._kept.get(paragraph)
        if kept is None and len(original) == len(self.lines[paragraph]):
            kept = self._kept[paragraph] = range(len(original))
        elif kept is None:
            kept = self._kept[paragraph] = list(compress(count(), map(not_, map(str.isspace, original))))
        last = min(end - offset, len(kept))
        if last <= start - offset:
            return view.quote(paragraph, 0, len(original))
        return view.quote(paragraph, kept[start - offset], kept[last - 1] + 1)

    def whole(self, view: View, paragraph: int) -> Evidence:
        """Evidence for the beginning of a paragraph, 80 characters at most."""
        return view.quote(paragraph, 0, min(len(view.paragraphs[paragraph].text), 80))
