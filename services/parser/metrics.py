"""Every metric of the parser, declared once with its meaning, and how a report is counted."""

from __future__ import annotations

from prometheus_client import Counter

from schemas.report import Report
from services.runtime.metrics import REGISTRY

REPORTS = Counter(
    "gouji_parser_reports_total",
    "Reports read. identity: known, or unknown where issuer, kind or fiscal year could not be established.",
    ["source", "identity"],
    registry=REGISTRY,
)
PAGES = Counter(
    "gouji_parser_pages_total",
    "Pages of the reports read. reading: text (a text layer), ocr (recognised from an image), unreadable.",
    ["source", "reading"],
    registry=REGISTRY,
)
TABLES = Counter(
    "gouji_parser_tables_total",
    "Tables found in the reports read. kind: recognised as a kind of statement, or unrecognised.",
    ["kind"],
    registry=REGISTRY,
)
NUMBERS = Counter(
    "gouji_parser_numbers_total",
    "Numbers found in the reports read. place: table or narrative; fate: bound to a fact, or unbound.",
    ["place", "fate"],
    registry=REGISTRY,
)


def count(report: Report) -> None:
    """Count a report that was read; one that is read again, after a crash, counts again."""
    source, identity, reading = report.source or "", report.identity, report.reading
    known = identity.issuer is not None and identity.kind is not None and identity.fiscal_year is not None
    for label, number in (("known", int(known)), ("unknown", int(not known))):
        REPORTS.labels(source, label).inc(number)
    unreadable, recognised = len(reading.unreadable_pages), len(set(reading.ocr_pages) - set(reading.unreadable_pages))
    PAGES.labels(source, "unreadable").inc(unreadable)
    PAGES.labels(source, "ocr").inc(recognised)
    PAGES.labels(source, "text").inc(max(0, reading.pages - unreadable - recognised))
    TABLES.labels("recognised").inc(reading.tables_recognised)
    TABLES.labels("unrecognised").inc(reading.tables_found - reading.tables_recognised)
    for place, found, bound in (
        ("table", reading.table_numbers, reading.table_numbers_bound),
        ("narrative", reading.narrative_numbers, reading.narrative_numbers_bound),
    ):
        NUMBERS.labels(place, "bound").inc(bound)
        NUMBERS.labels(place, "unbound").inc(found - bound)
