"""The facts and claims of a narrative while it is being read, and the look-up of what was stated before."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from schemas.place import Place
from schemas.report import Claim, ClaimKind, Fact, Measure, Mention, Phase
from schemas.trusted import trusted
from services.parser.layout import TextBlock
from services.parser.narrative.subjects import Subject
from services.parser.narrative.text import Running
from services.parser.narrative.tokens import Token

_REMEMBERED = 100  # amounts of one subject that are looked back at

_place, _fact, _claim, _mention = trusted(Place), trusted(Fact), trusted(Claim), trusted(Mention)

Key = tuple[str | None, ...]


@dataclass(slots=True)
class Draft:
    """A claim being made. ``wanted`` are roles that nothing stated so far plays: role → (subject, phases, year)."""

    kind: ClaimKind
    roles: dict[str, list[str]]
    quote: str
    place: Place
    subject: str = ""
    relation: str | None = None
    partial: bool = False
    base: str | None = None
    words: str = ""
    names: tuple[str, ...] = ()
    reason: str | None = None
    order: int = 0
    wanted: dict[str, tuple[Key, tuple[Phase, ...], int | None]] = field(default_factory=dict)


class Ledger:
    """Facts by what they are facts of, in the order in which they are stated; claims in theirs."""

    def __init__(self, blocks: Sequence[TextBlock]) -> None:
        self._blocks = blocks
        self._amounts: dict[Key, list[Fact]] = defaultdict(list)
        self.facts: list[Fact] = []
        self.drafts: list[Draft] = []
        self.unbound: list[Mention] = []
        self.numbers = 0
        self.bound = 0

    def place(self, running: Running, start: int, end: int) -> tuple[Place, str]:
        """The place of ``running.text[start:end]`` and its verbatim text (as far as it stands in its first paragraph)."""
        paragraph, offset = running.locate(start)
        last, until = running.locate(end - 1)
        block = self._blocks[paragraph]
        stop = until + 1 if last == paragraph else len(block.text)
        first, final = block.span(offset, stop)
        at = bisect_right(block.lines, offset, key=lambda line: line.offset) - 1
        line = block.lines[at] if at >= 0 else None
        place = _place(
            page=line.page if line is not None and line.page is not None else block.page,
            box=line.box if line is not None and line.box is not None else block.box,
            start=first,
            end=final,
            paragraph=paragraph,
            offset=offset,
        )
        return place, block.text[offset:stop]

    def fact(
        self,
        running: Running,
        token: Token,
        subject: Subject,
        measure: Measure,
        *,
        phase: Phase | None,
        year: int | None,
        sign: int = 1,
        base: str | None = None,
        unit: str | None = None,
    ) -> Fact:
        """Record the quantity of a token as a fact of a subject."""
        assert token.value is not None
        place, text = self.place(running, token.start, token.end)
        value = token.value.scaleb(token.scale) * sign
        fact = _fact(
            id=f"n{len(self.facts)}",
            concept=subject.concept,
            measure=measure,
            fund=subject.fund,
            nature=subject.nature,
            function=subject.function,
            economy=subject.economy,
            item=subject.item,
            base=base,
            phase=phase,
            year=year,
            value=value or abs(value),  # no negative zero
            unit=unit or token.unit,
            scale=token.scale,
            decimals=token.decimals - token.scale,
            text=text,
            place=place,
            source="narrative",
            confidence=self._blocks[place.paragraph or 0].confidence,
        )
        self.facts.append(fact)
        if measure is Measure.AMOUNT:
            self._amounts[subject.key].append(fact)
        return fact

    def adopt(self, facts: Iterable[Fact]) -> None:
        """Take facts of the tables into account, for roles that no sentence plays."""
        for fact in facts:
            if fact.measure is Measure.AMOUNT:
                self._amounts[fact.concept, fact.fund, fact.nature, fact.function, fact.economy, fact.item].append(fact)

    def stated(self, key: Key, phases: Iterable[Phase], year: int | None, *, since: int = 0) -> Fact | None:
        """The latest amount stated for a subject at one of the stages (the first that fits) in a year.

        ``since`` leaves out what was stated before the fact of that index.
        """
        amounts = self._amounts.get(key, ())[-_REMEMBERED:]
        for phase in phases:
            for fact in reversed(amounts):
                if fact.phase is phase and (year is None or fact.year == year) and self._index(fact) >= since:
                    return fact
        return None

    def _total_here(self, draft: Draft, key: Key, phases: Iterable[Phase], year: int | None) -> Fact | None:
        """今年支出增加 ... after 支出总计 in one paragraph: the total, in a document that states no other amount of the side."""
        if draft.kind is not ClaimKind.CHANGE or key[0] not in ("income", "expenditure") or key[2] != "total":
            return None
        fact = self.stated((f"{key[0]}_total", *key[1:]), phases, year)
        return fact if fact is not None and fact.place.paragraph == draft.place.paragraph else None

    @staticmethod
    def _index(fact: Fact) -> int:
        return int(fact.id[1:]) if fact.source == "narrative" else 0

    def orphan(self, text: str, place: Place) -> None:
        """Note a number that belongs to nothing."""
        self.unbound.append(_mention(text=text, place=place, source="narrative"))

    def claim(self, draft: Draft) -> Draft:
        draft.order = len(self.drafts)
        self.drafts.append(draft)
        return draft

    def claims(self) -> list[Claim]:
        """The claims, with the roles that were stated later, or only by a table."""
        made = []
        for number, draft in enumerate(self.drafts):
            for role, (key, phases, year) in draft.wanted.items():
                fact = None
                if not draft.roles.get(role):
                    fact = self.stated(key, phases, year) or self._total_here(draft, key, phases, year)
                if fact is not None:
                    draft.roles[role] = [fact.id]
            made.append(
                _claim(
                    id=f"c{number}",
                    kind=draft.kind,
                    roles={role: tuple(ids) for role, ids in draft.roles.items() if ids},
                    relation=draft.relation,
                    partial=draft.partial,
                    base=draft.base,
                    subject=draft.subject,
                    words=draft.words,
                    names=draft.names,
                    reason=draft.reason,
                    quote=draft.quote,
                    place=draft.place,
                )
            )
        return made
