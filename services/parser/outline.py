"""The outline of a document: parts, sections and items, the contents page told apart from the body.

Everything rests on what numbering and titles show (第二部分, 一、, （一）, 1., （1）); marks that a text copy carries along
(``#``, ``**``, ``-``) are no part of a title. Titles without a number are known by the contents page that announces them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.place import Place
from schemas.report import Section, SectionKind
from schemas.taxonomy.concepts import squeeze

_MARKS = re.compile(r"^[\s#*>\-•·]+|[\s*#]+$")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_CHINESE = "[一二三四五六七八九十百]+"
_NUMBERINGS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"(第\s*({_CHINESE}|\d+)\s*(?:部分|章))[\s、:：.．]*")),
    (2, re.compile(rf"(({_CHINESE})\s*[、.．])\s*")),
    (3, re.compile(rf"([(（]\s*({_CHINESE})\s*[)）])[、.．\s]*")),
    (4, re.compile(r"((\d{1,3})\s*(?:[、．.](?=20\d\d\s*年)|[、．](?!\d)|\.(?![\d.])))\s*")),
    (5, re.compile(r"([(（]\s*(\d{1,2})\s*[)）])[、.．\s]*")),
)
_ANNEX = re.compile(r"(附[件表录]\s*(\d*|[一二三四五六七八九十]?))(?:[\s:：、.．]|(?=\S*$))")
_LEADERS = re.compile(r"(?<![\s.…·．])(?:[\s.…·．]{2,}|\t)[-—]?\s{0,3}\d{0,3}\s{0,3}[-—]?\s{0,3}$")
_TITLE_END = re.compile(r"[。；;：:，,]|(?<=[)）])[.．](?!\d)")
_SENTENCE = re.compile(r"[。；;]|[，,].*[，,]")
_CONTENTS = re.compile(r"^目录$|^contents$", re.IGNORECASE)
_YEARS = re.compile(r"20\d\d年?度?")
_PARTS = re.compile(
    r"(?:(?:预算|决算)(?:编制|情况)?说明|其他(?:相关|有关|重要)?(?:情况|事项)说明|项目经费情况说明|主要职[能责]|机构设置)$"
)
"""Titles of parts that some disclosures print without a number."""

_LONGEST_PART = 30
_LONGEST_TITLE = 60
_LONGEST_LINE = 400  # of a contents page, dots included
_CONTENTS_LINES = 5
_FEWEST_LINES = 3  # of one that is headed 目录 and whose first line comes again
_STRAY_LINES = 4  # of a contents page that are no titles: a wrapped line, a page number


@dataclass(slots=True)
class Heading:
    """A paragraph that begins with a number, or is a title: its level, number as printed, ordinal and title."""

    index: int
    level: int
    number: str | None
    ordinal: int | None
    title: str
    kind: SectionKind
    whole: bool  # the paragraph is nothing but this title
    contents: bool = False


@dataclass(slots=True)
class Outline:
    """The sections in reading order and, for every paragraph, the innermost section it belongs to."""

    sections: list[Section] = field(default_factory=list)
    of_paragraph: list[int | None] = field(default_factory=list)
    headings: dict[int, Heading] = field(default_factory=dict)

    def path(self, paragraph: int) -> list[Section]:
        """The sections that a paragraph belongs to, outermost first."""
        found: list[Section] = []
        index = self.of_paragraph[paragraph]
        while index is not None:
            found.append(self.sections[index])
            index = self.sections[index].parent
        return found[::-1]

    def title_length(self, paragraph: int) -> int | None:
        """How many characters of the paragraph's own text are a bare title, or null where it is no heading."""
        heading = self.headings.get(paragraph)
        return None if heading is None or not heading.whole else len(heading.title)


def heading_of(index: int, text: str) -> Heading | None:
    """What the paragraph is a heading of, by its number.

    >>> heading_of(0, "## （二）财政拨款支出决算结构情况。").title
    '财政拨款支出决算结构情况'
    """
    stripped = _MARKS.sub("", text)
    for level, pattern in _NUMBERINGS:
        match = pattern.match(stripped)
        if match is None:
            continue
        rest = stripped[match.end() :]
        title, whole = _title(rest)
        if level > 1 and not title:
            return None
        kind = SectionKind.PART if level == 1 else SectionKind.SECTION if level == 2 else SectionKind.ITEM
        if level <= 2 and whole and squeeze(title).endswith("名词解释"):
            kind = SectionKind.GLOSSARY
        return Heading(index, level, squeeze(match[1]), _ordinal(match[2]), title, kind, whole)
    match = _ANNEX.match(stripped)
    if match is not None and len(stripped) <= _LONGEST_TITLE and not _SENTENCE.search(stripped):
        title = stripped[match.end() :].strip(" :：")
        return Heading(index, 1, squeeze(match[1]), _ordinal(match[2]), title, SectionKind.ANNEX, True)
    return None


def outline(texts: Sequence[str], places: Sequence[Place], marked: Sequence[bool]) -> Outline:
    """The outline of a document's paragraphs.

    ``marked`` says for each paragraph whether the file itself marks it as a heading (markup, size and weight of the type).
    """
    headings: dict[int, Heading] = {}
    for index, text in enumerate(texts):
        heading = heading_of(index, text)
        if heading is not None:
            headings[index] = heading
    first, last = _contents(texts, headings)
    _bare_titles(texts, marked, headings, first, last)
    result = Outline(headings=headings, of_paragraph=[None] * len(texts))
    ordered = [headings[index] for index in sorted(headings)]
    _append_cover(result, ordered, texts, places, first, last)
    _append_contents(result, ordered, texts, places, first, last)
    _append_body(result, [heading for heading in ordered if not first <= heading.index < last], places, len(texts))
    return result


def _title(rest: str) -> tuple[str, bool]:
    """The title at the beginning of a heading's words, and whether it is all there is."""
    bare = _LEADERS.sub("", rest[:_LONGEST_LINE]).strip()
    end = _TITLE_END.search(bare)
    if end is None:
        return (bare, True) if len(bare) <= _LONGEST_TITLE else (bare[:_LONGEST_TITLE], False)
    whole = not bare[end.end() :].strip() and len(rest) <= _LONGEST_LINE
    return bare[: end.start()][:_LONGEST_TITLE], whole and end.start() <= _LONGEST_TITLE


def _ordinal(digits: str) -> int | None:
    if not digits:
        return None
    if digits.isdecimal():
        return int(digits)
    total, unit = 0, 0
    for character in digits:
        if character == "百":
            total, unit = total + (unit or 1) * 100, 0
        elif character == "十":
            total, unit = total + (unit or 1) * 10, 0
        else:
            unit = _DIGITS.get(character, 0)
    return total + unit


def _plain(title: str) -> str:
    return _YEARS.sub("", squeeze(_LEADERS.sub("", _MARKS.sub("", title))))


def _is_line(text: str) -> bool:
    """Could this paragraph be a line of a contents page?"""
    if len(text) > _LONGEST_LINE:
        return False
    bare = _LEADERS.sub("", text).strip()
    return 0 < len(bare) <= _LONGEST_TITLE and not _SENTENCE.search(bare)


def _contents(texts: Sequence[str], headings: dict[int, Heading]) -> tuple[int, int]:
    """The paragraphs of the contents page, as ``[first, last)``; empty where there is none.

    It begins with 目录, or with the first long run of titles; it ends where a text begins, or where its first line comes again.
    """
    limit = max(120, len(texts) // 4)
    start = next((i for i, text in enumerate(texts[:limit]) if _CONTENTS.match(squeeze(_MARKS.sub("", text)))), None)
    begin = start if start is not None else next(iter(sorted(headings)), None)
    if begin is None or begin >= limit:
        return 0, 0
    seen: set[tuple[int, str | None]] = set()
    lines, end, level, least = 0, begin, 9, _CONTENTS_LINES
    for index in range(begin + (start is not None), len(texts)):
        if not squeeze(texts[index]):
            continue
        heading = headings.get(index)
        if not _is_line(texts[index]) or (heading is not None and not heading.whole):
            break
        if heading is not None:
            key = (heading.level, heading.number)
            if heading.level <= level and key in seen and heading.kind is not SectionKind.ANNEX:
                least = _FEWEST_LINES if start is not None else least
                break
            if heading.level < level:
                level = heading.level
            if heading.level == level:
                seen.add(key)
            lines += 1
            end = index + 1
        elif start is None or index - end > _STRAY_LINES:
            break
    return (begin, end) if lines >= least else (0, 0)


def _bare_titles(texts: Sequence[str], marked: Sequence[bool], headings: dict[int, Heading], first: int, last: int) -> None:
    """Titles without a number: announced by the contents page, marked as headings by the file itself, or, where the document
    has neither contents nor numbered parts, known ones."""
    contents = [heading for index, heading in headings.items() if first <= index < last and heading.level <= 2]
    top = min((heading.level for heading in contents), default=1)
    announced = {
        words: heading.level - top + 1
        for heading in contents
        if (words := _plain(heading.title).removeprefix("部门").removeprefix("单位"))
    }
    numbered = any(heading.level == 1 and heading.kind is not SectionKind.ANNEX for heading in headings.values())
    after = _following(headings, len(texts))
    for index, text in enumerate(texts):
        if first <= index < last or index in headings or not _is_line(text):
            continue
        title = _MARKS.sub("", text)
        plain = _plain(title)
        glossary = plain == "名词解释"
        by_name = not announced and not numbered and len(plain) <= _LONGEST_PART and _PARTS.search(plain)
        level = next((announced[known] for known in announced if plain.endswith(known)), 1 if glossary or by_name else 0)
        if level:
            kind = SectionKind.GLOSSARY if glossary else SectionKind.PART if level == 1 else SectionKind.SECTION
            headings[index] = Heading(index, level, None, None, title, kind, True)
        elif marked[index] and index >= last and len(plain) >= 4:
            following = after[index]
            part = following is not None and following.level <= 2 and following.ordinal in (1, None)
            kind = SectionKind.PART if part else SectionKind.SECTION
            headings[index] = Heading(index, 1 if part else 2, None, None, title, kind, True)


def _following(headings: dict[int, Heading], count: int) -> list[Heading | None]:
    """For every paragraph the next numbered heading after it."""
    found: list[Heading | None] = [None] * count
    for index in range(count - 2, -1, -1):
        found[index] = headings.get(index + 1) or found[index + 1]
    return found


_STATES = re.compile(r"\d(?:[万亿]元?|元|%)[^。;]*[,，;；。]")
"""A sentence with an amount is no cover: what follows the title of a short note is its text."""


def _append_cover(
    result: Outline, ordered: list[Heading], texts: Sequence[str], places: Sequence[Place], first: int, last: int
) -> None:
    end = first if last else (ordered[0].index if ordered else 0)
    end = next((index for index in range(end) if _STATES.search(squeeze(texts[index]))), end)
    title = next((_MARKS.sub("", text) for text in texts[:end] if squeeze(text)), "")
    if end:
        result.sections.append(
            Section(kind=SectionKind.COVER, level=1, title=title[:_LONGEST_TITLE], place=places[0], first=0, last=end)
        )
        result.of_paragraph[:end] = [0] * end


def _append_contents(
    result: Outline, ordered: list[Heading], texts: Sequence[str], places: Sequence[Place], first: int, last: int
) -> None:
    if not last:
        return
    top = len(result.sections)
    result.sections.append(Section(kind=SectionKind.CONTENTS, level=1, title="目录", place=places[first], first=first, last=last))
    result.of_paragraph[first:last] = [top] * (last - first)
    for heading in ordered:
        if first <= heading.index < last:
            heading.contents = True
            result.of_paragraph[heading.index] = len(result.sections)
            result.sections.append(
                Section(
                    kind=SectionKind.CONTENTS,
                    level=heading.level,
                    number=heading.number,
                    ordinal=heading.ordinal,
                    title=heading.title,
                    parent=top,
                    place=places[heading.index],
                    first=heading.index,
                    last=heading.index + 1,
                )
            )


def _append_body(result: Outline, body: list[Heading], places: Sequence[Place], count: int) -> None:
    stack: list[tuple[int, int]] = []  # (level, index of the section)
    for position, heading in enumerate(body):
        _end(result, stack, heading.level, heading.index)
        section = len(result.sections)
        result.sections.append(
            Section(
                kind=heading.kind,
                level=heading.level,
                number=heading.number,
                ordinal=heading.ordinal,
                title=heading.title,
                parent=stack[-1][1] if stack else None,
                place=places[heading.index],
                first=heading.index,
                last=count,
            )
        )
        stack.append((heading.level, section))
        end = body[position + 1].index if position + 1 < len(body) else count
        result.of_paragraph[heading.index : end] = [section] * (end - heading.index)


def _end(result: Outline, stack: list[tuple[int, int]], level: int, index: int) -> None:
    """End the sections that a heading of ``level`` ends."""
    while stack and stack[-1][0] >= level:
        _, section = stack.pop()
        result.sections[section] = result.sections[section].model_copy(update={"last": index})
