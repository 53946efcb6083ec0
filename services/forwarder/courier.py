"""One subscription's deliveries: at least once, those about one report in order, and nobody waits for another's endpoint.

While an endpoint fails, one request at a time is made, with growing pauses; each event has its own growing wait besides, so
that one which always fails holds back only what is about the same report.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from schemas.dead_letter import DeadLetter
from services.forwarder import metrics
from services.forwarder.endpoint import Endpoint, Undelivered
from services.forwarder.outbox import GivenUp, Outbox, Waiting
from services.forwarder.subscriptions import Subscription
from services.runtime import BadInput, Incoming, Runtime
from services.runtime.database import available
from services.runtime.dead_letters import dead_letter
from services.runtime.retry import waits

log = structlog.get_logger()
BATCH = 256
"""Reports of which something is taken at once: to find what is first of each costs the more the more wait."""
LOOK_SECONDS = 1.0
"""Between two looks at the outbox, where nothing wakes us."""


class Courier:
    """Delivers until ``runtime.stopping``; ``wake`` says that something has come."""

    def __init__(self, subscription: Subscription, runtime: Runtime[Any]) -> None:
        assert subscription.webhook is not None
        self.wake = asyncio.Event()
        self._id = subscription.id
        self._webhook = subscription.webhook
        self._endpoint = Endpoint(subscription.webhook)
        self._runtime = runtime
        self._failing = False
        self._resume = 0.0  # on the monotonic clock: until then a failing endpoint is left in peace

    async def run(self) -> None:
        """Returns when the service ends. While the database is away it waits, and the service is not ready."""
        async with self._endpoint:
            while not self._stopping:
                await self._runtime.persist("database", self._serve)

    async def _serve(self) -> None:
        """Deliver until the service ends. Raises Unavailable where the database goes away."""
        async with self._outbox() as outbox:
            while not self._stopping and not await outbox.mine():
                await self._pause(LOOK_SECONDS)
            looked = 0.0
            while not self._stopping:
                if time.monotonic() - looked > LOOK_SECONDS:
                    await self._show(outbox)
                    looked = time.monotonic()
                self.wake.clear()
                if time.monotonic() < self._resume or not await self._round(outbox):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.wake.wait(), LOOK_SECONDS)

    async def _show(self, outbox: Outbox) -> None:
        waiting, oldest = await outbox.waiting()
        metrics.WAITING.labels(self._id).set(waiting)
        metrics.OLDEST.labels(self._id).set(oldest)

    async def _round(self, outbox: Outbox) -> bool:
        """Try what is due, several reports at the same time while all goes well; whether there was anything."""
        failures = await outbox.failures()
        self._failing = failures > 0
        due = await outbox.heads(1 if self._failing else BATCH)
        room, turn = asyncio.Semaphore(self._webhook.concurrency), asyncio.Lock()
        done = await asyncio.gather(*(self._deliver(outbox, event, room, turn) for event in due), return_exceptions=True)
        for error in done:  # all of them have ended: nobody uses the connection any more
            if isinstance(error, BaseException):
                raise error
        if self._failing:
            await self._give_up(outbox)
            if due:
                asked = [seconds for seconds in done if isinstance(seconds, float)]
                self._resume = time.monotonic() + max(self._wait(failures + 1), *asked)
        return bool(due)

    async def _deliver(self, outbox: Outbox, event: Waiting, room: asyncio.Semaphore, turn: asyncio.Lock) -> float:
        """Try once; returns how many seconds the receiver wants us to wait. ``turn`` is for the one connection."""
        probing = self._failing
        async with room:
            if self._stopping or (self._failing and not probing):
                return 0.0  # another has failed meanwhile
            try:
                await self._endpoint.post(event.event, event.attributes, event.body)
            except Undelivered as error:
                self._failing = True
                metrics.DELIVERIES.labels(self._id, error.outcome).inc()
                wait = max(self._wait(event.attempts + 1), error.retry_after)
                log.warning(
                    "not delivered", subscription=self._id, event_id=event.event, reason=str(error), attempt=event.attempts + 1,
                    wait_seconds=round(wait, 2),
                )  # fmt: skip
                async with turn:
                    await outbox.failed(event, timedelta(seconds=wait))
                return error.retry_after
            self._failing = False
            metrics.DELIVERIES.labels(self._id, "delivered").inc()
            async with turn:
                await outbox.delivered(event)
            return 0.0

    async def _give_up(self, outbox: Outbox) -> None:
        while hopeless := await outbox.hopeless(self._webhook.give_up, BATCH):
            await self._runtime.publish([self._letter(event) for event in hopeless])
            await outbox.give_up(hopeless)
            metrics.GIVEN_UP.labels(self._id).inc(len(hopeless))
            log.error("given up", subscription=self._id, events=len(hopeless), after=str(self._webhook.give_up))

    def _letter(self, event: GivenUp) -> DeadLetter:
        """The dead letter of an event: it says where it is, and ``gouji replay`` reads it there."""
        origin = Incoming(event.topic, event.partition, event.offset, 0.0, None, None, ())
        reason = f"subscription {self._id}: not delivered within {self._webhook.give_up}, after {event.attempts} attempts"
        return dead_letter(self._runtime.name, origin, BadInput("undeliverable", reason), value_limit=0)

    def _wait(self, failures: int) -> float:
        return waits(self._webhook.first_wait.total_seconds(), self._webhook.most_wait.total_seconds(), failures)

    async def _pause(self, seconds: float) -> None:
        """Wait, unless the service is to end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._runtime.stopping.wait(), seconds)

    @property
    def _stopping(self) -> bool:
        return self._runtime.stopping.is_set()

    @asynccontextmanager
    async def _outbox(self) -> AsyncIterator[Outbox]:
        dsn = self._runtime.settings.database_url
        connection = await available(lambda: asyncpg.connect(dsn, command_timeout=60))
        try:
            yield Outbox(connection, self._id)
        finally:
            connection.terminate()
