"""Tables with level rules only (three-line tables): the walls between their columns, told from the white space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import median

from services.parser.readers.pdf.bare import FIGURE, is_row
from services.parser.readers.pdf.lattice import SNAP, is_drawing, merge_rules
from services.parser.readers.pdf.lines import Line, set_lines
from services.parser.readers.pdf.page import Glyph, Rule

_GAP = 0.35  # em of white space between two columns
_APART = 0.9  # of the usual distance of rows
_NEAR = 0.4  # of the wider one, between the middles of a heading and its column
_WRAPPED = 1.6  # em between the lines of a heading
_TIGHT = 0.25  # between two headings
_OFF = 3.0  # em from the middle of its columns
_MIN_RULES, _MIN_COLUMNS = 3, 3
_MAX_TABLES, _MAX_WORDS, _MAX_HEADINGS, _MAX_COLUMNS = 20, 5_000, 200, 100  # of a page; of a table: a drawing has more
_WIDE = 0.6  # of the table: a line of one piece as wide as this is a note

Extent = tuple[float, float]


def missing_walls(levels: list[Rule], uprights: list[Rule], glyphs: Sequence[Glyph]) -> tuple[list[Rule], list[Rule]]:
    """The rules that such tables leave out, level ones and upright ones.

    An upright one between every two columns in every row whose words do not run over it, a level one between every two rows.
    """
    floors, walls = list[Rule](), list[Rule]()
    if len(levels) < _MIN_RULES:
        return floors, walls
    walled, drawn = merge_rules(uprights), merge_rules(levels)
    if is_drawing(drawn, walled):
        return floors, walls
    free = [rule for rule in drawn if not any(_crosses(rule, upright) for upright in walled)]
    for rules in _tables(free)[:_MAX_TABLES]:
        top, bottom = rules[0].at, rules[-1].at
        if any(wall.start < bottom and top < wall.end for wall in walled):
            continue  # title and notes of a table that has its walls
        its_floors, its_walls = missing_between(rules, glyphs)
        floors += its_floors
        walls += its_walls
    return floors, walls


def _crosses(level: Rule, upright: Rule) -> bool:
    return level.start - SNAP <= upright.at <= level.end + SNAP and upright.start - SNAP <= level.at <= upright.end + SNAP


def _tables(levels: list[Rule]) -> list[list[Rule]]:
    """The rules of each table: those that begin and end together, with the shorter ones between them."""
    tables, left = [], sorted(levels)
    while left:
        first = left[0]
        own = [rule for rule in left if abs(rule.start - first.start) <= SNAP and abs(rule.end - first.end) <= SNAP]
        inside = [
            r for r in left if own[0].at <= r.at <= own[-1].at and first.start - SNAP <= r.start and r.end <= first.end + SNAP
        ]
        if len(own) >= _MIN_RULES:
            tables.append(inside)
        left = [rule for rule in left if rule not in own and rule not in inside]
    return tables


def missing_between(rules: list[Rule], glyphs: Sequence[Glyph]) -> tuple[list[Rule], list[Rule]]:
    """The level and upright rules that a table between its outer ``rules`` leaves out; none where it has too few columns."""
    left, right = min(rule.start for rule in rules), max(rule.end for rule in rules)
    top, bottom = rules[0].at, rules[-1].at
    held = [glyph for glyph in glyphs if top < glyph.y < bottom + SNAP and left <= (glyph.x0 + glyph.x1) / 2 <= right]
    lines, tight = set_lines(held, 0, _GAP), set_lines(held, 0, _TIGHT)
    if sum(len(line.segments) for line in tight) > _MAX_WORDS:
        return [], []
    rows = [line for line in lines if is_row(line)]
    if not rows:
        return [], []
    data, header = _columns(lines, rows, right - left)
    if sum(len(line.segments) for line in header) > _MAX_HEADINGS or len(data) > _MAX_COLUMNS:
        return [], []
    columns = _with_headings(data, header)
    floors = [Rule(at, left, right) for at in _under_groups(header, columns)]
    rules = sorted(rules + floors)
    bands = list(pairwise(sorted({rule.at for rule in rules})))
    if len(columns) < _MIN_COLUMNS:
        return [], []
    edges = [left, *(_edge(a, b, tight) for a, b in pairwise(columns)), right]
    walls = [Rule(left, top, bottom), Rule(right, top, bottom)]
    first = rows[0].y
    ruled = defaultdict[float, list[Rule]](list)
    for rule in rules:
        ruled[rule.at].append(rule)
    for above, below in bands:
        words = _joined([(x0, x1) for line in tight if above < line.y <= below for x0, x1, _ in line.segments])
        open_edges = {at for at in edges if any(x0 < at < x1 for x0, x1 in words)}
        if below < first - rows[0].em:
            floor = [any(r.start <= (a + b) / 2 <= r.end for r in ruled[below]) for a, b in pairwise(edges)]
            open_edges |= _inside_groups(edges, words, floor, rows[0].em)
        walls += [Rule(at, above, below) for at in edges[1:-1] if at not in open_edges]
        floors += [Rule(at, left, right) for at in _cuts([line for line in lines if above < line.y <= below])]
    return floors, walls


def _cuts(lines: Sequence[Line]) -> list[float]:
    """Where the rows of a band of a table end that has several: a row has a figure or a code, or stands as far apart as those."""
    rows = [line for line in lines if any(FIGURE.fullmatch(text) or text.isdecimal() for _, _, text in line.segments)]
    if len([row for row in rows if any(FIGURE.fullmatch(text) for _, _, text in row.segments)]) < 2:
        return []
    pitch = median(b.y - a.y for a, b in pairwise(rows))
    owners = [_row_of(line.y, [row.y for row in rows], _APART * pitch) for line in lines]
    ends = zip(pairwise(lines), pairwise(owners), strict=True)
    return [(above.bottom + below.top) / 2 for (above, below), (own, other) in ends if own != other]


def _row_of(y: float, rows: Sequence[float], far: float) -> float:
    """The baseline of the row that a line belongs to: the nearest one, the upper of two; its own where none is near."""
    nearest = min(rows, key=lambda row: (abs(row - y), row))
    return y if abs(nearest - y) > far else nearest


def _edge(a: Extent, b: Extent, lines: Sequence[Line]) -> float:
    """Where between two columns the fewest words run over the edge, least of all those right above the figures; of several
    places the one nearest to the middle."""
    start, end = a[1], b[0]
    middle = (start + end) / 2
    words = [(x0, x1) for line in lines for x0, x1, _ in line.segments if x0 < end and start < x1]
    weighed = [(min(max(x, start), end), k) for n, (x0, x1) in enumerate(words, 1) for x, k in ((x0, n), (x1, -n))]
    steps = [(start, 0), *sorted(weighed), (end, 0)]
    over = accumulate(weight for _, weight in steps)
    parts = [(x, y, weight) for ((x, _), (y, _)), weight in zip(pairwise(steps), over, strict=False)]
    places = [(weight, middle if x <= middle <= y else (x + y) / 2) for x, y, weight in parts]
    return min(places, key=lambda place: (place[0], abs(place[1] - middle)))[1]


def _inside_groups(edges: Sequence[float], words: Sequence[Extent], floor: Sequence[bool], em: float) -> set[float]:
    """The edges that headings over several columns span: each stands in the middle of its columns.

    ``floor`` says of each column whether a rule runs under the heading.
    """
    inside: set[float] = set()
    for low, high in _runs(floor):
        own = [(x0 + x1) / 2 for x0, x1 in words if edges[low] <= (x0 + x1) / 2 < edges[high]]
        if not 0 < len(own) < high - low:
            continue
        best = _best_cuts(edges[low : high + 1], own, low)
        if all(abs((edges[i] + edges[j]) / 2 - at) < _OFF * em for (i, j), at in zip(pairwise(best), own, strict=True)):
            inside |= {edges[k] for k in range(low + 1, high) if k not in best}
    return inside


def _best_cuts(edges: Sequence[float], middles: Sequence[float], first: int) -> list[int]:
    """Where to cut some columns into as many groups as there are headings, each as near to the middle of its group as can be.

    The numbers of the edges, of which ``edges[0]`` has the number ``first``. ``best[k]`` are the groups so far, up to edge k.
    """
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [first])}
    for at in middles:
        best = {
            k: min((far + abs((edges[i] + edges[k]) / 2 - at), [*cuts, first + k]) for i, (far, cuts) in best.items() if i < k)
            for k in range(min(best) + 1, len(edges))
        }
    return best[len(edges) - 1][1]


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Where the runs of true values begin and end."""
    changes = [k for k, (a, b) in enumerate(pairwise([False, *flags, False])) if a != b]
    return list(zip(changes[::2], changes[1::2], strict=True))


def _columns(lines: Sequence[Line], rows: Sequence[Line], width: float) -> tuple[list[Extent], list[Line]]:
    """The extents of the columns of labels and figures, and the lines of the header above them."""
    first = rows[0].y - rows[0].em
    below = [line for line in lines if line.y >= first]
    parts = [[(x0, x1) for x0, x1, _ in line.segments] for line in below]
    parts = [part for part in parts if len(part) > 1 or part[0][1] - part[0][0] <= _WIDE * width]
    columns = _joined([extent for part in parts for extent in part])
    header = [line for line in lines if line.y < first]
    heads = [(x0, x1) for line in header for x0, x1, _ in line.segments]
    for at in reversed(range(len(columns) - 1)):
        a, b = columns[at], columns[at + 1]
        together = any(_over(a, part) and _over(b, part) for part in parts)
        if not together and any(_over(a, [head]) and _over(b, [head]) for head in heads):
            columns[at : at + 2] = [(a[0], b[1])]  # what is set left here and in the middle there, under one heading
    return columns, header


def _with_headings(columns: list[Extent], header: Sequence[Line]) -> list[Extent]:
    """The columns, as wide as their headings, and those of which there is nothing but a heading.

    A heading in the middle of a wide column stands left of its figures and right of its names: of a heading above nothing and
    a column beside it without any the one is the other's.
    """
    columns, blocks = list(columns), _blocks(header)
    single = [block for block in blocks if len([column for column in columns if _over(column, [block])]) < 2]
    heads = [block for block in single if not _is_group(block, columns, blocks[: blocks.index(block)])]
    alone = sorted(head for head in heads if not _over(head, columns))
    bare = [column for column in columns if not any(_in_middle(head, column) for head in heads)]
    for head in alone:
        right = next((column for column in columns if column[0] >= head[1]), None)
        left = next((column for column in reversed(columns) if column[1] <= head[0]), None)
        if right in bare and not any(head < other and right and other[0] < right[0] for other in alone):
            bare.remove(right)
            columns.remove(right)
            head = head[0], right[1]
        elif left in bare:
            bare.remove(left)
            columns.remove(left)
            head = left[0], head[1]
        columns = sorted([*columns, head])
    return columns


def _blocks(header: Sequence[Line]) -> list[Extent]:
    """The headings, from the lowest up: what was wrapped stands in the middle below its first line."""
    blocks: list[tuple[Extent, float]] = []
    for line in reversed(header):
        for x0, x1, _ in line.segments:
            for number, (block, y) in enumerate(blocks):
                if y - line.y < _WRAPPED * line.em and abs(sum(block) - x0 - x1) < line.em:
                    blocks[number] = (min(block[0], x0), max(block[1], x1)), line.y
                    break
            else:
                blocks.append(((x0, x1), line.y))
    return [block for block, _ in blocks]


def _under_groups(header: Sequence[Line], columns: Sequence[Extent]) -> list[float]:
    """Where the row ends that holds a heading over two columns, each of which has a heading of its own below it."""
    for number, line in enumerate(header):
        for x0, x1, _ in line.segments:
            for last, other in pairwise(header[number:]):
                if _is_group((x0, x1), columns, [(a, b) for a, b, _ in other.segments]):
                    return [(last.bottom + other.top) / 2]
    return []


def _is_group(head: Extent, columns: Sequence[Extent], lower: Sequence[Extent]) -> bool:
    """Whether a heading stands between two columns rather than above one, and both have headings of their own below it."""
    at = sum(head) / 2
    return any(
        abs(at - (a[1] + b[0]) / 2) < min(abs(at - sum(a) / 2), abs(at - sum(b) / 2)) and _over(a, lower) and _over(b, lower)
        for a, b in pairwise(columns)
    )


def _in_middle(a: Extent, b: Extent) -> bool:
    """Whether one stands above the middle of the other, not at its side as a heading over two columns does."""
    return abs(sum(a) - sum(b)) / 2 < _NEAR * max(a[1] - a[0], b[1] - b[0])


def _over(extent: Extent, others: Sequence[Extent]) -> bool:
    return any(extent[0] < end and start < extent[1] for start, end in others)


def _joined(extents: Sequence[Extent]) -> list[Extent]:
    """Extents, those that overlap made one."""
    found: list[Extent] = []
    for x0, x1 in sorted(extents):
        if found and x0 < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], x1)
        else:
            found.append((x0, x1))
    return found
