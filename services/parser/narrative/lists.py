"""Lists of parts that are open while a narrative is read: 其中, 主要包括, 如下, brackets, numbered paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from schemas.report import ClaimKind, Fact, Phase
from services.parser.narrative.ledger import Draft, Ledger
from services.parser.narrative.subjects import BALANCES, Subject, contains, describe, divides, ends, normal

_OPEN_ENDED = ("主要", "包括", "包含", "用于", "含")
_BOUGHT = frozenset(("procurement.goods", "procurement.works", "procurement.services"))
_AWARDED = frozenset(("procurement.sme", "procurement.micro"))
"""By what was bought and by whom it was awarded to: two ways to cut procurement."""

_VEHICLES = "three_public.vehicles"
_VEHICLE_PARTS = frozenset(("three_public.vehicle_purchase", "three_public.vehicle_running"))
"""A part that is in two itself: where only one of the two is in the list, the other may stand elsewhere."""

_PARTITIONS = (
    ("nature", "total", {"basic", "project"}),
    ("nature", "total", {"personnel", "operating", "project"}),
    ("nature", "basic", {"personnel", "operating"}),
    ("concept", "procurement", _BOUGHT),
    ("concept", "three_public", {"three_public.abroad", _VEHICLES, "three_public.reception"}),
    ("concept", _VEHICLES, _VEHICLE_PARTS),
)
"""What there can be no other part of: (axis, whole, parts). One part may be left out where three are: it is nothing."""

_NAME_BREAK = re.compile(r"、|(?<=[费贴金助])和")
_NAME_END = re.compile(r"等(?:支出|费用|方面|经费)?$")
_LONGEST_NAME = 30
_LOOK_BACK = 40  # parts of a list
_DEEPEST = 8  # lists within lists


_MICRO = re.compile("小微|小型和?、?微型")


def _is_micro(subject: Subject) -> bool:
    return subject.concept == "procurement.micro" or _MICRO.search(subject.item or "") is not None


def _is_small(subject: Subject) -> bool:
    """中小企业, of which the 小微企业 are a part: 面向中小企业预留5万元，预留给小微企业3万元."""
    return subject.concept == "procurement.sme" or "中小" in (subject.item or "")


@dataclass(slots=True)
class Amounts:
    """The amounts of one subject, by stage."""

    subject: Subject
    values: dict[Phase | None, Fact]


@dataclass(slots=True)
class OpenList:
    """A list whose parts are still being read; ``whole`` is what they divide (budget and actual may both be divided).

    ``waiting`` marks a list whose items are the paragraphs that follow, ``style`` the level of their numbering (0: none), null
    until the first of them. ``naming``: names without amounts may follow. ``implied``: no word said that this is a list.
    """

    words: str
    whole: Amounts
    style: int | None = None
    waiting: bool = False
    implied: bool = False
    naming: bool = True
    paused: bool = False  # what an item achieved is being told (主要成效 ...): its amounts are no parts
    parts: dict[Phase | None, list[Fact]] = field(default_factory=dict)
    subjects: dict[Subject, None] = field(default_factory=dict)  # an ordered set
    names: list[str] = field(default_factory=list)
    shares: list[Fact] = field(default_factory=list)
    taken: dict[Phase | None, bool] = field(default_factory=dict)  # the stages that this item paragraph has stated
    stage: Phase | None = None  # of the amount that it follows at once: 预算8万元（其中：…）; 预算为8万元，其中：…
    year: int | None = None  # of that amount
    counted: Amounts | None = None  # what was counted before it: 车辆8辆，价值17万元，其中：…
    total: Amounts | None = None  # 收入总计 where the whole is 本年收入: balances are parts of the total only

    def admits(self, fact: Fact) -> bool:
        """Could this amount be one of the parts?"""
        whole = self.whole.values.get(fact.phase)
        return whole is not None and (whole.unit, whole.measure, whole.year) == (fact.unit, fact.measure, fact.year)

    def add(self, fact: Fact, subject: Subject) -> None:
        self.parts.setdefault(fact.phase, []).append(fact)
        self.subjects[subject] = None
        self.naming = False

    def covers(self, subject: Subject) -> bool:
        """Would adding the subject count something twice: inside of a part, or a part of another cut through the whole?"""
        axis = self._axis(subject)
        axes = {known for part in self.subjects if (known := self._axis(part))}
        if axis and axes and axis not in axes:
            return True
        if subject.concept in _AWARDED and any(part.concept in _BOUGHT for part in self.subjects):
            return True
        if _is_micro(subject) and any(_is_small(part) for part in self.subjects):
            return True
        for part in reversed(list(self.subjects)[-_LOOK_BACK:]):
            for inner, outer in ((subject.function, part.function), (subject.economy, part.economy)):
                if inner and outer and inner != outer and inner.startswith(outer) and part.nature == subject.nature:
                    return True
        return subject.nature in ("personnel", "operating") and any(part.nature == "basic" for part in self.subjects)

    def _axis(self, subject: Subject) -> str:
        """The classification by which a subject is a part of the whole: spending is cut by function, economy, nature or fund."""
        whole = self.whole.subject
        if subject.concept != "expenditure":
            return ""
        for axis in ("function", "economy", "nature", "fund"):
            if getattr(subject, axis) != getattr(whole, axis):
                return axis
        return ""

    def name(self, text: str) -> None:
        """Take words without an amount as names of parts."""
        for name in _NAME_BREAK.split(text):
            name = _NAME_END.sub("", normal(name))
            if 1 < len(name) <= _LONGEST_NAME:
                self.names.append(name)

    def partial(self, parts: list[Fact], whole: Fact) -> bool:
        """Whether the parts need not make up the whole: unless they do, or are of a kind of which no other can be."""
        if _adds_up(parts, whole):
            return False
        for axis, divided, members in _PARTITIONS:
            said = {getattr(subject, axis) for subject in self.subjects}
            least = 3 if axis == "nature" and len(members) == 3 else 2
            if _VEHICLES in members - said and len(said & _VEHICLE_PARTS) == 1:
                continue
            if getattr(self.whole.subject, axis) == divided and len(said & members) >= least:
                return False
        if any(word in self.words for word in _OPEN_ENDED) or self.implied or len(self.subjects) < 2:
            return True
        codes = {len(subject.function or "") for subject in self.subjects}
        return len(codes) > 1 or codes == {0}


class Lists:
    """The lists that are open, the innermost last; closing one claims what it states."""

    def __init__(self, ledger: Ledger, stage: Phase) -> None:
        self._ledger = ledger
        self._stage = stage
        self._open: list[OpenList] = []
        self._item: OpenList | None = None
        self._ended = False

    def __bool__(self) -> bool:
        return bool(self._open)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def dividing(self) -> bool:
        """Is a list open whose items are parts of this sentence?"""
        return any(not opened.waiting for opened in self._open)

    @property
    def top(self) -> OpenList | None:
        return self._open[-1] if self._open else None

    def inside_out(self) -> list[OpenList]:
        """The open lists, the innermost first."""
        return self._open[::-1]

    def open(self, opened: OpenList) -> None:
        self.close(_DEEPEST - 1)
        self._open.append(opened)
        self._ended = False
        if opened.waiting and opened.style is not None:
            self._item = opened

    def enter(self, level: int) -> None:
        """A paragraph begins whose number is of ``level``: an item of the list that waits for it, or the end of that list."""
        self._item, self._ended = None, False
        while self._open:
            top = self._open[-1]
            if top.waiting and top.style is None:
                top.style = level
            if top.waiting and level == top.style:
                self._item, top.taken = top, {}
                return
            if top.waiting and top.style and (level == 0 or level > top.style):
                return  # a paragraph inside an item
            self.close(len(self._open) - 1)

    def leave(self, *, awaits: bool) -> None:
        """A paragraph ends. ``awaits``: its last words say that the list goes on in the paragraphs after it."""
        top = self.top
        if top is not None and not top.waiting and not top.parts and (awaits or top.words.endswith("如下")):
            top.waiting, top.names, top.naming = True, [], False
        self.stop()

    def stop(self, *, goes_on: bool = False) -> Amounts | None:
        """A sentence ends, and with it every list that is not made of paragraphs; not the paused one where it ``goes_on``.

        Returns what it divided, if into several.
        """
        kept = [i + 1 for i, opened in enumerate(self._open) if opened.waiting or (opened.paused and goes_on)]
        depth = kept[-1] if kept else 0
        divided = next((opened.whole for opened in self._open[depth:] if len(opened.subjects) > 1), None)
        self.close(depth)
        return divided

    def pause(self) -> None:
        """What the item just named achieved is told now."""
        top = self.top
        if top is not None and top.parts and not top.waiting and not top.implied:
            top.paused, top.naming = True, False

    def separate(self, *, next_item: bool = False) -> None:
        """A semicolon ends an item; where the ``next_item`` with its amount follows, also what the item achieved."""
        paused = next((i + 1 for i, opened in enumerate(self._open) if opened.paused), None)
        if paused is not None and next_item:
            self.close(paused)
            self._open[-1].paused = False
        if self._open:
            self._open[-1].naming = False
            self._ended = True

    def resume(self, subject: Subject) -> None:
        """After a semicolon the list inside an item is over, unless what follows is a part of that item too."""
        if not self._ended:
            return
        self._ended = False
        depth = len(self._open)
        while depth > 1 and not self._open[depth - 1].waiting and not self._open[depth - 2].waiting:
            if contains(self._open[depth - 1].whole.subject, subject):
                break
            depth -= 1
        self.close(depth)

    def part(self, fact: Fact, subject: Subject) -> None:
        """Enter an amount into the list that it is a part of."""
        top = self.top
        while top is not None and not top.waiting and _is_over(top.whole.subject, subject):
            self.close(len(self._open) - 1)
            top = self.top
        if top is None or top.paused:
            return
        if top.counted is not None and not top.parts and not top.admits(fact) and fact.unit == top.counted.values[None].unit:
            top.whole, top.counted = top.counted, None
        if not top.admits(fact) or not divides(top.whole.subject, subject):
            return
        subject = replace(subject, phase=None, budget=False)
        if top is self._item:
            if fact.phase not in top.taken and (not top.taken or subject.key == next(reversed(top.subjects)).key):
                top.taken[fact.phase] = True
                top.add(fact, subject)
        elif not top.waiting and not top.covers(subject):
            top.add(fact, subject)

    def share(self, fact: Fact, part: Fact) -> None:
        """Note the share that a part was said to have."""
        for opened in self.inside_out():
            if any(parts[-1].id == part.id for parts in opened.parts.values()):
                opened.shares.append(fact)
                return

    def close(self, depth: int) -> None:
        """Close the lists opened after ``depth``."""
        while len(self._open) > depth:
            done = self._open.pop()
            if self._item is done:
                self._item = None
            self._claim(done)

    def _claim(self, done: OpenList) -> None:
        _balance(done)
        _close_public(done)
        subject = describe(done.whole.subject)
        for phase, parts in done.parts.items():
            whole = done.whole.values[phase]
            if done.implied and len(parts) < 2:
                continue
            roles = {"whole": [whole.id], "part": [part.id for part in parts]}
            draft = self._ledger.claim(Draft(ClaimKind.PARTS, roles, whole.text, whole.place, subject, words=done.words))
            draft.partial, draft.names = done.partial(parts, whole), tuple(done.names)
        named = done.whole.values.get(self._stage) or next(iter(done.whole.values.values()))
        if not done.parts and done.names:
            draft = Draft(ClaimKind.PARTS, {"whole": [named.id]}, named.text, named.place, subject, partial=True)
            draft.words, draft.names = done.words, tuple(done.names)
            self._ledger.claim(draft)
        if len(done.shares) > 1:
            roles = {"rate": [share.id for share in done.shares], "whole": [named.id]}
            draft = Draft(ClaimKind.SHARES, roles, done.shares[0].text, done.shares[0].place, subject, words=done.words)
            parts = done.parts.get(named.phase, [])
            draft.partial = len(done.shares) < len(parts) or done.partial(parts, named)
            self._ledger.claim(draft)


def _balance(done: OpenList) -> None:
    """A list that names a balance, 年末结转和结余, divides the total with its balances (总支出80万元，其中本年支出70万元。支出
    具体情况如下：…) where that was stated; else the balance is no part of it.
    """
    if done.whole.subject.concept not in ("income", "expenditure"):
        return
    for phase, parts in list(done.parts.items()):
        if not any(part.concept in BALANCES for part in parts):
            continue
        total = done.total.values.get(phase) if done.total is not None else None
        if total is not None:
            done.whole.values[phase] = total
        else:
            done.parts[phase] = [part for part in parts if part.concept not in BALANCES]


def _close_public(done: OpenList) -> None:
    """“三公”经费10万元: 1.因公出国（境）费…；2.公务接待费…；3.公务用车…；4.培训费…: what is told in one list with the three is no
    part of them where they add up without it.
    """
    if not done.whole.subject.concept.startswith("three_public"):
        return
    for phase, parts in done.parts.items():
        inner = [part for part in parts if part.concept.startswith("three_public")]
        if 1 < len(inner) < len(parts) and _adds_up(inner, done.whole.values[phase]):
            done.parts[phase] = inner


def _adds_up(parts: list[Fact], whole: Fact) -> bool:
    return abs(sum(part.value for part in parts) - whole.value) <= sum(part.half_width for part in parts) + whole.half_width


_POSTS = re.compile("编制")
_EMPLOYED = re.compile("在职|在编|在岗|正式")
_PEOPLE = re.compile("实有|现有|实际|在职|在编|在岗|离退?休|退休")
_RETIRED = re.compile("离退?休|退休")


def _is_over(whole: Subject, part: Subject) -> bool:
    return ends(whole, part) or _other_people(whole, part)


def _other_people(whole: Subject, part: Subject) -> bool:
    """编制50人，其中行政30人、事业20人；实有47人: persons are no part of posts, the retired none of those in office."""
    posts, people = (whole.item or "").rpartition("/")[2], (part.item or "").rpartition("/")[2]
    if _POSTS.search(posts) and not _POSTS.search(people):
        return _PEOPLE.search(people) is not None
    return _EMPLOYED.search(posts) is not None and not _RETIRED.search(posts) and _RETIRED.search(people) is not None
