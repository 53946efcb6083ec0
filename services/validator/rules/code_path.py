"""The path 类, 款, 项 of an item in the text, held against the classification itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from schemas.report import Report, SectionKind
from schemas.taxonomy.codes import LEVELS, functions, normal_name
from schemas.validation import Category, Severity, Text
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

_STATEMENTS = ("general_expenditure", "gov_fund", "state_capital", "fiscal_expenditure")
_SHARED = ("基金", "债", "彩票", "安排", "其他", "预备")  # names that stand under more classes than are recorded


def _example(section: str) -> Report:
    return Draft().paragraph(f"4.住房保障支出（类）{section}（款）住房公积金（项）年初预算为12.10万元。").report()


@rule(
    "text.code-path",
    category=Category.SEMANTIC,
    title=Text(zh="款、项不属于所写的类、款", en="a 款 or 项 that is not of the 类 or 款 before it"),
    basis="政府收支分类科目（按年度）",
    passing=lambda: _example("住房改革支出"),
    failing=lambda: _example("行政事业单位医疗"),
)
def code_path(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """某支出（类）某事务（款）某项目（项） is a path of the classification: the 款 is one of the 类, the 项 one of the 款.

    Asked where the document has no table that names the codes (``text.code-name`` asks it there). A 款 or 项 is wrong whose
    name is recorded, of any year, under others only; or a 款 with the name of a 类. Names that many have (其他…, funds),
    items whose name does not tell their 款 and names that are not recorded are not judged. A warning in the glossary.
    """
    if any(row.code for kind in _STATEMENTS for table in view.tables_by_kind.get(kind, ()) for row in table.rows):
        yield NotApplicable("a table of the document names the codes")
        return
    text = prose(view)
    known = 0
    for chain in text.chains:
        wrong = None if not chain.section else _astray(chain.category, chain.section, chain.item)
        known += wrong is not None
        if not wrong:
            continue
        level, name, right = wrong
        yield Finding(
            subject=f"{chain.category}{chain.section}{chain.item or ''}",
            message=Text(
                zh=f"“{name}（{level}）”不属于所写的上级科目，应为“{right}”之下。",
                en=f"“{name}” is not of what is written before it, but of {right}.",
            ),
            evidence=(text.evidence(view, chain.start, chain.end),),
            stated=text.text[chain.start : chain.end],
            expected=right,
            severity=Severity.WARNING if text.parts[chain.paragraph] == SectionKind.GLOSSARY else Severity.ERROR,
        )
    if known:
        yield Passed("科目路径")


@lru_cache(maxsize=4096)
def _astray(category: str, section: str, item: str | None) -> tuple[str, str, str] | tuple[()] | None:
    """Level, name and right parent of what is out of its place; empty where all is in place; null where nothing is known."""
    classes, sections = _codes("类").get(_bare(category), set()), _codes("款").get(_bare(section), set())
    if not classes or any(word in section for word in _SHARED):
        return None
    if not sections:
        recorded = any(code[:3] in classes for codes in _codes("款").values() for code in codes)
        return ("款", section, _label(min(classes))) if recorded and _bare(section) in _codes("类") else None
    if not any(code[:3] in classes for code in sections):
        return "款", section, _label(min(sections)[:3])
    items = set() if item is None or any(word in item for word in _SHARED) else _codes("项").get(_bare(item), set())
    if items and not any(code[:5] in sections for code in items) and all(_told_by(item or "", code[:5]) for code in items):
        return "项", item or "", _label(min(items)[:5])
    return ()


_PLAIN = frozenset(("事务", "支出", "单位", "行政", "事业", "管理", "服务", "运行", "机构", "机关", "业务", "建设", "发展"))


def _told_by(item: str, section: str) -> bool:
    """An item whose name says of which 款 it is (行政单位医疗 of 行政事业单位医疗); others (专项业务) may stand under more than
    are recorded."""
    parent = _label(section)
    return any(item[at : at + 2] in parent and item[at : at + 2] not in _PLAIN for at in range(len(item) - 1))


def _label(code: str) -> str:
    return functions().name(code) or next((entry.name for entry in functions().names(code)), code)


@cache
def _codes(level: str) -> dict[str, set[str]]:
    """The codes of a level by their bare names, of all years."""
    found: dict[str, set[str]] = {}
    for entry in functions().entries:
        if len(entry.code) == LEVELS[level]:
            found.setdefault(_bare(entry.name), set()).add(entry.code)
    return found


def _bare(name: str) -> str:
    return normal_name(name).removesuffix("支出")
