"""Lets go of old readings that no view shows: ``python -m services.store.prune --days N`` does it once and ends.

By far the most rows are the facts, paragraphs, tables, claims and check outcomes of report versions. Once a newer version counts
they serve nobody but who looks back; the archive has the document, from which a newer parser reads them again
(``gouji replay --from raw``). The version itself stays, with how it was read and checked, its obligations, every
discrepancy with its history, and everything of a version in which a discrepancy is still open.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import asyncpg

from services.runtime.database import available
from services.runtime.settings import Settings
from services.store import statements
from services.store.parts import PARTS

BATCH = 200
"""Versions in one transaction: about 100,000 rows, a second or two."""

LET_GO = (*PARTS["report_version"], "check_outcome")

_OLD = f"""
SELECT v.version_id FROM disclosures.report_version v JOIN disclosures.report r USING (report_id)
WHERE v.said_at IS NOT NULL AND v.stored_at < now() - make_interval(days => $1)
  AND r.latest IS DISTINCT FROM v.version_id
  AND NOT EXISTS (SELECT FROM disclosures.discrepancy d
                  WHERE d.version_id = v.version_id AND d.state IN ('opened', 'changed'))
  AND ({" OR ".join(f"EXISTS (SELECT FROM disclosures.{part} p WHERE p.version_id = v.version_id)" for part in LET_GO)})
ORDER BY v.version_id LIMIT {BATCH} FOR UPDATE OF v, r SKIP LOCKED
"""  # noqa: S608


async def prune(connection: asyncpg.Connection, days: int) -> int:
    """Of how many versions, stored more than ``days`` ago, it let go; what the store is writing now is passed over.

    A transaction for each batch: it may be stopped at any time and run beside the store. Raises asyncpg's errors.
    """
    done = 0
    while True:
        async with connection.transaction():
            old = [row[0] for row in await connection.fetch(_OLD, days)]
            for part in LET_GO if old else ():
                await connection.execute(statements.empty(part), old)
        if not old:
            return done
        done += len(old)


async def _prune(dsn: str, days: int) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return await prune(connection, days)
    finally:
        await connection.close()


def main() -> None:
    """The one-shot program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--days", type=int, required=True, help="versions stored longer ago than this; 0 takes all that do not count"
    )
    options = parser.parse_args()
    number = asyncio.run(available(lambda: _prune(Settings().database_url, options.days)))
    sys.stdout.write(f"let go of the content of {number} report versions\n")


if __name__ == "__main__":
    main()
