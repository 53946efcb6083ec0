"""Writes a batch of events in one transaction, in any order of arrival and any number of times.

Rows that stand for themselves go through a temporary table: ``COPY``, then one ``INSERT … ON CONFLICT`` a table. The parts of a
report or a validation, by far the most, are copied straight into their tables: the lock on the report's row keeps other
writers away, and what was there of an earlier reading is deleted first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from uuid import UUID

import asyncpg

from schemas.report import Report
from schemas.validation import Validation
from services.store import statements
from services.store.columns import COLUMNS, KEYS
from services.store.parts import PARTS
from services.store.rows import Row, version_id
from services.store.staging import staged
from services.store.told import Told

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
WHOLE: dict[str, type[Report] | type[Validation]] = {"report_version": Report, "validation": Validation}
"""The events that have parts, by the table of the whole."""


async def prepare(connection: Connection) -> None:
    """What a connection needs before it writes. Raises asyncpg's errors."""
    await connection.execute(statements.STAGING)


async def write(connection: Connection, told: Sequence[Told]) -> Counter[str]:
    """Store all events or none; returns how many rows by table that were, with those that were there already. Raises
    asyncpg's errors. The connection must be prepared."""
    async with connection.transaction():
        rows, written = staged(told), Counter[str]()
        for table in KEYS:
            if not rows[table]:
                continue
            anew = await _anew(connection, table, told) if table in WHOLE else {}
            written[table] = await _copy(connection, f"staged_{table}", COLUMNS[table], rows[table])
            await connection.execute(statements.renew(table))
            written += await _replace_parts(connection, table, anew)
        documents = sorted({each.event.document for each in told if isinstance(each.event, Report)})
        if documents:
            await connection.execute(statements.SUPERSEDE, documents)
            await connection.execute(statements.LATEST, documents)
        return written


async def _anew(connection: Connection, table: str, told: Iterable[Told]) -> dict[UUID, tuple[Told, bool]]:
    """By version, what is to be written with its parts - not a repeat, nor what was said before - and whether something of
    an earlier event is there."""
    last: dict[UUID, Told] = {}
    for each in told:
        if isinstance(each.event, WHOLE[table]):
            key = version_id(each.event.report_id, each.event.document)
            last[key] = max(last.get(key, each), each, key=lambda one: one.mark)
    known = {row[0]: (row[1], row[2]) for row in await connection.fetch(statements.marks(table), list(last))}
    return {
        key: (each, key in known)
        for key, each in sorted(last.items())
        if key not in known or (each.mark > known[key] and each.id != known[key][1])
    }


async def _replace_parts(connection: Connection, table: str, anew: dict[UUID, tuple[Told, bool]]) -> Counter[str]:
    if not anew:
        return Counter()
    there = [key for key, (_, known) in anew.items() if known]
    written = Counter[str]()
    for part, rows_of in PARTS[table].items():
        if there:
            await connection.execute(statements.empty(part), there)
        rows = chain.from_iterable(rows_of(key, each.event) for key, (each, _) in anew.items())
        written[part] = await _copy(connection, part, COLUMNS[part], rows, schema="disclosures")
    return written


async def _copy(
    connection: Connection, table: str, columns: Sequence[str], records: Iterable[Row], schema: str | None = None
) -> int:
    done = await connection.copy_records_to_table(table, schema_name=schema, records=records, columns=list(columns))
    return int(done.removeprefix("COPY "))
