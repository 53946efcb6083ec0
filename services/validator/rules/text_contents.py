"""The contents page against the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from schemas.report import Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.view import View

_NUMBER = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+(?:部分|章)|[(][一二三四五六七八九十\d]+[)]|[一二三四五六七八九十]+、|\d+[.、])[、.:]*"
)
_LEADERS = re.compile(r"[.…·]{2,}[-—\d]*$|(?<=\D)[-—]?\d{1,3}[-—]?$")
_YEAR = re.compile(r"20\d\d年?度?")
_TABLE = re.compile(r"表(?:[(].{0,8}[)])?$|^附[件表]")
_SCOPE = re.compile(r"(?:部门|单位)(?=(?:20\d\d年度?)?(?:决算|预算))|^部门|^单位|[(](?:部门|单位|本级)[)]|[“”\"]|说明$")
_MOST = 200  # entries of a contents page that are compared
_SAME = 0.5  # of two titles the share of common characters from which they are one heading, worded otherwise


@dataclass(frozen=True, slots=True)
class Entry:
    paragraph: int
    number: str
    title: str
    bare: str  # the title without year, issuer and quotation marks: what must agree

    @property
    def is_part(self) -> bool:
        return self.number.startswith("第")


@rule(
    "text.contents",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="目录与正文标题不一致", en="the contents page and the headings of the body differ"),
    basis="财预〔2016〕143号：公开内容完整、规范",
    passing=lambda: _document("一、收入决算情况说明", "第一部分  某区档案馆概况"),
    failing=lambda: _document("一、收入决算说明", "某区档案馆概况"),
)
def contents(view: View) -> Iterator[Finding | NotApplicable | NotChecked | Passed]:
    """Every part and section that the contents page lists must stand in the body under the same number and title.

    The year, the issuer's name, page numbers and the dots before them do not count; a heading broken over two lines is
    whole. Titles of tables are another rule's. At most two findings a document: headings that are missing (or stand there
    without their number), and headings worded otherwise, with all places as evidence.
    """
    text = prose(view)
    listed = [entry for entry in entries(view) if entry.bare and (entry.is_part or not _TABLE.search(entry.title))]
    if not listed:
        yield NotApplicable("no contents page")
        return
    if view.report.reading.unreadable_pages:
        yield NotChecked("pages could not be read")
        return
    body = body_of(view)
    listed = listed[:_MOST]
    missing: list[tuple[Entry, int | None]] = []
    differing: list[tuple[Entry, int]] = []
    part = ""
    for entry in listed:
        part = entry.number if entry.is_part else part
        where = body.find(entry, part)
        if where is None and entry.is_part:
            missing.append((entry, body.unnumbered(entry)))
        elif where is not None and not body.agrees(entry, where) and (entry.is_part or body.resembles(entry, where)):
            differing.append((entry, where))
    if not missing and not differing:
        yield Passed("目录")
        return
    if missing:
        names = "、".join(f"“{entry.number}{entry.title}”" for entry, _ in missing)
        yield Finding(
            subject="missing",
            message=Text(
                zh=f"目录列有{names[:200]}，正文没有该标题。",
                en=f"{len(missing)} part(s) of the contents have no heading in the body.",
            ),
            evidence=tuple(
                text.whole(view, index) for entry, place in missing for index in (entry.paragraph, place) if index is not None
            ),
            stated=names[:200],
        )
    if differing:
        pairs = "；".join(f"“{entry.title}”与“{body.titles[where]}”" for entry, where in differing)
        yield Finding(
            subject="differing",
            message=Text(
                zh=f"目录与正文标题文字不一致：{pairs[:300]}。",
                en=f"{len(differing)} heading(s) are worded otherwise than in the contents.",
            ),
            evidence=tuple(text.whole(view, index) for entry, where in differing for index in (entry.paragraph, where)),
            stated=pairs[:300],
        )


class Body:
    """The headings of the body: by part and number, and by bare title."""

    def __init__(self, view: View) -> None:
        text, issuer = prose(view), fold(view.identity.issuer or "")
        self.lines = text.lines
        self.body = {index for index, part in enumerate(text.parts) if part not in (SectionKind.CONTENTS, SectionKind.COVER)}
        self.issuer = issuer
        self.titles: dict[int, str] = {}
        self._bare: dict[int, str] = {}
        self.by_number: dict[tuple[str, str], list[int]] = {}
        self.by_title: dict[str, list[int]] = {}
        part = ""
        for index in sorted(text.headings):
            line = text.lines[index]
            match = _NUMBER.match(line)
            number = match[0].rstrip("、.:") if match else ""
            part = number if number.startswith("第") else part
            self.titles[index] = fold(text.headings[index].title) or line
            self.by_number.setdefault((part if not number.startswith("第") else number, number), []).append(index)
            self._bare[index] = bare(self.titles[index], issuer)
            self.by_title.setdefault(self._bare[index], []).append(index)

    def find(self, entry: Entry, part: str) -> int | None:
        """The heading of the same number in the same part, else of the same title with a number."""
        same = self.by_number.get((part, entry.number), ())
        agreeing = [index for index in same if self.agrees(entry, index)]
        if agreeing:
            return agreeing[0]
        if entry.bare in self.by_title and any(self._numbered(index) for index in self.by_title[entry.bare]):
            return self.by_title[entry.bare][0]
        return same[0] if same else None

    def agrees(self, entry: Entry, index: int) -> bool:
        mine = self._bare[index]
        if entry.bare == mine or (not mine and entry.is_part):
            return True
        following = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        return entry.bare == bare(self.titles[index] + following, self.issuer)

    def resembles(self, entry: Entry, index: int) -> bool:
        """Whether the heading is the entry worded otherwise; under the same number may also stand an item of another list."""
        return SequenceMatcher(None, entry.bare, self._bare[index], autojunk=False).ratio() >= _SAME

    def unnumbered(self, entry: Entry) -> int | None:
        """A line of the body that is the entry's title without its number."""
        for index, line in enumerate(self.lines):
            if (
                index in self.body
                and len(line) <= len(entry.title) + 12
                and line[-4:] == entry.title[-4:]
                and not _NUMBER.match(line)
            ):
                return index
        return None

    def _numbered(self, index: int) -> bool:
        return bool(_NUMBER.match(self.lines[index]))


@lru_cache(maxsize=4096)
def bare(title: str, issuer: str) -> str:
    """A title without year, issuer, 部门/单位 before 决算, quotation marks and 说明 at the end."""
    short = _YEAR.sub("", title)
    return _SCOPE.sub("", short.replace(issuer, "") if issuer else short).strip("-。:.、")


def body_of(view: View) -> Body:
    """The headings of the body, gathered once."""
    return view.once(Body)


def entries(view: View) -> tuple[Entry, ...]:
    """The numbered lines of the contents page."""
    return view.once(_entries)


def _entries(view: View) -> tuple[Entry, ...]:
    return tuple(_listed(view))


def _listed(view: View) -> Iterator[Entry]:
    text, issuer = prose(view), fold(view.identity.issuer or "")
    for index, line in enumerate(text.lines):
        if text.parts[index] != SectionKind.CONTENTS:
            continue
        match = _NUMBER.match(line)
        if match:
            title = _LEADERS.sub("", line[match.end() :])
            yield Entry(index, match[0].rstrip("、.:"), title, bare(title, issuer))


def _document(section: str, part: str) -> Report:
    draft = Draft().section("目录", kind=SectionKind.CONTENTS, level=1)
    draft.paragraph("第一部分 某区档案馆概况").paragraph("一、收入决算情况说明……3")
    number = "第一部分" if part.startswith("第") else None
    draft.section(part.removeprefix("第一部分"), kind=SectionKind.PART, level=1, number=number, ordinal=1)
    return draft.section(section.removeprefix("一、"), number="一、", ordinal=1).report()
