"""JSON and CSV."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, TextIO

from services.cli.outcome import Outcome

COLUMNS = (
    "document",
    "severity",
    "category",
    "rule",
    "stated",
    "expected",
    "difference",
    "page",
    "start",
    "end",
    "quote",
    "message",
    "cause",
    "basis",
)


FORMULA = "=+-@\t\r\n＝＋－＠"
"""What a formula begins with, full-width forms included."""


def as_json(outcome: Outcome) -> dict[str, Any]:
    """One document's outcome as plain JSON values."""
    out: dict[str, Any] = {"document": outcome.name}
    if outcome.problem is not None:
        why = {"code": outcome.problem.code, "reason": {"zh": outcome.problem.zh, "en": outcome.problem.en}}
        return {**out, "error": why, "discrepancies": []}
    assert outcome.report is not None and outcome.validation is not None
    reading = outcome.report.reading.model_dump(mode="json", exclude={"unbound"})
    checks = Counter(check.outcome.value for check in outcome.validation.checks)
    return {
        **out,
        "sha256": outcome.report.document,
        "report_id": outcome.report.report_id,
        "identity": outcome.report.identity.model_dump(mode="json"),
        "reading": {**reading, "unbound": len(outcome.report.reading.unbound)},
        "settings": [setting.model_dump() for setting in outcome.validation.settings],
        "coverage": outcome.validation.coverage.model_dump(mode="json"),
        "checks": dict(sorted(checks.items())),
        "obligations": [o.model_dump(mode="json", exclude_none=True) for o in outcome.validation.obligations],
        "discrepancies": [
            d.model_dump(mode="json", exclude_none=True, exclude={"identity", "report_id", "document", "first_seen", "last_seen"})
            for d in outcome.discrepancies
        ],
    }


def write_json(outcomes: Sequence[Outcome], out: TextIO) -> None:
    """One document: an indented object. Several: one object a line."""
    if len(outcomes) == 1:
        out.write(json.dumps(as_json(outcomes[0]), ensure_ascii=False, indent=1) + "\n")
        return
    for outcome in outcomes:
        out.write(json.dumps(as_json(outcome), ensure_ascii=False) + "\n")


def safe(text: object) -> str:
    """A CSV cell that no spreadsheet takes for a formula (OWASP: CSV injection); numbers with a sign stay numbers."""
    value = "" if text is None else str(text)
    number = value.lstrip("+-").replace(",", "").replace(".", "", 1).rstrip("%").isdigit()
    return "'" + value if value[:1] in FORMULA and value and not number else value


def write_csv(outcomes: Sequence[Outcome], language: str, out: TextIO) -> None:
    """One line a discrepancy, its first evidence as the place; an unreadable document is a line of severity ``unreadable``."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for outcome in outcomes:
        name = outcome.name
        if outcome.problem is not None:
            row = dict.fromkeys(COLUMNS, "") | {"document": name, "severity": "unreadable", "rule": outcome.problem.code}
            writer.writerow([safe(cell) for cell in (row | {"message": outcome.problem.said(language)}).values()])
        for d in outcome.discrepancies:
            first = d.evidence[0] if d.evidence else None
            place = (first.page, first.start, first.end, first.quote) if first else ("", "", "", "")
            cause = getattr(d.cause, language) if d.cause else ""
            cells = (name, d.severity.value, d.category.value, d.rule, d.stated, d.expected, d.difference)
            writer.writerow([safe(cell) for cell in (*cells, *place, getattr(d.message, language), cause, d.basis)])
