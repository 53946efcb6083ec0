"""Explanations of items: what is said under one item and belongs to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.report import Report
from schemas.validation import Category, Severity, Text
from services.validator.prose import Prose, gist, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

BASIS = "财预〔2016〕143号：收支增减变化应当说明原因；政府收支分类科目"
_SAID = re.compile(r"(?:主要(?:是)?用于|反映|指|:)([^。;\n]+)")
_PURPOSE = re.compile(r"主要(?:是)?用于:?([^。;\n]+)")
_REASON = re.compile(r"原因(?:主要)?(?:是|为)?[:：]?([^。\n]+)")
_TAIL = re.compile(
    r"(?=[等方的预经支费资项有增减下保不持调变])(?:等?方面)?(?:的)?(?:预算|经费|支出|费用|资金|项目|等)*(?:有所)?(?:增加|减少|增长|下降|保持不变|不变|持平|调整|变动|变化|支出)*$"
)
_MOVED = re.compile(r"(?:经费|支出|预算)(?:有所)?(?:增加|减少|增长|下降)$")
_EXPLAINED = words("explanations")


@dataclass(slots=True)
class _Item:
    """One item of a list: its 项, its 款, and what the text says of it as ``(words, start, end)``."""

    item: str
    names: frozenset[str]  # what the item may be called: 项, 款+项
    purposes: list[tuple[str, int, int]] = field(default_factory=list)
    reasons: list[tuple[str, int, int]] = field(default_factory=list)


@rule(
    "text.other-item",
    category=Category.SEMANTIC,
    title=Text(zh="用途或原因写成了另一科目", en="the purpose or reason is another item's"),
    basis=BASIS,
    passing=lambda: _items("职业年金缴费支出", "职业年金缴费支出经费增加"),
    failing=lambda: _items("职业年金缴费支出", "事业单位离退休经费增加"),
)
def other_item(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The purpose (主要用于) and the reason given under an item must not name another item of the same list.

    Only words that are exactly another item's name, 经费/支出 and a direction apart, count: text copied from the neighbour. An
    item whose own name contains the words, or is contained in them, may use them. One finding an item.
    """
    text = prose(view)
    items = list(_listed(text))
    if len(items) < 2:
        yield NotApplicable("no list of items")
        return
    owners: dict[str, _Item] = {}
    for item in items:
        for name in item.names:
            owners.setdefault(_core(name), item)
    clean = True
    for item in items:
        wrong = []
        for said, start, end in (*item.purposes, *item.reasons):
            owner = owners.get(said)
            if owner is not None and said and not any(said in _core(name) or _core(name) in said for name in item.names):
                wrong.append((owner, start, end))
        if wrong:
            clean = False
            names = "、".join(dict.fromkeys(owner.item for owner, *_ in wrong))
            yield Finding(
                subject=item.item,
                message=Text(
                    zh=f"“{item.item}”的用途或原因写的是另一科目“{names}”。",
                    en=f"What is said of {item.item} is the text of another item, {names}.",
                ),
                evidence=tuple(text.evidence(view, start, end) for _, start, end in wrong),
                stated=text.text[wrong[0][1] : wrong[0][2]],
                expected=item.item,
            )
    if clean:
        yield Passed("科目说明")


@rule(
    "text.tautology",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="变动原因只重复科目名称", en="the reason only repeats the item's name"),
    basis=BASIS,
    passing=lambda: _items("职业年金缴费支出", "实缴人数增加"),
    failing=lambda: _items("职业年金缴费支出", "职业年金缴费支出经费增加", count=4),
)
def tautology(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """A reason that only says that the item's money went up or down gives no reason. One finding a document, from three on."""
    text = prose(view)
    reasons = [(item, reason) for item in _listed(text) for reason in item.reasons]
    if not reasons:
        yield NotApplicable("no reasons given under items")
        return
    empty = [reason for item, reason in reasons if reason[0] in {_core(name) for name in item.names}]
    if len(empty) < 3:
        yield Passed("变动原因")
        return
    yield Finding(
        subject="tautology",
        message=Text(
            zh=f"{len(reasons)}处变动原因中{len(empty)}处只重复科目名称，未说明原因。",
            en=f"{len(empty)} of {len(reasons)} reasons only repeat the item's name.",
        ),
        evidence=tuple(text.evidence(view, start, end) for _, start, end in empty[:40]),
        stated=text.text[empty[0][1] : empty[0][2]],
    )


@rule(
    "text.explanation",
    category=Category.SEMANTIC,
    title=Text(zh="科目解释与科目不符", en="an item explained as something else"),
    basis="政府收支分类科目",
    passing=lambda: (
        Draft().paragraph("1.住房保障支出（类）住房改革支出（款）住房公积金（项）：反映为职工缴纳的住房公积金。").report()
    ),
    failing=lambda: (
        Draft().paragraph("1.住房保障支出（类）住房改革支出（款）住房公积金（项）：反映单位缴纳的基本医疗保险费。").report()
    ),
)
def explanation(view: View) -> Iterator[Finding]:
    """What an item is said to pay for must not be another kind of money: 住房公积金 is not 医疗保险.

    Known are the kinds that every body has (养老, 年金, 医疗, 公积金, 补贴 …): the finding needs a word of another kind and no
    word of the item's own.
    """
    text = prose(view)
    for chain in text.chains:
        item = chain.item or ""
        kind = next((kind for kind in _EXPLAINED if any(name in item for name in kind["items"])), None)
        said = _SAID.search(text.text, chain.end, text.end(chain.paragraph)) if kind else None
        if kind is None or said is None:
            continue
        if any(word in said[1] for word in kind["foreign"]) and not any(word in said[1] for word in kind["own"]):
            yield Finding(
                subject=f"{chain.section}/{item}",
                message=Text(
                    zh=f"“{item}”解释为“{said[1][:40]}”，与科目不符。", en=f"{item} is explained by words of another item."
                ),
                evidence=(text.evidence(view, chain.start, said.end()),),
                stated=said[1][:60],
                expected=item,
            )


def _listed(text: Prose) -> Iterator[_Item]:
    """The items that the narrative lists as 类, 款, 项, with what it says of each until the next."""
    found = [chain for chain in text.chains if chain.item]
    for at, chain in enumerate(found):
        stop = text.end(chain.paragraph)
        if at + 1 < len(found):
            stop = min(stop, found[at + 1].start)
        name = chain.item or ""
        item = _Item(name, frozenset({name, (chain.section or "") + name}))
        for pattern, into in ((_PURPOSE, item.purposes), (_REASON, item.reasons)):
            for said in pattern.finditer(text.text, chain.end, stop):
                into.append((_core(said[1]), said.start(), said.end()))
                first = said[1].split(",", 1)[0]  # 住房公积金经费减少，压缩开支
                if into is item.reasons and first != said[1] and _MOVED.search(first):
                    into.append((_core(first), said.start(), said.start(1) + len(first)))
        yield item


def _core(said: str) -> str:
    """The noun of a purpose or reason: 经费, 支出 and the direction at its end taken off.

    >>> _core("事业单位离退休经费增加")
    '事业单位离退休'
    """
    return _TAIL.sub("", gist(said)).strip(",、“”")


def _items(own: str, reason: str, count: int = 2) -> Report:
    draft = Draft().paragraph(
        "1.“社会保障和就业支出（类）行政事业单位养老支出（款）事业单位离退休（项）”7.66万元。主要原因是：人数增加。"
    )
    for at in range(1, count):
        title = f"{at + 1}.“社会保障和就业支出（类）行政事业单位养老支出（款）{own}（项）”2.28万元"
        draft.paragraph(f"{title}，主要用于{own}。主要原因是：{reason}。")
    return draft.report()
