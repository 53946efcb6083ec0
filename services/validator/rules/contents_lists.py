"""The contents page as a list: its numbers, and the titles of the tables that it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from schemas.report import Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.rules.text_contents import Body, Entry, bare, body_of, entries
from services.validator.rules.text_numbering import is_one_wrong, jumps
from services.validator.rules.text_tables import announced_titles
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：公开内容完整、规范"
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_NUMERAL = re.compile(r"第?[(]?(\d{1,2}|[一二三四五六七八九十]{1,3})")
_STYLES = (re.compile("第"), re.compile("[一二三四五六七八九十]+$"), re.compile(r"[(][一二三四五六七八九十]"), re.compile(r"\d"))
_LEAST = 3


def _contents(*lines: str) -> Report:
    draft = Draft().section("目录", kind=SectionKind.CONTENTS, level=1)
    for line in lines:
        draft.paragraph(line)
    for line in lines[1:]:
        draft.paragraph(line.split("、", 1)[-1])
    return draft.report()


@rule(
    "text.contents-numbering",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="目录编号跳号或重号", en="numbers of the contents page jump or repeat"),
    basis=BASIS,
    passing=lambda: _contents("第一部分 概况", "一、主要职责", "二、机构设置", "三、人员", "四、其他"),
    failing=lambda: _contents("第一部分 概况", "一、主要职责", "二、机构设置", "二、人员", "四、其他"),
)
def contents_numbering(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The parts of the contents page, and the entries of each, count on. Judged are lists of three and more that are in order but
    for one number that is wrong, or twice, or left out although the body has a heading of that number. One finding a document.
    """
    lists = [items for items in _lists(view) if len(items) >= _LEAST]
    if not lists:
        yield NotApplicable("no numbered contents page")
        return
    odd = [at for items in lists if (at := _slip(items, view)) is not None]
    if not odd:
        yield Passed("目录编号")
        return
    text = prose(view)
    shown = "、".join(f"“{each.entry.number}{each.entry.title[:20]}”" for each in odd)
    yield Finding(
        subject="numbers",
        message=Text(zh=f"目录编号不连续：{shown[:200]}。", en=f"{len(odd)} number(s) of the contents are out of order."),
        evidence=tuple(text.whole(view, each.entry.paragraph) for each in odd[:6]),
        stated=shown[:80],
    )


class _Numbered(NamedTuple):
    """An entry with its number, in the list of a style under a part (第二部分)."""

    number: int
    style: int
    part: str
    entry: Entry


def _lists(view: View) -> Iterator[list[_Numbered]]:
    """The entries of the contents by the lists that they stand in; an outer number begins the inner lists anew."""
    running: dict[int, list[_Numbered]] = {}
    part = ""
    for entry in entries(view):
        style, number = _style(entry.number), _ordinal(entry.number)
        if style is None or number is None:
            continue
        part = entry.number if entry.is_part else part
        for ended in [level for level in running if level > style or (level == style and number == 1)]:
            yield running.pop(ended)
        running.setdefault(style, []).append(_Numbered(number, style, part, entry))
    yield from running.values()


def _slip(items: list[_Numbered], view: View) -> _Numbered | None:
    """The entry whose number, and it alone, is not the one after the entry before it."""
    numbers = [item.number for item in items]
    breaks = jumps(numbers)
    if breaks == [1] and numbers[1] == 2:
        return items[0]
    if not breaks or numbers[0] != 1:
        return None
    first = breaks[0]
    if is_one_wrong(numbers, breaks):
        return items[first]
    if len(breaks) > 1:
        return None
    twice, last = numbers[first] == numbers[first - 1], first == len(numbers) - 1 and numbers[first] < first
    lacking = numbers[first] == numbers[first - 1] + 2 and _has(body_of(view), items[first], numbers[first] - 1)
    return items[first] if twice or last or lacking else None


def _has(body: Body, item: _Numbered, number: int) -> bool:
    """Whether the part of the body that an entry lists has a heading of that number, of the entry's style."""
    return any(
        _ordinal(each) == number and _style(each) == item.style and (item.entry.is_part or part == item.part)
        for part, each in body.by_number
    )


def _style(number: str) -> int | None:
    return next((level for level, pattern in enumerate(_STYLES) if pattern.match(number)), None)


def _ordinal(number: str) -> int | None:
    """The number that an entry begins with.

    >>> [_ordinal(text) for text in ("第二部分", "十一", "(二十)", "3", "概况")]
    [2, 11, 20, 3, None]
    """
    match = _NUMERAL.match(number)
    if match is None:
        return None
    if match[1].isdecimal():
        return int(match[1])
    tens, ten, ones = match[1].rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


_SOME, _MOST = 4, 0.6  # tables that the contents list, and the share of them whose titles the body has too
_SAME = 0.8  # of two titles the share of common characters from which they are one, with a slip


def _tables(listed: str) -> Report:
    names = ("收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表")
    draft = Draft().section("目录", kind=SectionKind.CONTENTS, level=1)
    for at, name in enumerate((listed, *names[1:])):
        draft.paragraph(f"{'一二三四'[at]}、{name}")
    draft.section("报表", kind=SectionKind.PART, level=1)
    for name in names:
        draft.paragraph(name).table("income", [("合计", {})], [("", "合计", "1.00")], title=name)
    return draft.report()


@rule(
    "text.contents-tables",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="目录所列表名与表题不一致", en="a table bears another title than in the contents"),
    basis=BASIS,
    passing=lambda: _tables("收入支出决算总表"),
    failing=lambda: _tables("收入支决算总表"),
)
def contents_tables(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The tables bear the titles that the contents page lists, year, body and 部门 apart. Judged are contents of which most
    titles are found as they are; one that is not is a slip where a title that nothing else in the contents names is
    nearly it. One finding a document.
    """
    issuer = fold(view.identity.issuer or "")
    listed = {entry.bare: entry for entry in entries(view) if entry.bare.endswith("表")}
    standing = {bare(fold(title), issuer) for title in (*announced_titles(view), *(table.title or "" for table in view.tables))}
    lost = [entry for title, entry in listed.items() if title not in standing]
    if len(listed) < _SOME or len(listed) - len(lost) < _MOST * len(listed):
        yield NotApplicable("the contents list no tables by the titles that they bear")
        return
    free = sorted(standing - listed.keys())
    slips = [(entry, title) for entry in lost if (title := _nearest(entry.bare, free)) is not None]
    if not slips:
        yield Passed("目录表名")
        return
    text = prose(view)
    entry, title = slips[0]
    yield Finding(
        subject="tables",
        message=Text(
            zh=f"目录所列“{entry.title}”与表题“{title}”不一致。", en=f"{entry.title} of the contents is {title} over the table."
        ),
        evidence=tuple(text.whole(view, each.paragraph) for each, _ in slips[:6]),
        stated=entry.title,
        expected=title,
    )


def _nearest(title: str, others: list[str]) -> str | None:
    near = [(SequenceMatcher(None, title, other, autojunk=False).ratio(), other) for other in others]
    best = max(near, default=(0.0, ""))
    return best[1] if best[0] >= _SAME else None
