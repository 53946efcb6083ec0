"""What is found in a document, in words that do not depend on how its numbers and marks are written."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from schemas.ids import document_id
from schemas.report import Report
from services.parser.layout import Block, Grid, Layout, TextBlock
from services.parser.readers.words import tidy
from services.parser.report import assemble, build_report
from services.validator.check import check
from tests.harmless.changes import ABOUT, IN_TEXT, Change, broken

_SHOWN = 30  # of a quote, which a rule cuts at so many characters, blanks included
Found = Counter[tuple[str, str, str, str]]


def found(report: Report, *, but: frozenset[str] = frozenset()) -> Found:
    """(rule, subject, severity, stated) of every discrepancy, but those of some rules, with how often."""
    return Counter(
        (item.rule, _plain(item.subject), item.severity.value, _plain(item.stated or "")[:_SHOWN])
        for item in check(report).discrepancies
        if item.rule not in but
    )


def _plain(text: str) -> str:
    """Without what a harmless change changes."""
    return re.sub(r"(?<=\d),(?=\d{3})|\s", "", unicodedata.normalize("NFKC", text))


def difference(before: Report, after: Report, change: str) -> list[str]:
    """What a harmless change lost and what it added, but of the rules that are about it; empty where nothing."""
    but = ABOUT.get(change, frozenset())
    old, new = found(before, but=but), found(after, but=but)
    return [f"lost {item}" for item in old - new] + [f"added {item}" for item in new - old]


def relaid(layout: Layout, name: str, change: Change, chance: random.Random) -> Report:
    """The report of a layout with every paragraph and cell written otherwise."""
    blocks = [_changed(block, change, chance) for block in layout.blocks]
    return assemble(replace(layout, blocks=blocks), document_id(name.encode()), name=name)


def _changed(block: Block, change: Change, chance: random.Random) -> Block:
    if isinstance(block, Grid):
        return replace(block, cells=[replace(cell, text=tidy(change(cell.text, chance))) for cell in block.cells])
    if change is broken:
        return block
    return replace(block, text=change(block.text, chance), map=None, lines=block.lines[:1])


def rewritten(text: str, name: str, change: Change, chance: random.Random) -> Report:
    """The report of a text file written otherwise."""
    return build_report(change(text, chance).encode(), name=name)


LAID: dict[str, Change] = {**IN_TEXT, "broken": broken}
"""What can be done to a layout."""


def reordered(layout: Layout, name: str) -> Report:
    """The report of a layout whose statements stand the other way round, each with its title and its notes."""
    blocks = list(layout.blocks)
    starts = [at for at in (_title_of(blocks, i) for i, block in enumerate(blocks) if isinstance(block, Grid)) if at is not None]
    starts = sorted(set(starts))
    longest: list[int] = []
    run: list[int] = []
    for start in starts:
        near = not run or sum(isinstance(block, TextBlock) for block in blocks[run[-1] : start]) <= _BETWEEN
        run = [*run, start] if near else [start]
        longest = max(longest, run, key=len)
    # where the last statement ends and the text that follows begins is not known: it stays
    pieces = [blocks[first:last] for first, last in pairwise(longest)]
    turned = [block for piece in pieces[::-1] for block in piece]
    if longest:
        blocks[longest[0] : longest[-1]] = turned
    return assemble(replace(layout, blocks=blocks), document_id(name.encode()), name=name)


_BETWEEN = 6  # paragraphs from a statement's title to the next one's: the title, the unit, notes


def _title_of(blocks: list[Block], grid: int) -> int | None:
    """Where the lines that belong to a table begin: at its title, at most three lines before it."""
    for at in range(grid - 1, max(-1, grid - 4), -1):
        block = blocks[at]
        if not isinstance(block, TextBlock):
            return None
        if "表" in block.text and len(block.text) < 60 and not re.search("[。，：:]", block.text):
            return at
    return None
