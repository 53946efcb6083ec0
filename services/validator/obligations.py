"""What the regulations require to be present and to hold, as rules with an ``aspect``.

The aspects are the five words of the inspections of 财政部: 完整性, 细化程度, 及时性, 公开方式, 真实性. What must be said and
which tables must stand there is data (``vocabulary/obligations.yaml``); an obligation is *failed* only where the document
could be read: an unreadable page, or a copy without its tables, makes it *not checked*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from schemas.place import Evidence
from schemas.report import Kind, Reading, Report, RowRole, Table
from schemas.taxonomy.codes import LEVELS
from schemas.taxonomy.tables import kind_of_title, table_kinds
from schemas.validation import Category, Severity, Text
from services.validator.demands import DEMANDS, Demand, evidence, is_excerpt, paragraphs, unmet
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.rules.text_tables import announced_titles
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View
from services.validator.vocabulary import words

Outcome = Finding | NotApplicable | NotChecked | Passed
BASIS = "财预〔2016〕143号《地方预决算公开操作规程》"
_DATA = words("obligations")


def _said(demand: Demand) -> Callable[[View], Iterator[Outcome]]:
    def said(view: View) -> Iterator[Outcome]:
        identity = view.identity
        if identity.kind is None:
            yield NotChecked("the kind of the document is not known")
            return
        if not demand.applies(view):
            yield NotApplicable("not required of this kind and year")
            return
        text = prose(view)
        lines: list[int] = []
        if demand.where is None:
            met = demand not in view.once(unmet)
        else:
            lines = paragraphs(text, demand)
            there = "\n".join([text.lines[index] for index in lines])
            if not lines:
                yield NotApplicable("there is no such section")
                return
            if (demand.unless and demand.unless.search(there)) or (demand.only and not demand.only.search(there)):
                yield NotApplicable("there is nothing of the kind to explain")
                return
            met = all(pattern.search(there) for pattern in demand.what)
        if met:
            yield Passed()
        elif view.report.reading.unreadable_pages:
            yield NotChecked("it may stand on a page that could not be read")
        elif demand.where is None and is_excerpt(view):
            yield NotChecked("what was read seems to be a part of the document only")
        else:
            yield Finding(
                subject=demand.name,
                message=Text(
                    zh=f"未见应公开的内容：{demand.title.zh}。", en=f"Required and not found in the document: {demand.title.en}."
                ),
                evidence=evidence(view, text, demand, lines),
                expected=demand.title.zh,
            )

    said.__doc__ = f"""{BASIS} requires it: {demand.title.zh} ({demand.title.en}).

    It fails where the document, or the section that it belongs to, was read and does not say it. It does not apply where the
    document says that there is nothing of the kind, and is not checked where pages could not be read or a part was read only.
    """
    return said


def _draft(*paragraphs: str, kind: Kind) -> Report:
    draft = Draft(kind=kind)
    for paragraph in paragraphs:
        draft.paragraph(paragraph)
    return draft.report()


def _without(demand: Demand) -> Report:
    """The failing example: its own, else the examples of what else a whole document says."""
    if demand.lacking is not None:
        return _draft(demand.lacking, kind=demand.kinds[-1])
    others = [
        other.example for other in DEMANDS if other.where is None and not all(what.search(other.example) for what in demand.what)
    ]
    return _draft(*others, kind=demand.kinds[-1])


for _required in DEMANDS:
    rule(
        f"duty.{_required.name}",
        category=Category.MISSING_CONTENT,
        severity=Severity.WARNING,
        title=_required.title,
        basis=BASIS,
        aspect=_required.aspect,
        passing=lambda demand=_required: _draft(demand.example, kind=demand.kinds[-1]),  # type: ignore[misc]
        failing=lambda demand=_required: _without(demand),  # type: ignore[misc]
    )(_said(_required))


@rule(
    "duty.whole",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="公开的是完整的文件", en="a whole document is published"),
    basis=BASIS,
    aspect="完整性",
    passing=lambda: _draft(*(demand.example for demand in DEMANDS), kind=Kind.FINAL_ACCOUNTS),
    failing=lambda: _draft("收入合计10.00万元。", kind=Kind.FINAL_ACCOUNTS),
)
def whole(view: View) -> Iterator[Outcome]:
    """Where most of what every disclosure must say is not found, what was read is an excerpt, a page of several, or the
    announcement of an attachment: one finding that names what is missing, in place of one for each.
    """
    if view.identity.kind is None:
        yield NotChecked("the kind of the document is not known")
    elif not is_excerpt(view):
        yield Passed()
    elif view.report.reading.unreadable_pages:
        yield NotChecked("the rest may stand on a page that could not be read")
    else:
        missing = "、".join(demand.title.zh for demand in view.once(unmet))
        yield Finding(
            subject="whole",
            message=Text(
                zh=f"所读内容似为文件的一部分，未见：{missing}。",
                en=f"What was read seems to be a part of the document; {len(view.once(unmet))} required contents are not in it.",
            ),
            expected=missing,
        )


@rule(
    "duty.tables",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="公开全部应公开的报表", en="every required table is published"),
    basis=BASIS,
    aspect="完整性",
    passing=lambda: _tables(*_DATA["tables"]),
    failing=lambda: _tables("income", "three_public"),
)
def tables(view: View) -> Iterator[Outcome]:
    """The statement tables that the regulations require of this fiscal year are in the document, whatever their titles.

    A table that is announced by its title and not there (a copy as text loses pictures and attachments), one that may stand
    on an unreadable page or be among the tables that could not be recognised, is not checked. One finding a document.
    """
    missing: list[str] = []
    doubt = _doubt(view)
    text = prose(view).text
    announced = {kind.id for title in announced_titles(view) if (kind := kind_of_title(title)) is not None}
    for kind, entry in _DATA["tables"].items():
        accepted = (kind, *entry.get("or", ()))
        if (view.identity.fiscal_year or 9999) < entry.get("from", 0):
            yield NotApplicable("not required for this fiscal year", kind)
        elif any(name in view.tables_by_kind for name in accepted):
            yield Passed(kind)
        elif "unless" in entry and re.search(entry["unless"], text):
            yield NotApplicable("the document says that there is nothing of the kind", kind)
        elif doubt or not announced.isdisjoint(accepted):
            yield NotChecked(doubt or "announced by its title; the table itself is not in the text", kind)
        else:
            missing.append(kind)
    if missing:
        labels = "、".join(table_kinds()[kind].label[view.identity.kind is Kind.BUDGET] for kind in missing)
        yield Finding(
            subject="、".join(missing),
            message=Text(zh=f"未见应公开的报表：{labels}。", en=f"{len(missing)} required table(s) are not in the document."),
            expected=labels,
        )


@rule(
    "duty.empty-said",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="空表应注明为空", en="an empty table is said to be empty"),
    basis="财预〔2016〕143号：没有数据的表格应当列出空表并说明",
    aspect="完整性",
    passing=lambda: Draft().table("gov_fund", [("合计", {})], [("", "合计", "")], said_empty=True).report(),
    failing=lambda: Draft().table("gov_fund", [("合计", {})], [("", "合计", "")], title="政府性基金预算支出表").report(),
)
def empty_said(view: View) -> Iterator[Outcome]:
    """A statement table without data is still listed, empty, and said to be empty. One finding a document."""
    statements = [table for table in view.tables if table.kind in _DATA["tables"] and not table.doubts]
    if not statements:
        yield NotApplicable("no statement tables")
        return
    silent = [
        table for table in statements if not view.in_table(table.index) and not table.said_empty and not _says_none(view, table)
    ]
    if not silent:
        yield Passed()
        return
    yield Finding(
        subject="空表说明",
        message=Text(
            zh=f"表内无数据而未注明为空表：{'、'.join(table.title or title(table) for table in silent)}。",
            en=f"{len(silent)} table(s) have no data and are not said to be empty.",
        ),
        evidence=tuple(view.row_evidence(table, 0) for table in silent),
    )


@rule(
    "duty.item-level",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="一般公共预算支出细化到项级科目", en="expenditure by functional 项"),
    basis="财预〔2016〕143号：一般公共预算支出公开到功能分类项级科目",
    aspect="细化程度",
    passing=lambda: _coded("general_expenditure", "201", "20103", "2010350"),
    failing=lambda: _coded("general_expenditure", "201", "20103"),
)
def item_level(view: View) -> Iterator[Outcome]:
    """The table of general public expenditure lists the functional classification down to 项 (seven digits)."""
    yield from _level(view, ("general_expenditure", "fiscal_expenditure"), LEVELS["项"], "项")


@rule(
    "duty.subject-level",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="基本支出细化到经济分类款级科目", en="basic expenditure by economic 款"),
    basis="财预〔2016〕143号：一般公共预算基本支出公开到经济分类款级科目",
    aspect="细化程度",
    passing=lambda: _coded("general_basic", "301", "30101"),
    failing=lambda: _coded("general_basic", "301"),
)
def subject_level(view: View) -> Iterator[Outcome]:
    """The table of basic expenditure lists the economic classification down to 款 (five digits)."""
    yield from _level(view, ("general_basic", "general_economy"), LEVELS["款"], "款")


@rule(
    "duty.timely",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="在批复后二十日内公开", en="published within twenty days of approval"),
    basis="预算法第十四条：经批复的部门预算、决算应当在批复后二十日内公开",
    aspect="及时性",
    passing=lambda: Draft(kind=None).report(),
    failing=lambda: _published(date(2025, 3, 1)),
)
def timely(view: View) -> Iterator[Outcome]:
    """A budget is published in its year, final accounts in the year after, both within twenty days of their approval.

    A document rarely states the date of its approval; then only a publication after the last day on which an approval can
    have been given is late, and everything else is not checked.
    """
    identity = view.identity
    if identity.kind is None or identity.fiscal_year is None:
        yield NotApplicable("kind or fiscal year is not known")
    elif identity.published is None:
        yield NotChecked("the date of publication is not shown")
    else:
        year = identity.fiscal_year + (identity.kind is Kind.FINAL_ACCOUNTS)
        if identity.published > date(year, 12, 31):
            yield Finding(
                subject="timely",
                message=Text(
                    zh=f"{identity.published}公开，已迟于{year}年底。",
                    en=f"Published {identity.published}, after the end of {year}.",
                ),
                stated=str(identity.published),
            )
        else:
            yield NotChecked("the date of approval is not stated")


def _doubt(view: View) -> str | None:
    """Why a table that was not found may be there all the same."""
    reading = view.report.reading
    if not any(table.cells and table.kind in _DATA["tables"] for table in view.tables):
        return "the document has none of the statement tables in its text"
    if reading.unreadable_pages:
        return "it may stand on a page that could not be read"
    if any(table.kind is None for table in view.tables) or reading.tables_recognised < reading.tables_found:
        return "not every table could be recognised"
    return None


def _tables(*kinds: str) -> Report:
    draft = Draft(year=2023)
    for kind in kinds:
        draft.table(kind, [("合计", {})], [("", "合计", "1.00")])
    return draft.report()


@rule(
    "duty.readable",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="公开的文件清晰可读", en="what is published can be read"),
    basis="财预〔2016〕143号：公开方式应便于社会公众查询监督",
    aspect="公开方式",
    passing=lambda: Draft(reading=Reading(pages=2)).report(),
    failing=lambda: Draft(reading=Reading(pages=2, unreadable_pages=(2,))).report(),
)
def readable(view: View) -> Iterator[Outcome]:
    """Every page of what is published can be read. What stands on an unreadable page is missed by nobody: it is not checked."""
    pages = view.report.reading.unreadable_pages
    if not pages:
        yield Passed()
        return
    yield Finding(
        subject="unreadable",
        message=Text(
            zh=f"第{'、'.join(map(str, pages[:20]))}页无法辨认，其内容未核对。",
            en=f"{len(pages)} page(s) cannot be read; nothing on them is checked.",
        ),
        evidence=tuple(Evidence(quote=f"第{page}页", page=page) for page in pages[:5]),
    )


def _level(view: View, kinds: tuple[str, ...], digits: int, word: str) -> Iterator[Outcome]:
    listed = [table for kind in kinds for table in view.tables_by_kind.get(kind, ())]
    codes = [row.code for table in listed for row in table.rows if row.code and row.role is RowRole.DATA]
    if not codes:
        yield NotChecked("no codes could be read") if listed else NotApplicable("the table is not there")
    elif any(len(code) >= digits for code in codes):
        yield Passed()
    elif view.report.reading.unreadable_pages or any(table.doubts for table in listed):
        yield NotChecked("the table could not be read with certainty")
    else:
        yield Finding(
            subject=listed[0].kind or kinds[0],
            message=Text(
                zh=f"“{listed[0].title or kinds[0]}”未细化到{word}级科目。", en=f"The table stops above the level of {word}."
            ),
            evidence=(view.row_evidence(listed[0], listed[0].header_rows),),
        )


def _says_none(view: View, table: Table) -> bool:
    """Whether a line beside the table, or a note, says that there is nothing."""
    near = view.paragraphs[max(0, table.after_paragraph - 3) : table.after_paragraph + 3]
    return any(re.search(r"无|没有|空表|不涉及", words) for words in (*table.notes, *(item.text for item in near)))


def _coded(kind: str, *codes: str) -> Report:
    return Draft().table(kind, [("合计", {})], [(code, f"科目{code}", "1.00") for code in codes]).report()


def _published(day: date) -> Report:
    report = Draft(year=2023).report()
    return report.model_copy(update={"identity": report.identity.model_copy(update={"published": day})})
