"""What the delivery tests work with: topics of their own on the real Kafka, and the probe as a process of its own."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiokafka.structs import ConsumerRecord

from schemas.base import Contract
from schemas.dead_letter import DeadLetter
from schemas.envelope import Message, seal, unseal
from schemas.raw import RawDocument
from schemas.topics import DEAD_LETTERS, RAW, VALIDATIONS, Topic
from schemas.validation import Validation
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.consumer import group_of
from services.runtime.errors import Unavailable
from services.runtime.lag import Position, Positions
from services.runtime.producer import Producer
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics

ROOT = Path(__file__).resolve().parents[2]
PAUSE = 0.2  # seconds between two looks: each that asks the broker costs it something
PATIENCE = 90.0  # seconds until a wait fails the test


async def until(condition: Callable[[], Any | Awaitable[Any]], what: str) -> Any:
    """Poll until ``condition`` gives something true, which is returned."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(Unavailable):  # a fresh broker is slow with its first group
                    value = condition()
                    value = await value if asyncio.iscoroutine(value) else value
                    if value:
                        return value
                await asyncio.sleep(PAUSE)
    except TimeoutError:
        raise AssertionError(f"waited {PATIENCE} s in vain for: {what}") from None


class Probe:
    """The probe running as a process."""

    def __init__(self, module: str, environment: dict[str, str], log: Path, effects: Path) -> None:
        self.log = log
        self._effects = effects
        environment = {**os.environ, **environment, "PROBE_EFFECTS": str(effects)}
        with log.open("w") as file:
            self.process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=file, stderr=file)

    @property
    def pid(self) -> int:
        return self.process.pid

    def notes(self, what: str) -> list[dict[str, Any]]:
        lines = self._effects.read_text().splitlines() if self._effects.exists() else []
        return [note for note in map(json.loads, lines) if note["what"] == what and note["pid"] == self.pid]

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Log lines with this event."""
        parsed = (json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{") and line.endswith("}"))
        return [line for line in parsed if line["event"] == event]

    async def begun(self, name: str) -> None:
        await until(lambda: any(name in note["names"] for note in self.notes("begin")), f"{name} begun")

    async def ready(self) -> None:
        await until(lambda: self.lines("ready"), "readiness")

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body of a request to the probe's own HTTP server."""
        found = re.search(r"http://127\.0\.0\.1:\d+", self.log.read_text())
        if found is None:
            return 0, ""
        async with aiohttp.ClientSession() as session, session.get(found[0] + path) as response:
            return response.status, await response.text()

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's series that have these labels."""
        total = 0.0
        for line in (await self.get("/metrics"))[1].splitlines():
            if line.startswith(name) and all(f'{key}="{value}"' in line for key, value in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
        return total

    async def ended(self) -> int:
        """The exit code, once it has ended."""
        await until(lambda: self.process.poll() is not None, "the process ending")
        return self.process.returncode

    async def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        self.process.kill()
        await self.ended()


class Bench:
    """Topics with a prefix of their own."""

    def __init__(self, bootstrap: str, prefix: str, directory: Path, settings: Settings | None = None) -> None:
        self.settings = settings or Settings(
            kafka_bootstrap_servers=bootstrap, topic_prefix=prefix, message_bytes_max=2 * 1024**2
        )
        self.directory = directory
        self.effects_file = directory / "effects"
        self._producer = Producer("test", self.settings)
        self._positions = Positions(self.settings)
        self._probes: list[Probe] = []

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, bootstrap: str, prefix: str, directory: Path, *, partitions: int = RAW.partitions
    ) -> AsyncIterator[Self]:
        """A bench whose input topic has ``partitions``; no probe outlives it."""
        bench = cls(bootstrap, prefix, directory)
        await bench.open(partitions=partitions)
        try:
            yield bench
        finally:
            await bench.close()

    async def open(self, *, partitions: int) -> None:
        """Create the topics; ``partitions`` of the input."""
        await ensure_topics(self.settings, (replace(RAW, partitions=partitions), VALIDATIONS, DEAD_LETTERS))

    async def close(self) -> None:
        for probe in self._probes:
            if probe.process.poll() is None:
                probe.process.kill()
                probe.process.wait()
            print(f"--- log of {probe.pid}", probe.log.read_text()[-6000:], sep="\n")  # shown where the test failed
        await self._producer.aclose()
        await self._positions.aclose()

    def name(self, topic: Topic) -> str:
        return self.settings.topic_prefix + topic.name

    def start(self, module: str = "tests.runtime.probe", **environment: str) -> Probe:
        """Start the probe; arguments are environment variables."""
        settings = {
            "KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "GOUJI_TOPIC_PREFIX": self.settings.topic_prefix,
            "GOUJI_MESSAGE_BYTES_MAX": str(self.settings.message_bytes_max),
            "GOUJI_HTTP_PORT": "0",
            "GOUJI_LAG_SECONDS": "0.3",
            "GOUJI_COMMIT_SECONDS": "0.2",
            "GOUJI_RETRY_MOST_SECONDS": "0.5",
            "GOUJI_DRAIN_SECONDS": "1",
        }
        probe = Probe(module, settings | environment, self.directory / f"log-{len(self._probes)}", self.effects_file)
        self._probes.append(probe)
        return probe

    async def send(self, *titles: str, key: str | None = None, first: int = 0) -> list[str]:
        """Documents with these titles, in this order; with ``key`` all in one partition. Returns their names."""
        names = [f"doc-{number}" for number in range(first, first + len(titles))]
        await self._producer.publish(
            [
                document(name, title=title, url=key or f"http://example.org/{name}")
                for name, title in zip(names, titles, strict=True)
            ]
        )
        return names

    async def publish(self, *events: Contract) -> None:
        await self._producer.publish(events)

    async def send_raw(self, message: Message) -> None:
        await self._producer.send([message])

    def done(self) -> Counter[str]:
        """How often each message took effect, over all probes."""
        lines = self.effects_file.read_text().splitlines() if self.effects_file.exists() else []
        notes = map(json.loads, lines)
        return Counter(name for note in notes if note["what"] == "done" for name in note["names"])

    async def did(self, names: Sequence[str]) -> None:
        """Wait until all of these took effect."""
        await until(lambda: set(names) <= set(self.done()), f"effects of all of {len(names)} messages")

    async def positions(self, topic: Topic = RAW) -> dict[tuple[str, int], Position]:
        group = group_of("probe", self.settings.topic_prefix)
        return await self._positions.read(group, [self.name(topic)])

    async def lag(self, topic: Topic = RAW) -> int:
        return sum(position.lag for position in (await self.positions(topic)).values())

    async def committed_all(self, topic: Topic = RAW) -> None:
        async def no_lag() -> bool:
            return await self.lag(topic) == 0

        await until(no_lag, "lag 0")

    async def messages(self, topic: Topic) -> list[ConsumerRecord]:
        """Every record of a topic."""
        async with administering(self.settings) as admin, reading(self.settings) as reader:
            return [
                record
                async for record in records(reader, await reader.beginning_offsets(await partitions(admin, [self.name(topic)])))
            ]

    async def letters(self) -> list[DeadLetter]:
        return [unseal(DeadLetter, each.value, each.headers) for each in await self.messages(DEAD_LETTERS)]

    async def outputs(self) -> list[Validation]:
        return [unseal(Validation, each.value, each.headers) for each in await self.messages(VALIDATIONS)]


def document(name: str, *, title: str = "fine", url: str = "http://example.org/") -> RawDocument:
    return RawDocument(
        url=url, title=title, fetched_at=datetime.now(UTC), media_type="text/plain", sha256=name, size=0, source="test"
    )


def sealed(event: RawDocument) -> Message:
    return seal(event, source="test")
