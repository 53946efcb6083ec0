"""Where tables without any rules begin and end: below a line with the unit, as far as rows follow each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.parser.readers.pdf.lines import Line
from services.parser.readers.pdf.page import Rule

FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+%?")
_UNIT = re.compile(r"单位[:：]|[(（]?(?:万元|元)[)）]?$")
_FIRST = re.compile(r"[一二三四五六七八九十]+、|\d{3}(?:\d\d){0,2}\b|[合总]\s*计\b|栏\s*次")  # a row without figures
_NOTE = re.compile(r"\s*(?:注|说明|备注)[:：]|.*[。；]$")
_MIN_ROWS, _MAX_HEADER = 3, 8
_REACH = 3.5  # em between the baselines of neighbouring lines of a table


def bare_tables(lines: Sequence[Line]) -> list[list[Rule]]:
    """For each such table on a page three level rules: above it, below its header, below it."""
    tables, at = [], 0
    while at < len(lines):
        if not _UNIT.search(lines[at].text) or is_row(lines[at]):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and _goes_on(lines[end - 1], lines[end]):
            end += 1
        own = lines[at + 1 : end]
        first = next((k for k, line in enumerate(own) if is_row(line) or _FIRST.match(line.text)), None)
        if first and first <= _MAX_HEADER and sum(map(is_row, own)) >= _MIN_ROWS:
            left, right = min(line.x0 for line in own) - 2, max(line.x1 for line in own) + 2
            heights = own[0].top - 1, (own[first - 1].bottom + own[first].top) / 2, own[-1].bottom + 1
            tables.append([Rule(y, left, right) for y in heights])
        at = end
    return tables


def is_row(line: Line) -> bool:
    """Whether a line has several parts, one of them a figure."""
    return len(line.segments) > 1 and any(FIGURE.fullmatch(text) for _, _, text in line.segments)


def _goes_on(last: Line, line: Line) -> bool:
    ends = _UNIT.search(line.text) or _NOTE.match(line.text) or (len(line.segments) == 1 and line.text.endswith("表"))
    return not ends and line.y - last.y < _REACH * max(line.em, last.em)
