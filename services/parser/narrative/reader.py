"""From paragraphs to statements: what a paragraph stands under, where its sentences and lists begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from schemas.report import Fact
from services.parser.narrative.amounts import state_amount
from services.parser.narrative.grammar import Match, matches
from services.parser.narrative.lexer import lex
from services.parser.narrative.lists import Amounts, OpenList
from services.parser.narrative.memory import Memory, texts
from services.parser.narrative.statements import STATEMENTS
from services.parser.narrative.subjects import Setting, Subject
from services.parser.narrative.text import Running
from services.parser.narrative.tokens import AMOUNTS, BASE, LIST, MARK, OTHER, REASON, SHARE, TEXT, YEAR, Token

ITEM_LEVEL = 4
"""Numbers from this level on (1., （1）) mark the items of a list; those above mark sections."""

_NOTHING = re.compile(r"(?:没有|未|无)(?:发生|安排|产生)?")
_ACHIEVED = re.compile(r"(?:主要|取得)的?成效")
_ITEM = re.compile(r"[^,，;。:]{2,60}?\d[\d,.]{0,20}[万亿]?元[,，](?:主要|取得)的?成效")
_LATER_ITEM = re.compile(rf";{_ITEM.pattern}")
"""项目支出主要用于甲1万元，主要成效 ...；乙2万元，主要成效 ...: a list whose items are told at length, over full stops."""
_LONGEST_HEAD = 60
_BY_UNIT = re.compile("[分按](?:各|预算|决算|所属|下属|二级)?单位(?:划?分|来?看|构成|情况)?")
_YEAR = re.compile(r"20\d\d")
_LAST_YEAR = re.compile("上[一年]|去年")
_REMEMBERED = 12  # tokens of a sentence that stated nothing so far


class Reader:
    """Reads one document's paragraphs in order; ``memory.ledger`` holds what they state."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._brackets: list[tuple[Subject | None, Amounts | None, Fact | None, int]] = []  # what was open before each (
        self._unended = False  # whether the paragraph before ended with a semicolon
        self._last_item = -1  # where the last item of a list that is told at length begins

    def section(self, setting: Setting, title: str = "") -> None:
        """A new section begins; ``title`` is the way to it."""
        self.memory.section(setting, title)

    def awaits(self, level: int) -> bool:
        """Is a list open whose items are paragraphs numbered at this level, （一）基本支出…, （二）项目支出…?"""
        top = next(
            (opened for opened in self.memory.lists.inside_out() if opened.waiting and opened.style in (None, level)), None
        )
        return top is not None and not top.implied

    def paragraph(self, running: Running, level: int, head: str = "", above: int = 0) -> None:
        """Read a paragraph. ``level`` is that of its number (0: none), ``head`` the title above it and ``above`` its level."""
        memory = self.memory
        tokens = lex(running.text)
        memory.begin(running)
        if level >= ITEM_LEVEL or self._unended:
            memory.by_unit = memory.units_below
        if not memory.by_unit:
            memory.end_units()
        self._last_item = max((found.start() for found in _LATER_ITEM.finditer(running.text)), default=-1)
        memory.ledger.numbers += sum(token.kind in AMOUNTS for token in tokens)
        memory.lists.enter(level)
        self._brackets.clear()
        if head:
            self._take(head, above)
        self._take_own(tokens, level)
        if level >= ITEM_LEVEL and not memory.lists:
            self._imply(tokens, level)
        sentence: list[Token] = []
        for token in tokens:
            if token.kind in (".", ";"):
                self._sentence(sentence)
                sentence = []
                self._stop(token)
            else:
                sentence.append(token)
        self._sentence(sentence)
        memory.end_reason()
        awaits = bool(tokens) and tokens[-1].kind in (":", LIST)
        self._unended = bool(tokens) and tokens[-1].kind == ";"
        if memory.by_unit and (awaits or self._unended):
            memory.units_below = memory.by_unit
        memory.lists.leave(awaits=awaits)

    def _take(self, head: str, level: int) -> None:
        """What a title above the paragraph says that it is about."""
        subject = self.memory.resolve(head)
        if subject.known and not subject.weak:
            self.memory.current = self.memory.head = replace(subject, phase=None)
        elif subject.item and level >= ITEM_LEVEL:
            self.memory.current = self.memory.head = self._named(subject, head)

    def _take_own(self, tokens: Sequence[Token], level: int) -> None:
        """What the words before the first full stop or colon say that it is about, where no amount stands among them."""
        memory = self.memory
        for index, token in enumerate(tokens):
            if token.kind in AMOUNTS or token.kind in (LIST, REASON, ",", SHARE):
                return
            if token.kind in (".", ":") and index:
                assert memory.running is not None
                text = memory.running.text[tokens[0].start : token.start]
                subject = memory.resolve(text)
                if subject.weak or (len(text) > _LONGEST_HEAD and not subject.known):
                    return
                if subject.known or level >= ITEM_LEVEL:
                    memory.current = memory.head = subject if subject.known else self._named(subject, text)
                return

    def _named(self, subject: Subject, text: str) -> Subject:
        """A subject of no concept that heads a paragraph: a project where the words or the section say so."""
        if "项目" in text or self.memory.setting.concept == "performance":
            return replace(subject, concept="project")
        return subject

    def _imply(self, tokens: Sequence[Token], level: int) -> None:
        """Numbered paragraphs after a total, each of one of its parts, divide that total, said or not."""
        memory = self.memory
        subject = memory.current
        if subject is None:
            first = next((token for token in tokens if token.kind == TEXT), None)
            subject = memory.resolve(first.text) if first is not None else Subject()
        whole = memory.total if subject.function else None
        if subject.concept in ("three_public.abroad", "three_public.vehicles", "three_public.reception"):
            whole = memory.amounts(Subject("three_public"))
        if whole is not None:
            memory.lists.open(OpenList("", whole, style=level, waiting=True, implied=True))

    def _sentence(self, tokens: Sequence[Token]) -> None:
        memory = self.memory
        memory.pending, memory.said_year = [], None
        brackets = self._brackets
        stated = False
        base: Token | None = None  # what a bracket that opens now would tell the amount of
        said: int | None = None
        if tokens and tokens[0].kind == TEXT and (units := _BY_UNIT.match(tokens[0].text)) is not None:
            memory.by_unit = units[0]
        for found in matches(tokens):
            if isinstance(found, Match):
                stated, base = True, None
                top = memory.lists.top
                if top is not None and found.states != "list":
                    top.naming = False
                STATEMENTS[found.states](memory, found)
            elif found.kind == "(":
                brackets.append((memory.current, memory.stated, memory.last, len(memory.lists)))
                memory.aside, memory.compared = memory.stated, self._compared(base)
                if memory.compared is not None:
                    said, memory.said_year = memory.said_year, memory.compared
                if memory.stated is not None and memory.reason is None:
                    stage = memory.last.phase if memory.last is not None else None
                    memory.lists.open(OpenList("", memory.stated, implied=True, naming=False, stage=stage))
            elif found.kind == ")" and brackets:
                memory.current, memory.stated, memory.last, depth = brackets.pop()
                memory.lists.close(depth)
                if memory.compared is not None:
                    memory.said_year = said
                memory.aside = memory.compared = None
            else:
                base = found if found.kind == BASE else base if found.kind == TEXT else None
                self._other(found)
        if not stated:
            self._nothing(tokens)

    def _compared(self, base: Token | None) -> int | None:
        """与2022年同口径数（80万元）相比: the year whose amount stands in the bracket, null where no earlier one is named."""
        year = self.memory.year
        if base is None or year is None:
            return None
        said = _YEAR.search(base.text)
        return int(said[0]) if said is not None and int(said[0]) < year else year - 1 if _LAST_YEAR.search(base.text) else None

    def _nothing(self, tokens: Sequence[Token]) -> None:
        """未发生因公出国（境）费用支出。: a sentence without a figure, too, is about something."""
        said = texts(tokens)
        subject = self.memory.resolve(_NOTHING.sub("", said)) if _NOTHING.search(said) else Subject()
        if subject.known and not subject.weak:
            self.memory.current = replace(subject, phase=None, budget=False)

    def _other(self, token: Token) -> None:
        """A token that no production takes."""
        memory = self.memory
        if token.kind == TEXT:
            top = memory.lists.top
            if top is not None and top.naming and not top.waiting:
                top.name(token.text)
            memory.pending = [*memory.pending[-_REMEMBERED:], token]
            if _ACHIEVED.match(token.text):
                memory.lists.pause()
            if token.text.endswith("中"):
                self._within(token)
        elif token.kind == BASE:
            memory.base = token
        elif token.kind in (YEAR, OTHER):
            memory.pending = [*memory.pending[-_REMEMBERED:], token]
        elif token.kind == MARK:
            memory.pending = []
        elif token.kind in AMOUNTS:
            state_amount(memory, (), token)

    def _within(self, token: Token) -> None:
        """三公经费支出决算中，…: the amounts that follow are parts of what was stated before."""
        memory = self.memory
        subject = memory.resolve(token.text[:-1])
        if subject.known and not subject.weak and not memory.lists and memory.reason is None:
            whole = memory.amounts(subject)
            memory.opening, memory.within, memory.pending = whole or Amounts(subject, {}), True, []
            if whole is not None:
                memory.lists.open(OpenList("中", whole))

    def _stop(self, token: Token) -> None:
        memory = self.memory
        assert memory.running is not None
        if token.kind == ".":
            self._brackets.clear()
            memory.aside = memory.compared = None
            memory.end_reason()
            divided = memory.lists.stop(goes_on=token.start < self._last_item)
            if divided is not None and divided.subject.known:
                memory.resume(divided)
            return
        if memory.reason is not None and "一是" not in (memory.reason.reason or ""):
            memory.end_reason()
        memory.lists.separate(next_item=_ITEM.match(memory.running.text, token.end) is not None)
