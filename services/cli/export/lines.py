"""Discrepancies a line each: CSV, and JSON Lines."""

from __future__ import annotations

import csv
from typing import TextIO

from services.cli.formats.machine import safe
from services.store.exports import Finding

COLUMNS = (
    "issuer", "region", "fiscal_year", "kind", "scope", "title", "url", "severity", "category", "state", "rule", "page", "table",
    "start", "end", "quote", "message", "stated", "expected", "difference", "cause", "basis", "first_seen", "last_seen",
    "discrepancy_id", "report_id", "document",
)  # fmt: skip


class CsvLines:
    """Writes a heading line, then one line a discrepancy, its first evidence as the place. No cell is a formula."""

    def __init__(self, out: TextIO, language: str) -> None:
        self._writer = csv.writer(out)
        self._language = language
        self._writer.writerow(COLUMNS)

    def write(self, finding: Finding) -> None:
        d = finding.discrepancy
        who = d.identity
        place: tuple[object, ...] = (None,) * 5
        if d.evidence:
            e = d.evidence[0]
            table = None if e.table is None else finding.titles.get(e.table) or e.table + 1
            place = (e.page, table, e.start, e.end, e.quote)
        whose = (who.issuer, "/".join(who.region), who.fiscal_year, who.kind, who.scope, who.title, d.url)
        said = (getattr(d.message, self._language), d.stated, d.expected, d.difference)
        why = (getattr(d.cause, self._language) if d.cause else None, d.basis)
        seen = (d.first_seen and d.first_seen.isoformat(), d.last_seen and d.last_seen.isoformat())
        cells = (*whose, d.severity, d.category, d.state, d.rule, *place, *said, *why, *seen)
        self._writer.writerow([safe(cell) for cell in (*cells, d.discrepancy_id, d.report_id, d.document)])


class JsonLines:
    """Writes each discrepancy as the event that stands on the topic (schemas/json), one object a line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, finding: Finding) -> None:
        self._out.write(finding.discrepancy.model_dump_json() + "\n")
