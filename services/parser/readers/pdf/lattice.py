"""Rules → the lattices they draw: column edges, row edges, and cells with their real spans.

Rules that touch form one lattice. Its edges cut it into slots; slots without a rule between them are one merged cell, so
every slot belongs to exactly one cell, however the borders were drawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.base import Box
from services.parser.readers.pdf.page import Rule

SNAP = 3.0  # points: rules nearer than this are one rule
_MAX_RULES, _MAX_MEETINGS = 2_000, 400_000  # after merging; a drawing, not a table, has more
_MAX_SLOTS, _MAX_LATTICES = 50_000, 200  # of a lattice; on a page


@dataclass(frozen=True, slots=True)
class Span:
    """A cell: its top left slot and how many slots it covers."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(slots=True)
class Lattice:
    """``xs`` and ``ys`` are column and row edges, ascending; ``spans`` tile the slots; ``owner[row][column]`` indexes them."""

    xs: list[float]
    ys: list[float]
    spans: list[Span]
    owner: list[list[int]]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def span_box(self, span: Span) -> Box:
        return self.xs[span.column], self.ys[span.row], self.xs[span.column + span.columns], self.ys[span.row + span.rows]

    def at(self, x: float, y: float) -> int | None:
        """Index of the cell that holds a point."""
        xs, ys = self.xs, self.ys
        if not (xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]):
            return None
        return self.owner[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]


def find_lattices(levels: list[Rule], uprights: list[Rule]) -> list[Lattice]:
    """The lattices on a page, top to bottom; a mere frame around text (one cell) is none."""
    levels, uprights = merge_rules(levels), merge_rules(uprights)
    if is_drawing(levels, uprights):
        return []
    lattices = []
    for rows, columns in _components(levels, uprights):
        lattice = _lattice(rows, columns)
        if lattice is not None and len(lattice.spans) > 1:
            lattices.append(lattice)
    kept = _outermost(lattices)
    return sorted(kept, key=lambda lattice: (lattice.ys[0], lattice.xs[0])) if len(kept) <= _MAX_LATTICES else []


def is_drawing(levels: list[Rule], uprights: list[Rule]) -> bool:
    """Whether a page has more rules than one with tables has: they are not looked at."""
    return max(len(levels), len(uprights)) > _MAX_RULES or len(levels) * len(uprights) > _MAX_MEETINGS


def merge_rules(rules: list[Rule]) -> list[Rule]:
    """Rules at one position made equal, and joined where they touch or overlap."""
    merged = []
    for group in _cluster(sorted(rules)):
        at = sum(rule.at for rule in group) / len(group)
        pieces = sorted((rule.start, rule.end) for rule in group)
        start, end = pieces[0]
        for first, last in pieces[1:]:
            if first > end + SNAP:
                merged.append(Rule(at, start, end))
                start, end = first, last
            end = max(end, last)
        merged.append(Rule(at, start, end))
    return merged


def _cluster(rules: list[Rule]) -> Iterable[list[Rule]]:
    group: list[Rule] = []
    for rule in rules:
        if group and rule.at - group[0].at > SNAP:
            yield group
            group = []
        group.append(rule)
    if group:
        yield group


def _components(levels: list[Rule], uprights: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that touch each other, level ones and upright ones."""
    parent = list(range(len(levels) + len(uprights)))

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for i, level in enumerate(levels):
        for j, upright in enumerate(uprights, len(levels)):
            crosses = (
                level.start - SNAP <= upright.at <= level.end + SNAP and upright.start - SNAP <= level.at <= upright.end + SNAP
            )
            if crosses:
                parent[find(i)] = find(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, level in enumerate(levels):
        groups[find(i)][0].append(level)
    for j, upright in enumerate(uprights, len(levels)):
        groups[find(j)][1].append(upright)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _lattice(levels: list[Rule], uprights: list[Rule]) -> Lattice | None:
    xs = _edges([rule.at for rule in uprights], [edge for rule in levels for edge in (rule.start, rule.end)])
    ys = _edges([rule.at for rule in levels], [edge for rule in uprights for edge in (rule.start, rule.end)])
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > _MAX_SLOTS:
        return None
    walls = _barriers(uprights, xs, ys)
    floors = _barriers(levels, ys, xs)
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    owner = [[-1] * n_columns for _ in range(n_rows)]
    spans: list[Span] = []
    for row in range(n_rows):
        for column in range(n_columns):
            if owner[row][column] < 0:
                span = _grow(row, column, walls, floors, owner)
                for r in range(row, row + span.rows):
                    owner[r][column : column + span.columns] = [len(spans)] * span.columns
                spans.append(span)
    return Lattice(xs, ys, spans, owner)


def _edges(positions: list[float], ends: list[float]) -> list[float]:
    """Edges of the lattice: where its rules stand, and where the crossing ones end beyond them (a table open at its sides)."""
    edges = sorted(positions)
    outer = sorted(ends)
    if not edges or outer[0] < edges[0] - 2 * SNAP:
        edges.insert(0, outer[0])
    if outer[-1] > edges[-1] + 2 * SNAP:
        edges.append(outer[-1])
    kept = edges[:1]
    for edge in edges[1:]:
        if edge - kept[-1] > SNAP:
            kept.append(edge)
    return kept


def _barriers(rules: list[Rule], across: list[float], along: list[float]) -> list[list[bool]]:
    """``barriers[k][i]``: whether a rule stands at edge ``across[k]`` between ``along[i]`` and ``along[i + 1]``."""
    barriers = [[k in (0, len(across) - 1)] * (len(along) - 1) for k in range(len(across))]
    for rule in rules:
        k = bisect_left(across, rule.at)
        if k == len(across) or (k and rule.at - across[k - 1] <= across[k] - rule.at):
            k -= 1
        for i in range(max(bisect_right(along, rule.start) - 1, 0), min(bisect_left(along, rule.end), len(along) - 1)):
            start, end = along[i], along[i + 1]
            if min(end, rule.end) - max(start, rule.start) > (end - start) / 2:
                barriers[k][i] = True
    return barriers


def _grow(row: int, column: int, walls: list[list[bool]], floors: list[list[bool]], owner: list[list[int]]) -> Span:
    """The largest rectangle of free slots from this corner without a rule across it: first to the right, then down."""
    n_rows, n_columns = len(owner), len(owner[0])
    columns = 1
    while column + columns < n_columns and not walls[column + columns][row] and owner[row][column + columns] < 0:
        columns += 1
    rows = 1
    while (
        row + rows < n_rows
        and not floors[row + rows][column]
        and all(
            not floors[row + rows][c] and owner[row + rows][c] < 0 and (c == column or not walls[c][row + rows])
            for c in range(column, column + columns)
        )
    ):
        rows += 1
    return Span(row, column, rows, columns)


def _outermost(lattices: list[Lattice]) -> list[Lattice]:
    """Without those drawn inside a cell of another: their text belongs to that cell."""

    def inside(a: Box, b: Box) -> bool:
        return b[0] - SNAP <= a[0] and b[1] - SNAP <= a[1] and a[2] <= b[2] + SNAP and a[3] <= b[3] + SNAP

    return [a for a in lattices if not any(a is not b and inside(a.box, b.box) for b in lattices)]
