"""Events as rows: plain functions, no database in sight. A row has the columns of ``COLUMNS``, in that order.

What a report and a validation consist of is in ``parts``.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from typing import Any

from asyncpg import Range

from schemas.dead_letter import DeadLetter
from schemas.expectation import Expectation
from schemas.place import Place
from schemas.raw import RawDocument
from schemas.removal import Removal
from schemas.report import Report
from schemas.validation import Discrepancy, Interval, Outcome, Validation
from services.store.told import Told

Row = tuple[Any, ...]
About = Report | Validation | Discrepancy
"""The events that are about one version of a report."""


def version_id(report_id: str, document: str) -> uuid.UUID:
    """The key of a report version: 16 bytes made of its report's id and its document's, the same everywhere."""
    return uuid.UUID(bytes=hashlib.sha256(f"{report_id}\x1f{document}".encode()).digest()[:16])


def documents(raw: RawDocument, told: Told) -> list[Row]:
    """The bytes that a found document and its annexes consist of."""
    files = {annex.sha256: (annex.media_type, annex.size) for annex in raw.annexes} | {raw.sha256: (raw.media_type, raw.size)}
    return [(sha256, *file, *told.mark) for sha256, file in files.items()]


def document_version(raw: RawDocument, told: Told) -> Row:
    """A found document."""
    headers = json.dumps(raw.headers, ensure_ascii=False)
    seen = (raw.source, raw.referrer, raw.link_text, raw.title, raw.published, raw.fetched_at, raw.status)
    return (raw.url, raw.version, raw.sha256, *seen, headers, *told.mark)


def annexes(raw: RawDocument, told: Told) -> list[Row]:
    """The files that belong to a found document, each once."""
    key = (raw.url, raw.version, raw.sha256)
    files = {annex.sha256: (i, annex.url, annex.name) for i, annex in reversed(list(enumerate(raw.annexes)))}
    return [(*key, sha256, *file, *told.mark) for sha256, file in files.items()]


def removal(e: Removal, told: Told) -> Row:
    """That a document is no longer where it was."""
    key = (e.url, e.version, e.sha256, e.absence.value)
    return (*key, e.source, e.moved_to, e.status, e.last_seen, e.noticed_at, *told.mark)


def report(event: About, told: Told) -> Row:
    """Whose the report is that the event is about."""
    i = event.identity
    kind, scope = i.kind and i.kind.value, i.scope and i.scope.value
    return (event.report_id, i.issuer, list(i.region), scope, kind, i.fiscal_year, *told.mark)


def report_version(e: Report, told: Told) -> Row:
    """What was read, as a whole."""
    i, r = e.identity, e.reading
    origin = (e.report_id, e.document, e.url, e.version, e.source, e.fetched_at)
    said = (i.title, i.published, list(i.money_units), list(i.conflicts), json.dumps(e.metadata, ensure_ascii=False))
    pages = (r.reader, r.pages, list(r.unreadable_pages), list(r.ocr_pages), r.tables_found, r.tables_recognised)
    numbers = (r.table_numbers, r.table_numbers_bound, r.narrative_numbers, r.narrative_numbers_bound)
    unbound = json.dumps([m.model_dump(mode="json", exclude_none=True) for m in r.unbound], ensure_ascii=False)
    key = version_id(e.report_id, e.document)
    return (key, *origin, *said, *pages, *numbers, unbound, list(r.warnings), e.parser_version, *told.mark)


def validation(v: Validation, told: Told) -> Row:
    """The outcome of checking, as a whole."""
    c = v.coverage
    coverage = (c.table_numbers, c.table_numbers_checked, c.narrative_numbers, c.narrative_numbers_checked)
    ended = Counter(check.outcome for check in v.checks)
    outcomes = [
        ended[outcome]
        for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.ROUNDING, Outcome.NOT_APPLICABLE, Outcome.NOT_CHECKED)
    ]
    found = (v.errors, v.warnings, v.roundings)
    return (version_id(v.report_id, v.document), v.validated_at, v.ruleset, *coverage, *outcomes, *found, *told.mark)


def discrepancy(d: Discrepancy, told: Told) -> Row:
    """A discrepancy as it stands after this event."""
    cause_zh, cause_en = (d.cause.zh, d.cause.en) if d.cause else (None, None)
    evidence = json.dumps([e.model_dump(mode="json", exclude_none=True) for e in d.evidence], ensure_ascii=False)
    return (
        *(d.discrepancy_id, d.report_id, version_id(d.report_id, d.document), d.url, d.rule, d.rule_version),
        *(d.category.value, d.severity.value, d.state.value, d.subject, d.stated, d.expected, d.difference),
        *(*_bounds(d.stated_interval), *_bounds(d.expected_interval), d.message.zh, d.message.en, cause_zh, cause_en, d.basis),
        *(list(d.broken), [e.quote for e in d.evidence], evidence, d.first_seen, d.last_seen, *told.mark),
    )


def discrepancy_event(d: Discrepancy, told: Told) -> Row:
    """The event itself, for the history."""
    what = (d.severity.value, d.rule_version, d.stated, d.expected, d.difference, d.message.zh, d.message.en)
    content = uuid.UUID(bytes=hashlib.sha256(repr(what).encode()).digest()[:16])
    return (d.discrepancy_id, version_id(d.report_id, d.document), d.state.value, content, *what, d.last_seen, *told.mark)


def expectation(e: Expectation, told: Told) -> Row:
    """How an expected disclosure stands after this event."""
    whose = (e.expectation_id, e.issuer, list(e.region), e.kind.value, e.scope.value, e.fiscal_year)
    return (*whose, e.due, e.basis, e.standing.value, e.published, e.report_id, e.document, e.url, e.noticed_at, *told.mark)


def expectation_event(e: Expectation, told: Told) -> Row:
    """The event itself, for the history."""
    which = (e.report_id, e.document, e.url)
    return (e.expectation_id, e.noticed_at, e.standing.value, e.due, e.basis, e.published, *which, *told.mark)


def dead_letter(e: DeadLetter, told: Told) -> Row:
    """A dead letter; what the message was about is in its headers."""
    headers = {name: value.decode("utf-8", "replace").replace("\0", "�") for name, value in e.headers}
    why = (e.stage, e.failure.value, e.code, e.reason, e.traceback)
    about = (headers.get("ce_type"), headers.get("ce_subject"))
    return (e.topic, e.partition, e.offset, *why, *about, e.failed_at, e.attempts, *told.mark)


def span(place: Place) -> Range[int] | None:
    """Code points in the decoded text, where there is one."""
    if place.start is None or place.end is None:
        return None
    return Range(place.start, place.end)


def box(place: Place) -> list[float] | None:
    """Left, top, right and bottom in points."""
    return list(place.box) if place.box else None


def _bounds(interval: Interval | None) -> tuple[Any, Any]:
    return (interval.low, interval.high) if interval else (None, None)
