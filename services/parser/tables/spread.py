"""Copies that keep a header's cells and lose its spans: every row begins in the first column, and blanks fill its end.

What the spans were follows from the words: a row of sub-headings falls into groups (小计, 基本支出, 项目支出), each under a
heading of the row above that such a group can stand under. Only where the headings then take all the columns of the table,
no more and no less, is anything moved.
"""

from __future__ import annotations

from functools import lru_cache

from schemas.deferred import deferred

_BEGINS = deferred(r"(?:小计|合计|总计)$|^增减(?:额|数|金额)?$|^(?:功能分类|经济分类|支出功能分类)?(?:科目)?(?:编码|代码)$|^类$")
"""A sub-heading that a group begins with."""

_FITS = (
    (deferred(r"车"), deferred(r"购置|运行")),
    (deferred(r"项目|科目|分类"), deferred(r"编码|代码|科目|^[类款项]$")),
    (deferred(r"基本支出"), deferred(r"人员经费|公用经费")),
    (deferred(r"支出|拨款|预算|基金|合计"), deferred(r"基本支出|项目支出")),
    (deferred(r"收入|支出|拨款|资金|来源"), deferred(r"拨款|公共预算|基金预算|经营预算")),
    (deferred(r"预算|决算|“?三公”?|\d年"), deferred(r"因公出国|接待")),
    (deferred(r"增减|比上年|执行数|差异"), deferred(r"增减|%|比例|金额")),
    (deferred(r"预算数|执行数|决算数|收入|支出"), deferred(r"小计|合计")),
    (deferred(r"^(?:财政拨款)?(?:收入|支出)$"), deferred(r"^(?:预算|决算|金额|本年)")),
)
"""What a heading says, and what its sub-headings say."""

_MOST = 12  # headings of one row
Place = tuple[int, str]


def spread(rows: list[list[str]], width: int) -> list[list[str]] | None:
    """The words of two or three header rows in the columns where their cells began before the spans were lost; null where
    they do not say it, or nothing was lost. ``width`` is the number of columns that the figures take.
    """
    if not 2 <= len(rows) <= 3:
        return None
    lines = [[word for word in row if word] for row in rows]
    if any(row[: len(line)] != line or not line for row, line in zip(rows, lines, strict=True)):
        return None  # a blank between headings: the columns are kept
    if any(len(line) >= width for line in lines[:1]) or any(len(line) > _MOST * 2 for line in lines):
        return None
    blocks: list[tuple[int, list[list[Place]]]] = [(1, [[(0, word)]]) for word in lines[-1]]
    for line in reversed(lines[:-1]):
        joined = _under(line, [(size, below, below[0][0][1]) for size, below in blocks])
        if joined is None:
            return None
        blocks = joined
    if sum(size for size, _ in blocks) != width:
        return None
    placed = [[""] * width for _ in rows]
    start = 0
    for size, levels in blocks:
        for level, words in enumerate(levels):
            for offset, word in words:
                placed[level][start + offset] = word
        start += size
    return placed if placed != [row[:width] + [""] * (width - len(row)) for row in rows] else None


def _under(line: list[str], below: list[tuple[int, list[list[Place]], str]]) -> list[tuple[int, list[list[Place]]]] | None:
    """The blocks of a row of headings, those below it put under the ones that they belong to."""
    for marked in (True, False):  # side by side stand statements (项目 … 项目 …), or groups within one
        groups: list[list[tuple[int, list[list[Place]], str]]] = []
        for block in below:
            if not groups or (marked and _BEGINS.search(block[2])) or block[2] == below[0][2]:
                groups.append([])
            groups[-1].append(block)
        chosen = _choose(tuple(line), tuple(tuple(word for _, _, word in group) for group in groups))
        if chosen is not None:
            break
    else:
        return None
    blocks: list[tuple[int, list[list[Place]]]] = []
    depth = max(len(levels) for _, levels, _ in below)
    taken = iter(groups)
    for index, heading in enumerate(line):
        levels: list[list[Place]] = [[(0, heading)], *([] for _ in range(depth))]
        size = 1
        if index in chosen:
            size = 0
            for width, inner, _ in next(taken):
                for level, words in enumerate(inner, 1):
                    levels[level] += [(size + offset, word) for offset, word in words]
                size += width
        blocks.append((size, levels))
    return blocks


@lru_cache(maxsize=256)
def _choose(line: tuple[str, ...], groups: tuple[tuple[str, ...], ...]) -> tuple[int, ...] | None:
    """Under which headings the groups stand, in order: where there are as many, under each its own; else where they fit best."""
    if len(groups) > len(line) or len(line) > _MOST:
        return None
    if len(groups) == len(line):
        return tuple(range(len(line)))
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}  # by the number of groups placed
    for index, heading in enumerate(line):
        for count in sorted(best, reverse=True):
            score, places = best[count]
            if count < len(groups) and (fit := _fit(heading, groups[count])):
                found = (score + fit, (*places, index))
                if count + 1 not in best or found[0] > best[count + 1][0]:
                    best[count + 1] = found
    return best[len(groups)][1] if len(groups) in best else None


def _fit(heading: str, group: tuple[str, ...]) -> int:
    """How surely a group stands under a heading, 0 not at all; the first kinds of ``_FITS`` say most."""
    return max(
        (
            len(_FITS) - rank
            for rank, (above, below) in enumerate(_FITS)
            if above.search(heading) and any(below.search(word) for word in group)
        ),
        default=0,
    )
