"""From matched productions to facts and claims: what each statement is about, and what it refers back to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from schemas.report import ClaimKind, Fact, Kind, Measure, Phase
from services.parser.narrative.grammar import Match, matches
from services.parser.narrative.ledger import Draft, Ledger
from services.parser.narrative.lexer import (
    AMOUNTS,
    BASE,
    LIST,
    MARK,
    NUMBER,
    OTHER,
    REASON,
    SHARE,
    TEXT,
    YEAR,
    Token,
    lex,
)
from services.parser.narrative.lists import OpenList
from services.parser.narrative.subjects import Resolver, Setting, Subject, normal
from services.parser.narrative.text import Running

_STOPS = ".;"
_REASONED = re.compile(r"(?:增加|减少|增长|下降|上升|降低|提高|持平|变动)+(?:较多|较大)?$")
_COMPANIONS = re.compile(r"\((?:不包括|不含|包括|含)[^()]{0,6}陪同[^()]{0,6}\)")
_GENERIC = 3
_LONGEST_ITEM = 40


class Reader:
    """Reads one document's sentences in order; ``ledger`` holds what they state."""

    def __init__(self, ledger: Ledger, resolver: Resolver, kind: Kind | None, year: int | None) -> None:
        self.ledger = ledger
        self._resolver = resolver
        self._budget = kind is Kind.BUDGET
        self._stage = Phase.INITIAL if self._budget else Phase.FINAL
        self._year = year
        self._setting = Setting()
        self._lists: list[OpenList] = []
        self._budgeted: Phase | None = None
        self._total: dict[Phase | None, Fact] = {}
        self._total_subject: Subject | None = None
        self._forget()

    # -- the document ---------------------------------------------------------------------------------------------

    def section(self, setting: Setting, title: str = "") -> None:
        """A new section begins: nothing is carried over but what was stated. ``title`` is the way to it, for general words."""
        self._close(0)
        self._title = title
        if setting.concept != self._setting.concept:
            self._budgeted = None
        self._setting = setting
        self._total, self._total_subject = {}, None
        self._forget()

    def paragraph(self, running: Running, level: int, head: str = "", above: int = 0) -> None:
        """Read a paragraph. ``level`` is that of its number (0: none), ``head`` the title above it and ``above`` its level."""
        self._forget()
        self._running = running
        self._tokens = lex(running.text)
        self.ledger.numbers += sum(token.kind in AMOUNTS for token in self._tokens)
        self._enter(level)
        if head:
            self._take_head(head, above)
        self._take_own_head(level)
        if level >= 4 and not self._lists:
            self._imply(level)
        sentence: list[Token] = []
        for token in self._tokens:
            if token.kind in _STOPS:
                self._sentence(sentence)
                sentence = []
                self._stop(token)
            else:
                sentence.append(token)
        self._sentence(sentence)
        self._leave()

    def _forget(self) -> None:
        self._current: Subject | None = None
        self._head: Subject | None = None
        self._last: Fact | None = None  # the amount just stated, of which a share may follow
        self._values: dict[Phase | None, Fact] = {}  # the amounts of the subject just stated, by stage
        self._values_subject: Subject | None = None
        self._base: Token | None = None
        self._change: Draft | None = None
        self._comparison: Draft | None = None
        self._reason: Draft | None = None
        self._reasons: list[Fact] = []
        self._pending: list[Token] = []
        self._item: OpenList | None = None
        self._brackets: list[tuple[Subject | None, Fact | None, dict[Phase | None, Fact], Subject | None, int]] = []
        self._opening: tuple[Subject, dict[Phase | None, Fact]] | None = None  # what the paragraph began with
        self._ended = False
        self._first = len(self.ledger.facts)

    def _enter(self, level: int) -> None:
        """Decide whether this paragraph is an item of a list that was opened before it."""
        while self._lists:
            top = self._lists[-1]
            if not top.waiting:
                self._close(len(self._lists) - 1)
                continue
            if top.style is None:
                top.style = level
            if level == top.style:
                self._item = top
                top.taken = {}
                return
            if level > top.style:
                if top.style == 0:
                    self._close(len(self._lists) - 1)
                    continue
                return
            if level == 0:
                return
            self._close(len(self._lists) - 1)

    def _take_head(self, head: str, level: int) -> None:
        subject = self._resolver.resolve(head, self._inner())
        if subject.known and not subject.weak:
            self._current = self._head = replace(subject, phase=None)
        elif subject.item and level >= 4:
            self._current = self._head = self._named(subject, head)

    def _take_own_head(self, level: int) -> None:
        """The words before the first full stop or colon, where no amount stands among them: what the paragraph is about."""
        for index, token in enumerate(self._tokens):
            if token.kind in AMOUNTS or token.kind in (LIST, REASON, ",", SHARE):
                return
            if token.kind in (".", ":") and index:
                text = self._running.text[self._tokens[0].start : token.start]
                subject = self._resolver.resolve(text, self._inner())
                if subject.weak or len(text) > _LONGEST_ITEM + 20 and not subject.known:
                    return
                if subject.known or level >= 4:
                    self._current = self._head = subject if subject.known else self._named(subject, text)
                return

    def _named(self, subject: Subject, text: str) -> Subject:
        """A subject of no concept that heads a paragraph: a project where the words or the section say so."""
        if "项目" in text or self._setting.concept == "performance":
            return replace(subject, concept="project")
        return subject

    def _imply(self, level: int) -> None:
        """Numbered paragraphs after a total, each of one of its parts, divide that total, said or not."""
        subject = self._current
        if subject is None:
            first = next((token for token in self._tokens if token.kind == TEXT), None)
            if first is None:
                return
            subject = self._resolver.resolve(first.text, self._inner())
        whole, wholes = self._total_subject, self._total
        if subject.concept in ("three_public.abroad", "three_public.vehicles", "three_public.reception"):
            whole = Subject("three_public")
            wholes = self._stated(whole)
        elif not subject.function:
            return
        if whole is not None and wholes:
            self._item = OpenList("", whole, dict(wholes), style=level, waiting=True, implicit=True)
            self._lists.append(self._item)

    def _leave(self) -> None:
        """The end of a paragraph: a list that nothing followed so far goes on in the paragraphs after it."""
        self._stop_lists(paragraph=True)

    # -- sentences ------------------------------------------------------------------------------------------------

    def _sentence(self, tokens: Sequence[Token]) -> None:
        self._pending = []
        self._said_year: int | None = None
        for found in matches(tokens):
            if isinstance(found, Match):
                if self._lists and found.states != "list":
                    self._lists[-1].naming = False
                getattr(self, f"_on_{found.states}")(found)
            else:
                self._other(found)

    def _other(self, token: Token) -> None:
        if token.kind == TEXT:
            if self._lists and self._lists[-1].naming and not self._lists[-1].waiting:
                self._name(self._lists[-1], token.text)
            self._pending.append(token)
            if token.text.endswith("中"):
                self._within(token)
        elif token.kind == BASE:
            self._base = token
        elif token.kind in (YEAR, OTHER):
            self._pending.append(token)
        elif token.kind == "(":
            self._brackets.append((self._current, self._last, self._values, self._values_subject, len(self._lists)))
            if self._values_subject is not None and self._reason is None:
                opened = OpenList("", self._values_subject, dict(self._values), implicit=True, naming=False)
                self._lists.append(opened)
        elif token.kind == ")" and self._brackets:
            self._current, self._last, self._values, self._values_subject, depth = self._brackets.pop()
            self._close(depth)
        elif token.kind == MARK:
            self._pending = []
        elif token.kind in AMOUNTS:
            self._value(None, token, ())

    def _within(self, token: Token) -> None:
        """三公经费支出决算中，…: the amounts that follow are parts of what was stated before."""
        subject = self._resolver.resolve(token.text[:-1], self._inner())
        if subject.known and not subject.weak and not self._lists and self._reason is None:
            stated = self._stated(subject)
            if stated:
                self._lists.append(OpenList("中", replace(subject, phase=None, budget=False), stated))
                self._opening = (subject, stated)
                self._pending = []

    def _stated(self, subject: Subject) -> dict[Phase | None, Fact]:
        """The amounts of a subject that were stated before, by stage."""
        phases = (subject.phase,) if subject.phase else (self._stage, Phase.FULL_YEAR, Phase.INITIAL)
        found = ((phase, self.ledger.stated(subject.key, (phase,), self._year)) for phase in phases)
        return {phase: fact for phase, fact in found if fact is not None}

    @staticmethod
    def _name(open_list: OpenList, text: str) -> None:
        for name in re.split(r"、|(?<=[费贴金助])和", text):
            name = re.sub(r"等(?:支出|费用|方面|经费)?$", "", normal(name))
            if 1 < len(name) <= 30:
                open_list.names.append(name)

    def _stop(self, token: Token) -> None:
        self._brackets = []
        if token.kind == ".":
            self._end_reason()
            self._stop_lists(paragraph=False)
            return
        if self._reason is not None and "一是" not in (self._reason.reason or ""):
            self._end_reason()
        if self._lists:
            self._lists[-1].naming = False
            self._ended = True

    def _stop_lists(self, *, paragraph: bool) -> None:
        if paragraph:
            self._end_reason()
            top = self._lists[-1] if self._lists else None
            last = self._tokens[-1].kind if self._tokens else ""
            if (
                top is not None
                and not top.waiting
                and not top.parts
                and (last == ":" or last == LIST or top.words.endswith("如下"))
            ):
                top.waiting, top.names, top.naming = True, [], False
        keep = next((i + 1 for i in range(len(self._lists) - 1, -1, -1) if self._lists[i].waiting), 0)
        self._close(keep)

    def _end_reason(self) -> None:
        if self._reason is not None and len(self._reasons) > 1 and self._reason.roles.get("delta"):
            place, quote = self._reason.place, self._reason.quote
            parts = [fact.id for fact in self._reasons]
            self.ledger.claim(
                Draft(
                    ClaimKind.PARTS,
                    {"whole": self._reason.roles["delta"][:1], "part": parts},
                    quote,
                    place,
                    subject=self._reason.subject,
                    partial=True,
                    words="原因",
                )
            )
        self._reason, self._reasons = None, []

    # -- subjects -------------------------------------------------------------------------------------------------

    def _inner(self) -> Setting:
        setting = self._setting
        for open_list in self._lists:
            setting = setting.under(open_list.subject)
        return setting

    def _subject(self, tokens: Sequence[Token]) -> tuple[Subject, int | None]:
        """The subject that tokens name, with the stage it states, and the year if they say one."""
        year = next((token.year for token in reversed(tokens) if token.kind == YEAR and token.year), None)
        self._said_year = year = year or (self._said_year if not any(token.kind == TEXT and len(token.text) > 2 for token in tokens) else None)
        pieces = [token.text for token in tokens if token.kind == TEXT]
        subject = self._resolver.resolve("".join(pieces), self._inner())
        if not subject.known and len(pieces) > 1:
            last = self._resolver.resolve(pieces[-1], self._inner())
            subject = last if last.known and not last.weak else subject
        if self._lists and normal("".join(pieces)) in _TOTALS:
            subject = replace(self._lists[-1].subject, phase=subject.phase)
        elif subject.weak:
            subject = self._carried(subject, "".join(pieces))
        elif subject.bare and self._current is not None and self._current.concept == f"{subject.concept}_total":
            subject = replace(self._current, phase=subject.phase, budget=subject.budget)
        elif not subject.known and subject.item and _generic(subject.item) and self._pending:
            words = "".join(token.text for token in self._pending if token.kind == TEXT) + "".join(pieces)
            subject = replace(self._resolver.resolve(words, self._inner()), phase=subject.phase)
        return subject, year

    def _carried(self, subject: Subject, text: str) -> Subject:
        """A weak subject is what the sentences before it were about; else what the clause before it says."""
        if self._reason is None and self._current is not None and (subject.phase is not None or not text):
            return replace(self._current, phase=subject.phase or self._current.phase, budget=subject.budget, weak=False)
        pending = "".join(token.text for token in self._pending if token.kind == TEXT)
        words = _REASONED.sub("", pending + normal(text)) if pending else ""
        if words:
            found = self._resolver.resolve(words, self._inner())
            if not found.weak:
                return replace(found, phase=subject.phase or found.phase, budget=subject.budget or found.budget)
        if self._current is not None and self._reason is None and not pending:
            return replace(self._current, phase=subject.phase or self._current.phase, budget=subject.budget, weak=False)
        return subject

    def _phase(self, subject: Subject) -> Phase:
        """The stage of an amount; a bare 预算 is the one that the section has been speaking of."""
        if subject.budget and self._budgeted is not None and not self._budget:
            return self._budgeted
        return subject.phase or self._stage

    # -- statements -----------------------------------------------------------------------------------------------

    def _on_value(self, match: Match) -> None:
        amount = match.one("amount")
        assert amount is not None
        self._value(match.groups.get("subject", ()), amount, match.tokens)

    def _value(self, tokens: Sequence[Token] | None, amount: Token, taken: Sequence[Token]) -> None:
        """An amount, a count or a rate of a subject. ``tokens`` is null where no words stand before it."""
        subject, year = self._subject(tokens or ())
        if amount.kind == NUMBER:
            if not (amount.decimals and self._last is not None and self._last.unit == "CNY" and not subject.weak and tokens):
                return
            amount = replace(amount, unit="CNY", scale=self._last.scale, guessed=True)
            self.ledger.numbers += 1
        if amount.unit == "CNY":
            self._money(subject, year, amount)
            self._pending = []
        else:
            self._count(subject, year, amount, tokens or ())
            # 共涉及项目12个，资金1119.59万元: what was counted says what the next amount is of
            self._pending = [*self._pending, *(token for token in tokens or () if token.kind == TEXT)]

    def _money(self, subject: Subject, year: int | None, amount: Token) -> None:
        self._pop_nested(subject)
        if not subject.known and not subject.item:
            self._orphan(amount)
            return
        subject = self._distinct(subject)
        phase = self._phase(subject)
        when = year or self._year
        if phase in (Phase.INITIAL, Phase.FULL_YEAR) and not subject.budget:
            self._budgeted = phase
        facts = [self.ledger.fact(self._running, amount, subject, Measure.AMOUNT, phase=phase, year=when)]
        if subject.both:
            other = replace(subject, concept=subject.concept.replace("income", "expenditure"))
            facts.append(self.ledger.fact(self._running, amount, other, Measure.AMOUNT, phase=phase, year=when))
        self.ledger.bound += 1
        fact = facts[0]
        if self._values_subject is None or self._values_subject.key != subject.key:
            self._values, self._values_subject = {}, subject
        self._values[phase] = fact
        self._last = fact
        if self._opening is None:
            self._opening = (self._values_subject, self._values)
        self._current = replace(subject, phase=None, budget=False)
        self._claim(ClaimKind.VALUE, {"value": facts}, amount, amount, subject=subject)
        self._part(fact, subject)
        if not self._total and not self._lists and subject.concept.startswith("expenditure") and subject.function is None:
            self._total_subject = subject
        if self._total_subject is not None and self._total_subject.key == subject.key and not self._lists:
            self._total.setdefault(phase, fact)

    def _count(self, subject: Subject, year: int | None, amount: Token, tokens: Sequence[Token]) -> None:
        """A number of things, points or percent: of the concept of the section, with the words as item."""
        measure = Measure.OTHER if amount.unit == "percent" else Measure.SCORE if amount.unit == "分" else Measure.COUNT
        subject = self._counted(subject, amount, tokens)
        if subject is None:
            self._orphan(amount)
            return
        fact = self.ledger.fact(self._running, amount, subject, measure, phase=None, year=year or self._year)
        self.ledger.bound += 1
        self._claim(ClaimKind.VALUE, {"value": [fact]}, amount, amount, subject=subject)
        if measure is Measure.COUNT:
            self._pop_nested(subject)
            self._part(fact, subject)
            self._values, self._values_subject = {None: fact}, subject

    def _counted(self, subject: Subject, amount: Token, tokens: Sequence[Token]) -> Subject | None:
        words = "".join(token.text for token in tokens if token.kind == TEXT)
        if len(normal(words)) <= _GENERIC:
            words = "".join(token.text for token in self._pending[-1:] if token.kind == TEXT) + words
        item = next((item for item in ("团组", "保有量", "批次", "人次") if item in words or item == amount.unit), None)
        concept = self._setting.concept or "other"
        if concept.startswith("three_public") or item in ("团组", "保有量"):
            around = words + (self._current.concept if self._current else "")
            if item == "保有量":
                return Subject("three_public.vehicles", item=item)
            received = "接待" in words or "reception" in around
            if not received and (item == "团组" or "abroad" in around or "出国" in words):
                return Subject("three_public.abroad", item="人次" if amount.unit in ("人次", "人") else "团组")
            if not received and ("购置" in words or "vehicle" in around):
                return Subject("three_public.vehicle_purchase", item="购置数" if amount.unit == "辆" else words[-_LONGEST_ITEM:])
            foreign = "外宾" in words or "外事" in words or "foreign" in around
            return Subject(
                "three_public.reception_foreign" if foreign else "three_public.reception",
                item=(item or normal(words)) + self._companions(amount),
            )
        text = self._resolver.plain(words) or (subject.item or "")
        if not text:
            if self._values_subject is None:
                return None
            text = self._values_subject.item or self._values_subject.concept
        counted = Subject(concept if concept in ("asset", "staff") else "other", item=text[-_LONGEST_ITEM:])
        if self._lists and not self._lists[-1].waiting and self._lists[-1].subject.item:
            return replace(counted, item=f"{self._lists[-1].subject.item}/{counted.item}")
        if self._head is not None and self._head.item and not self._head.known:
            return replace(counted, item=f"{self._head.item}/{counted.item}")
        return self._distinct(counted)

    def _companions(self, amount: Token) -> str:
        """Receptions are counted with their companions or without: two different counts."""
        found = _COMPANIONS.match(self._running.text, amount.end)
        return found[0] if found is not None else ""

    def _distinct(self, subject: Subject) -> Subject:
        """Words too general to say what they are of (资金, 项目总预算) are of what the paragraph or section is about."""
        if subject.known or subject.item is None or not _generic(subject.item):
            return subject
        around = self._head.item if self._head is not None and self._head.item else self._title
        return replace(subject, item=f"{around}/{subject.item}")

    def _orphan(self, token: Token) -> None:
        place, text = self.ledger.place(self._running, token.start, token.end)
        self.ledger.orphan(text, place)

    # -- relations ------------------------------------------------------------------------------------------------

    def _on_change(self, match: Match) -> None:
        base = match.one("base2") or match.one("base") or self._base
        self._base = base
        subject, year = self._subject(match.groups.get("subject", ()))
        if self._reason is not None and subject.weak and not match.groups.get("subject"):
            subject = self._carried(Subject(weak=True), "")
        unchanged = match.one("unchanged")
        if unchanged is not None and self._reason is not None:
            return
        if unchanged is not None and base is not None and base.year is None and self._measured(base) in ("initial", "full_year"):
            self._compare(subject, match, "eq", self._measured(base))
            return
        if not subject.known and not subject.item:
            for token in match.tokens:
                if token.kind in AMOUNTS:
                    self._orphan(token)
            return
        measured = self._measured(base)
        roles: dict[str, list[Fact]] = {}
        when = year or self._year
        phase = subject.phase or self._stage
        current = self.ledger.stated(subject.key, (phase, self._stage), when)
        if current is not None:
            roles["current"] = [current]
        before = self._year - 1 if self._year else None
        phases = (Phase.EXECUTION,) if measured == "last_year_execution" else (Phase.EXECUTION, Phase.FINAL, Phase.INITIAL)
        previous = self.ledger.stated(subject.key, phases, before, since=self._first)
        if previous is not None:
            roles["previous"] = [previous]
        direction, delta, rate = match.one("direction"), match.one("delta"), match.one("rate")
        relation = "unchanged" if direction is None else direction.sense
        if unchanged is not None and base is None and not roles:
            return
        sign = -1 if direction is not None and direction.sense == "decrease" else 1
        if delta is not None:
            if delta.kind == NUMBER:
                delta = replace(delta, unit="CNY", scale=4, guessed=True)
                self.ledger.numbers += 1
            roles["delta"] = [self._rate(delta, subject, Measure.CHANGE, phase, when, sign, measured)]
        if rate is not None:
            second = match.one("direction2")
            sign = sign if second is None else -1 if second.sense == "decrease" else 1
            roles["rate"] = [self._rate(rate, subject, Measure.GROWTH, phase, when, sign, measured)]
        draft = self._claim(ClaimKind.CHANGE, roles, match.tokens[0], match.tokens[-1], subject=subject)
        draft.relation, draft.base = relation, measured
        draft.words = "".join(token.text for token in (direction, match.one("direction2"), unchanged) if token is not None)
        draft.wanted["current"] = (subject.key, (phase, self._stage), when)
        if self._reason is not None:
            if delta is not None and relation == self._reason.relation and roles["delta"][0].unit == "CNY":
                self._reasons.append(roles["delta"][0])
        else:
            self._change = draft
            if not subject.weak:
                self._current = replace(subject, phase=None, budget=False)
        self._pending = []

    def _rate(
        self, token: Token, subject: Subject, measure: Measure, phase: Phase | None, year: int | None, sign: int, base: str | None
    ) -> Fact:
        """A change or rate as a fact; a rate printed without its sign (增长13.95) is still a rate."""
        if token.kind == NUMBER and token.unit == "":
            self.ledger.numbers += 1
        self.ledger.bound += 1
        unit = token.unit or "percent"
        return self.ledger.fact(self._running, token, subject, measure, phase=phase, year=year, sign=sign, base=base, unit=unit)

    def _measured(self, base: Token | None) -> str | None:
        """What a change is measured against, in the words of ``Claim.base``."""
        if base is None:
            return None
        said = base.sense or ""
        if "执行" in said:
            return "last_year_execution"
        last = base.year is not None or any(word in said for word in ("上", "去年"))
        if last:
            return (
                "last_year_final"
                if "决算" in said or ("预算" not in said and not self._budget)
                else "last_year_budget"
                if "预算" in said
                else "last_year"
            )
        if "全年" in said or "调整" in said:
            return "full_year"
        return "initial" if "预算" in said or "年初" in said else "last_year"

    def _on_share(self, match: Match) -> None:
        rate = match.one("rate")
        assert rate is not None
        tokens = match.groups.get("subject", ())
        part, subject = self._last, self._values_subject
        if any(token.kind == TEXT for token in tokens):
            subject, _ = self._subject(tokens)
            part = self.ledger.stated(subject.key, (self._stage,), self._year)
        if subject is None or not (subject.known or subject.item):
            self._orphan(rate)
            return
        words = match.groups.get("whole", ())
        whole, name = self._whole(words, part)
        phase = part.phase if part is not None else self._stage
        fact = self._rate(rate, subject, Measure.SHARE, phase, self._year, 1, name)
        roles = (
            {"rate": [fact]} | ({"part": [part]} if part is not None else {}) | ({"whole": [whole]} if whole is not None else {})
        )
        draft = self._claim(ClaimKind.SHARE, roles, match.tokens[0], match.tokens[-1], subject=subject)
        draft.words = "".join(token.text for token in words)
        if whole is None and any(token.kind == TEXT for token in words):
            wanted, _ = self._subject(words)
            if wanted.known:
                draft.wanted["whole"] = (wanted.key, (self._stage,), self._year)
        if self._lists and part is not None and any(part in parts for parts in self._lists[-1].parts.values()):
            self._lists[-1].shares.append(fact)
        self._pending = []

    def _whole(self, words: Sequence[Token], part: Fact | None) -> tuple[Fact | None, str | None]:
        """The whole of a share and its name as a dimension: said, or that of the open list, or the section's total."""
        phase = part.phase if part is not None else self._stage
        if any(token.kind == TEXT for token in words):
            current, pending = self._current, self._pending
            self._current, self._pending = None, []
            subject, year = self._subject(words)
            self._current, self._pending = current, pending
            name = subject.item or ".".join(filter(None, (subject.concept, subject.fund if subject.fund != "all" else "")))
            return self.ledger.stated(subject.key, (phase or self._stage, self._stage), year or self._year), name
        for open_list in reversed(self._lists):
            if phase in open_list.wholes:
                whole = open_list.wholes[phase]
                return whole, whole.item or whole.concept
        return None, None

    def _on_completion(self, match: Match) -> None:
        rate = match.one("rate")
        assert rate is not None
        subject, _ = self._subject(match.groups.get("subject", ()))
        of = "".join(token.text for token in match.groups.get("of", ()))
        stage = self._resolver.resolve(of, self._inner())
        phases: tuple[Phase, ...] = (Phase.INITIAL, Phase.FULL_YEAR)
        if stage.phase is not None and not stage.budget:
            phases = (stage.phase,)
        elif self._budgeted is Phase.FULL_YEAR:
            phases = (Phase.FULL_YEAR, Phase.INITIAL)
        if not subject.known and not subject.item:
            self._orphan(rate)
            return
        actual = self.ledger.stated(subject.key, (Phase.FINAL, Phase.EXECUTION), self._year)
        budget = self.ledger.stated(subject.key, phases, self._year)
        base = (budget.phase if budget is not None and budget.phase else phases[0]).value
        fact = self._rate(rate, subject, Measure.COMPLETION, Phase.FINAL, self._year, 1, base)
        roles = {"rate": [fact]}
        if actual is not None:
            roles["actual"] = [actual]
        if budget is not None:
            roles["budget"] = [budget]
        draft = self._claim(ClaimKind.COMPLETION, roles, match.tokens[0], match.tokens[-1], subject=subject)
        draft.base, draft.words = base, of
        draft.wanted = {
            "actual": (subject.key, (Phase.FINAL, Phase.EXECUTION), self._year),
            "budget": (subject.key, phases, self._year),
        }
        self._pending = []

    def _on_comparison(self, match: Match) -> None:
        subject, _ = self._subject(match.groups.get("left", ()))
        sign = match.one("comparison")
        assert sign is not None
        right = self._resolver.resolve("".join(token.text for token in match.groups.get("right", ())), self._inner())
        self._compare(subject, match, sign.sense or "eq", right.phase.value if right.phase and not right.budget else "initial")

    def _compare(self, subject: Subject, match: Match, relation: str, against: str) -> None:
        right_phases = (Phase.FULL_YEAR, Phase.INITIAL) if against == "full_year" else (Phase.INITIAL, Phase.FULL_YEAR)
        left = self.ledger.stated(subject.key, (Phase.FINAL, Phase.EXECUTION), self._year)
        right = self.ledger.stated(subject.key, right_phases, self._year)
        roles = {name: [fact] for name, fact in (("left", left), ("right", right)) if fact is not None}
        if not roles and not subject.known:
            return
        draft = self._claim(ClaimKind.COMPARISON, roles, match.tokens[0], match.tokens[-1], subject=subject)
        draft.relation = relation
        draft.words = "".join(token.text for token in match.tokens)
        draft.wanted = {
            "left": (subject.key, (Phase.FINAL, Phase.EXECUTION), self._year),
            "right": (subject.key, right_phases, self._year),
        }
        self._comparison = draft
        self._pending = []

    def _on_reason(self, match: Match) -> None:
        words = "".join(token.text for token in match.tokens)
        draft = self._change or self._comparison
        if self._comparison is not None and match.one("base") is None and not _CHANGED.search(words):
            draft = self._comparison if self._change is None or self._newer(self._comparison, self._change) else self._change
        if draft is None:
            return
        token = match.one("reason")
        assert token is not None
        said = re.split(r"。|;(?![二三四五六]是)" if self._lists else "。", self._running.text[token.end :])[0]
        draft.reason = said.strip(":") or None
        self._reason = draft
        self._pending = []

    def _newer(self, one: Draft, other: Draft) -> bool:
        return self.ledger.drafts.index(one) > self.ledger.drafts.index(other)

    def _on_blank(self, match: Match) -> None:
        """A placeholder in the place of an amount states nothing."""
        self._pending = []

    # -- lists ----------------------------------------------------------------------------------------------------

    def _on_list(self, match: Match) -> None:
        token = match.one("list")
        assert token is not None
        tokens = [token for token in match.groups.get("subject", ()) if token.kind == TEXT]
        wholes, subject = dict(self._values), self._values_subject
        if tokens:
            said = self._resolver.resolve("".join(token.text for token in tokens), self._inner())
            if said.known and not said.weak:
                wholes, subject = self._stated(said), said
                if said.bare and not wholes:
                    subject = replace(said, concept=f"{said.concept}_total")
                    wholes = self._stated(subject)
            elif not said.weak:
                return
        elif "如下" in token.text and self._opening is not None:
            subject, wholes = self._opening[0], dict(self._opening[1])
        if subject is None or not wholes or self._reason is not None:
            return
        opened = OpenList(token.text, subject, wholes)
        self._lists.append(opened)
        self._ended = False
        self._pending = []

    def _on_distribution(self, match: Match) -> None:
        """A、B、C分别为 x、y、z: to each name its amount."""
        names = match.groups["subject"][0].text.split("、")
        amounts = [token for token in match.groups["amounts"] if token.kind != "/"]
        for index, amount in enumerate(amounts):
            text = names[index] if len(names) == len(amounts) else ""
            self._value((Token(TEXT, text, amount.start, amount.start),) if text else None, amount, ())

    def _pop_nested(self, subject: Subject) -> None:
        """After a semicolon the list inside an item is over, unless what follows is a part of that item too."""
        if not self._ended:
            return
        self._ended = False
        depth = len(self._lists)
        while depth > 1 and not self._lists[depth - 1].waiting and not self._lists[depth - 2].waiting:
            inner = self._lists[depth - 1].subject
            if subject.concept.startswith(inner.concept + ".") or _child(subject, inner):
                break
            depth -= 1
        self._close(depth)

    def _part(self, fact: Fact, subject: Subject) -> None:
        """Enter an amount into the list that it is a part of."""
        item = self._item
        if item is not None and not (self._lists and self._lists[-1] is not item):
            if item.admits(fact) and fact.phase not in item.taken:
                if item.taken and subject.key != item.subjects[-1].key:
                    return
                item.taken[fact.phase] = True
                item.add(fact, replace(subject, phase=None, budget=False))
            return
        if self._lists and not self._lists[-1].waiting and self._lists[-1].admits(fact):
            top = self._lists[-1]
            if subject.key != top.subject.key:
                top.add(fact, replace(subject, phase=None, budget=False))

    def _close(self, depth: int) -> None:
        """Close the lists opened after ``depth``, and claim what they state."""
        while len(self._lists) > depth:
            done = self._lists.pop()
            if self._item is done:
                self._item = None
            self._claim_list(done)

    def _claim_list(self, done: OpenList) -> None:
        for phase, parts in done.parts.items():
            whole = done.wholes.get(phase)
            if whole is None or (done.implicit and len(parts) < 2):
                continue
            draft = Draft(
                ClaimKind.PARTS,
                {"whole": [whole.id], "part": [part.id for part in parts]},
                whole.text,
                whole.place,
                subject=_words(done.subject),
                partial=done.partial,
                words=done.words,
                names=tuple(done.names),
            )
            self.ledger.claim(draft)
        whole = done.wholes.get(self._stage) or next(iter(done.wholes.values()), None)
        if not done.parts and done.names and whole is not None:
            draft = Draft(
                ClaimKind.PARTS, {"whole": [whole.id]}, whole.text, whole.place, subject=_words(done.subject), partial=True
            )
            draft.words, draft.names = done.words, tuple(done.names)
            self.ledger.claim(draft)
        if len(done.shares) > 1:
            rates = {"rate": [share.id for share in done.shares]} | ({"whole": [whole.id]} if whole is not None else {})
            draft = Draft(ClaimKind.SHARES, rates, done.shares[0].text, done.shares[0].place, subject=_words(done.subject))
            draft.partial, draft.words = done.partial and len(done.shares) < sum(map(len, done.parts.values())), done.words
            self.ledger.claim(draft)

    def _claim(self, kind: ClaimKind, roles: dict[str, list[Fact]], first: Token, last: Token, *, subject: Subject) -> Draft:
        place, quote = self.ledger.place(self._running, first.start, last.end)
        ids = {role: [fact.id for fact in facts] for role, facts in roles.items()}
        return self.ledger.claim(Draft(kind, ids, quote, place, subject=_words(subject)))


_CHANGED = re.compile(r"增加|减少|增长|下降|上年|去年")


_TOTALS = frozenset(("合计", "总计", "共计", "小计"))
_VAGUE = re.compile(r"[总年度本的]|一般公共|财政拨款|政府性基金|采购|项目|涉及|资金|金额|预算|安排|支出|收入|使用|经费|总计|合计|共计|小计|人员|数量|个数|情况|部门|单位|同比|平均|得分")


def _generic(item: str) -> bool:
    """Do the words say nothing of their own?"""
    return len(_VAGUE.sub("", item)) <= 1 or len(item) <= _GENERIC


def _child(subject: Subject, whole: Subject) -> bool:
    """Is the subject a part of the whole by their codes or concepts?"""
    if whole.concept == "three_public.vehicles":
        return subject.concept.startswith("three_public.vehicle_")
    if whole.concept == "three_public.reception":
        return subject.concept.startswith("three_public.reception_")
    return bool(
        whole.function and subject.function and subject.function != whole.function and subject.function.startswith(whole.function)
    )


def _words(subject: Subject) -> str:
    """A short name of a subject for people and for ids: its dimensions that say something."""
    parts = (
        subject.concept,
        subject.fund if subject.fund != "all" else "",
        subject.nature if subject.nature != "total" else "",
        subject.function or "",
        subject.economy or "",
        subject.item or "",
    )
    return "/".join(filter(None, parts))
