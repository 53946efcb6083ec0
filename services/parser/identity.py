"""Which disclosure this is: issuer, place, department or unit, budget or final accounts, fiscal year, units of money.

Every place that names the issuer votes (cover, label, page title, headings, body); names that disagree with the winner are
noted as conflicts, never taken over: a heading that names another body is a finding for the checker, not a new identity.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.report import Identity, Kind, Scope, SectionKind
from schemas.taxonomy.concepts import squeeze
from services.parser.layout import Grid, Layout, TextBlock
from services.parser.outline import Outline
from services.parser.regions import region_of

_YEAR = r"(?P<year>(?:20|19)\d\d)年?度?"
_LEVEL = r"(?:区级|市级|省级|县级|州级|本级|镇级|乡级)?"
_THREE_PUBLIC = r"(?:(?:财政拨款)?[“\"]?三公[”\"]?经费(?:财政拨款)?(?:支出)?)?"
_WHAT = r"(?P<scope>部门|单位)?(?P<level>\(本级\)|本级)?(?P<kind>预决算|决算|预算)"
_TITLES = (
    re.compile(rf"^(?:关于)?(?P<name>\D{{3,60}}?){_YEAR}{_LEVEL}{_THREE_PUBLIC}{_WHAT}"),
    re.compile(rf"^{_YEAR}(?P<name>\D{{3,60}}?){_LEVEL}{_WHAT}"),
    re.compile(r"^(?P<name>\D{3,60}?)(?P<year>)(?P<scope>部门|单位)(?P<level>)(?P<kind>决算|预算)"),
)
_TITLE_NOISE = re.compile(r"^(?:附件\d*[:.、]?|关于(?:公开|公布)?|《)+")
_IN_BRACKETS = re.compile(rf"^{_YEAR}{_LEVEL}{_WHAT}.{{0,12}}\((?P<name>\D{{4,40}})\)$")
_LONGEST_LINE = 80
_OVERVIEW = re.compile(r"^(?P<name>\D{4,40}?)(?:\(部门\)|\(单位\))?(?:部门|单位)?(?:的)?(?:基本)?(?:概况|主要职[能责]|机构设置)$")
_LABEL = re.compile(
    r"(?P<label>预算主管部门|预算单位|编制部门|编制单位|部门名称|单位名称|公开部门|公开单位|填报部门|填报单位|部门|单位)"
    r":(?P<name>[^\s:,;。]{4,40}?)(?=单位:|部门:|金额|$)"
)
_BODY = re.compile(r"从(?:预算|决算)?单位构成(?:来)?看,(?P<name>\D{4,40}?)(?:20\d\d年度?)?(?:部门|单位)?(?:预算|决算)")
_PLACEHOLDER = re.compile(r"[XxＸ×*]{2,}|○{2,}|_{2,}|部门名称|单位名称")
_NAME_NOISE = re.compile(
    r"^(?:关于|附件\d*|中国共产党(?=$))|(?:\((?:部门|单位|本级|本部|机关|汇总)\)|部门|单位|本级|本部|关于(?:财政拨款)?|(?<=[局委厅办院])机关"
    r"|[“\"]?三公[”\"]?(?:经费|费用)(?:财政拨款)?(?:支出)?)$"
)
_NOT_A_NAME = re.compile(
    r"万元|[,;。]|[及和与]$|^第.{1,3}部分|^(?:本|我|各)(?:部门|单位)|^(?:部门|单位|一般|财政|政府|收入|支出|项目|预算|决算|三公)|情况$|说明$|^[^㐀-鿿]*$"
    r"|\.(?i:pdf|docx?|xlsx?|txt|md|html?|ofd|zip|rar|7z|wps|csv)$"  # a file's name as the words of a link
)
_OWN = re.compile(r"本级|本部|[局委厅办院]机关")
_PUBLISHED = re.compile(r"(?:发布|公开|公布|发文|成文)(?:日期|时间):?(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})")
_DATE = re.compile(r"((?:20)\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})")
_UNIT_NOTE = re.compile(r"单位:(?:人民币)?(亿元|万元|千元|元)")
_UNIT_TEXT = re.compile(r"\d(亿元|万元|元)")
_BUDGET_WORDS = r"部门预算|单位预算|预算(?:编制)?(?:情况)?说明|收支预算|\d年预算|budget"
_KIND_YEAR = re.compile(r"(20\d\d)年?度?(?:[^比较与,，。]{0,12}?)(决算|预算)(?!执行)")
_ANY_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇零○OＯ0][〇零○OＯ0一二三四五六七八九]{2}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇零○OＯ一二三四五六七八九", "00000123456789")


_PLACES = {"cover": "封面", "title": "题名", "heading": "标题", "label": "“单位”一栏", "text": "正文"}
"""Where a name may stand, in English and in Chinese."""


@dataclass(frozen=True, slots=True)
class _Vote:
    """A name that some place gives for the issuer, with the weight of that place."""

    name: str
    weight: float
    where: str  # of _PLACES


def plain(text: str) -> str:
    """Squeezed text with years in Chinese digits (二〇二四) turned into plain ones."""
    return _CHINESE_YEAR.sub(lambda match: match[0].translate(_CHINESE_DIGITS), squeeze(text))


def identify(
    layout: Layout,
    outline: Outline,
    *,
    name: str | None = None,
    url: str | None = None,
    title: str | None = None,
    published: str | None = None,
) -> Identity:
    """The identity that cover, title, headings, labels, file name and page establish together, conflicts noted."""
    blocks = [block for block in layout.blocks if isinstance(block, TextBlock)]
    texts = [plain(block.text) for block in blocks]
    cover = _cover(texts, outline)
    told = (value for key, value in layout.metadata.items() if key.casefold() == "title")
    stem = re.sub(r"\.\w{2,5}$", "", name or "")
    titles = [_TITLE_NOISE.sub("", plain(text)) for text in (title, layout.title, *told, stem) if text]
    matches = [match for text in (*cover, *titles, *texts[:3]) if (match := _match(text))]
    votes = [*_votes(cover, titles, texts, outline), *_labels(layout)]
    issuer, conflicts = _elect(votes)
    kind = _kind([*cover, *titles], matches, texts, plain(name or ""))
    headings = [plain(section.title) for section in outline.sections]
    year, years = _year(matches, [[*cover, *titles], headings, texts], kind, plain(name or ""))
    conflicts += years
    placeholder = next((vote.name for vote in votes if _PLACEHOLDER.search(vote.name)), None)
    if issuer is None and placeholder is not None:
        conflicts.insert(0, f"单位名称未填写：{placeholder} / no name was filled in: {placeholder}")
    place = issuer or (_PLACEHOLDER.split(placeholder)[0] if placeholder else "")
    return Identity(
        issuer=issuer,
        region=region_of(place if not place or issuer else place + "X局") or _region_of_cover(cover),
        scope=_scope(cover, titles, matches, issuer, texts),
        kind=kind,
        fiscal_year=year,
        money_units=_money_units(layout, texts),
        title=next((text for text in cover if _match(text)), None) or next(iter(titles), None),
        published=_published(published or layout.published, texts, cover),
        conflicts=tuple(dict.fromkeys(conflicts)),
    )


def _cover(texts: list[str], outline: Outline) -> list[str]:
    """The lines of the cover, and the whole cover as one line: names are broken over lines there."""
    sections = outline.sections
    end = sections[0].last if sections and sections[0].kind is SectionKind.COVER else 0
    lines = [text for text in texts[: min(end, 12) or 3] if text and (end or len(text) <= _LONGEST_LINE)]
    joined = ["".join(lines[:stop]) for stop in range(2, min(len(lines), 4) + 1) if sum(map(len, lines[:stop])) <= 80]
    return [*lines, *joined]


def _match(text: str) -> re.Match[str] | None:
    """The title of a disclosure at the beginning of a text, with a name that could be a body's."""
    text = _TITLE_NOISE.sub("", text)
    for pattern in (*_TITLES, _IN_BRACKETS):
        match = pattern.match(text)
        if match is not None and _name(match["name"]) is not None:
            return match
    return None


def _name(words: str) -> str | None:
    """A body's name without the words around it; null where the words are no name."""
    name, before = words.strip("-—:、#*."), ""
    while name != before:
        before, name = name, _NAME_NOISE.sub("", name)
    if len(name) < 4 or _NOT_A_NAME.search(name) or name == "".join(region_of(name + "局")) or name.endswith(("公开", "年")):
        return None
    return name


def _votes(cover: list[str], titles: list[str], texts: list[str], outline: Outline) -> Iterable[_Vote]:
    for where, weight, lines in (("cover", 5.0, cover), ("title", 4.0, titles)):
        for line in lines:
            match = _match(line) or (_LABEL.search(line) if where == "cover" else None)
            if match is not None and (name := _name(match["name"])):
                yield _Vote(name, weight, where)
    for section in outline.sections:
        if section.kind in (SectionKind.PART, SectionKind.SECTION, SectionKind.CONTENTS) and section.level <= 2:
            words = plain(section.title)
            match = _OVERVIEW.match(words) or _match(words)
            if match is not None and (name := _name(match["name"])):
                yield _Vote(name, 2.0, "heading")
    for text in texts:
        match = _BODY.search(text)
        if match is not None and (name := _name(match["name"])):
            yield _Vote(name, 1.0, "text")


def _labels(layout: Layout) -> Iterable[_Vote]:
    """Names that stand after 部门： or 编制单位： above or in a table."""
    seen: set[str] = set()
    for block in layout.blocks:
        lines = [cell.text for cell in block.cells[:12]] if isinstance(block, Grid) else [block.text]
        for line in lines:
            match = _LABEL.search(plain(line)) if len(line) <= 120 else None
            name = _name(match["name"]) if match is not None else None
            if name is not None and name not in seen:
                seen.add(name)
                yield _Vote(name, 1.5, "label")


def _elect(votes: list[_Vote]) -> tuple[str | None, list[str]]:
    """The name with the most weight, in its fullest form, and what disagreed with it."""
    named = [vote for vote in votes if not _PLACEHOLDER.search(vote.name)]
    if not named:
        return None, []
    weights: defaultdict[str, float] = defaultdict(float)
    for vote in named:
        weights[vote.name] += vote.weight
    winner = max(weights, key=lambda name: (weights[name], len(name)))
    fuller = [name for name in weights if name.endswith(winner) and region_of(name)]
    winner = max(fuller, key=len) if fuller else winner
    conflicts = [
        f"{_PLACES[vote.where]}所称的单位是{vote.name} / the {vote.where} names {vote.name}"
        for vote in named
        if vote.name not in winner and winner not in vote.name and vote.where != "text"
    ]
    return winner, conflicts


def _kind(titles: list[str], matches: list[re.Match[str]], texts: list[str], name: str) -> Kind | None:
    for match in matches:
        if match["kind"] != "预决算":
            return Kind.FINAL_ACCOUNTS if match["kind"] == "决算" else Kind.BUDGET
    for lines in (titles, [name], texts[:200]):
        words = _BUDGET_WORDS if lines is not titles else rf"{_BUDGET_WORDS}|三公.{{0,8}}预算"
        final = sum(len(re.findall(r"(?<!预)决算|final", line)) for line in lines)
        budget = sum(len(re.findall(words, line)) for line in lines)
        if final != budget:
            return Kind.FINAL_ACCOUNTS if final > budget else Kind.BUDGET
    return None


def _year(matches: list[re.Match[str]], places: list[list[str]], kind: Kind | None, name: str) -> tuple[int | None, list[str]]:
    """The fiscal year: of a title, else what the cover, the headings, the file's name or at last the text say most often."""
    word = "预算" if kind is Kind.BUDGET else "决算"
    said = [_years(lines, word) for lines in places]
    titled = [int(match["year"]) for match in matches if match["year"]]
    if not titled:
        named = Counter(int(digits) for digits in re.findall(r"(?<!\d)(20\d\d)(?!\d)", name)[:1])
        any_word = Counter(int(digits) for line in places[0] for digits in _ANY_YEAR.findall(line))
        counts = next((years for years in (said[0], said[1], named, said[2], any_word) if years), None)
        titled = [counts.most_common(1)[0][0]] if counts else []
    conflicts = [f"标题中的年度是{year} / a title says {year}" for year in titled if year != titled[0]]
    common = said[2].most_common(1)
    if titled and common and common[0][1] >= 3 and said[2][titled[0]] == 0:
        conflicts.append(f"正文中的年度是{common[0][0]} / the text says {common[0][0]}")
    return (titled[0] if titled else None), conflicts


def _years(lines: Iterable[str], word: str) -> Counter[int]:
    """How often each year is named with 预算 or 决算; last year's 执行数 is not one of them."""
    return Counter(int(match[1]) for line in lines for match in _KIND_YEAR.finditer(line[:400]) if match[2] == word)


def _scope(
    cover: list[str], titles: list[str], matches: list[re.Match[str]], issuer: str | None, texts: list[str]
) -> Scope | None:
    head = "".join((*cover, *titles))
    if _OWN.search(head) or "预算单位:" in head or re.search(r"单位(?:预算|决算)", head):
        return Scope.UNIT
    if "主管部门:" in head or re.search(r"部门(?:预算|决算)", head):
        return Scope.DEPARTMENT
    for match in matches:
        if match["scope"]:
            return Scope.UNIT if match["scope"] == "单位" else Scope.DEPARTMENT
    body = "".join(texts[:400])
    units, departments = (len(re.findall(rf"{word}(?:预算|决算|收支)", body)) for word in ("单位", "部门"))
    if units == departments:
        return Scope.DEPARTMENT if issuer and "部门" in body else None
    return Scope.UNIT if units > departments else Scope.DEPARTMENT


def _region_of_cover(cover: list[str]) -> tuple[str, ...]:
    return next((region for line in cover if (region := region_of(re.split(r"\d", _TITLE_NOISE.sub("", line))[0] + "局"))), ())


def _money_units(layout: Layout, texts: list[str]) -> tuple[str, ...]:
    """The units of money in use, the commonest first."""
    counts: Counter[str] = Counter()
    for block in layout.blocks:
        cells = (cell.text for cell in block.cells[:8]) if isinstance(block, Grid) else ()
        for cell in cells:
            counts.update(_UNIT_NOTE.findall(squeeze(cell)))
    for text in texts:
        counts.update(_UNIT_NOTE.findall(text))
        counts.update(_UNIT_TEXT.findall(text))
    return tuple(unit for unit, _ in counts.most_common())


def _published(given: str | None, texts: list[str], cover: list[str]) -> date | None:
    """The day of publication: as the page shows it, as the text says it, else the date on the cover."""
    for pattern, lines in ((_DATE, [plain(given or "")]), (_PUBLISHED, texts[:40] + texts[-20:]), (_DATE, cover)):
        for line in lines:
            match = pattern.search(line)
            if match is None:
                continue
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None
