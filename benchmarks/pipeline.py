"""The pipeline under load: from a published document to the announcement of its discrepancies, real Kafka and PostgreSQL.

Usage: ``python -m benchmarks.pipeline`` prints a Markdown section; ``--write`` puts it into docs/benchmarks.md;
``--documents N`` and ``--idle N`` set how many documents a run takes. About 10 minutes with the defaults, on two cores.

Six runs: the same cores called directly (read a document, check it and follow it through its history, write rows), with the
same database, in one process, and in two at once right before and after the run that they are compared with: two cores at work
slow each other down, with services or without; the parser alone, no other service running, with one and with two workers;
saturation of the whole pipeline with one and with two; idle, one document at a time; and 70 % of the saturation.
Latency runs from the moment a document is handed to the producer to the arrival of its first discrepancy at a subscriber.
Only an idle machine gives figures worth keeping; CPU times hold on a busy one within a third or so.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer
from aiokafka.codec import zstd_encode

from benchmarks.load import documents
from deploy.local.parts import LocalParts
from deploy.local.postgres import fresh_database
from schemas.envelope import seal, unseal
from schemas.raw import RawDocument
from schemas.report import Report
from schemas.topics import DISCREPANCIES
from services.cli.up.pipeline import CONSUMERS, Pipeline
from services.parser.service import parse
from services.runtime.producer import Producer
from services.store.migrate import upgrade
from services.store.told import tell
from services.store.writer import prepare, write
from services.validator.follow import follow
from services.validator.history import PostgresHistory

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- benchmarks.pipeline: begin -->", "<!-- benchmarks.pipeline: end -->"
REST = 10.0  # seconds
PATIENCE = 900.0  # seconds until a run is given up
WARM, WARM_FIRST = 4, 900  # documents before each run, so that workers, caches and connections are there


@dataclass
class Run:
    """One run: seconds from publishing to discrepancy by document, wall seconds, CPU seconds of each process."""

    latencies: list[float]
    seconds: float
    cpu: dict[str, float]
    mean: dict[str, float]  # seconds that a stage's handler took for one batch

    @property
    def rate(self) -> float:
        """Documents per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Seconds of latency that ``percent`` of the documents do not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

    def services(self) -> float:
        """CPU seconds of our services for one document."""
        return sum(seconds for name, seconds in self.cpu.items() if name not in {"kafka", "postgres"}) / len(self.latencies)


class Arrivals:
    """A subscriber: when the first discrepancy of each document arrived."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self.at: dict[str, float] = {}
        self._consumer = consumer

    async def listen(self) -> None:
        async for message in self._consumer:
            now = time.monotonic()
            self.at.setdefault(json.loads(message.value)["document"], now)

    async def have(self, wanted: Iterable[RawDocument]) -> None:
        """Wait until every document has been answered."""
        deadline, wanted = time.monotonic() + PATIENCE, [document.sha256 for document in wanted]
        while missing := [each for each in wanted if each not in self.at]:
            if time.monotonic() > deadline:
                raise SystemExit(f"{len(missing)} documents were not answered within {PATIENCE:.0f} s")
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def started(
    parts: LocalParts, home: Path, name: str, workers: int, only: Sequence[str] = tuple(CONSUMERS)
) -> AsyncIterator[tuple[Pipeline, Producer]]:
    """A pipeline of its own topics and database, ``only`` some consumers where they are named, with a producer."""
    # as the services are by default; gouji up looks more often
    environment = {"GOUJI_LAG_SECONDS": "5", "GOUJI_CENSUS_SECONDS": "300"}
    environment |= {"GOUJI_TOPIC_PREFIX": f"bench-{name}.", "GOUJI_PARSER_WORKERS": str(workers)}
    with fresh_database(parts.dsn) as dsn:
        directory = home / name
        directory.mkdir()
        sources = directory / "sources.yaml"
        sources.write_text("sources: [{id: load, start: ['http://127.0.0.1/']}]\n")  # nobody fetches here
        async with Pipeline(directory, parts.bootstrap, dsn, sources, environment, only=only).running() as pipeline:
            producer = Producer("fetcher", pipeline.settings())
            yield pipeline, producer
            await producer.aclose()


@contextlib.asynccontextmanager
async def running(parts: LocalParts, home: Path, name: str, workers: int) -> AsyncIterator[tuple[Pipeline, Producer, Arrivals]]:
    """A whole pipeline, warm, with a producer and a subscriber."""
    async with started(parts, home, name, workers) as (pipeline, producer):
        topic = pipeline.settings().topic_prefix + DISCREPANCIES.name
        async with AIOKafkaConsumer(topic, bootstrap_servers=parts.bootstrap, auto_offset_reset="earliest") as consumer:
            arrivals = Arrivals(consumer)
            listening = asyncio.create_task(arrivals.listen())
            warm = list(documents(WARM, first=WARM_FIRST))
            await producer.publish(warm)
            await arrivals.have(warm)
            yield pipeline, producer, arrivals
            listening.cancel()


async def parsing(parts: LocalParts, home: Path, workers: int, load: Sequence[RawDocument]) -> float:
    """Documents a second that the parser makes reports of while no other service runs: warm, all published at once."""
    async with started(parts, home, f"parsing{workers}", workers, only=("parser",)) as (pipeline, producer):
        for each in (list(documents(WARM, first=WARM_FIRST)), load):
            began = time.monotonic()
            await producer.publish(each)
            await until_settled(pipeline)
            seconds = time.monotonic() - began
    return len(load) / seconds


async def until_settled(pipeline: Pipeline) -> None:
    """Until everything that was published is handled."""
    while not await pipeline.settled():
        await asyncio.sleep(0.2)


async def measured(parts: LocalParts, pipeline: Pipeline, producer: Producer, arrivals: Arrivals,
                   load: Sequence[RawDocument], *, rate: float | None = None, alone: bool = False) -> Run:  # fmt: skip
    """Publish ``load``: all at once, evenly at ``rate`` a second, or each ``alone``, after the answer to the one before."""
    arrivals.at.clear()
    cpu, began, sent = _cpu(parts, pipeline), time.monotonic(), {}
    for number, document in enumerate(load):
        if rate is not None:
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        sent[document.sha256] = time.monotonic()
        await producer.publish([document])
        if alone:
            await arrivals.have([document])
            await asyncio.sleep(0.5)  # let the store finish: idle means idle
    await arrivals.have(load)
    seconds = max(arrivals.at.values()) - began
    await until_settled(pipeline)
    after = _cpu(parts, pipeline)
    async with aiohttp.ClientSession() as session:
        mean = {flow.stage: flow.seconds for flow in await pipeline.flows(session) if flow.ready is not None}
    latencies = [arrivals.at[document.sha256] - sent[document.sha256] for document in load]
    return Run(latencies, seconds, {name: after[name] - cpu[name] for name in after}, mean)


async def at_rest(parts: LocalParts, pipeline: Pipeline) -> float:
    """CPU seconds a second of our services with nothing to do: polls, heartbeats, lag."""
    before = _cpu(parts, pipeline)
    await asyncio.sleep(REST)
    after = _cpu(parts, pipeline)
    return sum(after[name] - before[name] for name in after if name not in parts.pids()) / REST


def _cpu(parts: LocalParts, pipeline: Pipeline) -> dict[str, float]:
    """CPU seconds so far of every process with its children."""
    pids = {name: child.pid for name, child in pipeline.children.items()} | parts.pids()
    return {name: _of_family(psutil.Process(pid)) for name, pid in pids.items() if pid}


def _of_family(process: psutil.Process) -> float:
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + (times.children_user + times.children_system if each is process else 0.0)
    return total


def direct(parts: LocalParts, number: int, processes: int) -> dict[str, float]:
    """CPU seconds of the same cores in some processes at once, for one document (``cores``), and of its report as a message:
    written, compressed, read."""
    command = [sys.executable, "-m", "benchmarks.pipeline", "--direct", str(number)]
    with contextlib.ExitStack() as databases:
        started = []
        for _ in range(processes):
            dsn = databases.enter_context(fresh_database(parts.dsn))
            environment = {**os.environ, "DATABASE_URL": dsn}
            started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        said = [each.communicate()[0] for each in started]
    if any(each.returncode for each in started):
        raise RuntimeError("the cores called directly failed: see above")
    return _mean([json.loads(each.splitlines()[-1]) for each in said])


def _mean(costs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.fmean(each[name] for each in costs) for name in costs[0]}


async def _direct(number: int) -> dict[str, float]:
    dsn = os.environ["DATABASE_URL"]
    await asyncio.to_thread(upgrade, dsn)
    connection = await asyncpg.connect(dsn)
    await prepare(connection)
    history = await PostgresHistory.open(dsn)

    async def once(document: RawDocument) -> Report:
        assert document.body is not None
        report, now = parse(document, document.body), datetime.now(UTC)
        validation, discrepancies = await follow(report, history, seen=now)
        await write(connection, [tell(event, now) for event in (document, report, validation, *discrepancies)])
        return report

    for document in documents(WARM, first=WARM_FIRST):
        await once(document)
    load = list(documents(number))
    before = _own_cpu()
    for document in load:
        report = await once(document)
    costs = {"cores": (_own_cpu() - before) / number}
    await connection.close()
    history.close()
    message = seal(report, source="parser")
    for name, step in (
        ("written", lambda: seal(report, source="parser")),
        ("compressed", lambda: zstd_encode(message.value or b"")),
        ("read", lambda: unseal(Report, message.value, message.headers)),
    ):
        before = _own_cpu()
        for _ in range(number):
            step()
        costs[name] = (_own_cpu() - before) / number
    return costs


def _own_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def bench(number: int, idle: int) -> str:
    """Run everything; the Markdown section."""
    with tempfile.TemporaryDirectory(prefix="gouji-bench-") as scratch, LocalParts(Path(scratch)) as parts:
        home = Path(scratch)
        alone = await asyncio.to_thread(direct, parts, idle, 1)
        parsed = {workers: await parsing(parts, home, workers, list(documents(number))) for workers in (1, 2)}
        print(f"the parser alone: {parsed[1]:.2f} and {parsed[2]:.2f} documents/s", file=sys.stderr)
        saturated, both = {}, []
        for workers in (1, 2):
            if workers == 2:
                both.append(await asyncio.to_thread(direct, parts, idle, 2))
            async with running(parts, home, f"saturated{workers}", workers) as line:
                saturated[workers] = await measured(parts, *line, list(documents(number)))
            print(f"{workers} worker(s): {saturated[workers].rate:.2f} documents/s", file=sys.stderr)
        both.append(await asyncio.to_thread(direct, parts, idle, 2))
        async with running(parts, home, "latency", 2) as line:
            quiet = await measured(parts, *line, list(documents(idle)), alone=True)
            print(f"idle: {statistics.median(quiet.latencies):.2f} s", file=sys.stderr)
            rest = await at_rest(parts, line[0])
            busy = await measured(parts, *line, list(documents(number, first=idle)), rate=0.7 * saturated[2].rate)
    return section(alone, _mean(both), parsed, saturated, quiet, busy, rest, number, idle)


def section(alone: dict[str, float], both: dict[str, float], parsed: dict[int, float], saturated: dict[int, Run],
            quiet: Run, busy: Run, rest: float, number: int, idle: int) -> str:  # fmt: skip
    """The figures as Markdown."""
    one, two = saturated[1], saturated[2]
    cost, against_one = (two.services() / each["cores"] - 1 for each in (both, alone))
    rows = [
        ("idle, one document at a time: p50 / p95 / p99", _spread(quiet)),
        ("at 70 % of saturation: p50 / p95 / p99", _spread(busy)),
        (
            "the parser alone, 1 and 2 workers",
            f"{parsed[1]:.2f} and {parsed[2]:.2f} documents/s = {parsed[2] / parsed[1]:.2f} × one",
        ),
        ("saturation, 1 parser worker", f"{one.rate:.2f} documents/s"),
        ("saturation, 2 parser workers", f"{two.rate:.2f} documents/s = {two.rate / one.rate:.2f} × one"),
        ("CPU of our services for a document / of the same cores called directly, in two processes at once",
         f"{two.services():.2f} s / {both['cores']:.2f} s: {cost:+.0%}"),
        ("the same, called in one process with the machine to itself", f"{alone['cores']:.2f} s: {against_one:+.0%}"),
        (
            "a report as a message: written once, compressed once, read twice",
            " / ".join(f"{alone[name] * 1000:.0f} ms" for name in ("written", "compressed", "read")),
        ),
        ("of it with nothing to do, a second", f"{rest:.3f} s"),
        ("of it " + ", ".join(two.cpu), ", ".join(f"{seconds / number:.2f}" for seconds in two.cpu.values()) + " s"),
        ("a stage's mean time for a batch at saturation", ", ".join(f"{k} {v * 1000:.0f} ms" for k, v in two.mean.items())),
    ]  # fmt: skip
    lines = [
        f"`python -m benchmarks.pipeline`: {number} documents a run ({idle} when idle), each a PDF of 30 pages of another body",
        f"with one planted error; {os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}; Kafka,",
        f"PostgreSQL, the services, publisher and subscriber on the same machine, load average {os.getloadavg()[2]:.1f}.",
        "",
        "| what | result |",
        "|---|---|",
        *(f"| {what} | {result} |" for what, result in rows),
    ]
    return "\n".join(lines) + "\n"


def _spread(run: Run) -> str:
    return " / ".join(f"{run.percentile(p):.2f}" for p in (50, 95, 99)) + " s"


def _processor() -> str:
    with contextlib.suppress(OSError, IndexError):
        return next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line).split(": ")[1]
    return platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=120, help="documents under load")
    parser.add_argument("--idle", type=int, default=40, help="documents one at a time, and called directly")
    parser.add_argument("--write", action="store_true", help="put the section into docs/benchmarks.md")
    parser.add_argument("--direct", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.direct:
        print(json.dumps(asyncio.run(_direct(arguments.direct))))
        return
    text = asyncio.run(bench(arguments.documents, arguments.idle))
    print(text)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        head, rest = page.split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{text}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
