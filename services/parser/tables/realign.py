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


def realign(anatomy: Anatomy) -> tuple[Anatomy, list[str]]:
    """The anatomy with header and lines put where they belong, and what was doubtful about it."""
    if not anatomy.sheet.plain or anatomy.first >= anatomy.sheet.n_rows:
        return anatomy, []
    doubts = []
    moved = _header(anatomy)
    if moved is not None:
        anatomy = dissect(moved, anatomy.captions)
        doubts.append("header shifted against its columns: realigned by content")
    lines, certain = _lines(anatomy)
    if lines:
        rows = ", ".join(str(row) for row, _, _ in lines)
        anatomy = dissect(anatomy.sheet.shifted(lines), anatomy.captions)
        doubts.append(f"lines {rows} shifted against the header: realigned" + (" so that the totals close" if certain else ""))
    return anatomy, doubts


def _header(anatomy: Anatomy) -> Sheet | None:
    sheet = anatomy.sheet
    profile = [_contents(anatomy, column) for column in range(sheet.n_columns)]
    if "figures" not in profile:
        return None
    shifts: list[tuple[int, int, int]] = []
    for row in reversed(range(anatomy.captions, anatomy.first)):
        if row in anatomy.numbering:
            continue
        current = sheet.shifted(shifts) if shifts else sheet
        best, base = None, _fit(current, anatomy, row, profile)
        for start, _ in sheet.row(row):
            for by in _SHIFTS:
                if _free(sheet, row, start, by):
                    score = _fit(current.shifted([(row, start, by)]), anatomy, row, profile) - abs(by) / 2
                    if score > base + 1 and (best is None or score > best[0]):
                        best = (score, (row, start, by))
        if best:
            shifts.append(best[1])
    return sheet.shifted(shifts) if shifts else None


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


def _fit(sheet: Sheet, anatomy: Anatomy, row: int, profile: list[str]) -> float:
    """How well the headings of a row fit the columns that they stand over, and whether every amount has a heading."""
    headed = [line for line in range(anatomy.captions, anatomy.first) if line not in anatomy.numbering]
    deeper = [line for line in headed if line > row]
    fit = sum(
        _FIT.get((heading_class(text) or "", profile[column]), 0.0)
        for column, text in sheet.row(row)
        if not any(sheet.text(line, column) for line in deeper)  # else it is the heading of a group
    )
    for column, contents in enumerate(profile):
        if contents == "figures" and not any(heading_class(sheet.text(line, column)) in ("value", "number") for line in headed):
            fit += _UNCOVERED
    return fit


def _free(sheet: Sheet, row: int, start: int, by: int) -> bool:
    """Whether a shift pushes out nothing but blanks."""
    slots = range(sheet.n_columns - by, sheet.n_columns) if by > 0 else range(start + by, start)
    return all(0 <= column < sheet.n_columns and not sheet.own(row, column) for column in slots)


def _lines(anatomy: Anatomy) -> tuple[list[tuple[int, int, int]], bool]:
    """The lines to move, and whether arithmetic confirmed all of them."""
    if len(anatomy.sides) > 1:
        return [], False
    moves, certain = [], True
    for row in range(anatomy.first, anatomy.sheet.n_rows):
        if _misplaced(anatomy, anatomy.sheet, row):
            best = _best_move(anatomy, row)
            if best:
                moves.append(best[0])
                certain = certain and best[1]
    return moves, certain and bool(moves)


def _best_move(anatomy: Anatomy, row: int) -> tuple[tuple[int, int, int], bool] | None:
    sheet = anatomy.sheet
    figures = [column for column, text in sheet.row(row) if figure(text) is not None]
    starts = [(0, by) for by in (-1, -2)] + [(figures[0], by) for by in (1, 2) if figures]
    candidates = []
    for start, by in starts:
        begin = sheet.row(row)[0][0] if start == 0 else start
        if not _free(sheet, row, begin, by):
            continue
        moved = sheet.shifted([(row, begin, by)])
        if not _misplaced(anatomy, moved, row):
            candidates.append((_closing(anatomy, moved, row), -abs(by), (row, begin, by)))
    if not candidates:
        return None
    closed, _, move = max(candidates)
    return move, closed > 0


def _misplaced(anatomy: Anatomy, sheet: Sheet, row: int) -> bool:
    """Words in a column of amounts, or an amount among labels and codes."""
    for column, text in sheet.row(row):
        role, number = anatomy.heads[column].role, figure(text)
        if role is ColumnRole.VALUE and number is None and (text in TOTALS or len(text) > 1) and not text[0].isdigit():
            return True
        if role in (ColumnRole.LABEL, ColumnRole.CODE) and number is not None and number.money_like:
            return True
    return False


def _closing(anatomy: Anatomy, sheet: Sheet, row: int) -> int:
    """In how many columns a line of totals equals the sum of the lines of the highest level."""
    if not any(text in TOTALS or text.endswith(("合计", "总计")) for _, text in sheet.row(row)):
        return 0
    lines = [line for line in range(anatomy.first, sheet.n_rows) if line != row]
    coded = [line for line in lines if any(len(text) == 3 and is_code(text) for _, text in sheet.row(line)[:1])]
    values = [head.index for head in anatomy.heads if head.role is ColumnRole.VALUE]

    def amounts(line: int) -> list[Decimal | None]:
        return [number.value if (number := sheet.number(line, column)) else None for column in values]

    return closings(amounts(row), [amounts(line) for line in coded or lines])
