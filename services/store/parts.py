"""What a report and a validation consist of, as rows: by far the most that is stored. Replaced with what they are parts of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from schemas.report import Fact, Report
from schemas.validation import Validation
from services.store.rows import Row, box, span, version_id

_CELL = {"row", "column", "rowspan", "colspan", "text", "fact"}
_CONTENT: Any = {
    "columns": True,
    "rows": True,
    "identities": True,
    "cells": {"__all__": {**dict.fromkeys(_CELL, True), "place": {"page", "box"}}},
}


def of_report(report: Report) -> Iterator[tuple[str, list[Row]]]:
    """``(table, rows)`` of everything that a report version consists of."""
    key = version_id(report.report_id, report.document)
    yield (
        "section",
        [
            (key, i, s.kind.value, s.level, s.number, s.title, s.parent, s.place.page, s.first, s.last)
            for i, s in enumerate(report.outline)
        ],
    )
    yield (
        "paragraph",
        [
            (key, i, p.section, p.text, p.place.page, box(p.place), span(p.place), p.confidence)
            for i, p in enumerate(report.paragraphs)
        ],
    )
    tables: list[Row] = []
    for t in report.tables:
        content = t.model_dump_json(include=_CONTENT, exclude_defaults=True)
        shape = (list(t.pages), t.after_paragraph, t.n_rows, t.n_columns, t.header_rows, t.said_empty)
        tables.append((key, t.index, t.kind, t.title, t.unit, *shape, list(t.notes), list(t.doubts), content, t.confidence))
    yield "report_table", tables
    best = _preferred(report.facts)
    yield "fact", [(key, *_fact(fact, fact.id in best)) for fact in report.facts]
    claims: list[Row] = []
    for c in report.claims:
        said = (c.kind.value, c.relation, c.partial, c.base, c.subject, json.dumps(c.roles), list(c.names), c.reason, c.quote)
        claims.append((key, c.id, *said, c.place.page, box(c.place), span(c.place), c.place.paragraph))
    yield "claim", claims


def of_validation(v: Validation) -> Iterator[tuple[str, list[Row]]]:
    """``(table, rows)`` of everything that a validation consists of."""
    key = version_id(v.report_id, v.document)
    yield (
        "check_outcome",
        [(key, i, c.rule, c.outcome.value, c.subject, c.reason, list(c.facts), c.discrepancy) for i, c in enumerate(v.checks)],
    )
    yield (
        "obligation",
        [(key, i, o.obligation, o.aspect, o.outcome.value, o.reason, o.basis) for i, o in enumerate(v.obligations)],
    )


def _preferred(facts: tuple[Fact, ...]) -> set[str]:
    """Of several statements of the same fact (docs/facts.md) the one to show: of a table before the text, then the one with
    the most decimals, then the first."""
    best: dict[Row, tuple[bool, int]] = {}
    ids: dict[Row, str] = {}
    for fact in facts:
        same, rank = _dimensions(fact), (fact.source == "table", fact.decimals)
        if same not in best or rank > best[same]:
            best[same], ids[same] = rank, fact.id
    return set(ids.values())


def _dimensions(f: Fact) -> Row:
    phase = f.phase and f.phase.value
    return (f.concept, f.measure.value, f.fund, f.nature, f.function, f.economy, f.item, f.base, phase, f.year)


def _fact(f: Fact, preferred: bool) -> Row:
    p = f.place
    number = (f.value, f.unit, f.decimals, f.scale, f.text, f.source, preferred)
    place = (p.page, box(p), span(p), p.table, p.row, p.column, p.paragraph, p.offset)
    return (f.id, *_dimensions(f), *number, *place, f.confidence)
