"""What can be made wrong in a report: its printed numbers, its direction words, its lines without lines under them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.mutation import slips
from schemas.place import Place
from schemas.report import Claim, ClaimKind, Fact, Measure, Report, RowRole, TableRow
from services.validator.arithmetic import RATES

TABLE, NARRATIVE, RATE = "table", "narrative", "rate"
SOURCES = (TABLE, NARRATIVE, RATE)
"""Amounts of money in tables, amounts of money in sentences, and the rates in sentences."""


@dataclass(frozen=True)
class Printed:
    """A number as it is printed once, with all facts that it states (收、支总计均为 ...)."""

    facts: tuple[Fact, ...]
    before: str
    number: str
    after: str

    @property
    def place(self) -> Place:
        return self.facts[0].place

    @property
    def source(self) -> str:
        """``TABLE``, ``NARRATIVE`` or ``RATE``."""
        fact = self.facts[0]
        return TABLE if fact.source == "table" else RATE if fact.measure in RATES else NARRATIVE


@dataclass(frozen=True)
class Slip:
    """One way in which one printed number may be wrong: what is printed instead."""

    kind: str
    printed: Printed
    number: str
    after: str

    @property
    def text(self) -> str:
        return self.printed.before + self.number + self.after

    @property
    def source(self) -> str:
        return self.printed.source


@dataclass(frozen=True)
class Turn:
    """A direction word of a sentence that may be turned round: its offset in its paragraph, and the numbers after it that it
    says the direction of."""

    claim: Claim
    facts: tuple[Fact, ...]
    paragraph: int
    offset: int
    word: str
    kind: str = "direction"
    source: str = NARRATIVE


@dataclass(frozen=True)
class Drop:
    """A line of a table that may be left out, with the facts in it."""

    table: int
    line: TableRow
    facts: tuple[Fact, ...]
    kind: str = "row dropped"
    source: str = TABLE


def printed(report: Report) -> list[Printed]:
    """Every amount of money that is not nothing, and every rate in a sentence."""
    at: dict[object, list[Fact]] = defaultdict(list)
    for fact in report.facts:
        place = fact.place
        where = (place.table, place.row, place.column) if fact.source == "table" else (place.paragraph, place.offset)
        at[where].append(fact)
    found = []
    for facts in at.values():
        first = facts[0]
        money = first.unit == "CNY" and first.measure in (Measure.AMOUNT, Measure.CHANGE)
        parts = slips.number(first.text)
        if parts is not None and first.value and (money or (first.measure in RATES and first.source != "table")):
            found.append(Printed(tuple(facts), *parts))
    return found


def wrong_numbers(numbers: Iterable[Printed], chance: random.Random) -> Iterator[Slip]:
    """Every printed number in every way in which it can be wrong."""
    for each in numbers:
        for kind, slip in slips.SLIPS.items():
            text = slip(each.number, chance)
            if text is not None:
                yield Slip(kind, each, text, each.after)
        if each.source == NARRATIVE:
            after = slips.other_unit(each.after)
            if after is not None:
                yield Slip("unit", each, each.number, after)
        elif each.source == TABLE:
            # a table has one unit; the slip is a figure of the other in it
            power, decimals = (4, 2) if each.facts[0].scale == 4 else (-4, 6)
            value = slips.value_of(each.number).scaleb(power)
            text = slips.in_words(value, decimals, grouped="," in each.number)
            yield Slip("unit", each, text.rstrip("0").rstrip(".") if power < 0 else text, each.after)


def directions(report: Report) -> Iterator[Turn]:
    """The direction words before the numbers of changes, and the words of comparisons."""
    facts = {fact.id: fact for fact in report.facts}
    for claim in report.claims:
        if claim.kind not in (ClaimKind.CHANGE, ClaimKind.COMPARISON) or claim.place.paragraph is None:
            continue
        paragraph = claim.place.paragraph
        text = report.paragraphs[paragraph].text
        taking_part = [facts[each] for role in claim.roles.values() for each in role if facts[each].place.paragraph == paragraph]
        taking_part.sort(key=lambda fact: fact.place.offset or 0)
        start = claim.place.offset or 0
        words = list(slips.DIRECTION.finditer(text, start, start + len(claim.quote)))
        if claim.kind is ClaimKind.COMPARISON:
            if len(words) == 1:
                yield Turn(claim, tuple(taking_part), paragraph, words[0].start(), words[0][0])
            continue
        for word, following in zip(words, [*(each.start() for each in words[1:]), len(text)], strict=False):
            after = [fact for fact in taking_part if word.end() <= (fact.place.offset or 0) < following]
            moved = tuple(fact for fact in after if fact.value and fact.measure in (Measure.CHANGE, Measure.GROWTH))
            if moved:
                yield Turn(claim, moved, paragraph, word.start(), word[0])


def lines(report: Report) -> Iterator[Drop]:
    """The lines of tables that have an amount and no line under them. (What a line with others under it is the sum of stays.)"""
    in_line: dict[tuple[int, int, int], list[Fact]] = defaultdict(list)
    for fact in report.facts:
        place = fact.place
        if place.table is not None and place.row is not None:
            side = next((c.side for c in report.tables[place.table].columns if c.index == place.column), 0)
            in_line[place.table, place.row, side].append(fact)
    for table in report.tables:
        parents = {line.parent for line in table.rows}
        for index, line in enumerate(table.rows):
            facts = in_line[table.index, line.row, line.side]
            money = any(fact.unit == "CNY" and fact.value for fact in facts)
            if line.role is RowRole.DATA and index not in parents and money:
                yield Drop(table.index, line, tuple(facts))
