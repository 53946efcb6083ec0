"""What is carried over from sentence to sentence: subject, amounts, base, reason; and what a weak subject refers to by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from schemas.report import ClaimKind, Fact, Kind, Phase
from services.parser.narrative.ledger import Draft, Ledger
from services.parser.narrative.lists import Amounts, Lists
from services.parser.narrative.resolver import BUDGETS, Resolver
from services.parser.narrative.subjects import INCOME_SIDE, Setting, Subject, amounting, describe, is_general, normal
from services.parser.narrative.text import Running
from services.parser.narrative.tokens import BEFORE, NUMBER, TEXT, YEAR, Token

ACTUAL = (Phase.FINAL, Phase.EXECUTION)
"""The stages that say what was really spent."""

BUDGETED = (Phase.FULL_YEAR, Phase.INITIAL)
"""The stages that say what was to be spent, the last one first."""

_CLASS = 3  # digits of a class
_REASONED = re.compile(r"(?:增加|减少|增长|下降|上升|降低|提高|持平|变动)+(?:较多|较大)?$")
_SIDE_OF_YEAR = re.compile("(?:本年|当年|今年)(?:收入|支出)数?")
_AMOUNT_BEFORE = re.compile(r"(?:元|\d[万亿])[,，:：]?$")
_TOTALS = frozenset(("合计", "总计", "共计", "小计"))


def texts(tokens: Iterable[Token]) -> str:
    """The words of the text tokens."""
    return "".join(token.text for token in tokens if token.kind == TEXT)


class Memory:
    """The state of one reading. ``stage`` is what an amount is of when no word says it: 决算, or the budget of a budget."""

    def __init__(self, ledger: Ledger, resolver: Resolver, kind: Kind | None, year: int | None) -> None:
        self.ledger = ledger
        self.resolver = resolver
        self.is_budget = kind is Kind.BUDGET
        self.stage = Phase.INITIAL if self.is_budget else Phase.FINAL
        self.year = year
        self.lists = Lists(ledger, self.stage)
        self.setting = Setting()
        self.title = ""
        self.budgeted: Phase | None = None  # which 预算 the section has been speaking of
        self.total: Amounts | None = None  # the first expenditure total of the section
        self.above: Amounts | None = None  # that of the section that this one is a part of
        self._totals: dict[str, Amounts] = {}
        self.units_below = ""  # 分单位情况如下：the numbered paragraphs that follow are of units
        self.units: dict[Subject, list[Fact]] = {}  # units' amounts, by what all of them together have of it
        self.begin(None)

    def section(self, setting: Setting, title: str) -> None:
        """Nothing is carried over into a new section but what was stated."""
        self.lists.close(0)
        self.end_units()
        if setting.concept != self.setting.concept:
            self.budgeted = None
        if self.total is not None:
            self._totals[self.title] = self.total
        above = [known for known in self._totals if title.startswith(f"{known}/")]
        self.above = self._totals[max(above, key=len)] if above else None
        self.setting, self.title, self.total = setting, title, None
        self.begin(None)

    def begin(self, running: Running | None) -> None:
        """A new paragraph."""
        self.running = running
        self.first = len(self.ledger.facts)
        self.current: Subject | None = None  # what the sentences are about
        self.head: Subject | None = None  # what the paragraph's beginning or the title above it says that they are about
        self.last: Fact | None = None  # the amount just stated, of which a share may follow
        self.stated: Amounts | None = None  # the amounts of the subject just stated
        self.shared: dict[str, tuple[Fact, Fact | None]] = {}  # amount → the share it was said to be, and of what
        self.counted: Amounts | None = None  # what the paragraph has just counted
        self.opening: Amounts | None = None  # those of the subject that the paragraph began with
        self.within = False  # whether the paragraph has divided what it began with (三公经费支出中，…)
        self.base: Token | None = None
        self.change: Draft | None = None
        self.comparison: Draft | None = None
        self.reason: Draft | None = None  # the claim whose reason is being given
        self.reasons: list[Fact] = []
        self.pending: list[Token] = []  # words of the sentence that stated nothing so far
        self.said_year: int | None = None
        self.aside: Amounts | None = None  # what was stated right before the bracket that is open
        self.compared: int | None = None  # the year that a bracket after its base tells of: 与2022年（5万元）相比
        self.by_unit = ""  # 分单位看: how the amounts from here on are divided among units

    def resume(self, divided: Amounts) -> None:
        """After a sentence that divided something into parts the next one, if it names nothing, is about that again."""
        self.current, self.stated = divided.subject, divided
        self.last = divided.values.get(self.stage, self.last)

    # -- subjects -------------------------------------------------------------------------------------------------

    def inner(self) -> Setting:
        """The setting, narrowed by the lists that are open."""
        setting = self.setting
        for opened in reversed(self.lists.inside_out()):
            setting = setting.under(opened.whole.subject)
        return setting

    def resolve(self, text: str) -> Subject:
        return self.resolver.resolve(text, self.inner())

    def subject(self, tokens: Sequence[Token]) -> tuple[Subject, int | None]:
        """The subject that tokens name, with the stage it states, and the year if they say one."""
        pieces = [token.text for token in tokens if token.kind == TEXT]
        year = next((token.year for token in reversed(tokens) if token.kind == YEAR and token.year), None)
        if year is None and not any(len(piece) > 2 for piece in pieces):
            year = self.said_year
        if year == BEFORE:
            year = self.year and self.year - 1
            self.said_year = None
        else:
            self.said_year = year
        text = amounting("".join(pieces))
        subject = self.resolve(text)
        if not subject.known and len(pieces) > 1:
            last = self.resolve(pieces[-1])
            subject = last if last.known and not last.weak else subject
        top = self.lists.top
        classed = self._listed_class(text)
        if classed is not None:
            return replace(classed, fund=self.inner().fund), year
        if top is not None and normal(text) in _TOTALS:
            return replace(top.whole.subject, phase=subject.phase), year
        if subject.weak:
            return self.carried(subject, text), year
        narrow = self._narrow(subject, text)
        if narrow is not None:
            return replace(narrow, phase=subject.phase, budget=subject.budget), year
        if not subject.known and subject.item and is_general(subject.item) and self.pending:
            return replace(self.resolve(texts(self.pending) + text), phase=subject.phase), year
        return self._funded(subject, text), year

    def _narrow(self, subject: Subject, text: str) -> Subject | None:
        """…（项）年初预算5万元，实际支出4万元: a bare side, where the paragraph began with one line of spending."""
        side = subject.bare or (subject.nature == "total" and _SIDE_OF_YEAR.fullmatch(normal(text)) is not None)
        if side and subject.concept == "expenditure" and self._budget_just_told():
            return self.stated.subject if self.stated is not None else None
        anchor = self.head if self.head is not None and self.head.function else self.current
        if not side or anchor is None or not anchor.function or anchor.concept != subject.concept:
            return None
        begun = self.opening.subject.function if self.opening is not None else anchor.function
        return anchor if begun == anchor.function and "计" not in text and "总" not in text else None

    def _budget_just_told(self) -> bool:
        """年初预算5万元，本年支出4万元: does an amount of spending of the year follow the budget of something?"""
        stated, last = self.stated, self.last
        if self.is_budget or stated is None or last is None or last.phase not in BUDGETED or self.stage in stated.values:
            return False
        return last.year == self.year and not stated.subject.concept.startswith(("income", "expenditure_total", "procurement"))

    def _funded(self, subject: Subject, text: str) -> Subject:
        """政府性基金预算财政拨款收入5万元，…；本年支出5万元: a side that names no money is of the money just spoken of, where the
        section is of several."""
        current = self.current
        if current is None or current.fund not in BUDGETS or subject.fund != "fiscal" or "拨款" in text or self.lists.dividing:
            return subject
        sides = ("income", "expenditure")
        begun = self.opening is None or self.opening.subject.fund == current.fund
        if subject.nature == "total" and subject.concept.startswith(sides) and current.concept.startswith(sides):
            if begun:
                return replace(subject, fund=current.fund)
            if not subject.concept.startswith(current.concept[:6]) and "计" not in text:
                return Subject(item=f"{describe(current)}/{normal(text)}", phase=subject.phase)  # of that money, or of all?
        return subject

    def _listed_class(self, text: str) -> Subject | None:
        """教育支出5万元、其他支出1万元: among classes of functions a name that may mean other things is a class."""
        top = self.lists.top
        functions = {subject.function for subject in top.subjects} if top is not None else set()
        if not functions and self.stated is not None:
            functions = {self.stated.subject.function}
        return self.resolver.ambiguous(text) if functions and all(len(code or "") == _CLASS for code in functions) else None

    def whole(self, tokens: Sequence[Token]) -> tuple[Subject, int | None]:
        """The subject of what something is a share of; 本年支出合计 is that of all funds, wherever it is named."""
        current, pending, setting = self.current, self.pending, self.setting
        self.current, self.pending = None, []
        if "本年" in texts(tokens):
            self.setting = replace(setting, fund="all")
        found = self.subject(tokens)
        self.current, self.pending, self.setting = current, pending, setting
        return found

    def carried(self, subject: Subject, text: str) -> Subject:
        """A weak subject is what the sentences before it were about; else what the clause before it says."""
        current = self.current if self.reason is None else None
        project = normal(text).startswith("项目")
        if project and current is not None and current.concept != "project":
            current = None
        if current is not None and normal(text).startswith("支出"):
            top = self.lists.top  # 收入预算5万元，其中：事业收入…，上年结转…；支出预算5万元: beside the whole, not its last part
            beside = top.whole.subject if top is not None and top.parts and current.concept in INCOME_SIDE else current
            if beside.concept in ("income", "income_total"):
                return replace(subject, concept=beside.concept.replace("income", "expenditure"), fund=beside.fund, weak=False)
        if current is not None and (subject.phase is not None or not text):
            return replace(current, phase=subject.phase or current.phase, budget=subject.budget)
        words = _REASONED.sub("", texts(self.pending) + normal(text)) if self.pending else ""
        if words:
            found = self.resolve(words)
            if not found.weak:
                return replace(found, phase=subject.phase or found.phase, budget=subject.budget or found.budget)
        if current is not None and not words:
            return replace(current, phase=subject.phase or current.phase, budget=subject.budget)
        if project:  # one that is not named: not the same as any other
            return replace(subject, concept="project", item=f"{self.title}/{self.first}")
        return subject

    def moved(self) -> bool:
        """Does the clause before name something else that moved (项目支出增加，较上年增加1万元)?"""
        said = texts(self.pending)
        words = _REASONED.sub("", said)
        return words != said and self.resolve(words).known

    def distinct(self, subject: Subject) -> Subject:
        """Words too general to say what they are of (资金, 项目总预算) are of what the paragraph or section is about."""
        if subject.known or subject.item is None or not is_general(subject.item):
            return subject
        around = self.head.item if self.head is not None and self.head.item else self.title
        return replace(subject, item=f"{around}/{subject.item}")

    def phase(self, subject: Subject) -> Phase:
        """The stage of an amount; a bare 预算 is the one that the section has been speaking of."""
        if subject.budget and self.budgeted is not None and not self.is_budget:
            return self.budgeted
        listed = next((opened.stage for opened in self.lists.inside_out() if opened.stage is not None), None)
        return subject.phase or listed or self.stage

    def when(self, year: int | None) -> int | None:
        """The year of an amount: the one said, else that of what it is a part of."""
        listed = next((opened.year for opened in self.lists.inside_out() if opened.year is not None), None)
        return year or self.compared or listed or self.year

    def apart(self, subject: Subject, words: str, amount: Token) -> Subject:
        """The subject of an amount that only seems to be of the document: 分单位看，本局支出5万元; 预算8万元（含某局3万元）."""
        if self.by_unit and subject.known:
            return Subject(item=f"{self.by_unit}/{normal(words) or describe(subject)}/{len(self.ledger.facts)}")
        if self.aside is None or self.compared is not None or self.aside.subject.key != subject.key:
            return subject
        told = self.aside.values.get(self.phase(subject))
        assert amount.value is not None
        if told is not None and told.value != amount.value.scaleb(amount.scale):
            return Subject(item=f"{describe(subject)}/{normal(words)}/{self.first}")
        return subject

    def follows(self, token: Token) -> bool:
        """Does a word come right after an amount of money: 预算为8万元，其中"""
        assert self.running is not None
        return _AMOUNT_BEFORE.search(self.running.text, max(0, token.start - 4), token.start) is not None

    def amounts(self, subject: Subject) -> Amounts | None:
        """The amounts of a subject that were stated before; null where there are none."""
        phases = (subject.phase,) if subject.phase else (self.stage, Phase.FULL_YEAR, Phase.INITIAL)
        found: dict[Phase | None, Fact] = {}
        for phase in phases:
            fact = self.ledger.stated(subject.key, (phase,), self.year)
            if fact is not None:
                found[phase] = fact
        return Amounts(replace(subject, phase=None, budget=False), found) if found else None

    # -- claims ---------------------------------------------------------------------------------------------------

    def claim(self, kind: ClaimKind, roles: dict[str, list[Fact]], first: Token, last: Token, subject: Subject) -> Draft:
        """Claim what the tokens from ``first`` to ``last`` state."""
        assert self.running is not None
        place, quote = self.ledger.place(self.running, first.start, last.end)
        ids = {role: [fact.id for fact in facts] for role, facts in roles.items()}
        return self.ledger.claim(Draft(kind, ids, quote, place, describe(subject)))

    def end_units(self) -> None:
        """No more units follow: what was said of them is a part of what was said of all."""
        for subject, parts in self.units.items():
            whole = self.amounts(subject)
            for phase, fact in whole.values.items() if whole is not None and len(parts) > 1 else ():
                same = [part for part in parts if part.phase is phase and part.year == fact.year]
                roles = {"whole": [fact.id], "part": [part.id for part in same]}
                if len(same) > 1:
                    draft = Draft(
                        ClaimKind.PARTS, roles, fact.text, fact.place, describe(subject), partial=True, words=self.by_unit
                    )
                    self.ledger.claim(draft)
        self.units, self.units_below = {}, ""

    def orphan(self, token: Token) -> None:
        """A number that belongs to nothing."""
        assert self.running is not None
        self.ledger.numbers += token.kind == NUMBER
        place, text = self.ledger.place(self.running, token.start, token.end)
        self.ledger.orphan(text, place)

    def end_reason(self) -> None:
        """The reason given for a change ends; the changes that it names are parts of that change."""
        reason = self.reason
        if reason is not None and len(self.reasons) > 1 and reason.roles.get("delta"):
            roles = {"whole": reason.roles["delta"][:1], "part": [fact.id for fact in self.reasons]}
            draft = Draft(ClaimKind.PARTS, roles, reason.quote, reason.place, reason.subject, partial=True, words="原因")
            self.ledger.claim(draft)
        self.reason, self.reasons = None, []
