"""The queries of docs/querying.md and what stands under them as their results: ``python -m tests.store.querying`` writes it."""

from __future__ import annotations

import asyncio
import re
import tempfile
from decimal import Decimal
from pathlib import Path

import asyncpg

from deploy.local.postgres import LocalPostgres
from services.store.migrate import upgrade
from services.store.writer import prepare, write
from tests.store.sample import sample_events

PAGE = Path(__file__).parents[2] / "docs" / "querying.md"
DOCUMENTED = re.compile(r"```sql\n(?P<query>[^`]*)```\n\n(?P<result>(?:\|.*\n)+)")


def documented() -> list[tuple[str, str]]:
    """Each query with the result that the page shows."""
    return [(found["query"], found["result"]) for found in DOCUMENTED.finditer(PAGE.read_text(encoding="utf-8"))]


def name_of(query: str) -> str:
    """The view or table that a query asks."""
    found = re.search(r"FROM disclosures\.(\w+)", query)
    assert found is not None, query
    return found[1]


async def result(connection: asyncpg.Connection, query: str) -> str:
    """The rows as a table in Markdown."""
    rows = await connection.fetch(query)
    lines = [list(rows[0].keys()), ["---"] * len(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    match value:
        case None:
            text = ""
        case Decimal():
            text = format(value, "f")
        case _:
            text = str(value)
    return text.replace("|", "\\|").replace("\n", " ")


async def fill(connection: asyncpg.Connection) -> None:
    """Put in what the sample site says."""
    await prepare(connection)
    await write(connection, await sample_events())


async def _renew(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await fill(connection)
    page = PAGE.read_text(encoding="utf-8")
    for query, shown in documented():
        page = page.replace(f"```sql\n{query}```\n\n{shown}", f"```sql\n{query}```\n\n{await result(connection, query)}")
    PAGE.write_text(page, encoding="utf-8")
    await connection.close()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="gouji-") as directory:
        postgres = LocalPostgres(Path(directory))
        postgres.start()
        try:
            upgrade(postgres.dsn)
            asyncio.run(_renew(postgres.dsn))
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
