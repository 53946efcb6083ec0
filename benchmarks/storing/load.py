"""What is stored: the sample site's events, told again and again of other bodies, years and places, every value another."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any
from unittest.mock import patch

from schemas.report import Report
from schemas.validation import Validation
from services.store import writer
from services.store.parts import PARTS
from services.store.rows import Row, version_id
from services.store.staging import staged
from services.store.told import Told

BODIES = 7  # whose documents make one batch: about 8 MB of messages
START = datetime(2026, 1, 1, tzinfo=UTC)
REGIONS = [(f"云溪市{city}", f"青禾区{district}") for city in range(10) for district in range(20)]
MAKE = {part: make for parts in PARTS.values() for part, make in parts.items()}

Rows = dict[str, Iterable[Row]]


def others(sample: list[Told], number: int) -> Iterator[Told]:
    """The sample's events as if told of another body, which has published a budget and final accounts, twice."""
    chance = random.Random(number)
    year, region = number % 7, REGIONS[number % len(REGIONS)]
    scale = Decimal(chance.randrange(10, 1000)) / 100
    for each in sample:
        event: Any = each.event
        change: dict[str, Any] = {
            field: hashlib.sha256(f"{value}{number}".encode()).hexdigest()[: len(value)]
            for field in ("report_id", "document", "sha256", "discrepancy_id", "expectation_id")
            if (value := getattr(event, field, None))
        }
        if url := getattr(event, "url", None):
            change["url"] = f"{url}?{number}"
        if identity := getattr(event, "identity", None):
            who = {"issuer": f"{identity.issuer}{number}", "region": region, "fiscal_year": identity.fiscal_year - year}
            change["identity"] = identity.model_copy(update=who)
        if hasattr(event, "issuer"):
            change |= {"issuer": f"{event.issuer}{number}", "region": region, "fiscal_year": event.fiscal_year - year}
        if isinstance(event, Report):
            change["facts"] = tuple(
                fact.model_copy(update={"value": fact.value * scale, "year": fact.year and fact.year - year})
                for fact in event.facts
            )
        said = START + timedelta(minutes=number) + (each.time - sample[0].time) / 1000
        yield replace(each, event=event.model_copy(update=change), time=said, id=f"{each.id}{number}")


def there(query: str) -> str:
    """A documented query, asked of a body and a place that the load has."""
    for name in ("河湖管理中心'", "图书馆'", "'青禾区'"):
        query = query.replace(name, f"{name[:-1]}7'")
    return query


def batch_of(sample: list[Told], number: int) -> list[Told]:
    """A batch such as the store gets from a busy topic."""
    return [told for body in range(number * BODIES, (number + 1) * BODIES) for told in others(sample, body)]


def parts_of(told: list[Told]) -> Iterator[tuple[str, Any, Told]]:
    """``(part, key, event)`` of everything that the events consist of."""
    for each in told:
        if isinstance(each.event, Report | Validation):
            key = version_id(each.event.report_id, each.event.document)
            for part in PARTS["report_version" if isinstance(each.event, Report) else "validation"]:
                yield part, key, each


def rows_of(told: list[Told]) -> Rows:
    """Everything that ``write`` stores of the events; rows of parts are made as they are asked for."""
    parts: dict[str, list[Iterator[Row]]] = defaultdict(list)
    for part, key, each in parts_of(told):
        parts[part].append(MAKE[part](key, each.event))
    return {**staged(told), **{part: chain.from_iterable(rows) for part, rows in parts.items()}}


@contextmanager
def rows_ready(told: list[Told]) -> Iterator[None]:
    """Inside, ``write`` finds the rows of these events made."""
    made = {(part, key): list(MAKE[part](key, each.event)) for part, key, each in parts_of(told)}
    ready = {
        whole: {part: partial(lambda part, key, _: iter(made[part, key]), part) for part in parts}
        for whole, parts in PARTS.items()
    }
    rows = staged(told)
    with patch.object(writer, "PARTS", ready), patch.object(writer, "staged", lambda _: rows):
        yield
