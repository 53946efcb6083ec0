"""Several complete sets of tables in one document: a department's own and those of its units, one after the other.

What two sets state of one concept is of two bodies: taken for one, every total would contradict another. The facts of a set that
is not the issuer's get its body as their ``item``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas.report import Fact
from schemas.taxonomy.tables import table_kinds
from services.parser.tables.cells import Assembled

_SHARED = 3  # kinds of statements that two sets have in common: fewer are a table printed twice
_BODY = re.compile(
    r"(?:编制|填报|预算|公开|填表)?(?:单位|部门)(?:名称|全称)?:(?P<name>[^\s:,;。]{3,40}?)(?=单位:|部门:|金额|日期|\d{4}年|$)"
)
_WHOLE = re.compile(r"\((?:部门|汇总|公章|盖章)\)$")


def body_of(words: str) -> str | None:
    """The body that a squeezed caption names as the one whose table this is (``编制单位：…``)."""
    found = _BODY.search(words)
    name = _WHOLE.sub("", found["name"]) if found else ""
    return name if re.search(r"[一-鿿]{3}", name) and not name.endswith("元") else None


def tell_sets_apart(bound: Sequence[Assembled], bodies: Sequence[str | None], issuer: str | None) -> None:
    """Gives the facts of every set but the issuer's own (else the first) the name of its body, or its number, as ``item``.

    ``bodies`` are the names that stand at the tables. A set begins where these change, or where they are silent with a kind of
    statement that the set before already has.
    """
    sets: list[list[int]] = []
    for members in _sets(bound, bodies):
        if sets and len(_kinds(bound, sets[0]) & _kinds(bound, members)) < _SHARED:
            sets[-1] += members
        elif members:
            sets.append(members)
    if len(sets) < 2:
        return
    names = [next((bodies[index] for index in members if bodies[index]), None) for members in sets]
    own = next((number for number, name in enumerate(names) if name is not None and name == issuer), 0)
    for number, (members, name) in enumerate(zip(sets, names, strict=True)):
        if number == own or _agree(bound, sets[own], members):
            continue
        whose = name or f"第{number + 1}套表"
        for index in members:
            table, doubt = bound[index].table, f"of {whose}: one of several sets of tables"
            bound[index].facts = [_of_body(fact, whose) for fact in bound[index].facts]
            bound[index].table = table.model_copy(update={"doubts": (*table.doubts, doubt)})


def _sets(bound: Sequence[Assembled], bodies: Sequence[str | None]) -> Iterator[list[int]]:
    named = [bodies[index] for index in range(len(bound)) if bodies[index] and _kind(bound[index])]
    if len(set(named)) > 1:
        yield from _by_body(bound, bodies)
        return
    members, seen = list[int](), set[str]()
    for index, assembled in enumerate(bound):
        kind = _kind(assembled)
        if kind in seen:
            yield members
            members, seen = [], set()
        if kind:
            seen.add(kind)
        members.append(index)
    yield members


def _by_body(bound: Sequence[Assembled], bodies: Sequence[str | None]) -> Iterator[list[int]]:
    """The tables of each body; one that names none belongs to the body named before."""
    found: dict[str | None, list[int]] = {}
    body = next((name for name in bodies if name), None)
    for index in range(len(bound)):
        body = bodies[index] or body
        found.setdefault(body, []).append(index)
    yield from found.values()


def _kind(assembled: Assembled) -> str | None:
    """The kind of a statement with amounts."""
    kind = assembled.table.kind
    return kind if kind and table_kinds()[kind].form == "statement" and assembled.facts else None


def _kinds(bound: Sequence[Assembled], members: Sequence[int]) -> set[str]:
    return {kind for index in members if (kind := _kind(bound[index]))}


def _agree(bound: Sequence[Assembled], own: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two sets state the same: one printed twice."""
    stated = {_key(fact): fact.value for index in own for fact in bound[index].facts}
    both = [(stated[_key(fact)], fact.value) for index in other for fact in bound[index].facts if _key(fact) in stated]
    return all(one == another for one, another in both)


def _key(fact: Fact) -> tuple[object, ...]:
    return fact.concept, fact.measure, fact.fund, fact.nature, fact.function, fact.economy, fact.item, fact.phase, fact.year


def _of_body(fact: Fact, body: str) -> Fact:
    return fact.model_copy(update={"item": f"{body}·{fact.item}" if fact.item else body})
