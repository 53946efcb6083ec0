"""SARIF 2.1.0 (OASIS), so that code-review and issue tools can show discrepancies at their place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from schemas.place import Evidence
from schemas.validation import Discrepancy, Severity
from services.cli.inputs import STDIN
from services.cli.outcome import Outcome
from services.validator.registry import rules

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ROUNDING: "note"}


def write_sarif(outcomes: Sequence[Outcome], language: str, out: TextIO) -> None:
    """One run over all documents. An unreadable document is a tool execution notification."""
    used = {d.rule for outcome in outcomes for d in outcome.discrepancies}
    known = {rule.id: rule for rule in rules()}
    order = sorted(used)
    driver = {
        "name": "gouji",
        "version": version("gouji"),
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": getattr(known[name].title, language)},
                "help": {"text": known[name].explanation},
            }
            for name in order
        ],
    }
    problems = [
        {
            "level": "error",
            "descriptor": {"id": o.problem.code},
            "message": {"text": o.problem.said(language)},
            "locations": [_location(o.target, None)],
        }
        for o in outcomes
        if o.problem
    ]
    results = [_result(o.target, d, order.index(d.rule), language) for o in outcomes for d in o.discrepancies]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not problems, "toolExecutionNotifications": problems}],
        "results": results,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    out.write(json.dumps(log, ensure_ascii=False, indent=1) + "\n")


def _result(target: str, d: Discrepancy, index: int, language: str) -> dict[str, Any]:
    return {
        "ruleId": d.rule,
        "ruleIndex": index,
        "level": _LEVEL[d.severity],
        "message": {"text": getattr(d.message, language)},
        "locations": [_location(target, d.evidence[0] if d.evidence else None)],
        "relatedLocations": [{"id": i, **_location(target, e)} for i, e in enumerate(d.evidence[1:], 1)],
        "partialFingerprints": {"discrepancyId/v1": d.discrepancy_id},
        "properties": {"category": d.category.value, "stated": d.stated, "expected": d.expected},
    }


def _location(target: str, evidence: Evidence | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(target)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if evidence is None:
        return location
    if evidence.start is not None and evidence.end is not None:
        length = evidence.end - evidence.start
        physical["region"] = {"charOffset": evidence.start, "charLength": length, "snippet": {"text": evidence.quote}}
    else:
        page = f"page {evidence.page}: " if evidence.page else ""
        location["message"] = {"text": f"{page}{evidence.quote}"}
        location["properties"] = {"page": evidence.page, "box": evidence.box, "table": evidence.table}
    return location


def _uri(target: str) -> str:
    """A valid URI reference (RFC 3986): relative for a relative path, names in Chinese percent-encoded."""
    if target == STDIN or "://" in target:
        return quote(target, safe=":/?#[]@!$&'()*+,;=%~-")
    path = Path(target)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
