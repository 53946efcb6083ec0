"""Lines of a table that stand beside their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.report import Report
from schemas.validation import Category, Severity, Text
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_SHIFTED = re.compile(r"lines ([\d, ]+) shifted against the header")


def _table(doubt: str) -> Report:
    report = Draft().table("general_expenditure", [("合计", {})], [("201", "一般公共服务支出", "30.00")]).report()
    tables = (report.tables[0].model_copy(update={"doubts": (doubt,)}),)
    return report.model_copy(update={"tables": tables})


@rule(
    "table.shifted-lines",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="表中有行与表头错列", en="lines of a table stand one column beside their headers"),
    basis="财预〔2016〕143号：公开的报表应当完整、清晰",
    passing=lambda: _table("the unit is that of the other tables"),
    failing=lambda: _table("lines 1 shifted against the header: realigned so that the totals close"),
)
def shifted_lines(view: View) -> Iterator[Finding]:
    """Some lines of a table stand one column or more beside the others and the header, as its totals show: a reader takes the
    amount of one column for that of another. It was read as it must be meant; it is pointed out once a table.
    """
    for table in view.tables:
        for doubt in table.doubts:
            match = _SHIFTED.match(doubt)
            if match is None:
                continue
            rows = [int(row) for row in match[1].replace(",", " ").split()]
            yield Finding(
                subject=title(table),
                stated="、".join(str(row) for row in rows),
                message=Text(
                    zh=f"“{table.title or title(table)}”有{len(rows)}行与表头错列。",
                    en=f"{len(rows)} line(s) of the table stand beside their columns.",
                ),
                evidence=tuple(view.row_evidence(table, row) for row in rows[:8]),
            )
