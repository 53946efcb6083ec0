"""Events as rows: plain functions, no database in sight. A row has the columns of ``COLUMNS``, in that order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from asyncpg import Range

from schemas.base import Contract
from schemas.dead_letter import DeadLetter
from schemas.place import Place
from schemas.raw import RawDocument
from schemas.report import Fact, Report
from schemas.validation import Discrepancy, Validation

Row = tuple[Any, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(names.split())
    for table, names in {
        "source": "source_id",
        "document": "sha256",
        "document_version": "url version sha256 source_id referrer link_text title published fetched_at status headers annexes",
        "report": "report_id issuer region scope kind fiscal_year",
        "report_version": "report_id document url source_id version fetched_at title published money_units conflicts metadata "
        "reading parser_version digest",
        "section": "report_id document position kind level number title parent page",
        "report_table": "report_id document position kind title unit pages n_rows n_columns said_empty doubts content",
        "fact": "report_id document fact_id concept measure fund nature function economy item phase year value unit decimals "
        "scale text source page span table_position table_row table_column confidence",
        "claim": "report_id document claim_id kind relation partial base subject roles reason quote page",
        "validation": "report_id document validated_at ruleset table_numbers table_numbers_checked narrative_numbers "
        "narrative_numbers_checked errors warnings roundings digest",
        "check_outcome": "report_id document position rule outcome subject reason facts discrepancy_id",
        "obligation": "report_id document obligation aspect outcome reason basis",
        "discrepancy": "discrepancy_id report_id document url rule rule_version category severity state subject stated expected "
        "difference message_zh message_en cause_zh cause_en basis broken evidence first_seen last_seen",
        "discrepancy_event": "discrepancy_id document state seen_at event",
        "dead_letter": "topic partition offset stage failure code reason traceback failed_at attempts",
    }.items()
}


def digest(event: Contract) -> bytes:
    """Tells a repeat of an event from another one with the same key."""
    return hashlib.sha256(event.model_dump_json(exclude={"validated_at"}).encode()).digest()


def document_version(raw: RawDocument) -> Row:
    """The row of a found document."""
    headers = json.dumps(raw.headers, ensure_ascii=False)
    annexes = json.dumps([annex.model_dump() for annex in raw.annexes], ensure_ascii=False)
    seen = (raw.referrer, raw.link_text, raw.title, raw.published, raw.fetched_at, raw.status)
    return (raw.url, raw.version, raw.sha256, raw.source, *seen, headers, annexes)


def report_version(report: Report, mark: bytes) -> Row:
    """The row of a report version; ``mark`` is its digest."""
    identity = report.identity
    return (
        report.report_id,
        report.document,
        report.url,
        report.source,
        report.version,
        report.fetched_at,
        identity.title,
        identity.published,
        list(identity.money_units),
        list(identity.conflicts),
        json.dumps(report.metadata, ensure_ascii=False),
        report.reading.model_dump_json(),
        report.parser_version,
        mark,
    )


def report_children(report: Report) -> Iterator[tuple[str, list[Row]]]:
    """``(table, rows)`` of everything that belongs to a report version."""
    key = (report.report_id, report.document)
    yield (
        "section",
        [(*key, i, s.kind.value, s.level, s.number, s.title, s.parent, s.place.page) for i, s in enumerate(report.outline)],
    )
    tables: list[Row] = []
    for t in report.tables:
        content = t.model_dump_json(include={"columns", "rows", "notes", "identities", "header_rows"})
        shape = (list(t.pages), t.n_rows, t.n_columns, t.said_empty, list(t.doubts))
        tables.append((*key, t.index, t.kind, t.title, t.unit, *shape, content))
    yield "report_table", tables
    yield "fact", [(*key, *_fact(fact)) for fact in report.facts]
    claims: list[Row] = []
    for c in report.claims:
        roles = json.dumps({role: list(ids) for role, ids in c.roles.items()})
        claims.append(
            (*key, c.id, c.kind.value, c.relation, c.partial, c.base, c.subject, roles, c.reason, c.quote, c.place.page)
        )
    yield "claim", claims


def _fact(f: Fact) -> Row:
    dimensions = (f.concept, f.measure.value, f.fund, f.nature, f.function, f.economy, f.item, f.phase and f.phase.value, f.year)
    place = (f.place.page, _span(f.place), f.place.table, f.place.row, f.place.column)
    return (f.id, *dimensions, f.value, f.unit, f.decimals, f.scale, f.text, f.source, *place, f.confidence)


def validation(v: Validation, mark: bytes) -> Row:
    """The row of a validation; ``mark`` is its digest."""
    c = v.coverage
    coverage = (c.table_numbers, c.table_numbers_checked, c.narrative_numbers, c.narrative_numbers_checked)
    return (v.report_id, v.document, v.validated_at, v.ruleset, *coverage, v.errors, v.warnings, v.roundings, mark)


def validation_children(v: Validation) -> Iterator[tuple[str, list[Row]]]:
    """``(table, rows)`` of everything that belongs to a validation."""
    key = (v.report_id, v.document)
    yield (
        "check_outcome",
        [(*key, i, c.rule, c.outcome.value, c.subject, c.reason, list(c.facts), c.discrepancy) for i, c in enumerate(v.checks)],
    )
    yield "obligation", [(*key, o.obligation, o.aspect, o.outcome.value, o.reason, o.basis) for o in v.obligations]


def discrepancy(d: Discrepancy) -> Row:
    """The row of a discrepancy as it stands after this event."""
    cause_zh, cause_en = (d.cause.zh, d.cause.en) if d.cause else (None, None)
    evidence = json.dumps([e.model_dump(mode="json", exclude_none=True) for e in d.evidence], ensure_ascii=False)
    return (
        *(d.discrepancy_id, d.report_id, d.document, d.url, d.rule, d.rule_version),
        *(d.category.value, d.severity.value, d.state.value, d.subject, d.stated, d.expected, d.difference),
        *(d.message.zh, d.message.en, cause_zh, cause_en, d.basis, list(d.broken), evidence, d.first_seen, d.last_seen),
    )


def discrepancy_event(d: Discrepancy) -> Row:
    """The row of the event itself, for the history."""
    return (d.discrepancy_id, d.document, d.state.value, d.last_seen, d.model_dump_json())


def dead_letter(e: DeadLetter) -> Row:
    """The row of a dead letter."""
    why = (e.stage, e.failure.value, e.code, e.reason, e.traceback)
    return (e.topic, e.partition, e.offset, *why, e.failed_at, e.attempts)


def _span(place: Place) -> Range[int] | None:
    if place.start is None or place.end is None:
        return None
    return Range(place.start, place.end)
