"""Faust as one would use it, for the tests that show what it loses. Run: ``python -m tests.runtime.naive worker``.

$NAIVE_MODE says how it is used; effects are noted as the probe notes them.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import faust

MODE = os.environ["NAIVE_MODE"]
EFFECTS = Path(os.environ["PROBE_EFFECTS"])
app = faust.App(
    os.environ["GOUJI_TOPIC_PREFIX"] + "gouji.probe",  # the group whose offsets the bench reads
    broker="kafka://" + os.environ["KAFKA_BOOTSTRAP_SERVERS"],
    broker_commit_interval=0.2,
    stream_wait_empty=MODE == "wait",
    topic_disable_leader=True,
    topic_allow_declare=False,
    web_enabled=False,
    datadir=tempfile.mkdtemp(),
)
topic = app.topic(
    os.environ["GOUJI_TOPIC_PREFIX"] + "disclosures.raw.v1",
    value_serializer="json" if MODE == "codec" else "raw",
    key_serializer="raw",
)


def note(what: str, value: Any) -> None:
    names = [json.loads(value)["sha256"] if isinstance(value, bytes) else value["sha256"]]
    with EFFECTS.open("a") as file:
        file.write(json.dumps({"what": what, "names": names, "pid": os.getpid()}) + "\n")


async def obey(value: bytes) -> None:
    title = json.loads(value)["title"]
    note("begin", value)
    if title == "defect":
        raise ValueError("unforeseen")
    if title.startswith("slow"):
        await asyncio.sleep(float(title.split()[1]))
    note("done", value)


async def plain(stream: Any) -> None:
    async for value in stream:
        await obey(value)


async def unacknowledged(stream: Any) -> None:
    """Acknowledges nothing."""
    async for event in stream.noack().events():
        await obey(event.value)


async def skipping(stream: Any) -> None:
    """Acknowledges what went well, and only that."""
    async for event in stream.noack().events():
        try:
            await obey(event.value)
        except ValueError:
            continue
        await stream.ack(event)


async def buffered(stream: Any) -> None:
    async for values in stream.take(10, within=1):
        for value in values:
            await obey(value)


async def decoded(stream: Any) -> None:
    async for value in stream:
        note("done", value)


AGENTS = {"plain": plain, "wait": unacknowledged, "skip": skipping, "take": buffered, "codec": decoded, "overtake": plain}
app.agent(topic, concurrency=2 if MODE == "overtake" else 1)(AGENTS[MODE])

if __name__ == "__main__":
    sys.argv[1:] = ["worker", "--without-web", "-l", "warn"]
    app.main()
