"""The narrative: sentences → facts and claims.

``lexer`` tells quantities from other digits, ``grammar`` says which sequences of tokens state what, ``subjects`` what the words
name, ``reader`` what a statement refers back to; ``settings`` what a section says of all its sentences.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.report import Claim, Fact, Identity, Mention, SectionKind, Table
from schemas.taxonomy.concepts import squeeze
from services.parser.layout import TextBlock
from services.parser.narrative.ledger import Ledger
from services.parser.narrative.memory import Memory
from services.parser.narrative.reader import ITEM_LEVEL, Reader
from services.parser.narrative.resolver import BUDGETS, Resolver
from services.parser.narrative.settings import setting_of
from services.parser.narrative.subjects import Setting
from services.parser.narrative.text import running
from services.parser.outline import Outline

_TERMINAL = "。；：！？;:.!?”」》"
_WRAPPED = 30  # code points: a line shorter than this was ended by its author, not by the width of a page
_DEPENDENT = re.compile(
    r"\s*(?:(?:[与比较同和]|相较于?)(?:上[一年]|去年|年初|全年|调整|预算|20\d\d)|同比|占(?=[^，,。；;]{0,20}\d)|完成(?:年初|全年|调整)?预算"
    r"|(?:增加|减少|增长|下降|降低|上升)了?\s*\d|本年(?:收入|支出)\D{0,4}\d|(?:(?:年初|全年|调整)预算|(?:支出)?决算)数?为?\s*\d)"
)
"""How a clause begins that is of what the clause before it named: …20万元；⏎比上年增加…; …收入20万元；⏎本年支出20万元."""

_ITEM_NAMED = re.compile("项[)）][。.]$")
"""…住房公积金（项）。⏎年初预算为20万元: a line of spending is named, and told of in the next line."""

_AMOUNT = re.compile(r"\d[\d,.]*\s*(?:[万亿]?元|%).*")
_TELLING = re.compile(r"\d|[持变]|一致|包括|用于|如下|[Xx×]{2}")
"""What a paragraph needs to state anything: a digit, or words of no change, or the beginning of a list."""

_CAPTION = re.compile(r"[^\d。；;，,！？]{2,30}[^\d。；;：:，,！？、]")
"""A short line that is no sentence and has no number: a sub-heading without a mark of its own."""

_SILENT = frozenset((SectionKind.COVER, SectionKind.CONTENTS, SectionKind.GLOSSARY))


@dataclass(frozen=True, slots=True)
class Narrative:
    """What the text states; ``numbers`` counts its amounts, ``bound`` those that became facts."""

    facts: list[Fact]
    claims: list[Claim]
    unbound: list[Mention]
    numbers: int
    bound: int


def narrate(
    blocks: Sequence[TextBlock], outline: Outline, identity: Identity, *, tables: Sequence[Table] = (), facts: Sequence[Fact] = ()
) -> Narrative:
    """Read all paragraphs but cover, contents, glossary and bare titles.

    ``tables`` lend the names of their codes, ``facts`` (of the tables) the amounts that sentences refer to.
    """
    ledger = Ledger(blocks)
    labels = [(row.code, row.label) for table in tables for row in table.rows if row.code and row.label]
    resolver = Resolver(labels, identity.fiscal_year, identity.issuer, _payers(facts))
    reader = Reader(Memory(ledger, resolver, identity.kind, identity.fiscal_year))
    whole = Setting(identity.kind, identity.fiscal_year, balances=_has_balances(blocks, facts))
    section: tuple[int, ...] = ()
    caption = ""
    for group in _groups(blocks, outline):
        first = group[0]
        path = outline.path(first)
        if any(section.kind in _SILENT for section in path):
            continue
        upper = tuple(index for index in _indexes(outline, first) if outline.sections[index].level < ITEM_LEVEL)
        item = (
            len(upper) > 1 and reader.awaits(outline.sections[upper[-1]].level) and _AMOUNT.search(blocks[first].text) is not None
        )
        if upper != section and not (item and section[: len(upper) - 1] == upper[:-1]):
            titles = [outline.sections[index].title for index in upper]
            reader.section(setting_of(titles, whole), squeeze("/".join(titles)))
        if upper != section:
            section, caption = upper, ""
        heading = outline.headings.get(first)
        if heading is not None and heading.whole and heading.level < ITEM_LEVEL and not _AMOUNT.search(heading.title):
            continue
        text = running([(index, blocks[index].text) for index in group])
        if heading is not None:
            caption = ""
        elif _CAPTION.fullmatch(text.text):
            caption = text.text
        if _TELLING.search(text.text):
            innermost = path[-1] if path else None
            level = heading.level if heading is not None else 0
            if caption and caption != text.text:
                reader.paragraph(text, level, caption, ITEM_LEVEL)
            elif innermost is not None and innermost.level >= 3 and innermost.first != first:
                reader.paragraph(text, level, _AMOUNT.split(squeeze(innermost.title))[0], innermost.level)
            else:
                reader.paragraph(text, level)
    reader.section(Setting())
    ledger.adopt(facts)
    return Narrative(ledger.facts, ledger.claims(), ledger.unbound, ledger.numbers, ledger.bound)


def _payers(facts: Sequence[Fact]) -> dict[str, str]:
    """Code → the one of the three budgets in whose table it has amounts; not those that stand in the tables of several."""
    funds: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.function and fact.fund in BUDGETS and fact.concept == "expenditure" and fact.value:
            funds[fact.function].add(fact.fund)
    return {code: next(iter(found)) for code, found in funds.items() if len(found) == 1}


def _has_balances(blocks: Sequence[TextBlock], facts: Sequence[Fact]) -> bool:
    """Do the tables tell totals from the year's sums? Where there are no tables: does the text?"""
    sides = {fact.concept for fact in facts if fact.fund == "all"}
    if sides & {"income", "expenditure", "income_total", "expenditure_total"}:
        return bool(sides & {"income_total", "expenditure_total"})
    return any("本年收入" in block.text or "上年结转" in block.text for block in blocks)


def _indexes(outline: Outline, paragraph: int) -> list[int]:
    found: list[int] = []
    index = outline.of_paragraph[paragraph]
    while index is not None:
        found.append(index)
        index = outline.sections[index].parent
    return found[::-1]


def _groups(blocks: Sequence[TextBlock], outline: Outline) -> list[list[int]]:
    """Paragraphs, those joined that one sentence runs through (cut by the end of a page, or begun anew after a semicolon)."""
    groups: list[list[int]] = []
    for index in range(len(blocks)):
        if groups and index not in outline.headings and _runs_on(blocks[groups[-1][-1]].text, blocks[index].text):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _runs_on(before: str, after: str) -> bool:
    text = before.rstrip()
    if (text.endswith(("；", ";", "，", ",")) or _ITEM_NAMED.search(text)) and _DEPENDENT.match(after):
        return True
    return len(text) >= _WRAPPED and text[-1] not in _TERMINAL and any(mark in text for mark in "，。；,")
