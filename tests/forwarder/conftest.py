"""A real forwarder process, and a receiver whose answers a test decides."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from services.runtime.producer import Producer
from services.runtime.settings import Settings
from services.runtime.topics import ensure_topics
from tests.forwarder.making import SECRET

ROOT = Path(__file__).resolve().parents[2]


class Receiver:
    """On 127.0.0.1 at a port of its own, whether it listens or not. ``status`` is what it answers.

    ``asked`` are all requests, ``taken`` those that were answered with success, both as (webhook-id, body); every signature
    is verified by the library that a receiver would use.
    """

    def __init__(self) -> None:
        self.status = 204
        self.asked: list[tuple[str, bytes]] = []
        self.taken: list[tuple[str, bytes]] = []
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def up(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        Webhook(SECRET).verify(body, dict(request.headers))  # raises, and so answers 500, for ever
        event = (request.headers["webhook-id"], body)
        self.asked.append(event)
        if self.status < 300:
            self.taken.append(event)
        return web.Response(status=self.status)


class Forwarder:
    """The service as a process, on topics and a database of the test's own."""

    def __init__(self, kafka: str, database: str, prefix: str, directory: Path) -> None:
        self.settings = Settings(kafka_bootstrap_servers=kafka, database_url=database, topic_prefix=prefix)
        self.file = directory / "subscriptions.yaml"
        self.log = directory / "forwarder.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        environment = {
            **os.environ,
            "KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "DATABASE_URL": self.settings.database_url,
            "GOUJI_TOPIC_PREFIX": self.settings.topic_prefix,
            "GOUJI_SUBSCRIPTIONS": str(self.file),
            "GOUJI_FEED_SECONDS": "0.2",
            "GOUJI_HTTP_PORT": "0",
            "HOOK_SECRET": SECRET,
        }
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.forwarder.service", cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()

    async def publish(self, *events) -> None:
        producer = Producer("validator", self.settings)
        await producer.publish(events)
        await producer.aclose()


@pytest.fixture
async def receiver():
    made = Receiver()
    await made.up()
    yield made
    await made.down()


@pytest.fixture
async def forwarder(kafka, database, topic_prefix, tmp_path):
    made = Forwarder(kafka, database, topic_prefix, tmp_path)
    await ensure_topics(made.settings)
    yield made
    if made._process is not None:
        await made.end(signal.SIGKILL)
        print(made.log.read_text()[-6000:])  # shown where the test failed
