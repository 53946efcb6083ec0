"""Numbers of headings that jump, repeat or lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from schemas.report import Report, Section, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：公开内容完整、规范"

_CHINESE = "零一二三四五六七八九十"
_STYLE = {2: re.compile(r"[一二三四五六七八九十]+[、.]"), 3: re.compile(r"[(][一二三四五六七八九十]+[)]")}


def _parts(*ordinals: int) -> Report:
    draft = Draft()
    for ordinal in ordinals:
        number = f"第{'零一二三四五'[ordinal]}部分"
        draft.section(f"内容{ordinal}", kind=SectionKind.PART, level=1, number=number, ordinal=ordinal).paragraph("正文。")
    return draft.report()


def _sections(*ordinals: int) -> Report:
    draft = Draft().section("情况说明", kind=SectionKind.PART, level=1, number="第一部分", ordinal=1)
    for ordinal in ordinals:
        draft.section(f"内容{ordinal}", number=f"{'零一二三四五六七'[ordinal]}、", ordinal=ordinal).paragraph("正文。")
    return draft.report()


@rule(
    "text.part-numbering",
    category=Category.STRUCTURE,
    title=Text(zh="部分编号不连续", en="a part is missing from the numbering"),
    basis=BASIS,
    passing=lambda: _parts(1, 2, 3),
    failing=lambda: _parts(1, 3),
)
def part_numbering(view: View) -> Iterator[Finding | NotApplicable | NotChecked | Passed]:
    """The parts of a document count 第一部分, 第二部分 … without a gap and without repeating.

    Where the document has a contents page, a part without its heading is found against the contents; here the body itself
    shows the gap, and two parts of one number and of different titles.
    """
    text = prose(view)
    parts = [section for section in text.headings.values() if section.level == 1 and section.number and section.ordinal]
    parts = [section for section in parts if (section.number or "").startswith("第")]
    if len(parts) < 2:
        yield NotApplicable("fewer than two numbered parts")
        return
    yield from _repeated(view, parts)
    if SectionKind.CONTENTS in text.parts:
        yield NotApplicable("compared with the contents page")
        return
    if view.report.reading.unreadable_pages:
        yield NotChecked("pages could not be read")
        return
    # A number that stands somewhere, though not as a heading that the reader knew, is not missing.
    breaks = [
        pair
        for pair in _breaks(parts)
        if pair[1].ordinal != pair[0].ordinal and not _stands(text.text, (pair[0].ordinal or 0) + 1)
    ]
    if not breaks:
        yield Passed("部分")
    for earlier, later in breaks:
        yield Finding(
            subject=f"第{later.ordinal}部分",
            message=Text(
                zh=f"“{earlier.number}”之后是“{later.number}{later.title}”，编号不连续。",
                en=f"{later.number} follows {earlier.number}: the numbering of the parts has a gap.",
            ),
            evidence=(text.whole(view, later.first), text.whole(view, earlier.first)),
            stated=f"{later.number}{later.title}",
        )


@rule(
    "text.section-numbering",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="标题编号跳号或重号", en="numbers of headings jump or repeat"),
    basis=BASIS,
    passing=lambda: _sections(1, 2, 3, 4),
    failing=lambda: _sections(1, 2, 4, 5),
)
def section_numbering(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Sections of one part count 一、二、三、… without gap or repetition. One finding a document.

    Only headings directly under a part (一、) and their items （一） are counted, only lists that begin with 1, and only where
    most of the list is in order: a list that the reader of the file tore apart is no finding.
    """
    text = prose(view)
    families: dict[tuple[int | None, int], list[Section]] = {}
    for section in text.headings.values():
        if section.level in (2, 3) and section.ordinal is not None and len(section.title) <= 40:
            families.setdefault((section.parent, section.level), []).append(section)
    listed = [family for family in families.values() if len(family) >= 3 and family[0].ordinal == 1]
    if not listed:
        yield NotApplicable("no numbered sections")
        return
    breaks = [
        (earlier, later)
        for family in listed
        for earlier, later in _breaks(family)
        if _is_one_slip(_breaks(family)) and not _between(text.lines[earlier.first + 1 : later.first], later.level)
    ]
    if not breaks:
        yield Passed("标题编号")
        return
    words = "、".join(f"“{earlier.number}”后为“{later.number}{later.title}”" for earlier, later in breaks)
    yield Finding(
        subject="numbering",
        message=Text(zh=f"标题编号不连续：{words[:200]}。", en=f"The numbering of headings breaks in {len(breaks)} place(s)."),
        evidence=tuple(text.whole(view, section.first) for pair in breaks[:5] for section in reversed(pair)),
        stated=words[:200],
    )


def _repeated(view: View, parts: list[Section]) -> Iterator[Finding]:
    text = prose(view)
    if len(parts) - len({part.ordinal for part in parts}) != 1:
        return  # a contents page that was not known as one, or a part's head on every page
    seen: dict[int, Section] = {}
    for part in parts:
        first = seen.setdefault(part.ordinal or 0, part)
        if first is part:
            continue
        title, other = (_YEARS.sub("", fold(section.title)) for section in (part, first))
        if not title or not other or SequenceMatcher(None, title, other).ratio() >= _ALIKE:
            continue  # the head of a page or of an annex, printed again
        yield Finding(
            subject=f"{part.number} {title[:20]}",
            message=Text(
                zh=f"“{first.number}{first.title}”之后又有“{part.number}{part.title}”，编号重复。",
                en=f"{part.number} numbers two parts of different titles.",
            ),
            evidence=(text.whole(view, part.first), text.whole(view, first.first)),
            stated=f"{part.number}{part.title}",
        )


_YEARS = re.compile(r"20\d\d年?度?")
_ALIKE = 0.6  # of two titles the share of common characters from which they are one, printed again


def _is_one_slip(breaks: list[tuple[Section, Section]]) -> bool:
    """A number left out or twice, or one wrong number among right ones (一、二、四、四、五、)."""
    return len(breaks) == 1 or (len(breaks) == 2 and breaks[0][1] is breaks[1][0])


_ITEM = re.compile(r"(\d{1,2})(?:([.、])(?![\d.])|(?=[“\"]))")
_LEAST = 3
_SECTION = 3
_APART = 8  # paragraphs at most between two items of one list


def _items(*numbers: int) -> Report:
    draft = Draft().section("支出决算具体情况", number="一、", ordinal=1)
    for number in numbers:
        draft.paragraph(f"{number}.某支出（类）某事务（款）第{number}项（项）。支出决算为1.00万元。")
    return draft.report()


@rule(
    "text.item-numbering",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="逐项说明的编号跳号或重号", en="numbers of items jump or repeat"),
    basis=BASIS,
    passing=lambda: _items(1, 2, 3, 4, 5),
    failing=lambda: _items(1, 2, 4, 4, 5),
)
def item_numbering(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Paragraphs of one section that are numbered 1. 2. 3. … count without gap or repetition. Judged are lists of three and more
    that begin with 1 (or twice with 2) and are in order but for one number. One finding a document.
    """
    text = prose(view)
    tables = {table.after_paragraph for table in view.tables}
    lists: list[list[tuple[int, int]]] = []  # number, paragraph
    mark = ""
    for index, line in enumerate(text.lines):
        match = _ITEM.match(line)
        if match is None or text.parts[index] == SectionKind.CONTENTS:
            continue
        number = int(match[1])
        before = lists[-1][-1][1] if lists else -_APART
        sections = any(at in text.headings and text.headings[at].level <= _SECTION for at in range(before + 1, index + 1))
        follows = (
            index - before <= _APART
            and match[2] in (mark, None)
            and not sections
            and tables.isdisjoint(range(before + 1, index + 1))
        )
        if follows and number != 1:
            lists[-1].append((number, index))
        else:
            lists.append([(number, index)])
        mark = match[2] or mark
    judged = [items for items in lists if len(items) >= _LEAST and (items[0][0] == 1 or items[0][0] == items[1][0] == 2)]
    if not judged:
        yield NotApplicable("no lists of numbered items")
        return
    odd = []
    for items in judged:
        numbers = [number for number, _ in items]
        breaks = jumps(numbers)
        if len(breaks) == 1 or is_one_wrong(numbers, breaks):
            odd.append((items[breaks[0]][1], items[breaks[0] - 1][1]))
    if not odd:
        yield Passed("编号")
        return
    shown = "、".join(f"“{text.lines[before][:12]}”后为“{text.lines[after][:12]}”" for after, before in odd)
    yield Finding(
        subject="items",
        message=Text(zh=f"逐项编号不连续：{shown[:200]}。", en=f"The numbering of items breaks in {len(odd)} list(s)."),
        evidence=tuple(text.whole(view, index) for pair in odd[:5] for index in pair),
        stated=text.lines[odd[0][0]][:40],
    )


def jumps(numbers: Sequence[int]) -> list[int]:
    """Where a count does not go on by one.

    >>> jumps([1, 2, 4, 4, 5])
    [2, 3]
    """
    return [at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1]


def is_one_wrong(numbers: Sequence[int], breaks: Sequence[int]) -> bool:
    """Whether the two jumps of a count from 1 are one wrong number, after which it goes on as if that were right."""
    return len(breaks) == 2 and breaks[1] == breaks[0] + 1 and numbers[breaks[1]] == breaks[1] + 1


def _stands(text: str, ordinal: int) -> bool:
    return any(f"第{number}{word}" in text for number in (_CHINESE[min(ordinal, 10)], ordinal) for word in ("部分", "章"))


def _between(lines: list[str], level: int) -> bool:
    """Whether a line between two headings carries a number of their kind, though it was not taken for a heading."""
    return any(_STYLE[level].match(line) for line in lines)


def _breaks(family: list[Section]) -> list[tuple[Section, Section]]:
    return [
        (earlier, later)
        for earlier, later in pairwise(family)
        if later.ordinal != (earlier.ordinal or 0) + 1 and later.ordinal != 1
    ]
