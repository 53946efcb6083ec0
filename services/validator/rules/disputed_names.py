"""One code, two names: a line of one table bears the name of another code, the other tables the right one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from schemas.report import Report, Table, TableRow
from schemas.taxonomy.codes import economy, functions
from schemas.validation import Category, Text
from services.validator.labels import bare, bears_another, labelled
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

_USUAL = 2  # tables that agree on a code's name
_ALIKE = 0.6  # of two names the share of common characters from which one is the other, cut off or with a slip


def _example(label: str) -> Report:
    draft = Draft()
    for kind, name in (("income", "住房公积金"), ("expenditure", label), ("general_expenditure", "住房公积金")):
        draft.table(kind, [("合计", {})], [("2101102", "事业单位医疗", "2.00"), ("2210201", name, "1.00")])
    return draft.report()


@rule(
    "table.disputed-name",
    category=Category.SEMANTIC,
    title=Text(zh="同一科目编码在各表中的名称应一致", en="a code bears one name in all tables"),
    basis="政府收支分类科目（当年）",
    passing=lambda: _example("住房公积金"),
    failing=lambda: _example("事业单位医疗"),
)
def disputed_name(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """Two statements or more call a code by one name, and one line calls it by the name of another code, of the classification
    or of the document's own tables: its name was copied from another line. Names that are alike (cut off, old, with a slip) and
    tables that could not be read with certainty are not judged, nor names that ``text.code-label`` knows to be wrong.
    """
    lines: dict[tuple[str, str], list[tuple[Table, TableRow, str]]] = defaultdict(list)
    for table, row, codes, code, name in labelled(view):
        if name:
            lines[codes, code].append((table, row, name))
    if not any(len(rows) > _USUAL for rows in lines.values()):
        yield NotApplicable("no code stands in three tables")
        return
    usual: dict[tuple[str, str], str] = {}
    disputed: list[tuple[str, str]] = []
    for key, rows in lines.items():
        name, times = rows[0][2], len(rows)
        if any(other != name for *_, other in rows):
            (name, times), *_ = Counter(other for *_, other in rows).most_common(1)
            disputed.append(key)
        if times >= _USUAL:
            usual[key] = name
    names = set(usual.values())
    clean = True
    for codes, code in disputed:
        rows, right = lines[codes, code], usual.get((codes, code))
        odd = [(table, row, name) for table, row, name in rows if name != right]
        if right is None or len(odd) != 1:
            continue
        table, row, name = odd[0]
        known = name in names or name in _recorded()
        if not known or right in name or name in right or SequenceMatcher(None, name, right).ratio() >= _ALIKE:
            continue
        if functions().names(code) and bears_another(functions(), code, name, view.year):
            continue  # text.code-label says it
        clean = False
        yield Finding(
            subject=f"{table.kind} {code}",
            message=Text(
                zh=f"科目{code}在其他表中为“{right}”，此表写“{row.label.strip()}”。",
                en=f"{code} is {right} in the other tables, and {row.label.strip()} in this one.",
            ),
            evidence=tuple(view.row_evidence(where, line.row) for where, line, _ in (odd[0], *rows[:2]))[:3],
            stated=row.label.strip(),
            expected=right,
        )
    if clean:
        yield Passed("科目名称")


@lru_cache(maxsize=1)
def _recorded() -> frozenset[str]:
    return frozenset(bare(entry.name) for codes in (functions(), economy()) for entry in codes.entries)
