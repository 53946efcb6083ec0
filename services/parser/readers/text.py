"""Plain text and Markdown copies → Layout.

A line is a paragraph; consecutive lines with tabs or ``|`` are a grid (``cellwise``: also where every line is a cell), its
ragged rows padded and its cells left where they stand (headers shifted by a column are for the reader of tables). Marks -
``#``, ``-``, ``**``, ``<b>`` - are taken out of the text; every paragraph and cell keeps its exact code-point offsets in the
decoded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.content.charset import decode
from services.parser.layout import Block, Fragment, Grid, GridCell, Layout, TextBlock, Unreadable
from services.parser.readers import byline, cellwise
from services.parser.readers.limits import Limits
from services.parser.readers.words import tidy
from services.parser.readers.wrapped import ITEM, goes_on, page_width

_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_MARK = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]*)?/?>|\*\*|__")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr)>", re.I)
_PREFIX = re.compile(r"\s*(?:(?P<heading>#{1,6})\s+|[-*+•·]\s+|>\s+)?")
_RULE = re.compile(r"\s*(?:\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?|[-*_=]{3,})\s*")
_TERMINAL = "。；：！？;:!?…”」》"
_RATE_FIRST = re.compile(r"\s*\d[\d,]*(?:\.\d+)?\s*[%％][,，。;；]")
"""What begins no paragraph: 占基本支出预算 / 81.45%，同比增加…"""

_PAGE = re.compile(r"\s*(?:[-—–－·]+\s*\d{1,3}\s*[-—–－·]+|第\s*\d{1,3}\s*页(?:[,，]?\s*共\s*\d{1,3}\s*页)?|\d{1,3})\s*")
"""A page's number on a line of its own."""

_OPENED = re.compile(r"[（(][^（()）]*$")
_CLOSES = re.compile(r"[^（()）]*[)）]")
"""A bracket that one line opens and the next one closes."""

_RAGGED = 2  # tabs at the end of a row that a copy loses
_HEAD = 20  # blocks among which a page copied as text says when it was published
_WRAPPED = 30  # code points: a line shorter than this was ended by its author, not by the width of a page


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    gap: bool  # an empty line stands before it

    @property
    def separator(self) -> str | None:
        return next((mark for mark in "\t|" if mark in self.text), None)

    @property
    def indented(self) -> bool:
        """Its only tabs stand before the text: a paragraph's indent, or the empty first cells of a row."""
        return "\t" not in self.text.strip(" \t")


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable`` (``empty``) when there is nothing but white space."""
    text, encoding = decode(body)
    limits.check_characters(len(text))
    layout = Layout("text", blocks=list(_blocks(_unpaged(list(_lines(text))))), metadata={"encoding": encoding})
    head = [block.text for block in layout.blocks[:_HEAD] if isinstance(block, TextBlock)]
    layout.published = byline.published(head)
    if origin := byline.source(head):
        layout.metadata["source"] = origin
    if not layout.blocks:
        raise Unreadable("blank-file")
    return layout


def _lines(text: str) -> Iterator[_Line]:
    end = 0
    for match in _LINE.finditer(text):
        rule = bool(_RULE.fullmatch(match[0]))
        if (match[0].strip() or match[0].count("\t") > 1) and not rule:
            yield _Line(match.start(), match[0], gap=text.count("\n", end, match.start()) > 1)
            end = match.end()
        elif rule:
            end = match.end()


def _unpaged(lines: list[_Line]) -> list[_Line]:
    """The lines without the page numbers that stand between two rows of one table, cut by the end of a page."""
    kept: list[_Line] = []
    rows: set[str] = set()  # of the table that is read: where the next page begins with its heading anew, it is another grid
    for at, line in enumerate(lines):
        separator = line.separator
        if (
            separator is None
            and kept
            and at + 1 < len(lines)
            and _PAGE.fullmatch(line.text)
            and _cut(kept[-1], lines[at + 1], rows)
        ):
            lines[at + 1] = replace(lines[at + 1], gap=False)
            continue
        if separator is None or line.gap:
            rows = set()
        if separator is not None:
            rows.add(line.text)
        kept.append(line)
    return kept


def _cut(above: _Line, below: _Line, rows: set[str]) -> bool:
    mark = above.separator
    if mark is None or below.text in rows:
        return False
    first, second = above.text.count(mark), below.text.count(mark)
    return min(first, second) > 1 and abs(first - second) <= (_RAGGED if mark == "\t" else 0)


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    at = 0
    width = page_width([line.text for line in lines if line.separator is None])
    texts = [(line.start, line.text) for line in lines]
    while at < len(lines):
        cells = cellwise.run(texts, at) if lines[at].separator == "|" else None
        if cells is not None:
            yield from _cell_lines(cells, lines[at : at + cells.taken])
            at += cells.taken
            continue
        rows = _table(lines, at)
        if rows:
            yield _grid(rows)
            at += len(rows)
            continue
        paragraph = [lines[at]]
        while at + len(paragraph) < len(lines) and _continues(paragraph[-1], lines[at + len(paragraph)], width):
            paragraph.append(lines[at + len(paragraph)])
        at += len(paragraph)
        block = _paragraph(paragraph)
        if block.text:
            yield block


def _cell_lines(run: cellwise.Run, lines: list[_Line]) -> Iterator[Block]:
    """The grid of lines that are cells; the words of each line where the columns are not known: figures of no heading."""
    if run.rows is None:
        for line in lines:
            block = _paragraph([_Line(line.start, line.text.rstrip("| "), line.gap)])
            if block.text:
                yield block
        return
    cells = [
        _cell(number, column, cell.start, cell.text) for number, row in enumerate(run.rows) for column, cell in enumerate(row)
    ]
    yield Grid(len(run.rows), len(run.rows[0]), cells, ruled=False)


def _table(lines: list[_Line], at: int) -> list[_Line]:
    """The rows of the table that begins at this line: two lines or more, or one with at least three tabs."""
    separator = lines[at].separator
    if separator is None:
        return []
    rows = [lines[at]]
    for line in lines[at + 1 :]:
        if line.gap or line.separator != separator:
            break
        rows.append(line)
    tabs = rows[0].text.count("\t")
    if separator == "\t" and rows[0].indented and (len(rows) == 1 or rows[1].text.count("\t") != tabs):
        return []
    return rows if len(rows) > 1 or tabs >= 3 else []


def _grid(rows: list[_Line]) -> Grid:
    separator = rows[0].separator or "\t"
    fields = [list(_fields(row, separator)) for row in rows]
    if separator == "|":
        # Outer pipes are a frame, not cells - when every row has them.
        if all(not row[0][1].strip() for row in fields):
            fields = [row[1:] for row in fields]
        if all(len(row) > 1 and not row[-1][1].strip() for row in fields):
            fields = [row[:-1] for row in fields]
    width = max(len(row) for row in fields)
    cells = []
    for number, row in enumerate(fields):
        padding = [(row[-1][0] + len(row[-1][1]), "")] * (width - len(row))
        cells += [_cell(number, column, start, raw) for column, (start, raw) in enumerate([*row, *padding])]
    return Grid(len(fields), width, cells, ruled=False)


def _fields(row: _Line, separator: str) -> Iterator[tuple[int, str]]:
    start = row.start
    for raw in row.text.split(separator):
        yield start, raw
        start += len(raw) + 1


def _cell(row: int, column: int, start: int, raw: str) -> GridCell:
    characters, offsets = _unmarked(raw, start)
    text = tidy(characters)
    kept = [offset for character, offset in zip(characters, offsets, strict=True) if not character.isspace()]
    first, last = (kept[0], kept[-1] + 1) if kept else (start, start + len(raw))
    return GridCell(row, column, text, start=first, end=last, bold=_bold(raw))


def _continues(line: _Line, following: _Line, width: float | None) -> bool:
    """Whether a sentence was cut by the page or the width of the file it was copied from, and goes on in the next line."""
    text = line.text.rstrip()
    if not text or text.lstrip().startswith("#") or following.separator is not None or ITEM.match(following.text):
        return False
    if text[-1] in "，、" or (text[-1] not in _TERMINAL and _RATE_FIRST.match(following.text)):
        return True
    if len(text) >= _WRAPPED and _OPENED.search(text) and _CLOSES.match(following.text):
        return True
    sentence = any(mark in ITEM.sub("", text, count=1) for mark in "，。；、,")
    return goes_on(text, following.text, width) or (len(text) >= _WRAPPED and text[-1] not in _TERMINAL and sentence)


def _paragraph(lines: list[_Line]) -> TextBlock:
    text, offsets, starts = "", list[int](), list[Fragment]()
    prefix = _PREFIX.match(lines[0].text)
    assert prefix is not None  # every part of the pattern may be absent
    for number, line in enumerate(lines):
        skip = prefix.end() if number == 0 else len(line.text) - len(line.text.lstrip())
        characters, places = _unmarked(line.text[skip:].rstrip(), line.start + skip)
        starts.append(Fragment(len(text)))
        text += characters
        offsets += places
    lead = len(text) - len(text.lstrip())
    text, offsets = text.strip(), offsets[lead : lead + len(text.strip())]
    start = offsets[0] if offsets else None
    straight = start is None or offsets[-1] - start == len(offsets) - 1
    return TextBlock(
        text,
        start=start,
        map=None if straight else offsets,
        lines=[Fragment(max(0, fragment.offset - lead)) for fragment in starts],
        heading=len(prefix["heading"] or ""),
        bold=_bold(lines[0].text[prefix.end() :]),
    )


def _unmarked(raw: str, start: int) -> tuple[str, list[int]]:
    """The text without its marks, and the offset of every character that is left."""
    characters, offsets, at = list[str](), list[int](), 0
    for mark in _MARK.finditer(raw):
        characters.append(raw[at : mark.start()])
        offsets += range(start + at, start + mark.start())
        if _BREAK.fullmatch(mark[0]):
            characters.append("\n")
            offsets.append(start + mark.start())
        at = mark.end()
    characters.append(raw[at:])
    offsets += range(start + at, start + len(raw))
    return "".join(characters), offsets


def _bold(raw: str) -> bool:
    raw = raw.strip()
    return raw.startswith(("**", "<b>", "<strong>")) and raw.endswith(("**", "</b>", "</strong>"))
