"""The list for putting things right of ``gouji export``, of documents just checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from schemas.validation import Severity
from services.cli.export.workbook import SHEETS, Checklist, TooManyDocuments
from services.cli.outcome import Outcome
from services.cli.output import fail, whole
from services.store.exports import Finding


def save_workbook(outcomes: Sequence[Outcome], language: str, file: Path, *, rounding: bool) -> None:
    """Write the workbook: a sheet a document, also of one without discrepancies or that could not be read.

    Ends the command where the file cannot be written, or would have too many sheets.
    """
    book = Checklist(language, datetime.now(UTC).astimezone().date())
    order = list(Severity)
    try:
        for outcome in outcomes:
            report = outcome.report
            titles = {table.index: table.title for table in report.tables if table.title} if report else {}
            shown = [d for d in outcome.discrepancies if rounding or d.severity is not Severity.ROUNDING]
            findings = [Finding(d, titles) for d in sorted(shown, key=lambda d: order.index(d.severity))]
            problem = f"[{outcome.problem.code}] {outcome.problem.said(language)}" if outcome.problem else None
            book.add(findings, identity=report.identity if report else None, name=outcome.name, problem=problem)
        with whole(file) as partial:
            book.save(partial)
    except TooManyDocuments:
        fail(f"more than {SHEETS} documents: check fewer at once, or take --format csv")
    except OSError as error:
        fail(f"cannot write {file}: {error.strerror or error}")
