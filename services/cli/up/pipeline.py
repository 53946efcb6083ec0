"""The services on this machine, over whatever Kafka and PostgreSQL are given."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from deploy.local.process import free_ports
from schemas.topics import DISCREPANCIES, RAW, REPORTS, TOPICS, Topic
from services.cli.up.flow import Flow, look_at_all
from services.cli.up.supervise import Child
from services.register.entries import registers_of
from services.runtime.consumer import group_of
from services.runtime.errors import Unavailable
from services.runtime.lag import Positions
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics

CONSUMERS: dict[str, tuple[Topic, ...]] = {
    "parser": (RAW,),
    "validator": (REPORTS,),
    "register": (REPORTS,),
    "store": TOPICS,
    "forwarder": (DISCREPANCIES,),
}
"""What each consuming service reads, in the order of the flow. The register runs where a source names a register, the
forwarder where there is a file of subscriptions."""


@dataclass
class Pipeline:
    """Fetcher, parser, validator, store, perhaps register and forwarder: processes of their own, configured by the environment.

    ``environment`` is added to this process's; it names the broker, the database and the archive. ``only`` some consumers run
    where they are named (their tests and benchmarks). Use ``running``.
    """

    directory: Path
    bootstrap: str
    dsn: str
    sources: Path
    environment: dict[str, str] = field(default_factory=dict)
    subscriptions: Path | None = None
    only: Sequence[str] = tuple(CONSUMERS)

    def __post_init__(self) -> None:
        wanted = {"register": bool(registers_of(self.sources)), "forwarder": self.subscriptions is not None}
        self.consumers = {name: topics for name, topics in CONSUMERS.items() if name in self.only and wanted.get(name, True)}
        names = ("fetcher", *self.consumers)
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.children = {name: self._child(name) for name in self.consumers}
        self._keepers: list[asyncio.Task[None]] = []
        self._positions = Positions(self.settings())

    def _child(self, name: str, **more: str) -> Child:
        common = {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "DATABASE_URL": self.dsn,
            "GOUJI_ARCHIVE_URL": str(self.directory / "archive"),
            "GOUJI_LAG_SECONDS": "1",
            "GOUJI_CENSUS_SECONDS": "5",
            "GOUJI_SOURCES": str(self.sources),
            "GOUJI_SUBSCRIPTIONS": str(self.subscriptions or ""),
            "GOUJI_HTTP_PORT": str(self.ports[name]),
        }
        return Child(name, f"services.{name}.service", self.directory / "services", {**common, **self.environment, **more})

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Pipeline]:
        """Create the topics and the database schema, start the consumers, and end everything at the end."""
        from services.store.migrate import upgrade

        await ensure_topics(self.settings())
        await asyncio.to_thread(upgrade, self.dsn)
        try:
            for child in self.children.values():
                self._keepers.append(asyncio.create_task(child.keep()))
            yield self
        finally:
            await asyncio.gather(*(child.stop() for child in self.children.values()))
            await asyncio.gather(*self._keepers)
            await self._positions.aclose()

    def settings(self) -> Settings:
        """The settings that the services run with."""
        prefix = self.environment.get("GOUJI_TOPIC_PREFIX", os.environ.get("GOUJI_TOPIC_PREFIX", ""))
        return Settings(kafka_bootstrap_servers=self.bootstrap, database_url=self.dsn, topic_prefix=prefix)

    async def crawl_once(self) -> int:
        """Run the fetcher over every source once; its exit code."""
        fetcher = self._child("fetcher", GOUJI_ONCE="true")
        self.children["fetcher"] = fetcher
        return await fetcher.run()

    def watch(self) -> None:
        """Keep the fetcher running on its sources' intervals."""
        fetcher = self._child("fetcher")
        self.children["fetcher"] = fetcher
        self._keepers.append(asyncio.create_task(fetcher.keep()))

    async def flows(self, session: aiohttp.ClientSession) -> list[Flow]:
        """What flows through each stage now."""
        restarts = {name: max(0, child.starts - 1) for name, child in self.children.items() if name != "fetcher"}
        return await look_at_all(session, self.ports, restarts)

    async def settled(self) -> bool:
        """Whether everything that was published has been handled, asked of the broker.

        The stages are asked in the order of the flow, each only once the one before has nothing left: then nothing new
        can arrive behind our back, provided that nothing is being fetched.
        """
        settings = self.settings()
        try:
            for stage, topics in self.consumers.items():
                names = [settings.topic_prefix + topic.name for topic in topics]
                read = await self._positions.read(group_of(stage, settings.topic_prefix), names)
                if any(position.lag for position in read.values()):
                    return False
        except Unavailable:
            return False
        return True

    async def counts(self) -> dict[str, int]:
        """Messages in each topic, by the topic's name in the table. Raises Unavailable."""
        settings = self.settings()
        names: Sequence[str] = [settings.topic_prefix + topic.name for topic in TOPICS]
        read = await self._positions.read(group_of("store", settings.topic_prefix), names)
        return {t.name: sum(p.end for (name, _), p in read.items() if name == settings.topic_prefix + t.name) for t in TOPICS}
