"""How fast events are stored and queries answered.

The load (``load``) goes into a PostgreSQL of its own, in batches such as the store makes.

* stored  - rows a second through ``write``: staging, upserts, keys, foreign keys, indexes, one transaction a batch;
* COPY    - the same rows into the same tables without keys, foreign keys and indexes, one transaction a batch; each with rows
            that are ready, and making them of the events on the way;
* growth  - a batch's time while the facts grow to ``--facts`` and on to ``--grow``: after the first 250,000 the server copies
            what is there with other keys (``growth``), and batches are timed after every copy;
* queries - each query of docs/querying.md at both, warm.

Contenders take turns, so that a busy machine slows both alike. About 10 minutes with the defaults on two idle cores, and 8 GB of
disk for a while.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import psutil

from benchmarks.storing import growth
from benchmarks.storing.load import Rows, batch_of, rows_of, rows_ready, there
from benchmarks.storing.page import Asked, Measured, Spent, put, section
from deploy.local.postgres import LocalPostgres
from services.store import writer
from services.store.columns import COLUMNS
from services.store.migrate import upgrade
from services.store.told import Told
from tests.store.querying import documented, name_of
from tests.store.sample import sample_events

WARM = 2  # rounds that are not counted
FIRST = 250_000  # facts of events, before the server copies them
SAMPLE = 40_000  # facts of events after each copy
TURNS = 9  # of each query


class Clock(Spent):
    """What happens inside ``async with`` takes."""

    def __init__(self, processes: list[psutil.Process]) -> None:
        super().__init__(0.0, 0.0)
        self.processes = processes

    async def __aenter__(self) -> Clock:
        self.wall, self.cpu = -time.perf_counter(), -self._cpu()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.wall += time.perf_counter()
        self.cpu += self._cpu()

    def _cpu(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)


class Bench:
    """A database, and who measures it."""

    def __init__(self, connection: asyncpg.Connection, sample: list[Told], server: psutil.Process) -> None:
        self.connection = connection
        self.sample = sample
        self.processes = [psutil.Process(), server]
        self.number = 0
        self.stored = 0
        self.copies = 0
        self.measured = Measured(server=".".join(map(str, connection.get_server_version()[:2])))

    def next_batch(self) -> list[Told]:
        """One more."""
        self.number += 1
        return batch_of(self.sample, self.number - 1)

    async def copy(self, rows: Rows) -> Spent:
        """Plain COPY into tables that have nothing but columns."""
        gc.collect()
        async with Clock(self.processes) as clock, self.connection.transaction():
            for table, records in rows.items():
                names = list(COLUMNS[table])
                await self.connection.copy_records_to_table(table, schema_name="plain", records=records, columns=names)
        return clock

    async def store(self, told: list[Told]) -> tuple[int, Spent]:
        """How many facts, and what it took."""
        gc.collect()
        async with Clock(self.processes) as clock:
            written = await writer.write(self.connection, told)
        self.stored += written["fact"]
        return written["fact"], clock

    async def throughput(self, rounds: int) -> None:
        """Rows a second, stored and copied, in turns."""
        await self.connection.execute("CREATE SCHEMA plain")
        for table in COLUMNS:
            await self.connection.execute(f"CREATE TABLE plain.{table} (LIKE disclosures.{table} INCLUDING DEFAULTS)")
        for turn in range(WARM + rounds):
            ready, others = self.next_batch(), self.next_batch()
            rows = {table: list(records) for table, records in rows_of(ready).items()}
            with rows_ready(ready):
                took = {("rows", "COPY"): await self.copy(rows), ("rows", "stored"): (await self.store(ready))[1]}
            took["events", "COPY"] = await self.copy(rows_of(others))
            took["events", "stored"] = (await self.store(others))[1]
            if turn >= WARM:
                for way, spent in took.items():
                    self.measured.ways[way].append(spent)
            self.measured.batch = sum(map(len, rows.values()))
        await self.connection.execute("DROP SCHEMA plain CASCADE")
        print(f"stored / COPY: {self.measured.ratio('rows', 'wall'):.2f} wall", file=sys.stderr, flush=True)

    async def grow(self, facts: int) -> None:
        """Store until there are so many facts, and note how long a batch takes meanwhile."""
        took, added = list[Spent](), 0
        if self.stored >= facts:
            return
        while self.stored < facts:
            added, spent = await self.store(self.next_batch())
            took.append(spent)
        usual = Spent(statistics.median(s.wall for s in took), statistics.median(s.cpu for s in took))
        self.measured.growth.append((self.stored, added, usual))
        print(
            f"{self.stored:,} facts: {usual.wall * 1000:.0f} ms a batch, {usual.cpu * 1000:.0f} of CPU",
            file=sys.stderr,
            flush=True,
        )

    async def multiply(self, facts: int) -> None:
        """Let the server copy everything that there is until there are so many facts, and time some batches after each copy."""
        base = self.stored
        await self.connection.execute(growth.BASE)
        while self.stored + base <= facts:
            self.copies += 1
            async with self.connection.transaction():
                for statement in growth.copy(self.copies):
                    await self.connection.execute(statement, timeout=None)
            self.stored += base
            await self.grow(self.stored + SAMPLE)

    async def ask(self) -> None:
        """Each documented query, warm, and how it is answered; what the tables weigh."""
        await self.connection.execute("VACUUM ANALYZE")
        found = self.measured.asked[self.stored] = {}
        for query, _ in documented():
            asked, took = there(query), list[Spent]()
            rows = len(await self.connection.fetch(asked))
            for _ in range(TURNS):
                async with Clock(self.processes) as clock:
                    await self.connection.fetch(asked)
                took.append(clock)
            plan = await self.connection.fetch(f"EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF, TIMING OFF) {asked}")
            found[name_of(query)] = Asked(took, rows, "\n".join(line[0] for line in plan))
        sizes = await self.connection.fetch(
            "SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid) FROM pg_stat_user_tables "
            "WHERE schemaname = 'disclosures' ORDER BY pg_total_relation_size(relid) DESC LIMIT 6"
        )
        self.measured.sizes = [(name, rows, size / 2**20, indexes / 2**20) for name, rows, size, indexes in sizes]


async def measure(dsn: str, options: argparse.Namespace) -> Measured:
    """Everything, in one database."""
    connection = await asyncpg.connect(dsn)
    await writer.prepare(connection)
    server = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
    bench = Bench(connection, await sample_events(), server)
    await bench.throughput(options.rounds)
    await bench.grow(min(FIRST, options.facts))
    await bench.multiply(options.facts)
    await bench.grow(options.facts)
    await bench.ask()
    if options.grow > options.facts:
        await bench.multiply(options.grow)
        await bench.grow(options.grow)
        await bench.ask()
    await connection.close()
    return bench.measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="batches of each way")
    parser.add_argument("--facts", type=int, default=1_000_000, help="stored before the queries are asked")
    parser.add_argument("--grow", type=int, default=5_000_000, help="stored at the end")
    parser.add_argument(
        "--write", action="store_true", help="put the figures into docs/benchmarks.md, the plans into docs/plans.md"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gouji-") as directory:
        postgres = LocalPostgres(Path(directory))
        postgres.start()
        try:
            upgrade(postgres.dsn)
            measured = asyncio.run(measure(postgres.dsn, options))
        finally:
            postgres.stop()
    print(section(measured))
    if options.write:
        put(measured)


if __name__ == "__main__":
    main()
