"""What is counted: persons, vehicles, visits, things of every kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.parser.narrative.lists import OpenList
from services.parser.narrative.memory import Memory, texts
from services.parser.narrative.subjects import GENERAL, Subject, normal
from services.parser.narrative.tokens import Token

_COMPANIONS = re.compile(r"\((?:不包括|不含|包括|含)[^()]{0,6}陪同[^()]{0,6}\)")
_TELLING = re.compile(
    r"国内|公务|接待|外宾|外事|来访|团组|批次|人次|人数|数量|数|因公|出国|\(境\)|境|全年|年度|本年|共|累计|合计|总计|计|列明|安排|使用|参加|组织|发生|开支"
    r"|一般公共预算|财政拨款|单位|部门|其中|[的为是、,:]"
)
"""The words of which a count of all visits is made."""

_LONGEST_ITEM = 40
_BODIES = ("个", "家", "所")
_BELOW = re.compile(r"(?:下属|所属|下辖|下设)$")
_A_BODY = re.compile(r"(?:基层|预算|二级|三级|独立核算|事业|行政|参公)*单位")
_A_BODY_BELOW = re.compile(r"(?:下属|所属|下级)(?:的|基层|预算|二级|独立核算|事业)*单位|二级(?:预算)?单位")


def counted(memory: Memory, subject: Subject, amount: Token, tokens: Sequence[Token]) -> Subject | None:
    """The subject of a count, with the words before it as item; null where nothing says what is counted.

    The counts of 三公 are named as in the tables (docs/facts.md); those of a list take the list's words before their own, for
    其他用车 of one list is not that of another.
    """
    words = texts(tokens)
    top = memory.lists.top
    listed = top is not None and not top.waiting and bool(top.parts or top.naming) and _unit(top) == amount.unit and bool(words)
    if len(normal(words)) <= GENERAL and not listed:
        words = texts(memory.pending[-1:]) + words
    concept = memory.setting.concept or "other"
    if amount.unit in _BODIES and _subordinate(memory, words, amount):
        return Subject("staff", item="下属单位")
    item = next((item for item in ("团组", "保有量", "批次", "人次") if item in words or item == amount.unit), None)
    if amount.unit != "percent" and (concept.startswith("three_public") or item in ("团组", "保有量")):
        return _of_three_public(memory, amount, words, item)
    text = memory.resolver.plain(words) or (subject.item or "")
    if not text:
        if memory.stated is None:
            return None
        text = memory.stated.subject.item or memory.stated.subject.concept
    found = Subject(concept if concept in ("asset", "staff") else "other", item=text[-_LONGEST_ITEM:])
    if top is not None and not top.waiting and top.whole.subject.item and _unit(top) == amount.unit:
        return replace(found, item=f"{top.whole.subject.item}/{found.item}")
    if memory.head is not None and memory.head.item and not memory.head.known:
        return replace(found, item=f"{memory.head.item}/{found.item}")
    return memory.distinct(found)


def _subordinate(memory: Memory, words: str, amount: Token) -> bool:
    """下属5家预算单位, 本级和0个下属单位: how many bodies are under this one is one fact, wherever a document says it."""
    assert memory.running is not None
    text = memory.running.text
    if _BELOW.search(words):
        return _A_BODY.match(text, amount.end) is not None
    return _A_BODY_BELOW.match(text, amount.end) is not None


def _of_three_public(memory: Memory, amount: Token, words: str, item: str | None) -> Subject:
    """团组 and 人次 abroad, vehicles bought and held, 批次 and 人次 received (with their companions or without)."""
    around = words + (memory.current.concept if memory.current is not None else "")
    if item == "保有量":
        return Subject("three_public.vehicles", item=item)
    if "接待" not in words and ("reception" not in around or "车" in words):
        if item == "团组" or "abroad" in around or "出国" in words:
            of = "人次" if amount.unit in ("人次", "人") else "团组"
            return Subject("three_public.abroad", item=normal(words) if _TELLING.sub("", words) else of)
        if amount.unit == "辆" and any(word in words for word in ("购置", "更新", "新增", "新购")):
            return Subject("three_public.vehicle_purchase", item="购置数")
        if "vehicle" in around or "车" in words:
            top = memory.lists.top
            listed = top.whole.subject.item if top is not None and not top.waiting and _unit(top) == amount.unit else None
            return Subject("three_public.vehicles", item=f"{listed}/{normal(words)}" if listed else normal(words))
    assert memory.running is not None
    if item is not None and _TELLING.sub("", words):
        item = normal(words)  # one visit of many, not all of them
    companions = _COMPANIONS.match(memory.running.text, amount.end)
    concept = "three_public.reception"
    if "外宾" in words or "外事" in words or "foreign" in around:
        concept += "_foreign"
    return Subject(concept, item=(item or normal(words)) + (companions[0] if companions is not None else ""))


def _unit(opened: OpenList) -> str:
    return next(iter(opened.whole.values.values())).unit
