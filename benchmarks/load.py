"""Documents to load the pipeline with: invented final accounts of as many bodies as wanted, about 30 pages each, one planted
error in each."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from deploy.local.samples.document import Document, Text
from deploy.local.samples.figures import CLASSES, Body, bodies
from deploy.local.samples.final_accounts import final_accounts
from deploy.local.samples.render_pdf import to_pdf
from schemas.ids import document_id
from schemas.raw import RawDocument
from schemas.taxonomy.codes import functions

ITEMS = 18  # further functional items, which make the tables of a larger body: 30 pages
_COMPLETION = re.compile(r"(完成年初预算的\d+\.\d)(\d)%")
_PLACES = "东南西北中上下前后左右"


def documents(number: int, *, first: int = 0) -> Iterator[RawDocument]:
    """``number`` documents of different bodies, counted from ``first``, as the fetcher would publish them."""
    for index in range(first, first + number):
        body = _pdf(index)
        yield RawDocument(
            url=f"http://load.example/{index}.pdf",
            title=f"{_body(index).issuer}2024年度部门决算",
            published="2025-08-20",
            fetched_at=datetime.now(UTC),
            status=200,
            media_type="application/pdf",
            sha256=document_id(body),
            size=len(body),
            source="load",
            body=body,
        )


@cache
def _pdf(index: int) -> bytes:
    return to_pdf(_planted(final_accounts(_body(index), 2024, "2025-08-20")))


def _body(index: int) -> Body:
    """The sample body under another name, with more to account for."""
    digits = [(index // len(_PLACES) ** place) % len(_PLACES) for place in (2, 1, 0)]
    name = "青" + "".join(_PLACES[digit] for digit in digits)
    raw = _renamed(copy.deepcopy(bodies()["water"].raw), name)
    raw["lines"] += _more_lines({str(line[0]) for line in raw["lines"]} | {str(raw["other_spending"][0])})
    return Body(raw)


def _renamed(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return value.replace("青禾", name)
    if isinstance(value, dict):
        return {key: _renamed(item, name) for key, item in value.items()}
    return [_renamed(item, name) for item in value] if isinstance(value, list) else value


@cache
def _known() -> tuple[tuple[str, tuple[str, str, str]], ...]:
    """Functional items with the names of their 类, 款 and 项, as of 2024."""
    found = {}
    for entry in functions().entries:
        if len(entry.code) == 7 and entry.valid(2024):
            names = tuple(functions().name(entry.code[:width], 2024) for width in (3, 5, 7))
            if all(names) and names[0] in CLASSES:
                found[entry.code] = names
    return tuple(sorted(found.items()))  # type: ignore[arg-type]


def _more_lines(taken: set[str]) -> list[list[Any]]:
    free = [(code, names) for code, names in _known() if code not in taken]
    step = max(1, len(free) // ITEMS)
    return [
        [code, *names, 10 + number, 0, round(9.5 + number * 1.07, 2), "业务工作开展"]
        for number, (code, names) in enumerate(free[::step][:ITEMS])
    ]


def _planted(document: Document) -> Document:
    """The document with the last digit of its first rate of completion changed."""
    pieces = list(document.pieces)
    for at, piece in enumerate(pieces):
        if isinstance(piece, Text) and (found := _COMPLETION.search(piece.text)):
            wrong = f"{found[1]}{(int(found[2]) + 5) % 10}%"
            pieces[at] = replace(piece, text=piece.text[: found.start()] + wrong + piece.text[found.end() :])
            return replace(document, pieces=tuple(pieces))
    raise ValueError("no rate of completion to change")
