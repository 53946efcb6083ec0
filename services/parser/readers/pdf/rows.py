"""Rules that a table leaves out: some draw the columns and the header, and stack all rows in one tall row of cells."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from services.parser.readers.pdf.lattice import Lattice
from services.parser.readers.pdf.lines import Line, set_lines
from services.parser.readers.pdf.page import Glyph, Rule

_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?|-+")
_WRAPPED = re.compile(r"-?[\d,]+\.\d+")
_MIN_ROWS, _MIN_COLUMNS = 3, 2
_MAX_ROWS = 300  # in one cell of a page
_LEVEL = 0.5  # em between the baselines of one row


def missing_rules(lattice: Lattice, held: Sequence[Sequence[Glyph]]) -> list[Rule]:
    """A rule above every row but the first of each tall row: where two columns or more stack figures on the same baselines."""
    rules = []
    em = min((glyphs[0].em for glyphs in held if glyphs), default=0.0)
    cells = defaultdict[int, list[Sequence[Glyph]]](list)
    for span, glyphs in zip(lattice.spans, held, strict=True):
        if span.rows == 1 and len(glyphs) > 1:
            cells[span.row].append(glyphs)
    for row, (top, bottom) in enumerate(pairwise(lattice.ys)):
        if bottom - top < _MIN_ROWS * em:
            continue
        columns = [lines for lines in (set_lines(glyphs, 0) for glyphs in cells[row]) if len(lines) <= _MAX_ROWS]
        stacks = [lines for lines in columns if len(lines) >= _MIN_ROWS and _stacked(lines)]
        longest = max(stacks, key=len, default=[])
        if sum(_aligned(lines, longest) for lines in stacks) < _MIN_COLUMNS or not _labelled(columns, longest):
            continue
        rules += [Rule((above.y + below.top) / 2, lattice.xs[0], lattice.xs[-1]) for above, below in pairwise(longest)]
    return rules


def _stacked(lines: Sequence[Line]) -> bool:
    """Whether every line is a figure of its own, and not all of them one that was wrapped: 39, 9.0, 9."""
    return all(_FIGURE.fullmatch(line.text) for line in lines) and not _WRAPPED.fullmatch("".join(line.text for line in lines))


def _aligned(lines: Sequence[Line], rows: Sequence[Line]) -> bool:
    """Whether every line stands on the baseline of a row."""
    return all(any(abs(line.y - row.y) < _LEVEL * line.em for row in rows) for line in lines)


def _labelled(columns: Sequence[Sequence[Line]], rows: Sequence[Line]) -> bool:
    """Whether a column of words has a line for every row: a figure wrapped in its cell has none."""
    return any(
        all(any(abs(line.y - row.y) < _LEVEL * line.em for line in lines) for row in rows)
        for lines in columns
        if not all(_FIGURE.fullmatch(line.text) for line in lines)
    )
