"""Names of codes in the tables, held against the classification of the year."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from schemas.report import Report, RowRole, Table, TableRow
from schemas.taxonomy.codes import Codes, economy, functions, normal_name
from schemas.taxonomy.tables import table_kinds
from schemas.validation import Category, Severity, Text
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.view import View

_ALIKE = 0.6  # of two names the share of common characters from which one is the other with a slip


def _example(label: str) -> Report:
    return (
        Draft()
        .table("general_expenditure", [("合计", {})], [("210", "卫生健康支出", "1.00"), ("2101101", label, "1.00")])
        .report()
    )


@rule(
    "text.code-label",
    category=Category.SEMANTIC,
    title=Text(zh="表中科目名称与编码不符", en="a name that does not fit its code"),
    basis="政府收支分类科目（当年）",
    passing=lambda: _example("行政单位医疗"),
    failing=lambda: _example("事业单位医疗"),
)
def code_label(view: View) -> Iterator[Finding | NotApplicable | NotChecked | Passed]:
    """A line of a statement bears a code and its name in the fiscal year's classification (``schemas/taxonomy``).

    The name of another code is an error; a superseded name, or the right one with a slip, a warning (one a document). A name or
    a code that is not recorded is unknown, never wrong; the line of a table that could not be read with certainty is not judged.
    """
    year = view.year
    named = 0
    sound: set[tuple[str | None, str]] = set()
    slips: list[tuple[Table, TableRow, str]] = []
    for table in view.tables:
        kind = table_kinds()[table.kind] if table.kind else None
        if kind is None or kind.form != "statement" or table.doubts or table.confidence < 1:
            continue
        codes = economy() if kind.codes == "economy" else functions()
        for row in table.rows:
            if not row.code or row.role is not RowRole.DATA:
                continue
            label = _bare(row.label)
            if (row.code, label) in sound:
                continue
            own = {entry.name: entry for entry in codes.names(row.code)}
            if not own:
                continue
            named += 1
            right = codes.name(row.code, year) or next(iter(own))
            if any(_bare(name) == label and entry.valid(year) for name, entry in own.items()):
                sound.add((row.code, label))
                continue
            if label and label not in {_bare(name) for name in own} and _another(codes, row, label, year):
                yield Finding(
                    subject=f"{table.kind} {row.code}",
                    message=Text(
                        zh=f"科目{row.code}应为“{right}”，表中写“{row.label}”。", en=f"{row.code} is {right}, not {row.label}."
                    ),
                    evidence=(view.row_evidence(table, row.row),),
                    stated=row.label,
                    expected=right,
                )
            elif label != _bare(right) and (
                label in {_bare(name) for name in own} or SequenceMatcher(None, label, _bare(right)).ratio() >= _ALIKE
            ):
                slips.append((table, row, right))
    if slips:
        shown = "、".join(dict.fromkeys(f"{row.code}“{row.label}”应为“{right}”" for _, row, right in slips))
        yield Finding(
            subject="科目名称",
            message=Text(
                zh=f"表中科目名称与当年科目不符：{shown[:200]}。", en=f"{len(slips)} name(s) are not those of the year."
            ),
            evidence=tuple(view.row_evidence(table, row.row) for table, row, _ in slips[:8]),
            stated=slips[0][1].label,
            expected=slips[0][2],
            severity=Severity.WARNING,
        )
    elif named:
        yield Passed("科目名称")
    else:
        yield NotApplicable("no codes of the classification in statements")


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """A name without 支出 at its end and what stands in brackets after it (事业运行（政府办公厅）)."""
    words = normal_name(name)
    return words.split("(")[0].removesuffix("支出") if words.endswith(")") else words.removesuffix("支出")


def _another(codes: Codes, row: TableRow, label: str, year: int | None) -> bool:
    """Whether the name is recorded for one other code of the same level and parent."""
    code = row.code or ""
    parent = code[: {3: 0, 5: 3, 7: 5}.get(len(code), 0)]
    found = codes.code(label, year, digits=len(code), under=parent)
    return found is not None and found != code
