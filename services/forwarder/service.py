"""The forwarder as a service: discrepancies → webhooks and feeds. ``python -m services.forwarder.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from pydantic import Field

from schemas.base import Contract
from schemas.topics import DISCREPANCIES
from schemas.validation import Discrepancy
from services.forwarder import metrics
from services.forwarder.courier import Courier
from services.forwarder.feed import atom, replace
from services.forwarder.outbox import MIGRATIONS, forget, latest, receive
from services.forwarder.subscriptions import Subscription, load_subscriptions
from services.runtime import Handler, Received, Runtime, Settings, Stage, Unavailable, run
from services.runtime.database import available, open_pool

log = structlog.get_logger()
FORGET_SECONDS = 3600.0


class ForwarderSettings(Settings):
    """What the forwarder reads from the environment."""

    subscriptions: Path = Field(
        Path("subscriptions.yaml"), description="the file that says who is told what (docs/subscribing.md)"
    )
    feed_seconds: float = Field(10.0, gt=0, description="between two looks whether a feed has to be written anew, seconds")


@asynccontextmanager
async def opened(runtime: Runtime[ForwarderSettings]) -> AsyncIterator[Handler]:
    """The outbox, a courier for each webhook and a writer for each feed; what is received is put into the outbox.

    Raises ConfigurationError where the file, or a secret that it names, cannot be used.
    """
    subscriptions = load_subscriptions(runtime.settings.subscriptions)
    couriers = [Courier(subscription, runtime) for subscription in subscriptions if subscription.webhook]
    pool = await open_pool(runtime.settings.database_url, "forwarder", MIGRATIONS)
    work = [courier.run() for courier in couriers]
    work += [_write(subscription, pool, runtime) for subscription in subscriptions if subscription.feed]
    tasks = [asyncio.create_task(each) for each in (*work, _forget(subscriptions, pool, runtime))]
    for task in tasks:
        task.add_done_callback(lambda ended: _unforeseen(ended, runtime))

    async def handle(batch: Sequence[Received[Discrepancy]]) -> Sequence[Contract]:
        await available(lambda: receive(pool, subscriptions, batch))
        for courier in couriers:
            courier.wake.set()
        return ()

    try:
        yield handle
    finally:
        runtime.stopping.set()
        await asyncio.wait(tasks, timeout=runtime.settings.drain_seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        pool.terminate()


async def _write(subscription: Subscription, pool: asyncpg.Pool, runtime: Runtime[ForwarderSettings]) -> None:
    """Keep a feed's file as it should be."""
    feed = subscription.feed
    assert feed is not None
    written: bytes | None = None

    async def look() -> None:
        nonlocal written
        told = await latest(pool, subscription.id, feed.entries)
        made = await asyncio.to_thread(atom, feed, [(when, Discrepancy.model_validate_json(event)) for when, event in told])
        if made == written:
            return
        try:
            await asyncio.to_thread(replace, feed.file, made)
        except OSError as error:  # a full disk, a directory that may not be written: waiting may help
            raise Unavailable(f"feed of {subscription.id}: {error}") from error
        written = made
        metrics.FEEDS.labels(subscription.id).inc()

    last = False
    while not last:
        last = runtime.stopping.is_set()  # what came while it waited is written, too
        await runtime.persist(f"feed {subscription.id}", look)
        await _pause(runtime, runtime.settings.feed_seconds)


async def _forget(subscriptions: Sequence[Subscription], pool: asyncpg.Pool, runtime: Runtime[ForwarderSettings]) -> None:
    """Keep the outbox from growing."""
    ids = [subscription.id for subscription in subscriptions]
    while not runtime.stopping.is_set():
        if gone := await runtime.persist("database", lambda: available(lambda: forget(pool, ids))):
            log.warning("forgot what waited for subscriptions that are no longer in the file", events=gone)
        await _pause(runtime, FORGET_SECONDS)


async def _pause(runtime: Runtime[Any], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(runtime.stopping.wait(), seconds)


def _unforeseen(task: asyncio.Task[None], runtime: Runtime[Any]) -> None:
    """A defect in our own loops: only a restart can help."""
    if not task.cancelled() and (error := task.exception()):
        log.error("a delivering loop itself failed", exc_info=error)
        runtime.fail(f"forwarding: {type(error).__name__}: {error}")


STAGE = Stage(name="forwarder", inputs=(DISCREPANCIES,), open=opened, settings=ForwarderSettings, batch=200)

if __name__ == "__main__":
    run(STAGE)
