"""One page of an OFD document → characters and rules in points from its top left corner, and the pictures on it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from services.parser.readers.ofd.document import Document, PageParts, box_of, numbers
from services.parser.readers.package import Element, attribute, child, local
from services.parser.readers.pdf.page import Glyph, PageContent, Rule

_POINT = 72 / 25.4  # points in a millimetre
_THIN = 3.0  # points: a filled rectangle no thicker than this is drawn for a line
_DEPTH = 20
_MAX_ITEMS = 200_000
_LATIN = 0.5  # of the em: how wide the last character of a text is taken to be if it is none of the Chinese

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page, by its resource id, and the area that it covers in square millimetres."""

    resource: str
    area: float


@dataclass(slots=True)
class _Drawn:
    """What is on the page: characters with the direction they run in (quarter turns), strokes from point to point."""

    glyphs: list[tuple[int, Glyph]] = field(default_factory=list)
    strokes: list[tuple[float, float, float, float]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def read_page(document: Document, parts: PageParts, number: int) -> tuple[PageContent, list[Picture]]:
    """The upright page. Raises ``Unreadable`` where a part is missing or damaged."""
    root = document.package.xml(parts.own)
    left, top, width, height = box_of(child(root, "Area")) or document.box
    drawn = _Drawn()
    for item in root:
        part = parts.templates.get(attribute(item, "TemplateID") or "") if local(item) == "Template" else None
        if part is not None:
            _collect(child(document.package.xml(part), "Content"), drawn)
    _collect(child(root, "Content"), drawn)
    return _upright(drawn, number, (left, top, width, height)), drawn.pictures


def _collect(content: Element | None, drawn: _Drawn, depth: int = 0) -> None:
    for item in content if content is not None and depth < _DEPTH else ():
        name = local(item)
        if attribute(item, "Visible") == "false" or len(drawn.glyphs) + len(drawn.strokes) > _MAX_ITEMS:
            continue
        if name in ("Layer", "PageBlock"):
            _collect(item, drawn, depth + 1)
        elif name == "TextObject":
            drawn.glyphs += _text(item)
        elif name == "PathObject":
            drawn.strokes += _path(item)
        elif name == "ImageObject":
            box = numbers(attribute(item, "Boundary"))
            if len(box) == 4:
                drawn.pictures.append(Picture(attribute(item, "ResourceID") or "", box[2] * box[3]))


def _matrix(item: Element) -> Matrix | None:
    """From an object's own coordinates to the page's; none if it has no place."""
    box = numbers(attribute(item, "Boundary"))
    if len(box) != 4:
        return None
    own = numbers(attribute(item, "CTM"))
    a, b, c, d, e, f = own if len(own) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return a, b, c, d, e + box[0], f + box[1]


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _text(item: Element) -> Iterator[tuple[int, Glyph]]:
    matrix, sizes = _matrix(item), numbers(attribute(item, "Size"))
    if matrix is None or len(sizes) != 1 or sizes[0] <= 0:
        return
    a, b, c, d, _, _ = matrix
    size, across = sizes[0] * math.hypot(c, d), math.hypot(a, b)
    quarter = round(math.atan2(b, a) / (math.pi / 2)) % 4
    for code in item:
        if local(code) != "TextCode" or not code.text:
            continue
        text = code.text
        xs = _places(attribute(code, "X"), attribute(code, "DeltaX"), len(text))
        ys = _places(attribute(code, "Y"), attribute(code, "DeltaY"), len(text))
        for k, character in enumerate(text):
            if not character.isprintable() or character.isspace():
                continue
            x, y = _apply(matrix, xs[k], ys[k])
            advance = sizes[0] * across * (_LATIN if character.isascii() else 1.0)
            if k + 1 < len(text) and xs[k + 1] > xs[k]:
                advance = min(advance, (xs[k + 1] - xs[k]) * across)
            yield quarter, Glyph(x, x + advance, y, size, character)


def _places(start: str | None, deltas: str | None, count: int) -> list[float]:
    """Where each character of a text begins: ``g 5 2.5`` stands for five times 2.5, and the last step goes on."""
    first = numbers(start)
    steps, parts = list[float](), (deltas or "").split()
    at = 0
    while at < len(parts) and len(steps) < count:
        group = numbers(" ".join(parts[at + 1 : at + 3])) if parts[at] == "g" else []
        if len(group) == 2:
            steps += [group[1]] * int(min(max(group[0], 0), count))
            at += 3
        else:
            steps += numbers(parts[at]) or [0.0]
            at += 1
    places = [first[0] if first else 0.0]
    for k in range(count - 1):
        places.append(places[-1] + (steps[min(k, len(steps) - 1)] if steps else 0.0))
    return places


def _path(item: Element) -> Iterator[tuple[float, float, float, float]]:
    """The straight strokes of a path; a filled sliver is one."""
    matrix, data = _matrix(item), child(item, "AbbreviatedData")
    if matrix is None or data is None:
        return
    stroked, filled = attribute(item, "Stroke") != "false", attribute(item, "Fill") == "true"
    for points in _subpaths((data.text or "").split()[:_MAX_ITEMS]):
        places = [_apply(matrix, x, y) for x, y in points]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        thin = _THIN / _POINT
        if filled and len(places) > 2 and min(max(xs) - min(xs), max(ys) - min(ys)) <= thin:
            level = max(xs) - min(xs) > max(ys) - min(ys)
            x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
            yield (min(xs), y, max(xs), y) if level else (x, min(ys), x, max(ys))
        elif stroked:
            for (ax, ay), (bx, by) in pairwise(places):
                yield ax, ay, bx, by


def _subpaths(tokens: list[str]) -> Iterator[list[tuple[float, float]]]:
    """The corners of each figure of a path; curves are left out, and end it."""
    lengths = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
    points, at = list[tuple[float, float]](), 0
    while at < len(tokens):
        operator = tokens[at]
        count = lengths.get(operator)
        values = numbers(" ".join(tokens[at + 1 : at + 1 + count])) if count else []
        at += 1 + (count or 0)
        if operator == "C" and points:
            points.append(points[0])
        elif operator == "L" and len(values) == 2:
            points.append((values[0], values[1]))
        elif operator != "L":
            if len(points) > 1:
                yield points
            points = [(values[-2], values[-1])] if len(values) > 1 else []
    if len(points) > 1:
        yield points


def _upright(drawn: _Drawn, number: int, box: tuple[float, float, float, float]) -> PageContent:
    """Turned so that most of the text runs from left to right."""
    left, top, width, height = box
    votes = Counter(quarter for quarter, _ in drawn.glyphs).most_common(1)
    quarter = votes[0][0] if votes else 0

    def turn(x: float, y: float) -> tuple[float, float]:
        x, y = x - left, y - top
        return ((x, y), (y, width - x), (width - x, height - y), (height - y, x))[quarter]

    across, down = (height, width) if quarter % 2 else (width, height)
    content = PageContent(number, across * _POINT, down * _POINT, drawn=bool(drawn.strokes))
    content.picture = max((picture.area for picture in drawn.pictures), default=0.0) / (width * height)
    for its, glyph in drawn.glyphs:
        if its == quarter:
            x, y = turn(glyph.x0, glyph.y)
            x, y, em, advance = x * _POINT, y * _POINT, glyph.em * _POINT, (glyph.x1 - glyph.x0) * _POINT
            if 0.5 < em < 500:
                content.glyphs.append(Glyph(x, x + advance, y, em, glyph.text))
    for ax, ay, bx, by in drawn.strokes:
        (ax, ay), (bx, by) = turn(ax, ay), turn(bx, by)
        ax, ay, bx, by = ax * _POINT, ay * _POINT, bx * _POINT, by * _POINT
        if abs(ay - by) < 0.5 and abs(ax - bx) > _THIN:
            content.levels.append(Rule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif abs(ax - bx) < 0.5 and abs(ay - by) > _THIN:
            content.uprights.append(Rule((ax + bx) / 2, min(ay, by), max(ay, by)))
    return content
