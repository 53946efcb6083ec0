"""What a report and a validation consist of, as rows: by far the most that is stored. Replaced with what they are parts of.

``attrgetter`` makes a row's fields a tuple in C: there are hundreds of thousands of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from schemas.report import Fact, Report
from schemas.validation import Validation
from services.store.rows import Row, box, span, version_id

_CELLS = {"__all__": {"row", "column", "rowspan", "colspan", "text", "fact"}}  # a number's place stands with its fact
_CONTENT: Any = {"columns": True, "rows": True, "identities": True, "cells": _CELLS}

_section = attrgetter("kind", "level", "number", "title", "parent", "place.page", "first", "last")
_dimensions = attrgetter("concept", "measure", "fund", "nature", "function", "economy", "item", "base", "phase", "year")
_number = attrgetter("value", "unit", "decimals", "scale", "text", "source")
_cell = attrgetter("table", "row", "column", "paragraph", "offset")
_check = attrgetter("rule", "outcome", "subject", "reason", "facts", "discrepancy")
_obligation = attrgetter("obligation", "aspect", "outcome", "reason", "basis")


def of_report(report: Report) -> Iterator[tuple[str, list[Row]]]:
    """``(table, rows)`` of everything that a report version consists of."""
    key = version_id(report.report_id, report.document)
    yield "section", [(key, i, *_section(section)) for i, section in enumerate(report.outline)]
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
        shape = (t.pages, t.after_paragraph, t.n_rows, t.n_columns, t.header_rows, t.said_empty)
        tables.append((key, t.index, t.kind, t.title, t.unit, *shape, t.notes, t.doubts, content, t.confidence))
    yield "report_table", tables
    yield "fact", [(key, *row) for row in _facts(report.facts)]
    claims: list[Row] = []
    for c in report.claims:
        said = (c.kind, c.relation, c.partial, c.base, c.subject, json.dumps(c.roles), c.names, c.reason, c.quote)
        claims.append((key, c.id, *said, c.place.page, box(c.place), span(c.place), c.place.paragraph))
    yield "claim", claims


def of_validation(v: Validation) -> Iterator[tuple[str, list[Row]]]:
    """``(table, rows)`` of everything that a validation consists of."""
    key = version_id(v.report_id, v.document)
    yield "check_outcome", [(key, i, *_check(check)) for i, check in enumerate(v.checks)]
    yield "obligation", [(key, i, *_obligation(obligation)) for i, obligation in enumerate(v.obligations)]


def _facts(facts: tuple[Fact, ...]) -> Iterator[Row]:
    """The facts without their key. Of several statements of the same fact (docs/facts.md) one is preferred: of a table before
    the text, then the one with the most decimals, then the first."""
    same = [_dimensions(fact) for fact in facts]
    best: dict[Row, tuple[tuple[bool, int], int]] = {}
    for i, (dimensions, fact) in enumerate(zip(same, facts, strict=True)):
        rank = (fact.source == "table", fact.decimals)
        if dimensions not in best or rank > best[dimensions][0]:
            best[dimensions] = rank, i
    preferred = {i for _, i in best.values()}
    for i, (dimensions, fact) in enumerate(zip(same, facts, strict=True)):
        p = fact.place
        yield (fact.id, *dimensions, *_number(fact), i in preferred, p.page, box(p), span(p), *_cell(p), fact.confidence)
