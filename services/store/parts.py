"""What a report and a validation consist of, as rows: by far the most that is stored. Replaced with what they are parts of.

``attrgetter`` makes a row's fields a tuple in C, and rows are made while the server takes the ones before: there are many.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any
from uuid import UUID

from schemas.report import Report
from schemas.validation import Validation
from services.store.rows import Row, box, span

_CELLS = {"__all__": {"row", "column", "rowspan", "colspan", "text", "fact"}}  # a number's place stands with its fact
_CONTENT: Any = {"columns": True, "rows": True, "identities": True, "cells": _CELLS}

_section = attrgetter("kind", "level", "number", "title", "parent", "place.page", "first", "last")
_shape = attrgetter("pages", "after_paragraph", "n_rows", "n_columns", "header_rows", "said_empty", "notes", "doubts")
_dimensions = attrgetter("concept", "measure", "fund", "nature", "function", "economy", "item", "base", "phase", "year")
_number = attrgetter("value", "unit", "decimals", "scale", "text", "source")
_cell = attrgetter("table", "row", "column", "paragraph", "offset")
_check = attrgetter("rule", "outcome", "subject", "reason", "facts", "discrepancy")
_obligation = attrgetter("obligation", "aspect", "outcome", "reason", "basis")


def sections(key: UUID, report: Report) -> Iterator[Row]:
    """The outline."""
    return ((key, i, *_section(section)) for i, section in enumerate(report.outline))


def paragraphs(key: UUID, report: Report) -> Iterator[Row]:
    """The text."""
    for i, p in enumerate(report.paragraphs):
        yield (key, i, p.section, p.text, p.place.page, box(p.place), span(p.place), p.confidence)


def tables(key: UUID, report: Report) -> Iterator[Row]:
    """The tables, each with its grid."""
    for t in report.tables:
        content = t.model_dump_json(include=_CONTENT, exclude_defaults=True)
        yield (key, t.index, t.kind, t.title, t.unit, *_shape(t), content, t.confidence)


def facts(key: UUID, report: Report) -> Iterator[Row]:
    """The facts. Of several statements of the same fact (docs/facts.md) one is preferred: of a table before the text, then the
    one with the most decimals, then the first."""
    same = [_dimensions(fact) for fact in report.facts]
    best: dict[Row, tuple[tuple[bool, int], int]] = {}
    for i, (dimensions, fact) in enumerate(zip(same, report.facts, strict=True)):
        rank = (fact.source == "table", fact.decimals)
        if dimensions not in best or rank > best[dimensions][0]:
            best[dimensions] = rank, i
    preferred = {i for _, i in best.values()}
    for i, (dimensions, fact) in enumerate(zip(same, report.facts, strict=True)):
        p = fact.place
        number = (*_number(fact), i in preferred)
        yield (key, fact.id, *dimensions, *number, p.page, box(p), span(p), *_cell(p), fact.confidence)


def claims(key: UUID, report: Report) -> Iterator[Row]:
    """What sentences state."""
    for c in report.claims:
        said = (c.kind, c.relation, c.partial, c.base, c.subject, json.dumps(c.roles), c.names, c.reason, c.quote)
        yield (key, c.id, *said, c.place.page, box(c.place), span(c.place), c.place.paragraph)


def checks(key: UUID, validation: Validation) -> Iterator[Row]:
    """Every check with its outcome."""
    return ((key, i, *_check(check)) for i, check in enumerate(validation.checks))


def obligations(key: UUID, validation: Validation) -> Iterator[Row]:
    """Every requirement with its outcome."""
    return ((key, i, *_obligation(obligation)) for i, obligation in enumerate(validation.obligations))


PARTS: dict[str, dict[str, Callable[[UUID, Any], Iterator[Row]]]] = {
    "report_version": {
        "section": sections,
        "paragraph": paragraphs,
        "report_table": tables,
        "fact": facts,
        "claim": claims,
    },
    "validation": {"check_outcome": checks, "obligation": obligations},
}
"""By table the tables of its parts, and what makes their rows of the key of the report version and the event."""
