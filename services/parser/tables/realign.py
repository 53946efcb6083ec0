"""Text copies lose spans: a header, or a line of totals, stands a column beside the figures that it belongs to.

Only plain sheets are touched. A header cell is moved when it fits the contents below it better elsewhere; a line is moved
when words stand in a column of amounts or an amount among the labels. Where several moves are possible the one counts in
which the totals close.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.report import ColumnRole
from services.parser.tables.anatomy import Anatomy, dissect, heading_class, is_code
from services.parser.tables.arithmetic import closings
from services.parser.tables.figures import BLANKS, figure
from services.parser.tables.meaning import TOTALS
from services.parser.tables.sheet import Sheet
from services.parser.tables.spread import spread

_FIT = {
    ("value", "figures"): 2.0,
    ("value", "blank"): 0.5,
    ("value", "words"): -3.0,
    ("value", "codes"): -3.0,
    ("label", "words"): 2.0,
    ("label", "figures"): -3.0,
    ("label", "codes"): -2.0,
    ("code", "codes"): 2.0,
    ("code", "figures"): -2.0,
    ("code", "words"): -2.0,
}
_UNCOVERED = -2.0
_SHIFTS = (1, -1, 2, -2)
_MOST_LINES = 12
"""More lines than this do not slip: then it is the columns that were misread, and nothing is moved."""

Words = list[str]
"""The words of a row, one entry a column."""


def realign(anatomy: Anatomy) -> tuple[Anatomy, list[str]]:
    """The anatomy with header and lines put where they belong, and what was doubtful about it."""
    if not anatomy.sheet.plain or anatomy.first >= anatomy.sheet.n_rows:
        return anatomy, []
    doubts = []
    anatomy = _respread(anatomy)
    headers = _headers(anatomy)
    if headers:
        anatomy = dissect(anatomy.sheet.shifted(headers), anatomy.captions)
        doubts.append("header shifted against its columns: realigned by content")
    lines, certain = _lines(anatomy)
    if lines:
        rows = ", ".join(str(row) for row, _, _ in lines)
        anatomy = dissect(anatomy.sheet.shifted(lines), anatomy.captions)
        proof = "so that the totals close" if certain else "by content only: no total confirms it"
        doubts.append(f"lines {rows} shifted against the header: realigned {proof}")
    return anatomy, doubts


def _respread(anatomy: Anatomy) -> Anatomy:
    """The anatomy with the header over its columns again where a copy lost all spans of it."""
    sheet = anatomy.sheet
    rows = [row for row in range(anatomy.captions, anatomy.first) if row not in anatomy.numbering]
    placed = spread([_words(sheet, row) for row in rows], sheet.n_columns)
    return anatomy if placed is None else dissect(sheet.placed(dict(zip(rows, placed, strict=True))), anatomy.captions)


def _words(sheet: Sheet, row: int) -> Words:
    return [sheet.own(row, column) for column in range(sheet.n_columns)]


def _shifted(words: Words, start: int, by: int) -> Words | None:
    """The words from ``start`` on moved; null where something other than blanks would be pushed out."""
    cut = start if by > 0 else start + by
    tail = words[cut:]
    pushed = tail[-by:] if by > 0 else tail[:-by]
    if cut < 0 or len(pushed) < abs(by) or any(pushed):
        return None
    return words[:cut] + tail[-by:] + tail[:-by]


def _headers(anatomy: Anatomy) -> list[tuple[int, int, int]]:
    """The shift of each header row that fits the columns better elsewhere, the innermost row first."""
    sheet = anatomy.sheet
    profile = [_contents(anatomy, column) for column in range(sheet.n_columns)]
    if "figures" not in profile:
        return []
    rows = {row: _words(sheet, row) for row in range(anatomy.captions, anatomy.first) if row not in anatomy.numbering}
    shifts: list[tuple[int, int, int]] = []
    for row in reversed(rows):
        best: tuple[int, int, int] | None = None
        least, printed = _fit(rows, row, profile) + 1, rows[row]
        for start in (column for column, text in enumerate(printed) if text):
            for by in _SHIFTS:
                moved = _shifted(printed, start, by)
                if moved is None:
                    continue
                score = _fit({**rows, row: moved}, row, profile) - abs(by) / 2
                if score > least:
                    best, least, rows[row] = (row, start, by), score, moved
        if best is not None:
            shifts.append(best)
    return shifts


def _contents(anatomy: Anatomy, column: int) -> str:
    """What stands in a column below the header: ``figures``, ``codes``, ``words`` or ``blank``."""
    sheet = anatomy.sheet
    texts = [text for row in range(anatomy.first, sheet.n_rows) if (text := sheet.own(row, column)) not in BLANKS]
    numbers = [number for text in texts if (number := figure(text)) is not None]
    if not texts:
        return "figures" if any(sheet.own(row, column).isdigit() for row in anatomy.numbering) else "blank"
    if sum(map(is_code, texts)) * 2 > len(texts) and not any(number.money_like for number in numbers):
        return "codes"
    return "figures" if len(numbers) * 2 >= len(texts) else "words"


def _fit(rows: dict[int, Words], row: int, profile: list[str]) -> float:
    """How well the headings of a row fit the columns that they stand over, and whether every amount has a heading."""
    deeper = [words for other, words in rows.items() if other > row]
    fit = sum(
        _FIT.get((heading_class(text) or "", profile[column]), 0.0)
        for column, text in enumerate(rows[row])
        if text and not any(words[column] for words in deeper)  # else it is the heading of a group
    )
    for column, contents in enumerate(profile):
        if contents == "figures" and not any(heading_class(words[column]) in ("value", "number") for words in rows.values()):
            fit += _UNCOVERED
    return fit


def _lines(anatomy: Anatomy) -> tuple[list[tuple[int, int, int]], bool]:
    """The lines to move, and whether arithmetic confirmed all of them."""
    if len(anatomy.sides) > 1:
        return [], False
    body = range(anatomy.first, anatomy.sheet.n_rows)
    slipped = [row for row in body if _misplaced(anatomy, _words(anatomy.sheet, row))]
    if len(slipped) > _MOST_LINES:
        return [], False
    moves = {row: move for row in slipped if (move := _best_move(anatomy, row)) is not None}
    return [(row, start, by) for row, (start, by, _) in moves.items()], bool(moves) and all(move[2] for move in moves.values())


def _best_move(anatomy: Anatomy, row: int) -> tuple[int, int, bool] | None:
    """Where to begin, how far to go, and whether the totals then close."""
    words = _words(anatomy.sheet, row)
    first = next(column for column, text in enumerate(words) if text)
    figures = [column for column, text in enumerate(words) if figure(text) is not None]
    starts = [(first, -1), (first, -2), *((figures[0], by) for by in (1, 2) if figures)]
    candidates = []
    for start, by in starts:
        moved = _shifted(words, start, by)
        if moved is not None and not _misplaced(anatomy, moved):
            candidates.append((_closing(anatomy, moved, row), -abs(by), start, by))
    if not candidates:
        return None
    closed, _, start, by = max(candidates)
    return start, by, closed > 0


def _misplaced(anatomy: Anatomy, words: Words) -> bool:
    """Words in a column of amounts, or an amount among labels and codes."""
    for column, text in enumerate(words):
        if text in BLANKS:
            continue
        role, number = anatomy.heads[column].role, figure(text)
        if role is ColumnRole.VALUE and number is None and (text in TOTALS or len(text) > 1) and not text[0].isdigit():
            return True
        if role in (ColumnRole.LABEL, ColumnRole.CODE) and number is not None and number.money_like:
            return True
    return False


def _closing(anatomy: Anatomy, words: Words, row: int) -> int:
    """In how many columns a line of totals equals the sum of the lines of the highest level."""
    if not any(text in TOTALS or text.endswith(("合计", "总计")) for text in words if text):
        return 0
    lines = [_words(anatomy.sheet, line) for line in range(anatomy.first, anatomy.sheet.n_rows) if line != row]
    coded = [line for line in lines if is_code(next(filter(None, line), "")) and len(next(filter(None, line))) == 3]
    values = [head.index for head in anatomy.heads if head.role is ColumnRole.VALUE]

    def amounts(line: Words) -> list[Decimal | None]:
        return [number.value if (number := figure(line[column])) else None for column in values]

    return closings(amounts(words), [amounts(line) for line in coded or lines])
