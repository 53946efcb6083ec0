"""Writes a batch of events in one transaction, in any order of arrival and any number of times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import asyncpg

from schemas.base import Contract
from schemas.dead_letter import DeadLetter
from schemas.raw import RawDocument
from schemas.report import Identity, Report
from schemas.validation import Discrepancy, Validation
from services.store import rows

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
E = TypeVar("E", Report, Validation)

NEW_ONLY = "ON CONFLICT DO NOTHING"

# A discrepancy's later word wins; of two from the same moment, the one further on in its life.
_LIFE = "ARRAY['opened', 'changed', 'resolved', 'withdrawn']"
_RENEWED = ", ".join(f"{c} = excluded.{c}" for c in rows.COLUMNS["discrepancy"] if c not in {"discrepancy_id", "first_seen"})
LATER = f"""ON CONFLICT (discrepancy_id) DO UPDATE SET {_RENEWED}, first_seen = least(t.first_seen, excluded.first_seen)
WHERE t.last_seen IS NULL
   OR (excluded.last_seen, array_position({_LIFE}, excluded.state)) >= (t.last_seen, array_position({_LIFE}, t.state))"""


async def write(connection: Connection, events: Sequence[Contract]) -> None:
    """Store all events or none. Raises asyncpg's errors."""
    async with connection.transaction():
        await _referred(connection, events)
        await _raw(connection, [e for e in events if isinstance(e, RawDocument)])
        for report in _last(e for e in events if isinstance(e, Report)):
            await _report(connection, report)
        for validation in _last(e for e in events if isinstance(e, Validation)):
            await _validation(connection, validation)
        found = sorted((e for e in events if isinstance(e, Discrepancy)), key=lambda e: e.discrepancy_id)
        await _insert(connection, "discrepancy", map(rows.discrepancy, found), LATER)
        await _insert(connection, "discrepancy_event", map(rows.discrepancy_event, found), NEW_ONLY)
        letters = sorted(rows.dead_letter(e) for e in events if isinstance(e, DeadLetter))
        await _insert(connection, "dead_letter", letters, NEW_ONLY)


def _last(events: Iterable[E]) -> list[E]:
    """The last event of each report version, in order of key: all writers lock rows in the same order."""
    return [event for _, event in sorted({(e.report_id, e.document): e for e in events}.items())]


async def _referred(connection: Connection, events: Sequence[Contract]) -> None:
    """The rows that others refer to, with what is known of them."""
    sources = {e.source for e in events if isinstance(e, RawDocument)}
    documents = {e.sha256 for e in events if isinstance(e, RawDocument)}
    reports: dict[str, Identity] = {}
    for event in events:
        if isinstance(event, Report | Validation | Discrepancy):
            documents.add(event.document)
            reports[event.report_id] = event.identity
    await _insert(connection, "source", [(name,) for name in sorted(sources)], NEW_ONLY)
    await _insert(connection, "document", [(sha256,) for sha256 in sorted(documents)], NEW_ONLY)
    known = [(key, i.issuer, list(i.region), i.scope, i.kind, i.fiscal_year) for key, i in sorted(reports.items())]
    await _insert(connection, "report", known, NEW_ONLY)


async def _raw(connection: Connection, events: Sequence[RawDocument]) -> None:
    events = sorted(events, key=lambda e: (e.sha256, e.url, e.version))
    await connection.executemany(
        "UPDATE disclosures.document SET media_type = $2, size = $3 WHERE sha256 = $1 AND media_type IS NULL",
        [(e.sha256, e.media_type, e.size) for e in events],
    )
    await _insert(connection, "document_version", map(rows.document_version, events), NEW_ONLY)


async def _report(connection: Connection, report: Report) -> None:
    mark = rows.digest(report)
    if await _replaces(connection, "report_version", report, mark):
        await _insert(connection, "report_version", [rows.report_version(report, mark)])
        for table, records in rows.report_children(report):
            await _copy(connection, table, records)


async def _validation(connection: Connection, validation: Validation) -> None:
    mark = rows.digest(validation)
    if await _replaces(connection, "validation", validation, mark):
        await _insert(connection, "validation", [rows.validation(validation, mark)])
        for table, records in rows.validation_children(validation):
            await _copy(connection, table, records)


async def _replaces(connection: Connection, table: str, event: Report | Validation, mark: bytes) -> bool:
    """Whether the event is to be written: not if it is a repeat. An earlier reading of the same bytes goes, children included."""
    key = (event.report_id, event.document)
    where = f"FROM disclosures.{table} WHERE report_id = $1 AND document = $2"
    if await connection.fetchval(f"SELECT digest {where}", *key) == mark:
        return False
    await connection.execute(f"DELETE {where}", *key)
    return True


async def _insert(connection: Connection, table: str, records: Iterable[rows.Row], conflict: str = "") -> None:
    columns = rows.COLUMNS[table]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"${i}" for i in range(1, len(columns) + 1))
    # table and columns are our own constants
    await connection.executemany(f"INSERT INTO disclosures.{table} AS t ({names}) VALUES ({values}) {conflict}", list(records))  # noqa: S608


async def _copy(connection: Connection, table: str, records: list[rows.Row]) -> None:
    if records:
        await connection.copy_records_to_table(
            table, schema_name="disclosures", records=records, columns=list(rows.COLUMNS[table])
        )
