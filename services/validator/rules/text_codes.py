"""Names of codes in the tables, held against the classification of the year."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from schemas.report import Report, Table, TableRow
from schemas.taxonomy.codes import economy, functions
from schemas.validation import Category, Severity, Text
from services.validator.labels import bare, bears_another, labelled
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
    sound: set[tuple[str, str]] = set()
    slips: list[tuple[Table, TableRow, str]] = []
    for table, row, classification, code, label in labelled(view):
        if (code, label) in sound:
            continue
        codes = economy() if classification == "economy" else functions()
        own = {entry.name: entry for entry in codes.names(code)}
        if not own:
            continue
        named += 1
        right = codes.name(code, year) or next(iter(own))
        if any(bare(name) == label and entry.valid(year) for name, entry in own.items()):
            sound.add((code, label))
            continue
        if label and label not in {bare(name) for name in own} and bears_another(codes, code, label, year):
            yield Finding(
                subject=f"{table.kind} {code}",
                message=Text(zh=f"科目{code}应为“{right}”，表中写“{row.label}”。", en=f"{code} is {right}, not {row.label}."),
                evidence=(view.row_evidence(table, row.row),),
                stated=row.label,
                expected=right,
            )
        elif label != bare(right) and (
            label in {bare(name) for name in own} or SequenceMatcher(None, label, bare(right)).ratio() >= _ALIKE
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
