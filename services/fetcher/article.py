"""What of an article is a document: the page itself, some of its files, or both; and which file belongs to which.

A disclosure is published as an article with the text in the page, as an article that only carries files, or as both. Files
of one article are one report each (a page that collects the reports of many units), or one report and its tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import commonprefix

from services.fetcher.filename import extension

_REPORT = re.compile(r"预算|决算|三公")
_ANNEX = re.compile(r"绩效|自评|评价|名词解释|附表|样表|表格|表$|^表|清单|目录$|政策|办法|批复|通知")
_ANNEX_AT_END = re.compile(r"(?:表|表格|(?:自评|评价)(?:报告|结果|情况)?|批复|通知)$|^表")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_NUMBERING = re.compile(r"^\s*(?:附件|附)?\s*[\d一二三四五六七八九十]*\s*[.．、:：-]*\s*")
_REMARK = re.compile(r"\s*[（(][^（()）]*[)）]\s*$")
_SPREADSHEETS = frozenset({"xls", "xlsx", "xlsm", "et", "ods"})
_SAME_NAME = 0.6  # share of the shorter name: a table and its report are called alike, two units' reports are not
NUMBERS_BESIDE_FILES = 20
"""A page that has files beside it is a document of its own from this many numbers on; fewer are a summary of the files."""
NUMBERS_ALONE = 3
"""A page without files is a document from this many numbers on; fewer are a notice about disclosures."""


@dataclass(frozen=True)
class Document:
    """One document of an article: the page (``main`` is null) or a file, and its annexes, as places in the list of files."""

    main: int | None
    annexes: tuple[int, ...] = ()


def arrange(numbers: int, names: Sequence[str]) -> list[Document]:
    """The documents of an article with ``numbers`` amounts in its page and files called ``names``, in their order.

    Files named like an annex (绩效, …表) and spreadsheets named like a report beside them belong to the report listed
    before them, or else to the first one; where there is no report to belong to, every file is a document, so that nothing
    is lost.
    """
    page = numbers >= (NUMBERS_BESIDE_FILES if names else NUMBERS_ALONE)
    annex = [_is_annex(name) or _is_sheet_of_another(name, names) for name in names]
    reports = [place for place, is_annex in enumerate(annex) if not is_annex]
    if not reports and not page:
        return [Document(place) for place in range(len(names))]
    owned: dict[int | None, list[int]] = {None: []} if page else {}
    owned |= {place: [] for place in reports}
    for place, is_annex in enumerate(annex):
        if is_annex:
            before = [report for report in reports if report < place]
            owned[before[-1] if before else reports[0] if reports else None].append(place)
    return [Document(main, tuple(annexes)) for main, annexes in owned.items()]


def _is_annex(name: str) -> bool:
    """Whether a file's name is that of a table or an explanation, not of a report.

    A table of 预算 or 决算 is named like both: ``…决算公开表.xls`` is an annex, ``…决算.xls`` is the report itself.
    """
    bare = _bare(name)
    return bool((_ANNEX_AT_END if _REPORT.search(bare) else _ANNEX).search(bare))


def _is_sheet_of_another(name: str, names: Sequence[str]) -> bool:
    """Whether a spreadsheet bears the name of a text beside it: the statement tables to its narrative."""
    if not _is_sheet(name):
        return False
    bare = _bare(name)
    others = [_bare(other) for other in names if not _is_sheet(other) and not _is_annex(other)]
    return any(len(commonprefix([bare, other])) >= _SAME_NAME * max(1, min(len(bare), len(other))) for other in others)


def _is_sheet(name: str) -> bool:
    return extension(name) in _SPREADSHEETS


def _bare(name: str) -> str:
    """A name without numbering, extension and closing remark."""
    return _REMARK.sub("", _NUMBERING.sub("", _EXTENSION.sub("", name.strip()))).strip("《》 ")
