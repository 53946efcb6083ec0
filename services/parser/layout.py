"""``Layout``: what every reader makes of a file's bytes, and all that the rest of the parser ever sees.

Pages of paragraphs and grids in reading order, each with its place. Everything after it is format-blind.
Plain dataclasses rather than contract models: a Layout never leaves the process, and there are thousands of cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.base import Box
from services.parser.reasons import reason


@dataclass(slots=True)
class Page:
    """A page: 1-based number, upright size in points. ``readable`` is false where no text could be got from it."""

    number: int
    width: float
    height: float
    readable: bool = True
    ocr: bool = False


@dataclass(slots=True)
class Fragment:
    """One printed line of a paragraph: the offset of its first character in ``TextBlock.text``, its page and box.

    ``confidence`` is that of the numbers in it, below 1 only where it was recognised in an image.
    """

    offset: int
    page: int | None = None
    box: Box | None = None
    confidence: float = 1.0


@dataclass(slots=True)
class TextBlock:
    """A paragraph or heading.

    ``start`` is the code-point offset of ``text[0]`` in the document's decoded text, null in paged documents. Where the
    decoded text and ``text`` differ (markup, entities, joined lines), ``map`` gives for each code point of ``text`` its
    offset there. ``heading`` is the level that the markup itself gives (1 ...), 0 for none; ``size`` is the font size.
    """

    text: str
    page: int | None = None
    box: Box | None = None
    start: int | None = None
    map: list[int] | None = None
    lines: list[Fragment] = field(default_factory=list)
    heading: int = 0
    size: float = 0.0
    bold: bool = False
    centred: bool = False
    confidence: float = 1.0

    def span(self, first: int, last: int) -> tuple[int | None, int | None]:
        """Offsets in the decoded text of ``text[first:last]``."""
        if self.start is None or last <= first:
            return None, None
        if self.map is not None:
            return self.map[first], self.map[last - 1] + 1
        return self.start + first, self.start + last

    def certainty(self, first: int, last: int) -> float:
        """The confidence of ``text[first:last]``: the lowest of the printed lines that it stands on."""
        ends = [line.offset for line in self.lines[1:]] + [len(self.text)]
        return min(
            (line.confidence for line, end in zip(self.lines, ends, strict=True) if line.offset < last and first < end),
            default=self.confidence,
        )


@dataclass(slots=True)
class GridCell:
    """A cell with its real spans; ``row`` and ``column`` are 0-based and name its top left slot."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    box: Box | None = None
    start: int | None = None
    end: int | None = None
    bold: bool = False
    confidence: float = 1.0


@dataclass(slots=True)
class Grid:
    """A table as drawn, continuation pages already joined where the reader can tell. Every slot belongs to exactly one cell.

    ``joins`` are the row indexes at which a continuation page begins. ``ruled`` says that borders were found.
    """

    n_rows: int
    n_columns: int
    cells: list[GridCell]
    pages: list[int] = field(default_factory=list)
    boxes: list[tuple[int, Box]] = field(default_factory=list)  # (page, box) of each piece
    joins: list[int] = field(default_factory=list)
    ruled: bool = True
    name: str | None = None  # a worksheet's name, a caption


Block = TextBlock | Grid


@dataclass(slots=True)
class Layout:
    """A whole document. ``metadata`` is what the file says of itself; ``published`` the date as printed on the page around it."""

    reader: str
    blocks: list[Block] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    published: str | None = None
    attachments: list[tuple[str, str]] = field(default_factory=list)  # (URL or member name, words of the link)
    warnings: list[str] = field(default_factory=list)


class Unreadable(Exception):
    """Bytes that no reader can make a Layout of, for a reason of ``reasons.yaml``: a stable code, and sentences for people."""

    def __init__(self, name: str, **about: object) -> None:
        self.reason = reason(name, **about)
        super().__init__(str(self.reason))
        self._made_of = name, about

    @property
    def code(self) -> str:
        return self.reason.code

    def __reduce__(self) -> tuple[Callable[..., Unreadable], tuple[str, dict[str, object]]]:
        return _unreadable, self._made_of


def _unreadable(name: str, about: dict[str, object]) -> Unreadable:
    return Unreadable(name, **about)
