"""Copies of pages whose every printed line is a line of its own: what the width of the page cut is one paragraph again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from services.parser.layout import Block, Fragment, TextBlock

ITEM = re.compile(
    r"\s*(?:[#>•]|[-*+]\s|[（(]?[一二三四五六七八九十百\d]+(?:[)）、]|[.．](?!\d))|第[一二三四五六七八九十]+[部章节条]|[①-⑳]|注[:：]|附)"
)
"""What a line begins with that is an item of its own; ``81.25%`` is a number."""

_END = "。！？!?"
_NARROW, _WIDE = 40, 120  # half-widths of a printed line: A4 holds about 56 Chinese characters at most
_SLACK = 6  # what a line may be short of the width: a number that did not fit, marks that may not begin a line, thin blanks
_INDENT = "\u3000\u3000"
_NUMBER = re.compile(r"\d[\d,.]{3,15}%?")
_LEAST = 5  # lines cut in the middle of a sentence
_OVERFULL, _CUT = 0.05, 0.5


def page_width(lines: Sequence[str]) -> float | None:
    """The width that cut the lines: hardly a line is longer, and those that reach it mostly end in the middle of a sentence.
    None where the lines end where their author ended them.
    """
    widths = sorted(width for line in lines if (width := _width(line)) >= _NARROW / 2)
    if len(widths) < _LEAST:
        return None
    width = widths[-1 - int(_OVERFULL * len(widths))]
    if not _NARROW <= width <= _WIDE:
        return None
    reaching = [line for line in lines if width - _SLACK <= _width(line) <= width + _SLACK]
    cut = sum(_is_cut(line) for line in reaching)
    return width if cut >= _LEAST and cut >= _CUT * len(reaching) else None


def goes_on(line: str, following: str, width: float | None) -> bool:
    """Whether the page's width ended this line, and the next one is the rest of its sentence."""
    if width is None or ITEM.match(following):
        return False
    if (
        line.rstrip()[-1:] in _END
    ):  # 1.某支出（项）。 in the first line of a paragraph, which begins with blanks as the next does not
        return line.startswith(_INDENT) and following[:1].strip() != "" and _width(line) >= width - 1
    number = _NUMBER.match(following)  # kept together: what of the line was left was too short for it
    return _width(line) >= width - max(_SLACK, _width(number[0]) if number else 0)


def rejoined(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, paragraphs that a page's width cut in lines joined again; each keeps the places of all its characters."""
    width = page_width([block.text for block in blocks if isinstance(block, TextBlock) and not block.heading])
    result: list[Block] = []
    line = ""  # the last one of the paragraph before
    for block in blocks:
        before = result[-1] if result else None
        if not isinstance(block, TextBlock):
            line = ""
            result.append(block)
            continue
        if isinstance(before, TextBlock) and not (before.heading or block.heading) and line and goes_on(line, block.text, width):
            result[-1] = _joined(before, block)
        else:
            result.append(block)
        line = block.text
    return result


def _joined(first: TextBlock, second: TextBlock) -> TextBlock:
    places = None if first.start is None or second.start is None else _places(first) + _places(second)
    lines = first.lines + [Fragment(len(first.text) + line.offset, line.page, line.box, line.confidence) for line in second.lines]
    return TextBlock(
        first.text + second.text,
        start=first.start,
        map=places,
        lines=lines,
        bold=first.bold and second.bold,
        confidence=min(first.confidence, second.confidence),
    )


def _places(block: TextBlock) -> list[int]:
    start = block.start or 0
    return block.map if block.map is not None else list(range(start, start + len(block.text)))


def _is_cut(line: str) -> bool:
    text = line.strip()
    return bool(text) and (unicodedata.category(text[-1])[0] in "LN" or text[-1] in "，、,%％")


def _width(line: str) -> float:
    """Half-widths, a mark between Chinese characters counted as one of theirs: copies make ``，`` ``,``. The two blanks that
    begin a paragraph are part of its line.
    """
    words = line.strip()
    return sum(map(_of, words)) + 2 * line[: len(line) - len(line.lstrip())].count("\u3000")


def _of(character: str) -> float:
    if character in ",:;()":
        return 2
    if character.isspace():
        return 2 if character == "\u3000" else 0.5
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
