"""Blanks that layout leaves between Chinese characters: they say nothing, and are no part of the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from services.parser.layout import Layout, TextBlock
from services.parser.readers.words import GAP

_NUMBER = re.compile(r"\s*第\s*[一二三四五六七八九十]+\s*(?:部\s*分|章)\s*")
_CAPTION = re.compile("[^，。；]*[：:][^，。；]*")


def closed(layout: Layout) -> Layout:
    """The layout with closed paragraphs."""
    return replace(layout, blocks=[_closed(block) if isinstance(block, TextBlock) else block for block in layout.blocks])


def _closed(block: TextBlock) -> TextBlock:
    """The block without them; its characters keep their places. Wide gaps are kept, the blank behind the number of a part,
    and captions as they are: there blanks tell one thing from another (``第一部分 概况``, ``编制单位：某局　单位：万元``)."""
    text = block.text
    number = _NUMBER.match(text)
    title = number.end() if number else 0
    gaps = {at for match in GAP.finditer(text) if match.end() != title for at in range(*match.span())}
    if not gaps or _CAPTION.fullmatch(text):
        return block
    kept = [at for at in range(len(text)) if at not in gaps]
    places = block.map
    if places is None and block.start is not None:
        places = list(range(block.start, block.start + len(text)))
    return replace(
        block,
        text="".join([text[at] for at in kept]),
        map=None if places is None else [places[at] for at in kept],
        lines=[replace(line, offset=bisect_left(kept, line.offset)) for line in block.lines],
    )
