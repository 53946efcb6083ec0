"""A text document with one mistake in the file itself: to be read and checked again."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.mutation.candidates import Drop, Slip, Turn
from benchmarks.mutation.slips import turned
from schemas.place import Place
from schemas.report import Report
from services.content.charset import decode


@dataclass(frozen=True)
class Edit:
    """``text`` in place of ``[start, end)`` of a document's decoded text."""

    start: int
    end: int
    text: str

    def applied(self, body: bytes) -> bytes:
        """The bytes of the document with the edit, in UTF-8."""
        text, _ = decode(body)
        return (text[: self.start] + self.text + text[self.end :]).encode()

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Where what stood at ``[start, end)`` stands afterwards."""
        by = len(self.text) - (self.end - self.start)
        return (start + by if start >= self.end else start), (end + by if end >= self.end else end)


def edit(report: Report, body: bytes, what: Slip | Turn | Drop) -> Edit | None:
    """What is to be changed in the file; None where its place in it is not known to the character."""
    if isinstance(what, Slip):
        place = what.printed.place
        text, _ = decode(body)
        if place.start is None or place.end is None or text[place.start : place.end] != what.printed.facts[0].text:
            return None
        return Edit(place.start, place.end, what.text)
    return _word(report, body, what) if isinstance(what, Turn) else _line(report, body, what)


def _word(report: Report, body: bytes, turn: Turn) -> Edit | None:
    """The word before the number that it says the direction of: the last such one in the file."""
    place = turn.facts[0].place
    if place.start is None:
        return None
    text, _ = decode(body)
    before = place.start - ((place.offset or 0) - turn.offset)  # as if nothing stood in the file that is not in the paragraph
    start = text.rfind(turn.word, 0, place.start) if (place.offset or 0) > turn.offset else text.find(turn.word, place.start)
    return Edit(start, start + len(turn.word), turned(turn.word)) if abs(start - before) < 20 else None


def _line(report: Report, body: bytes, drop: Drop) -> Edit | None:
    """The whole line of the file: where it holds one line of the table, on one side."""
    table = report.tables[drop.table]
    if sum(line.row == drop.line.row for line in table.rows) > 1:
        return None
    places = [cell.place for cell in table.cells if cell.row == drop.line.row]
    starts = [place.start for place in places if place.start is not None]
    ends = [place.end for place in places if place.end is not None]
    if not starts or not ends:
        return None
    text, _ = decode(body)
    start, end = text.rfind("\n", 0, min(starts)) + 1, text.find("\n", max(ends))
    return None if end < 0 or "\n" in text[start:end] else Edit(start, end + 1, "")


def spot(place: Place, made: Edit) -> tuple[int, int] | None:
    """Where a number of the original stands in the edited file."""
    return None if place.start is None or place.end is None else made.moved(place.start, place.end)
