"""Saves everything that cannot be had again - database, topics with their readers' places, archive - and restores it.

Usage: ``python -m deploy.backup save DIR`` | ``restore DIR`` | ``check DIR``, with the services' environment
(docs/operations.md). ``save`` may run beside the services: places are noted first, then the database, then the topics, then
the archive, so that what was restored lags behind nowhere: a reader begins a little early, and doing a thing again changes
nothing. A second ``save`` into the same directory copies only new bodies. ``restore`` wants everything empty and the services
stopped. ``check`` reads a saved copy whole.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.inventory import services
from deploy.local.postgres import MAJOR, find_programs
from schemas.topics import TOPICS
from services.runtime.archive import Archive
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.consumer import group_of
from services.runtime.security import connection
from services.runtime.settings import Settings
from services.runtime.stage import Stage
from services.runtime.topics import ensure_topics

DATABASE, PLACES, MESSAGES, ARCHIVE = "database.dump", "places.json", "topics", "archive"

IN_FLIGHT = 100  # messages sent and not acknowledged


class Refused(Exception):
    """Nothing was done, and what to do."""


async def save(settings: Settings, directory: Path) -> dict[str, int]:
    """Write a copy of everything to ``directory``; how much of each. Raises Unavailable, Refused."""
    directory.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs in this program
    (directory / PLACES).write_text(json.dumps(await _places(settings), indent=1), encoding="utf-8")
    await asyncio.to_thread(_dump, settings.database_url, directory / DATABASE)
    messages = await _save_messages(settings, directory / MESSAGES)
    bodies = await asyncio.to_thread(_copy, Archive(settings.archive_url), Archive(str(directory / ARCHIVE)))
    return {"messages": messages, "bodies": bodies}


async def restore(settings: Settings, directory: Path) -> dict[str, int]:
    """Put back what ``save`` wrote. Raises Refused where something is there already, Unavailable."""
    await asyncio.to_thread(_refuse_a_database_in_use, settings.database_url)
    await ensure_topics(settings)
    await _refuse_topics_in_use(settings)
    bodies = await asyncio.to_thread(_copy, Archive(str(directory / ARCHIVE)), Archive(settings.archive_url))
    await asyncio.to_thread(_load, settings.database_url, directory / DATABASE)
    messages = await _restore_messages(settings, directory)
    return {"messages": messages, "bodies": bodies}


def check(directory: Path) -> dict[str, int]:
    """Read a copy whole: the dump's contents, every message, every body against its name. Raises what does not fit."""
    _run("pg_restore", None, "--list", str(directory / DATABASE))
    messages = sum(1 for file in (directory / MESSAGES).glob("*.gz") for _ in _lines(file))
    archive = Archive(str(directory / ARCHIVE))
    bodies = list(archive.names())
    for sha256 in bodies:
        archive.get(sha256)
    return {"messages": messages, "bodies": len(bodies)}


# --- the database


def _dump(url: str, file: Path) -> None:
    half = file.with_suffix(".half")
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={half}")
    half.replace(file)


def _load(url: str, file: Path) -> None:
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(file))


def _refuse_a_database_in_use(url: str) -> None:
    with psycopg.connect(url) as held:
        found = held.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()
    if found and found[0]:
        raise Refused(f"the database has {found[0]} tables already: restore into an empty one")


def _run(program: str, url: str | None, *arguments: str) -> None:
    """A program of PostgreSQL's; the password goes in the environment, where other users do not see it."""
    environment, where = dict(os.environ), []
    if url is not None:
        parts = urlsplit(url)
        environment["PGPASSWORD"] = parts.password or ""
        who = f"{parts.username}@" if parts.username else ""
        address = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
        where = [f"--dbname={urlunsplit(parts._replace(netloc=who + address))}"]
    command = [str(_program(program, _server(url))), *where, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()[-1500:]}")


def _server(url: str | None) -> int:
    if url is None:
        return MAJOR  # a dump is read by what could have written it
    with psycopg.connect(url) as held:
        return held.info.server_version // 10_000


def _program(name: str, least: int) -> Path:
    """The machine's program, where it is as new as the server; else the one that comes with the environment."""
    for found in (shutil.which(name), str(find_programs() / name)):
        if found is None:
            continue
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if (version := re.search(r"\) (\d+)", said)) and int(version[1]) >= least:
            return Path(found)
    raise Refused(f"no {name} of version {least} or later on this machine: install PostgreSQL's client programs")


# --- the topics


async def _places(settings: Settings) -> dict[str, dict[str, int]]:
    """How far each of our groups has read: group → topic/partition → next offset. Names are without the prefix."""
    found: dict[str, dict[str, int]] = {}
    async with administering(settings) as admin:
        for stage in (each for each in services().values() if isinstance(each, Stage)):
            committed = await admin.list_consumer_group_offsets(group_of(stage.name, settings.topic_prefix))
            found[stage.name] = {f"{_bare(settings, tp.topic)}/{tp.partition}": meta.offset for tp, meta in committed.items()}
    return found


async def _save_messages(settings: Settings, directory: Path) -> int:
    """One file a partition, one JSON object a line."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()  # noqa: ASYNC240
    total = 0
    async with administering(settings) as admin, reading(settings) as reader:
        for place in await partitions(admin, _topics(settings)):
            starts = await reader.beginning_offsets([place])
            name = f"{_bare(settings, place.topic)}-{place.partition}.jsonl.gz"
            with gzip.open(directory / name, "wt", compresslevel=4, encoding="ascii") as file:
                async for record in records(reader, starts):
                    file.write(json.dumps(_line(record)) + "\n")
                    total += 1
    return total


async def _restore_messages(settings: Settings, directory: Path) -> int:
    """Send every message to the partition that it was in, and set the groups' places to what they have read of them."""
    sent: Counter[TopicPartition] = Counter()
    offsets: dict[TopicPartition, list[int]] = {}
    producer = AIOKafkaProducer(
        **connection(settings), enable_idempotence=True, compression_type="gzip", max_request_size=settings.message_bytes_max
    )
    await producer.start()
    try:
        for file in sorted((directory / MESSAGES).glob("*.gz")):
            topic, _, number = file.name.removesuffix(".jsonl.gz").rpartition("-")
            place = TopicPartition(settings.topic_prefix + topic, int(number))
            waiting: list[Any] = []
            for line in _lines(file):
                acknowledged = await producer.send(
                    place.topic,
                    partition=place.partition,
                    key=_bytes(line["key"]),
                    value=_bytes(line["value"]),
                    headers=[(name, _bytes(value) or b"") for name, value in line["headers"]],
                    timestamp_ms=line["timestamp"],
                )
                offsets.setdefault(place, []).append(line["offset"])
                sent[place] += 1
                waiting.append(acknowledged)
                if len(waiting) == IN_FLIGHT:
                    await asyncio.gather(*waiting)
                    waiting.clear()
            await asyncio.gather(*waiting)
    finally:
        await producer.stop()
    for stage, places in json.loads((directory / PLACES).read_text(encoding="utf-8")).items():
        commits = {}
        for name, read in places.items():
            topic, _, number = name.rpartition("/")
            place = TopicPartition(settings.topic_prefix + topic, int(number))
            commits[place] = sum(offset < read for offset in offsets.get(place, []))
        if commits:
            await _commit(settings, group_of(stage, settings.topic_prefix), commits)
    return sent.total()


async def _commit(settings: Settings, group: str, commits: dict[TopicPartition, int]) -> None:
    consumer = AIOKafkaConsumer(**connection(settings), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(list(commits))
        await consumer.commit(commits)
    finally:
        await consumer.stop()


async def _refuse_topics_in_use(settings: Settings) -> None:
    async with administering(settings) as admin, reading(settings) as reader:
        ends = await reader.end_offsets(await partitions(admin, _topics(settings)))
    if used := sorted({place.topic for place, end in ends.items() if end}):
        raise Refused(f"there are messages already in {', '.join(used)}: delete these topics, or restore under another prefix")


def _topics(settings: Settings) -> list[str]:
    return [settings.topic_prefix + topic.name for topic in TOPICS]


def _bare(settings: Settings, topic: str) -> str:
    return topic.removeprefix(settings.topic_prefix)


def _line(record: Any) -> dict[str, Any]:
    return {
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": [[name, _text(value)] for name, value in record.headers],
    }


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="ascii") as lines:
        yield from map(json.loads, lines)


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


# --- the archive


def _copy(source: Archive, target: Archive) -> int:
    """Copy every body that the target lacks, each checked against its name; how many the source has."""
    number = 0
    for sha256 in source.names():
        number += 1
        if sha256 not in target:
            target.put(source.get(sha256))
    return number


def main() -> int:
    """Exit status 1 where nothing was done, with a sentence that says why."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["save", "restore", "check"])
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "check":
            counts = check(arguments.directory)
        else:
            work = save if arguments.command == "save" else restore
            counts = asyncio.run(work(Settings(), arguments.directory))
    except Exception as error:
        sys.stderr.write(f"{arguments.command}: {type(error).__name__}: {error}\n")
        return 1
    sys.stdout.write(", ".join(f"{number} {what}" for what, number in counts.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
