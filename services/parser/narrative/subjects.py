"""Subjects: the dimensions that words give a number, and what a place gives the words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from schemas.report import Kind, Phase

SELF_FUNDED = ("three_public", "agency_operating", "procurement", "service_purchase", "project", "performance", "asset", "staff")
"""Concepts that say by themselves whose money they are (docs/facts.md): always fund all, nature total."""

_VERBS = re.compile(r"(?:分别|均|各|共)?(?:(?:合计)?为|是|达到?|共计|累计|共有|约|有|了|仅|在|共)$")
_VERB_ENDS = tuple("为是到达计有约了仅在共")
_LEADS = re.compile(
    r"(?:[本我](?:部门|单位|局|委|办|厅|中心|院|校|街道)(?=.)|[本我全][镇乡](?=.)|其中[:,，]?|以及|和|及|与|并|另外|另|而|即|则|按(?!照)|[、,，:])+"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The dimensions that words give. ``both`` marks 收、支 at once; ``budget`` a 预算 that does not say which one.

    ``weak`` marks words that say a stage or an amount of something named elsewhere (年初预算为, 金额), ``bare`` a side
    that may be a total named before (收入包括：).
    """

    concept: str = "other"
    fund: str = "all"
    nature: str = "total"
    function: str | None = None
    economy: str | None = None
    item: str | None = None
    phase: Phase | None = None
    both: bool = False
    budget: bool = False
    weak: bool = False
    bare: bool = False

    @property
    def key(self) -> tuple[str | None, ...]:
        """The dimensions that make two subjects the same, stage and year aside."""
        return (self.concept, self.fund, self.nature, self.function, self.economy, self.item)

    @property
    def known(self) -> bool:
        return self.concept != "other"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the place of a sentence gives its subjects: the section's concept, fund and nature, the function it lies under."""

    kind: Kind | None = None
    year: int | None = None
    concept: str | None = None
    fund: str = "all"
    nature: str = "total"
    function: str | None = None
    whole: Subject | None = None  # what the innermost open list divides
    balances: bool = False  # the document has balances brought forward: a total is more than the year's income

    def under(self, subject: Subject) -> Setting:
        """The setting of the parts of a subject."""
        if not subject.known:
            return replace(self, whole=subject)
        return replace(
            self,
            whole=subject,
            concept=subject.concept,
            fund=subject.fund if subject.fund != "all" else self.fund,
            nature=subject.nature if subject.nature != "total" else self.nature,
            function=subject.function or self.function,
        )


def normal(text: str) -> str:
    """The words of a subject without what does not belong to it: 其中, 为, 共计 ..."""
    before = ""
    while text != before:
        before, text = text, text.strip()
        if text.endswith(_VERB_ENDS):
            text = _VERBS.sub("", text)
        if (lead := _LEADS.match(text)) is not None:
            text = text[lead.end() :]
    return text


SPENT_NOTHING = re.compile("(?:为零|未安排(?:支出|预算)?|未发生|无|没有)$")
"""How a clause ends that says, without a number, that its subject came to nothing."""

_NOTHING_BEFORE = re.compile(".*(?:为零|未安排|未发生|[费出助]无)[、,，]")


def amounting(text: str) -> str:
    """Words without the subjects before them that came to nothing: 会议费为零、培训费 → 培训费."""
    return _NOTHING_BEFORE.sub("", text)


GENERAL = 3
"""Words up to this length do not say what they are of."""
_VAGUE = re.compile(
    r"[总年度本的]|一般公共|财政拨款|政府性基金|采购|项目|涉及|资金|金额|预算|安排|支出|收入|使用|经费|合计|共计|小计|人员|数量|个数|情况"
    r"|部门|单位|同比|平均|得分|第[一二三四]季度|季度|用款|计划|尾款|进度款|首付款|奖励|补助|补贴|工程款|合同|支付|购置|设备"
)


def is_general(item: str) -> bool:
    """Do the words say nothing of their own?"""
    return len(_VAGUE.sub("", item)) <= 1 or len(item) <= GENERAL


def contains(whole: Subject, part: Subject) -> bool:
    """Is a subject a part of another by their codes or concepts?"""
    if whole.concept in ("three_public.vehicles", "three_public.reception"):
        return part.concept.startswith(whole.concept.removesuffix("s") + "_")
    if part.concept.startswith(whole.concept + ".") or (whole.concept, part.concept) == ("procurement.sme", "procurement.micro"):
        return True
    return bool(whole.function and part.function and part.function != whole.function and part.function.startswith(whole.function))


BALANCES = frozenset(("opening_balance", "closing_balance", "surplus_used", "surplus_allocated"))
"""What a total is more than the year's income or spending."""

_RUNNING = frozenset(("basic", "personnel", "operating"))
_BESIDE = frozenset(("project", "business", "to_superior", "to_subordinate"))
"""What stands beside 基本支出: a list of its parts ends where 项目支出 is named."""

INCOME_SIDE = frozenset(("income", "income_total", "opening_balance", "surplus_used"))
_SPENDING_SIDE = frozenset(("expenditure", "expenditure_total", "closing_balance", "surplus_allocated"))


def ends(whole: Subject, part: Subject) -> bool:
    """Does a subject end the list of another's parts: the other side of the account, a total of its own?"""
    if whole.nature in _RUNNING and part.nature in _BESIDE and not (part.function or part.economy):
        return True
    sides = [side for side in (INCOME_SIDE, _SPENDING_SIDE) if part.concept in side]
    if not sides or whole.concept not in INCOME_SIDE | _SPENDING_SIDE:
        return False
    total = part.concept.endswith("_total") and (part.concept != whole.concept or part.fund == whole.fund)
    return total or whole.concept not in sides[0]


def divides(whole: Subject, part: Subject) -> bool:
    """Can a subject be one of another's parts? Not what cuts across them, as 三公 and procurement cut across spending."""
    if ends(whole, part) or part.key == whole.key:
        return False
    if whole.concept in _SPENDING_SIDE:
        if whole.function and part.function and not part.function.startswith(whole.function):
            return False
        return part.concept in _SPENDING_SIDE or part.concept in ("other", "project")
    if whole.concept.startswith(("three_public", "procurement")):
        counted = part.concept == whole.concept and part.item is not None
        return part.concept == "other" or counted or contains(whole, part)
    return True


def is_narrow(subject: Subject) -> bool:
    """Is it one line of spending among others, so that its parts are not the figures of the whole document?"""
    if subject.concept in ("other", "project", "performance"):
        return True
    return subject.concept == "expenditure" and bool(subject.function or subject.economy or subject.nature != "total")


def describe(subject: Subject) -> str:
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
