"""Years in headings, in titles of tables, in 截至…年末, and years with a digit too few or too many."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.place import Evidence
from schemas.report import Kind, Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, gist, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.rules.text_years import BASIS
from services.validator.samples import Draft
from services.validator.view import View

_DIGITS = deferred(r"2(?<![\d.,A-Za-z\-—~至]2)(?:0[0-3]|[0-3]\d|0[0-3]\d\d)\s*年度")


@rule(
    "text.year-digits",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="年份位数不对", en="a year with a digit too few or too many"),
    basis="财预〔2016〕143号：公开内容应当真实、准确",
    passing=lambda: Draft().paragraph("2023年度收入合计10.00万元。").report(),
    failing=lambda: Draft().paragraph("202年度收入合计10.00万元。").report(),
)
def year_digits(view: View) -> Iterator[Finding]:
    """A year has four digits: 202年度 and 20233年度 are none. In text recognised optically it is a warning."""
    recognised = prose(view).recognised
    for index, paragraph in enumerate(view.paragraphs):
        for match in _DIGITS.finditer(paragraph.text) if "年" in paragraph.text else ():
            yield Finding(
                subject=f"{match[0]} {gist(fold(paragraph.text))[:40]}",
                message=Text(zh=f"“{match[0]}”的年份位数不对。", en=f"“{match[0]}” is no year of four digits."),
                evidence=(view.around(index, *match.span()),),
                stated=match[0],
                expected=f"{view.year}年度" if view.year else None,
                severity=Severity.WARNING if index in recognised else Severity.ERROR,
            )


_TITLE_YEAR = deferred(r"(20\d\d)(?<![\d.]\d{4})年")
_OWN_TITLE = deferred(
    r"(?:决算|预算)(?:公开)?(?:报表|[^,。;:\d]{0,24}表|情况(?:的)?(?:总体)?说明|(?:总体)?情况|编制说明|说明)(?:[(].{0,12}[)])?$"
)
_OTHER_YEARS = deferred(
    "上年|以前|比较|对比|绩效|评价|自评|执行|草案|调整|结转|目标|问题|整改|与20|较20|比20|同|基数|结余|审核|规划|中期|上半年|月|资产|20\\d\\d[-—~至]|检查|批复|监督|考核|预计"
)
_FRONT = (SectionKind.COVER, SectionKind.CONTENTS)
_FRONT_TITLE = deferred(r"(?:决算|预算)(?:公开)?(?:表|情况说明|说明)?$")
_FEW = 2
_LONGEST_TITLE = 60


def _titled(year: int) -> Report:
    draft = Draft()
    for part, title in ((2, "2023年度部门决算表"), (3, f"{year}年度部门决算情况说明")):
        draft.section(title, kind=SectionKind.PART, level=1, number=f"第{'零一二三'[part]}部分", ordinal=part)
    return draft.section("2023年度收入决算情况说明", number="一、", ordinal=1).report()


@rule(
    "text.heading-year",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="标题、表题的年份不是本年度", en="a heading or the title of a table names another year"),
    basis=BASIS,
    passing=lambda: _titled(2023),
    failing=lambda: _titled(2022),
)
def heading_year(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The headings and titles of tables that carry a year carry the document's: 第三部分 2022年度部门决算情况说明 in the final
    accounts of 2023 is last year's. Found where two or more, and most, of the others (cover and contents too) carry the
    document's year; titles about performance, execution or a comparison may be of another year.
    """
    text = prose(view)
    titles = {index: text.lines[index] for index in text.headings}
    named: list[tuple[int, str, int]] = []  # year, title, paragraph or -1 - table
    for index, line in titles.items():
        years = set(_TITLE_YEAR.findall(line))
        if len(years) == 1 and len(line) <= _LONGEST_TITLE and _OWN_TITLE.search(line) and not _OTHER_YEARS.search(line):
            named.append((int(years.pop()), line, index))
    for table in view.tables:
        line = fold(table.title or "")
        years = set(_TITLE_YEAR.findall(line))
        if len(years) == 1 and len(line) <= _LONGEST_TITLE and line.endswith(("表", ")")) and not _OTHER_YEARS.search(line):
            named.append((int(years.pop()), line, -1 - table.index))
    named = [item for item in named if not _is_of_other_kind(view, item[1])]
    fronts = (line for line, part in zip(text.lines, text.parts, strict=True) if part in _FRONT and _FRONT_TITLE.search(line))
    ours = sum(year == view.year for year, *_ in named) + len(
        {line for line in fronts if _TITLE_YEAR.findall(line) == [str(view.year)]}
    )
    if view.year is None or ours < _FEW:
        yield NotApplicable("headings carry no year")
        return
    wrong = [(year, line, place) for year, line, place in named if year != view.year]
    if len(wrong) >= ours:
        yield NotApplicable("headings are of several years")
        return
    if not wrong:
        yield Passed("标题年份")
    for year, line, place in wrong:
        evidence = text.whole(view, place) if place >= 0 else _title_evidence(view, -1 - place, line)
        yield Finding(
            subject=gist(line),
            message=Text(
                zh=f"标题“{line}”的年份为{year}年，本文件为{view.year}年度。",
                en=f"The title “{line}” is of {year}; the document is of {view.year}.",
            ),
            evidence=(evidence,),
            stated=f"{year}年",
            expected=f"{view.year}年",
        )


def _is_of_other_kind(view: View, line: str) -> bool:
    """2024年部门预算 in final accounts, 2023年收入决算表 in a budget: what the other document of the body may be told of."""
    budget, final = _BUDGET.search(line) is not None, "决算" in line
    return (view.identity.kind is Kind.FINAL_ACCOUNTS and budget and not final) or (
        view.identity.kind is Kind.BUDGET and final and not budget
    )


_BUDGET = deferred("(?:部门|单位|收支|收入|支出|年度?)(?:总)?预算")


def _title_evidence(view: View, table: int, line: str) -> Evidence:
    """The paragraph before the table that is its title, else the title in its cells."""
    text = prose(view)
    after = next(item.after_paragraph for item in view.tables if item.index == table)
    for index in range(after - 1, max(-1, after - _NEAR), -1):
        if line in text.lines[index]:
            return text.whole(view, index)
    return Evidence(quote=line, table=table)


_NEAR = 6  # paragraphs: unit, body's name and number of the table
_AS_OF = deferred(
    r"截(?<![^\n。;,]截)[至止]至?(?P<year>20\d\d)年(?:度)?(?:12月31日|年?末|年?底)止?[,:]?(?P<of>[^。;,\n]{0,50}?)(?:车辆|用车|资产|设备|编制|在职)(?P<rest>[^。;\n]*)"
)
_PLANNED = deferred(r"预计|计划|将|达到|目标|完成|建成|累计|项目|结转|全[国省市区县镇]|更新|核减|移交|率")
_STATE = deferred(r"截[至止]至?(?P<year>20\d\d)年")
_AHEAD = 12
_BUDGET_YEARS = (1, 2)
"""A budget tells the state of things at the end of the year before, or, being made in autumn, of the one before that."""


@rule(
    "text.as-of-year",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="“截至…年末”的年份不是本文件的年份", en="the state of things at the end of another year"),
    basis="财预〔2016〕143号：公开国有资产占用情况；上年文本未更新",
    passing=lambda: Draft().paragraph("截至2023年12月31日，共有车辆3辆。").report(),
    failing=lambda: Draft().paragraph("截至2022年12月31日，共有车辆3辆。").report(),
)
def as_of_year(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Final accounts tell how many vehicles, things and persons there were at the end of their year (截至2023年12月31日). The end
    of another year is last year's text. A budget tells the end of the year before or of the one before that; the end of its own
    year is still to come. What was built, finished, planned or carried over by some day is not meant.
    """
    if view.year is None or view.identity.kind is None:
        yield NotApplicable("the year or the kind is not known")
        return
    final = view.identity.kind is Kind.FINAL_ACCOUNTS
    right = {view.year} if final else {view.year - back for back in _BUDGET_YEARS}
    text = prose(view)
    seen = False
    for paragraph, match in text.search(_AS_OF, marks=("截",)):
        seen = True
        year = int(match["year"])
        if year in right or paragraph in text.recognised or _PLANNED.search(match["of"] + match["rest"][:_AHEAD]):
            continue
        if right & {int(said["year"]) for said in _STATE.finditer(text.lines[paragraph])}:
            continue  # the state before, and the state now
        expected = view.year if final else view.year - 1
        yield Finding(
            subject=gist(match[0]),
            message=Text(zh=f"“截至{year}年末”应为{expected}年末。", en=f"It should be the end of {expected}, not of {year}."),
            evidence=text.sentences(view, [match.span()]),
            stated=f"{year}年",
            expected=f"{expected}年",
        )
    if seen:
        yield Passed("截至年份")
