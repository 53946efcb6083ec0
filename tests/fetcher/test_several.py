"""Three fetchers share the work of one source, and are killed: nothing is lost, nothing is published twice or fetched twice."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import sys
from collections import Counter, defaultdict
from multiprocessing.process import BaseProcess
from pathlib import Path

import asyncpg
import pytest

from schemas.envelope import unseal
from schemas.raw import RawDocument
from schemas.topics import RAW
from services.fetcher.service import SERVICE
from services.runtime import run
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics
from tests.fetcher.conftest import PDF, Site

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]
FETCHERS, KILLS, CONCURRENCY = 3, 10, 16
LISTS, PER_LIST = 10, 10  # on each list page so many files, and so many articles with two files each: 300 documents


def publish(site: Site) -> set[str]:
    """A column of ten pages; the paths of its documents."""
    documents = set()
    for page in range(LISTS):
        links = ""
        for n in range(PER_LIST):
            links += f"<a href='/f{page}-{n}.pdf'>甲{page}-{n}局预算</a><a href='/a{page}-{n}.html'>乙{page}-{n}局预算</a>"
            files = [f"/f{page}-{n}.pdf", f"/x{page}-{n}.pdf", f"/y{page}-{n}.pdf"]
            site.page(f"/a{page}-{n}.html", "".join(f"<a href='{file}'>{file}预算.pdf</a>" for file in files[1:]))
            for file in files:
                site.put(file, PDF + file.encode())
            documents.update(files)
        turning = f"<script>createPageHTML({LISTS}, {page}, 'index', 'html')</script>"
        site.page(f"/index_{page}.html" if page else "/index.html", links + turning)
    return documents


def serve(environment: dict[str, str], log: Path) -> None:
    """The body of a fetcher process."""
    os.environ.update(environment)
    sys.argv = ["fetcher"]
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    run(SERVICE)


class Fetchers:
    """Fetcher processes, each start of which has a name of its own, which it tells the site as its User-Agent.

    They are forked from a server that has imported everything: thirteen starts would take longer than the work.
    """

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self.environment = environment
        self.directory = directory
        self.running: dict[str, BaseProcess] = {}
        self.killed: list[str] = []
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.fetcher.test_several"])

    async def start(self) -> None:
        name = f"gouji-test-{len(self.killed) + len(self.running) + 1}"
        environment = {**self.environment, "GOUJI_USER_AGENT": name}
        self.running[name] = self._context.Process(target=serve, args=(environment, self.directory / f"{name}.log"))
        await asyncio.to_thread(self.running[name].start)

    async def kill(self, name: str) -> None:
        """Kill -9, and start another one."""
        process = self.running.pop(name)
        process.kill()
        await asyncio.to_thread(process.join)
        self.killed.append(name)
        await self.start()

    async def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for name, process in self.running.items():
            await asyncio.to_thread(process.join, 60)
            assert process.exitcode == 0, (self.directory / f"{name}.log").read_text()[-3000:]


def asked(site: Site) -> list[tuple[str, str]]:
    """Every request as path and name of the fetcher, robots.txt left out."""
    return [(request.path, request.headers["User-Agent"]) for request in site.log if request.path != "/robots.txt"]


async def published(environment: dict[str, str]) -> list[tuple[str, str]]:
    """CloudEvents id and URL of everything on the topic."""
    settings = Settings(
        kafka_bootstrap_servers=environment["KAFKA_BOOTSTRAP_SERVERS"], topic_prefix=environment["GOUJI_TOPIC_PREFIX"]
    )
    async with administering(settings) as admin, reading(settings) as reader:
        places = dict.fromkeys(await partitions(admin, [settings.topic_prefix + RAW.name]), 0)
        found = [(dict(record.headers)["ce_id"].decode(), record) async for record in records(reader, places)]
    return [(key, unseal(RawDocument, record.value, tuple(record.headers)).url) for key, record in found]


@pytest.mark.timeout(240)
async def test_ten_kills(kafka: str, database: str, topic_prefix: str, tmp_path: Path, site: Site) -> None:
    documents = publish(site)
    sources = tmp_path / "sources.yaml"
    limits = f"{{pause: 0.02, concurrency: {CONCURRENCY}}}"
    sources.write_text(f"sources: [{{id: test, start: ['{site.url}/index.html'], local: true, limits: {limits}}}]", "utf-8")
    await ensure_topics(Settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix))
    fetchers = Fetchers(
        {
            "KAFKA_BOOTSTRAP_SERVERS": kafka,
            "DATABASE_URL": database,
            "GOUJI_TOPIC_PREFIX": topic_prefix,
            "GOUJI_ARCHIVE_URL": str(tmp_path / "archive"),
            "GOUJI_SOURCES": str(sources),
            "GOUJI_HTTP_PORT": "0",
            "GOUJI_LEASE_SECONDS": "6",
        },
        tmp_path,
    )
    for _ in range(FETCHERS):
        await fetchers.start()
    connection = await asyncpg.connect(database)
    try:
        # killed after random numbers of requests, so that all kills strike while there is work
        moments = sorted(random.sample(range(10, 380), KILLS))
        while len(fetchers.killed) < KILLS:
            await asyncio.sleep(0.02)
            at_work = [name for name in fetchers.running if name in {name for _, name in asked(site)[-30:]}]
            if len(asked(site)) >= moments[len(fetchers.killed)] and at_work:
                await fetchers.kill(random.choice(at_work))
        while not await connection.fetchval("SELECT success IS NOT NULL FROM fetcher.timetable"):
            await asyncio.sleep(0.2)
        versions = await connection.fetch("SELECT url, number FROM fetcher.versions")
    finally:
        await connection.close()
        await fetchers.stop()

    assert {url.removeprefix(site.url) for url, _ in map(tuple, versions)} == documents, "no document is missing"
    assert {number for _, number in map(tuple, versions)} == {1}
    events = await published(fetchers.environment)
    assert {url.removeprefix(site.url) for _, url in events} == documents
    assert len({id for id, _ in events}) == len(documents), "each version is one event, however often it was sent"

    requests = asked(site)
    assert {path for path, _ in requests} >= documents
    again: defaultdict[str, list[str]] = defaultdict(list)
    for path, times in Counter(path for path, _ in requests).items():
        before = [name for other, name in requests if other == path][:-1] if times > 1 else []
        assert set(before) <= set(fetchers.killed), (
            f"{path} was asked for twice, by {before} and another one, and nobody was killed"
        )
        for name in before:
            again[name].append(path)
    assert all(len(paths) <= CONCURRENCY for paths in again.values()), "no more is repeated than a killed one had in hand"
    repeated = sum(map(len, again.values()))
    print(f"{len(requests)} requests, {repeated} of them repeats; {len(events)} events for {len(documents)} documents")
