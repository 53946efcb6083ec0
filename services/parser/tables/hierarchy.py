"""Which line of a table includes which: by code, numbering, concept or the order of totals."""

from __future__ import annotations

from schemas.report import RowRole
from schemas.taxonomy.tables import TableKind
from services.parser.tables.lines import Line, numbering_rank
from services.parser.tables.meaning import meaning, plain_words


def unmarked(lines: list[Line]) -> bool:
    """Whether nothing printed tells the levels of most lines: neither code nor numbering, nor that they are items."""
    data = [line for line in lines if line.role is RowRole.DATA]
    bare = [line for line in data if is_bare(line)]
    return len(data) > 2 and len(bare) * 2 > len(data)


def is_bare(line: Line) -> bool:
    """Whether nothing printed tells the level of a line."""
    return not (line.code or line.of_which or line.named or _marked(line.label))


def _marked(label: str) -> bool:
    return numbering_rank(label) > 0 or "concept" in meaning(label)


def set_parents(lines: list[Line], kind: TableKind | None) -> None:
    """Fill in ``level`` and ``parent`` (an index into ``lines``, which are all lines of all sides)."""
    for side in sorted({line.side for line in lines}):
        indexes = [index for index, line in enumerate(lines) if line.side == side and line.role in (RowRole.DATA, RowRole.TOTAL)]
        coded = sum(1 for index in indexes if lines[index].code and lines[index].dimensions)
        if kind is not None and kind.id == "three_public":
            _by_concept(lines, indexes)
        elif kind is not None and kind.form == "list" and any(lines[index].item for index in indexes):
            _by_list(lines, indexes)
        elif coded * 2 > len(indexes) and any(len(lines[index].code or "") > 3 for index in indexes):
            _by_code(lines, indexes)
        else:
            _by_numbering(lines, indexes)
    _over_sides(lines)
    if kind is not None and kind.nature == "basic":
        _under_natures(lines)


def _over_sides(lines: list[Line]) -> None:
    """A 款 at the top of the next side, whose 类 stands on the side before: the list runs on over the sides."""
    holders: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line.code and not line.total:
            holders.setdefault(line.code, []).append(index)
    for line in lines:
        above = holders.get((line.code or "")[:3], []) if len(line.code or "") == 5 and not line.total else []
        inside = line.parent is not None and (lines[line.parent].code or "") and not lines[line.parent].total
        if len(above) == 1 and not inside and lines[above[0]].side != line.side:
            line.parent = above[0]


def _by_code(lines: list[Line], indexes: list[int]) -> None:
    """类 → 款 → 項 by prefix of the code, also where a level is missing; the highest lines belong to the total."""
    totals = [index for index in indexes if lines[index].total]
    total = totals[0] if len(totals) == 1 else None
    seen: dict[str, int] = {}
    for index in indexes:
        line = lines[index]
        if line.total or not line.code:
            continue
        line.level = (len(line.code) - 1) // 2
        prefix = next((line.code[:size] for size in (5, 3) if size < len(line.code) and line.code[:size] in seen), None)
        line.parent = seen[prefix] if prefix else total
        if len(line.code) < 7:
            for code in [code for code in seen if code.startswith(line.code)]:
                del seen[code]
        seen[line.code] = index


def _by_numbering(lines: list[Line], indexes: list[int]) -> None:
    """A statement of totals: items by their numbering, 本年…合计 over the items above it, 总计 over all above it."""
    open_items: list[int] = []
    stack: list[tuple[int, int]] = []
    balance: int | None = None
    leading = indexes[0] if indexes and lines[indexes[0]].total and sum(lines[index].total for index in indexes) == 1 else None
    for index in indexes:
        line = lines[index]
        if index == leading:
            continue
        if line.total:
            for item in open_items:
                lines[item].parent = index
            open_items, stack, balance = [index], [], None
            continue
        rank = numbering_rank(line.label)
        of_balance = line.dimensions.get("concept", "").endswith("_balance")
        if balance is not None and of_balance and "concept" not in meaning(line.label):
            line.parent, line.level = balance, 2
            continue
        balance = index if of_balance else None
        if line.of_which and not rank and (stack or open_items):
            line.parent, line.level = (stack[-1][1] if stack else open_items[-1]), len(stack) + 1
            continue
        rank = rank or 1
        while stack and stack[-1][0] >= rank:
            stack.pop()
        line.level = len(stack) + 1
        if stack:
            line.parent = stack[-1][1]
        else:
            open_items.append(index)
        stack.append((rank, index))
    if leading is not None:
        for item in open_items:
            lines[item].parent = leading


def _by_concept(lines: list[Line], indexes: list[int]) -> None:
    """“三公”: the parts of a concept belong to it (vehicles: purchase and running; reception: foreign and domestic)."""
    holders: dict[str, int] = {}
    for index in indexes:
        line = lines[index]
        if line.dimensions.get("measure", "amount") == "amount" and not line.item:
            concept = line.dimensions.get("concept", "three_public") if not line.total else "three_public"
            if concept not in holders or (plain_words(line.label).endswith("合计") and not lines[holders[concept]].total):
                holders[concept] = index  # （一）支出合计 under 一、“三公”经费支出, which has no amount of its own
    above = {"three_public.vehicle_purchase": "three_public.vehicles", "three_public.vehicle_running": "three_public.vehicles"}
    for index in indexes:
        line = lines[index]
        concept = line.dimensions.get("concept", "")
        if line.total or line.dimensions.get("measure", "amount") != "amount":
            continue
        if line.item and not concept:
            line.parent = _above(lines, indexes, index, holders.get("three_public"))
            line.level = 1
            continue
        holder = above.get(concept) or (
            "three_public.reception" if concept.startswith("three_public.reception_") else "three_public"
        )
        parent = holders.get(holder)
        if line.of_which and index and lines[index - 1].dimensions.get("concept") == "three_public.reception_domestic":
            parent = index - 1  # 国内接待费，其中：外事接待费
        if concept.startswith("three_public.") and parent is not None and parent != index:
            line.parent, line.level = parent, 1 if holder == "three_public" else 2


def _above(lines: list[Line], indexes: list[int], index: int, whole: int | None) -> int | None:
    """The line that an item of no concept belongs to: by its number the last one of a higher rank before it; one without a
    number, a body's line, belongs to the total. 行政经费 beside “三公”经费 belongs to neither.
    """
    rank = numbering_rank(lines[index].label)
    if not rank:
        return whole if whole is not None and lines[whole].total else None
    return next((i for i in reversed(indexes) if i < index and 0 < numbering_rank(lines[i].label) < rank), None)


def _by_list(lines: list[Line], indexes: list[int]) -> None:
    """A list: every line that names an item belongs to the only total, or to the subtotal above it (one body's items)."""
    totals = [index for index in indexes if lines[index].total]
    if len(totals) != 1:
        return
    group: int | None = None
    for index in indexes:
        line = lines[index]
        if line.subtotal:
            group = index
        if index != totals[0] and line.item:
            line.parent = totals[0] if line.subtotal or group is None else group
            line.level = 1 if line.parent == totals[0] else 2


def _under_natures(lines: list[Line]) -> None:
    """The economic classes of basic expenditure belong to 人员经费合计 and 公用经费合计 where these stand as lines."""
    holders = {line.dimensions["nature"]: index for index, line in enumerate(lines) if line.total and "nature" in line.dimensions}
    whole = next(
        (i for i, line in enumerate(lines) if line.total and not {"personnel", "operating"} & set(line.dimensions.values())), None
    )
    for nature in ("personnel", "operating"):
        if nature in holders and whole is not None:
            lines[holders[nature]].parent = whole
    for index, line in enumerate(lines):
        code = line.dimensions.get("economy")
        if code and len(code) == 3 and index not in holders.values():
            nature = "personnel" if code in ("301", "303") else "operating"
            line.parent = holders.get(nature, whole if line.parent is None else line.parent)
