"""A batch of events as rows of the tables that are upserted, with the rows that they refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schemas.base import Contract
from schemas.dead_letter import DeadLetter
from schemas.expectation import Expectation
from schemas.raw import RawDocument
from schemas.removal import Removal
from schemas.report import Report
from schemas.validation import Discrepancy, Validation
from services.store import rows
from services.store.columns import COLUMNS
from services.store.told import Told

Rows = dict[str, list[rows.Row]]


def staged(told: Iterable[Told]) -> Rows:
    """The rows by table. One that is referred to and not told of itself is a stub: its key, and null where it is said."""
    out: Rows = defaultdict(list)
    for each in told:
        for table, row in _own(each.event, each):
            out[table].append(row)
        for table, values in _referred(each.event):
            out[table].append(_stub(table, values))
    return out


def _own(event: Contract, told: Told) -> Iterable[tuple[str, rows.Row]]:
    match event:
        case RawDocument():
            yield from (("document", row) for row in rows.documents(event, told))
            yield "document_version", rows.document_version(event, told)
            yield from (("annex", row) for row in rows.annexes(event, told))
        case Removal():
            yield "removal", rows.removal(event, told)
        case Report():
            yield "report", rows.report(event, told)
            yield "report_version", rows.report_version(event, told)
        case Validation():
            yield "report", rows.report(event, told)
            yield "validation", rows.validation(event, told)
        case Discrepancy():
            yield "report", rows.report(event, told)
            yield "discrepancy", rows.discrepancy(event, told)
            yield "discrepancy_event", rows.discrepancy_event(event, told)
        case Expectation():
            yield "expectation", rows.expectation(event, told)
            yield "expectation_event", rows.expectation_event(event, told)
        case DeadLetter():
            yield "dead_letter", rows.dead_letter(event, told)


def _referred(event: Contract) -> Iterable[tuple[str, dict[str, object]]]:
    if isinstance(event, RawDocument | Removal | Report) and event.source:
        yield "source", {"source_id": event.source}
    if isinstance(event, Removal | Report) and event.url:
        sha256 = event.sha256 if isinstance(event, Removal) else event.document
        yield "document_version", {"url": event.url, "version": event.version, "sha256": sha256}
    if isinstance(event, Removal):
        yield "document", {"sha256": event.sha256}
    if isinstance(event, Report | Validation | Discrepancy | Expectation) and event.document:
        yield "document", {"sha256": event.document}
    if isinstance(event, Expectation) and event.report_id:
        yield "report", {"report_id": event.report_id, "region": []}
    if isinstance(event, Validation | Discrepancy):
        version = rows.version_id(event.report_id, event.document)
        yield "report_version", {"version_id": version, "report_id": event.report_id, "document": event.document}


def _stub(table: str, values: dict[str, object]) -> rows.Row:
    return tuple(values.get(column) for column in COLUMNS[table])
