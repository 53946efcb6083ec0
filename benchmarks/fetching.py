"""What it costs to watch many sites, and whether they are left in peace: sources on a local site, polled again and again.

    python -m benchmarks.fetching [--sources 1000] [--documents 20] [--polls 4] [--hosts 50] [--pause 0.05]

The site is a process of its own that answers for many hosts (127.0.0.2, 127.0.0.3 …) and keeps a log; Kafka, PostgreSQL and
archive are real. The fetcher is one process, measured from within. Between two polls nothing changes, so that the first one
publishes everything and the others nothing; half of the documents have an ETag.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import structlog
from aiohttp import web

from deploy.local.parts import LocalParts
from services.fetcher.crawl import Crawls
from services.fetcher.desk import Desk
from services.fetcher.shift import Share
from services.fetcher.sources import Source
from services.fetcher.state import PostgresState
from services.runtime import Settings
from services.runtime.archive import Archive
from services.runtime.runtime import Runtime
from services.runtime.topics import ensure_topics

CONCURRENCY = 2
AGENT = "gouji-benchmark (+mailto:webmaster@example.org)"


@dataclass
class Log:
    """What the site saw of one host in one poll: when requests came, and how many were under way at once."""

    times: list[float] = field(default_factory=list)
    active: int = 0
    together: int = 0


def host(number: int) -> str:
    """The address of the site's host of that number."""
    return f"127.0.{number // 250}.{number % 250 + 2}"


def serve(pipe: Connection, hosts: int, port: int, documents: int) -> None:
    """The site: ``/SOURCE/`` lists so many files. A message through the pipe asks for the log since the last one."""
    asyncio.run(_serve(pipe, hosts, port, documents))


async def _serve(pipe: Connection, hosts: int, port: int, documents: int) -> None:
    logs: defaultdict[str, Log] = defaultdict(Log)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        log = logs[request.host]
        log.times.append(time.monotonic())
        log.active += 1
        log.together = max(log.together, log.active)
        try:
            await asyncio.sleep(0.005)  # as far away as the next town
            return _answer(request, documents)
        finally:
            log.active -= 1

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    for number in range(hosts):
        await web.TCPSite(runner, host(number), port, backlog=1024).start()
    pipe.send("ready")
    while await asyncio.to_thread(pipe.recv):
        pipe.send({name: (log.times, log.together) for name, log in logs.items()})
        logs.clear()


def _answer(request: web.BaseRequest, documents: int) -> web.StreamResponse:
    source, _, name = request.path.strip("/").partition("/")
    if source == "robots.txt":
        return web.Response(status=404)
    if not name:
        links = "".join(f"<li><a href='{n}.pdf'>第{n}单位2024年预算</a><span>2024-02-01</span></li>" for n in range(documents))
        return web.Response(text=f"<html><body><h1>预决算公开</h1><ul>{links}</ul></body></html>", content_type="text/html")
    tag = f'"{name}"'
    if int(name.removesuffix(".pdf")) % 2 == 0 and request.headers.get("If-None-Match") == tag:
        return web.Response(status=304)
    body = b"%PDF-1.7\n" + hashlib.sha256(request.path.encode()).digest() * 100
    return web.Response(body=body, headers={"ETag": tag} if int(name.removesuffix(".pdf")) % 2 == 0 else {})


def sources(options: argparse.Namespace, port: int) -> list[Source]:
    limits = {"pause": options.pause, "concurrency": CONCURRENCY}
    return [
        Source.model_validate(
            {"id": f"s{n}", "start": [f"http://{host(n % options.hosts)}:{port}/s{n}/"], "local": True, "limits": limits}
        )
        for n in range(options.sources)
    ]


async def measure(options: argparse.Namespace, site: Connection, port: int, directory: Path, parts: LocalParts) -> None:
    settings = Settings(kafka_bootstrap_servers=parts.bootstrap, topic_prefix="benchmark-")
    await ensure_topics(settings)
    runtime = Runtime("fetcher", settings)
    state = await PostgresState.open(parts.dsn)
    crawls = Crawls(Desk(Archive(str(directory / "archive")), state, runtime), AGENT, share=Share(requests=options.requests))
    watched = sources(options, port)
    me, database = psutil.Process(), parts.pids()["postgres"]
    columns = (
        "poll | requests | s | requests/s | CPU ms a request: fetcher | PostgreSQL | memory MiB | pause ms: shortest | mean, "
    )
    print(f"| {columns}least of all hosts | at once to a host, most |\n" + "|---" * 10 + "|")
    for poll in range(1, options.polls + 1):
        began, cpu, server = time.monotonic(), time.process_time(), _cpu(database)
        await crawls.work(watched, once=True)
        seconds, cpu, server = time.monotonic() - began, time.process_time() - cpu, _cpu(database) - server
        site.send(True)
        logs: dict[str, tuple[list[float], int]] = await asyncio.to_thread(site.recv)
        requests = sum(len(times) for times, _ in logs.values())
        gaps = [[after - before for before, after in pairwise(times)] for times, _ in logs.values()]
        shortest, least = min(min(gap) for gap in gaps), min(sum(gap) / len(gap) for gap in gaps)
        print(
            f"| {poll} | {requests} | {seconds:.0f} | {requests / seconds:.0f} | {cpu / requests * 1000:.1f} "
            f"| {server / requests * 1000:.1f} | {me.memory_info().rss / 2**20:.0f} | {shortest * 1000:.0f} | {least * 1000:.0f} "
            f"| {max(together for _, together in logs.values())} |",
            flush=True,
        )
    site.send(False)
    await state.close()
    await runtime.producer.aclose()


def _cpu(pid: int | None) -> float:
    """CPU seconds of PostgreSQL and of all its processes, also of those that have ended."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--polls", type=int, default=4)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pause", type=float, default=0.05)
    parser.add_argument("--requests", type=int, default=32)
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    site = context.Process(target=serve, args=(there, options.hosts, options.port, options.documents), daemon=True)
    site.start()
    assert here.recv() == "ready"
    with tempfile.TemporaryDirectory(prefix="gouji-benchmark-") as directory, LocalParts(Path(directory)) as parts:
        asyncio.run(measure(options, here, options.port, Path(directory), parts))
    site.join(10)


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    main()
