"""A document and the files that belong to it become one layout, so that they become one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.parser.layout import Block, Layout, TextBlock


def join(main: Layout, annexes: Iterable[tuple[str, Layout]]) -> Layout:
    """The main document followed by its annexes (name, layout).

    Pages of an annex are counted on from the main document's. Its character offsets are dropped: they would count in another
    text than the main document's.
    """
    joined = replace(main, blocks=list(main.blocks), pages=list(main.pages), warnings=list(main.warnings))
    for name, annex in annexes:
        shift = max((page.number for page in joined.pages), default=0)
        joined.pages += [replace(page, number=page.number + shift) for page in annex.pages]
        joined.blocks += [_moved(block, shift) for block in annex.blocks]
        joined.warnings += [f"{name}: {warning}" for warning in annex.warnings]
    return joined


def _moved(block: Block, shift: int) -> Block:
    def page(number: int | None) -> int | None:
        return None if number is None else number + shift

    if isinstance(block, TextBlock):
        lines = [replace(line, page=page(line.page)) for line in block.lines]
        return replace(block, page=page(block.page), start=None, map=None, lines=lines)
    cells = [replace(cell, page=page(cell.page), start=None, end=None) for cell in block.cells]
    boxes = [(number + shift, box) for number, box in block.boxes]
    return replace(block, cells=cells, pages=[number + shift for number in block.pages], boxes=boxes)
