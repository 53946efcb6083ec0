"""Lines whose levels are not printed: the total, a department, its units, one under another as their amounts have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from services.parser.tables.arithmetic import closings
from services.parser.tables.hierarchy import is_bare
from services.parser.tables.lines import Line

Values = Sequence[Decimal | None]
_MOST = 60  # lines of a total


def nest(lines: list[Line], own: Sequence[Line], values: Callable[[Line], Values]) -> None:
    """Put the lines of a side that belong to a total under one another, where taken together they are more than the total and
    on two levels they add up to it in every column: 合计, 某局, 某局本级.
    """
    for index in [index for index, line in enumerate(lines) if line.total]:
        parts = [at for at, line in enumerate(lines) if line.parent == index and any(line is other for other in own)]
        if not 1 < len(parts) <= _MOST or not all(is_bare(lines[at]) for at in parts):
            continue
        amounts = {at: values(lines[at]) for at in (index, *parts)}
        if closings(amounts[index], [amounts[at] for at in parts]):
            continue
        under = _levels(parts, amounts)
        tops = [at for at in parts if at not in under]
        if _closes(amounts[index], [amounts[at] for at in tops]):
            for at, above in under.items():
                lines[at].parent, lines[at].level = above, lines[above].level + 1


def _levels(parts: Sequence[int], amounts: dict[int, Values]) -> dict[int, int]:
    """By line, the line that it belongs to: the one before, where the lines right after that add up to it."""
    under: dict[int, int] = {}
    at = 0
    while at < len(parts):
        head, following = parts[at], parts[at + 1 :]
        size = next((n for n in range(1, len(following) + 1) if _closes(amounts[head], [amounts[i] for i in following[:n]])), 0)
        under.update(dict.fromkeys(following[:size], head))
        at += size + 1
    return under


def _closes(total: Values, parts: Sequence[Values]) -> bool:
    """In every column that has an amount, the parts add up to the total, and something does."""
    filled = sum(1 for whole in total if whole)
    blank = all(not part[column] for column, whole in enumerate(total) if not whole for part in parts)
    return filled > 0 and blank and closings(total, parts) == filled
