"""What a document weighs: in the archive, as messages (compressed as the producer does), as rows in PostgreSQL.

Usage: ``python -m benchmarks.sizes`` prints a line for each PDF of the corpus (``GOUJI_CORPUS``), without one for invented
documents, and their mean. docs/operations.md reckons with it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka.codec import gzip_encode, zstd_encode

from benchmarks.accuracy import corpus
from benchmarks.load import documents
from deploy.local.parts import LocalParts
from schemas.base import Contract
from schemas.envelope import seal
from schemas.ids import document_id
from schemas.raw import INLINE_LIMIT, RawDocument
from schemas.report import Report
from services.parser.service import parse
from services.store.migrate import upgrade
from services.store.told import tell
from services.store.writer import prepare, write
from services.validator.check import check

COLUMNS = ("pages", "facts", "body", "raw", "report", "validation", "discrepancies", "rows")


def found() -> list[tuple[str, RawDocument, bytes]]:
    """Name, document as the fetcher would publish it, and its bytes."""
    files = sorted(corpus().glob("*.pdf"))
    if not files:
        return [(each.url.rsplit("/", 1)[-1], each, each.body or b"") for each in documents(6)]
    out = []
    for file in files:
        body = file.read_bytes()
        raw = RawDocument(
            url=f"http://load.example/{file.name}",
            fetched_at=datetime.now(UTC),
            media_type="application/pdf",
            sha256=document_id(body),
            size=len(body),
            source="load",
            body=body if len(body) <= INLINE_LIMIT else None,
        )
        out.append((file.name, raw, body))
    return out


def weight(events: Sequence[Contract]) -> int:
    """Bytes of messages, compressed as their services do."""
    values = [seal(event, source="load").value or b"" for event in events]
    return sum(
        len(zstd_encode(each) if isinstance(event, Report) else gzip_encode(each))
        for event, each in zip(events, values, strict=True)
    )


async def measure(connection: asyncpg.Connection, raw: RawDocument, body: bytes) -> tuple[int, ...]:
    """One line of the table."""
    report = parse(raw, body)
    result = check(report)
    now = datetime.now(UTC)
    size = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'disclosures' AND relkind = 'r'"  # fmt: skip  # noqa: E501
    before: Any = await connection.fetchval(size)
    await write(connection, [tell(event, now) for event in (raw, report, result.validation, *result.discrepancies)])
    after: Any = await connection.fetchval(size)
    return (
        report.reading.pages,
        len(report.facts),
        len(body),
        weight([raw]),
        weight([report]),
        weight([result.validation]),
        weight(result.discrepancies),
        int(after) - int(before),
    )


async def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="gouji-sizes-") as scratch:
        parts = LocalParts(Path(scratch))
        dsn = parts.start_postgres()
        try:
            upgrade(dsn)
            connection = await asyncpg.connect(dsn)
            await prepare(connection)
            rows = {name: await measure(connection, raw, body) for name, raw, body in found()}
            await connection.close()
        finally:
            parts.stop()
    rows["mean"] = tuple(sum(column) // len(rows) for column in zip(*rows.values(), strict=True))
    print("| document | " + " | ".join(COLUMNS) + " |\n|---|" + "---|" * len(COLUMNS))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(f"{number:,}" for number in row) + " |")


if __name__ == "__main__":
    asyncio.run(main())
