"""Layout → the tables of a document: each with its title, unit of money, notes, and its continuation pages joined."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.deferred import deferred
from schemas.taxonomy.concepts import squeeze
from schemas.taxonomy.tables import TableKind, kind_of_title, plain_title
from services.parser.layout import Grid, Layout, TextBlock
from services.parser.tables.notes import is_note, says_empty
from services.parser.tables.sets import body_of
from services.parser.tables.sheet import stacked

_UNIT = deferred(r"(?:单位|金额单位|币种)[:：]?(?:人民币)?[(（]?(百万元|亿元|千元|万元|元)")
_BARE_UNIT = deferred(r"[(（](?:人民币)?(百万元|亿元|千元|万元|元)[)）]")
_FURNITURE = deferred(
    r"(?:编制|填报|预算|填表|公开)?(?:单位|部门)(?:名称|公章|\(.{1,4}\))?[:：].*|.*(?:金额)?单位[:：].*元.*|(?:公开|预算|附|附件)?表?\d+(?:-\d+)?表?"
    r"|\(?续表?\)?\d*|第?\d+页?(?:共\d+页)?|(?:公开|填报|编制)?日期[:：].*|\d{4}年(?:度)?|(?:预算|决算|会计)?年度[:：]\d{4}年?|\(?单位[:：]?.{0,3}元\)?|金额.*|总分[:：]?\d+.*"
)
_BODY_NAME = deferred(
    r"\d{0,6}[\u4e00-\u9fff()（）]{4,40}(?:局|委|会|办|厅|部|院|校|中心|站|所|队|馆|处|园|政府|办事处|医院|大学|学院|公司|本级|机关)"
)
_SENTENCE = deferred(r"[。；;，]")
_CONTINUED = deferred(r"[(（]续\d*[)）]|续表")
_HEADING = deferred(
    r"项目|[类款项]|(?:本年|财政拨款)?(?:收入|支出)(?:\(.*\))?|.*(?:科目编码|科目名称|名称|决算数|预算数|行次|栏次|序号|金额|内容|备注)"
)
_MAX_TITLE = 60
_MAX_LEAD = 12


@dataclass(slots=True)
class Piece:
    """A table and what stands around it. ``captions`` is the number of its first rows that are title and unit lines."""

    grid: Grid
    after_paragraph: int
    title: str | None = None
    kind: TableKind | None = None  # as the title has it
    unit: str | None = None
    captions: int = 0
    notes: list[TextBlock] = field(default_factory=list)
    body: str | None = None  # whose table it is, where that is printed at it
    inherits: bool = False  # it has no title of its own and follows the table before it without a word between


def gather(layout: Layout) -> list[Piece]:
    """The tables in reading order. Units that are not printed at a table are left null."""
    pieces: list[Piece] = []
    pending: list[TextBlock] = []
    paragraphs = 0
    for block in layout.blocks:
        if isinstance(block, TextBlock):
            pending.append(block)
            paragraphs += 1
            continue
        framed = _framed_text(block)
        if framed is not None:
            pending += framed
            continue
        if pieces:
            taken = _notes(pending)
            pieces[-1].notes += pending[:taken]
            pending = pending[taken:]
        pieces += _spoken(pending, paragraphs)
        piece = _piece(block, pending[-_MAX_LEAD:], paragraphs)
        bare = all(_FURNITURE.fullmatch(squeeze(text.text)) for text in pending)
        ended = bool(pieces and pieces[-1].notes)  # a table ends with its notes
        _place(pieces, piece, bare and not ended)
        pending = []
    taken = _notes(pending) if pieces else 0
    if pieces:
        pieces[-1].notes += pending[:taken]
    return pieces + _spoken(pending[taken:], paragraphs)


def _spoken(blocks: list[TextBlock], paragraphs: int) -> list[Piece]:
    """Tables that a document does not draw but names and says to be empty (``七、…决算表`` / ``本单位当年无…``).

    ``blocks`` are the last of the ``paragraphs`` text blocks so far.
    """
    found = []
    for number, (title, said) in enumerate(pairwise(blocks)):
        words = squeeze(said.text)
        if is_note(words) or len(words) > _MAX_TITLE * 2 or not says_empty(words):
            continue
        piece = Piece(Grid(0, 0, []), paragraphs - len(blocks) + number + 1, notes=[said])
        _name(piece, re.sub(r"^\s*(?:[一二三四五六七八九十]+、|[(（].{1,3}[)）]|\d+[.、])", "", title.text))
        if piece.kind is not None and piece.kind.form in ("statement", "list") and (piece.title or "").endswith("表"):
            found.append(piece)
    return found


def _framed_text(grid: Grid) -> list[TextBlock] | None:
    """The texts of a frame that is no table: nothing in it, a title and a unit, a note. Null for a table."""
    cells = [cell for cell in grid.cells if cell.text.strip()]
    captions = _caption_rows(grid) if grid.n_rows <= 3 else []
    if not cells or len(captions) == grid.n_rows:
        return [TextBlock(words) for words, _ in captions if words]
    words = squeeze(cells[0].text)
    if len(cells) == 1 and (is_note(words) or says_empty(words)):
        cell = cells[0]
        return [TextBlock(cell.text, page=cell.page, box=cell.box, start=cell.start)]
    return None


def unit_of(words: str) -> str | None:
    """The unit of money that squeezed words declare (``单位：万元``, ``（万元）``)."""
    found = _UNIT.search(words) or _BARE_UNIT.search(words)
    return found[1] if found else None


def _piece(grid: Grid, lead: list[TextBlock], paragraphs: int) -> Piece:
    piece = Piece(grid, paragraphs)
    for words, raw in _captions(grid):
        piece.captions += 1
        piece.unit = piece.unit or unit_of(words)
        piece.body = piece.body or body_of(words)
        if raw and (piece.title is None or piece.kind is None):
            _name(piece, raw)
    for text in reversed(lead):
        words = squeeze(text.text)
        piece.body = piece.body or body_of(words)
        if piece.unit is None:
            piece.unit = unit_of(words) if len(words) <= _MAX_TITLE * 2 else None
        if piece.kind is None and not is_note(words):
            for part in re.split(r"[\n\t]|\s{2,}", text.text):
                _name(piece, part)
        if piece.kind is not None or _SENTENCE.search(words):
            break
    if piece.title is None and grid.name:
        _name(piece, grid.name)
    return piece


def _name(piece: Piece, raw: str) -> None:
    """Take ``raw`` as the title if it looks like one and says more than the title known so far."""
    words = squeeze(raw)
    declared = unit_of(words)
    words = re.sub(r"\(?(?:金额|计量)?单位:.*", "", words)
    if not 3 < len(words) <= _MAX_TITLE or _SENTENCE.search(words) or _FURNITURE.fullmatch(words):
        return
    plain = plain_title(words)
    plain = re.sub(r"\((?:人民币)?(?:百万元|亿元|千元|万元|元)\)", "", plain)
    shown = plain.split("(")[0]
    if not (shown.endswith(("表", "情况", "预算", "决算")) or "表" in plain[-6:] or words.endswith("表")) or plain.endswith(
        "说明"
    ):
        return
    kind = kind_of_title(words)
    if kind is None and (piece.title is not None or not (shown.endswith("表") or words.endswith("表"))):
        return
    piece.title, piece.kind = raw.strip(), kind
    piece.unit = piece.unit or declared


def _captions(grid: Grid) -> list[tuple[str, str]]:
    """The caption rows of a table that has others, too."""
    found = _caption_rows(grid)
    while found and not found[-1][0]:  # blank rows at the end belong to the table
        found.pop()
    return found if len(found) < grid.n_rows else []


def _caption_rows(grid: Grid) -> list[tuple[str, str]]:
    """The leading rows that hold the title, the body's name and the unit rather than cells: ``(all words, first words)``."""
    rows: dict[int, list[str]] = {}
    for cell in grid.cells:
        if cell.row < 8:
            rows.setdefault(cell.row, []).append(cell.text)
    found = []
    for row in sorted(rows):
        texts = [text for text in rows[row] if text.strip()]
        words = squeeze("".join(texts))
        if not texts:
            found.append(("", ""))
            continue
        titled = len(texts) == 1 and (grid.n_columns > 1 or grid.n_rows <= 3) and _is_title(texts[0])
        furniture = len(texts) <= 3 and all(_FURNITURE.fullmatch(squeeze(text)) for text in texts) and not words.isdigit()
        furniture |= 1 < len(texts) <= 3 and _is_unit_line([squeeze(text) for text in texts])
        if not titled and not (furniture and (unit_of(words) or "：" in "".join(texts) or ":" in words or len(texts) == 1)):
            break
        found.append((words, texts[0] if titled else ""))
    return found


def _is_unit_line(texts: list[str]) -> bool:
    """Whether a row prints the unit of money, and beside it but the body's name or the year."""
    units = [text for text in texts if _FURNITURE.fullmatch(text) and unit_of(text)]
    others = [text for text in texts if text not in units]
    return bool(units) and all(_FURNITURE.fullmatch(text) or _BODY_NAME.fullmatch(text) for text in others)


def _is_title(text: str) -> bool:
    words = squeeze(text)
    return 3 < len(words) <= _MAX_TITLE and not _SENTENCE.search(words) and "表" in plain_title(words)[-8:]


def _notes(blocks: list[TextBlock]) -> int:
    """How many of the paragraphs after a table are its notes."""
    taken = 0
    for index, block in enumerate(blocks[:8]):
        words = squeeze(block.text)
        if is_note(words) or says_empty(words):
            taken = index + 1
        elif not (taken and re.match(r"\d+[.、]", words)) and not _FURNITURE.fullmatch(words):
            break
    return taken


def _place(pieces: list[Piece], piece: Piece, bare: bool) -> None:
    """Append a table, or join it to the one that it continues."""
    last = pieces[-1] if pieces else None
    if last is None:
        pieces.append(piece)
        return
    continued = bool(piece.title and _CONTINUED.search(squeeze(piece.title)))
    untitled = piece.title is None
    same_title = not untitled and last.title is not None and plain_title(piece.title or "") == plain_title(last.title)
    others = piece.body and last.body and piece.body != last.body
    if piece.grid.n_columns == last.grid.n_columns and not others and ((untitled and bare) or continued or same_title):
        repeated = _repeated_header(last, piece)
        statement = last.kind is None or last.kind.form != "form"
        if (untitled and bare and not _new_header(piece, repeated)) or continued or (same_title and repeated and statement):
            last.grid = stacked((last.grid, piece.grid), (0, piece.captions + repeated))
            return
    if untitled and bare:
        piece.inherits = True
        piece.title, piece.kind = last.title, last.kind
        piece.unit = piece.unit or last.unit
    pieces.append(piece)


def _repeated_header(last: Piece, piece: Piece) -> int:
    """How many rows of ``piece``, after its captions, repeat the first rows of ``last`` word for word."""
    first, second = _rows(last), _rows(piece)
    count = 0
    for above, below in zip(first, second, strict=False):
        if above != below or not any(below):
            break
        count += 1
    return count


def _new_header(piece: Piece, repeated: int) -> bool:
    """Whether an untitled piece begins with a header of its own rather than going on with data."""
    heads = 0
    for row in _rows(piece)[:3] if not repeated else ():
        words = [word for word in row if word]
        if any(character.isdigit() for word in words for character in word):
            break
        heads += sum(_HEADING.fullmatch(word) is not None for word in words)
    return heads >= 2


def _rows(piece: Piece) -> list[list[str]]:
    """The words of the first rows after the captions."""
    rows = [[""] * piece.grid.n_columns for _ in range(min(6, piece.grid.n_rows - piece.captions))]
    for cell in piece.grid.cells:
        if 0 <= cell.row - piece.captions < len(rows):
            rows[cell.row - piece.captions][cell.column] = squeeze(cell.text)
    return rows
