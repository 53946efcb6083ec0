"""The life of a service between start and end: waiting for what it needs, working, draining."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Any, TypeVar

import faust
import structlog

from services.runtime.consumer import assigned_to, build, group_of
from services.runtime.delivery import Delivery
from services.runtime.errors import Unavailable
from services.runtime.lag import LagGauges, Positions, Watchdog
from services.runtime.ledger import Ledger
from services.runtime.runtime import Runtime
from services.runtime.stage import Source, Stage
from services.runtime.topics import missing_topics

T = TypeVar("T")
log = structlog.get_logger()
POLL_SECONDS = 0.1
CLOSE_SECONDS = 10.0


class Stopping(Exception):
    """The service was asked to end while it was still waiting for something."""


async def work(service: Stage[Any] | Source[Any], runtime: Runtime[Any]) -> None:
    """Returns when the service was asked to end and has drained, or has to end (``runtime.health.failure``)."""
    try:
        if isinstance(service, Stage):
            await _consume(service, runtime)
        else:
            await _produce(service, runtime)
    except Stopping:
        log.info("asked to end before it was ready")


async def unless_stopping(runtime: Runtime[Any], work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``; cancels it and raises Stopping where the service is asked to end first."""
    task = asyncio.ensure_future(work)
    stop = asyncio.ensure_future(runtime.stopping.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Stopping
        return task.result()
    finally:
        stop.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


async def _produce(source: Source[Any], runtime: Runtime[Any]) -> None:
    task = asyncio.ensure_future(_awaited(source.work(runtime)))
    stop = asyncio.ensure_future(runtime.stopping.wait())
    runtime.health.has("start")
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not task.done():
        await asyncio.wait({task}, timeout=runtime.settings.drain_seconds)
    if not task.done():
        log.warning("not drained in time", seconds=runtime.settings.drain_seconds)
        task.cancel()
        await asyncio.wait({task}, timeout=CLOSE_SECONDS)
        return
    task.result()


async def _awaited(work: Awaitable[T]) -> T:
    return await work


async def _consume(stage: Stage[Any], runtime: Runtime[Any]) -> None:
    ledger = Ledger()
    await unless_stopping(runtime, runtime.persist("broker", lambda: _topics_there(stage, runtime)))
    async with AsyncExitStack() as stack:
        opening = runtime.persist("resources", lambda: stack.enter_async_context(stage.open(runtime)))
        handler = await unless_stopping(runtime, opening)
        app = build(stage, runtime, Delivery(stage.name, handler, runtime), ledger)
        watching = asyncio.ensure_future(_watch(stage, runtime, app, ledger))
        watching.add_done_callback(lambda task: _unwatched(task, runtime))
        try:
            await unless_stopping(runtime, app.start())
            await _until_stopping(runtime, app)
            await _drain(runtime, app, ledger)
        finally:
            watching.cancel()
            await asyncio.wait({watching}, timeout=CLOSE_SECONDS)
            await _stop(app)


async def _topics_there(stage: Stage[Any], runtime: Runtime[Any]) -> None:
    if missing := await missing_topics(runtime.settings, stage.inputs):
        raise Unavailable(f"no such topics yet: {', '.join(missing)}")


async def _until_stopping(runtime: Runtime[Any], app: faust.App) -> None:
    while not runtime.stopping.is_set():
        if app.crashed:
            runtime.fail(f"the broker client crashed: {app.crash_reason!r}")
        await asyncio.sleep(POLL_SECONDS)


async def _drain(runtime: Runtime[Any], app: faust.App, ledger: Ledger) -> None:
    """What is in hand may finish; nothing new is begun (see ``consumer``)."""
    runtime.health.lacks("drain", "ending")
    try:
        await asyncio.wait_for(ledger.empty(), runtime.settings.drain_seconds)
    except TimeoutError:
        log.warning("not drained in time: will be delivered again", messages=ledger.in_hand())
    # Faust commits once more in stopping, but only after it has given its partitions away: nothing.
    with suppress(TimeoutError):
        await asyncio.wait_for(app.consumer.commit(), CLOSE_SECONDS)


async def _stop(app: faust.App) -> None:
    """Commit, leave the group, close; the runtime does not wait for ever where Faust would."""
    stopping = asyncio.ensure_future(app.stop())
    await asyncio.wait({stopping}, timeout=CLOSE_SECONDS)
    if not stopping.done():
        log.warning("the broker client does not close")
        stopping.cancel()
    elif error := stopping.exception():
        log.warning("the broker client closed badly", error=repr(error))


def _unwatched(watching: asyncio.Task[None], runtime: Runtime[Any]) -> None:
    """Nobody works on unwatched."""
    if not watching.cancelled() and (error := watching.exception()):
        runtime.fail(f"watching: {error!r}")


async def _watch(stage: Stage[Any], runtime: Runtime[Any], app: faust.App, ledger: Ledger) -> None:
    """Measure lag and judge progress, for as long as the service runs."""
    settings = runtime.settings
    group = group_of(stage.name, settings.topic_prefix)
    topics = [settings.topic_prefix + topic.name for topic in stage.inputs]
    gauges, watchdog = LagGauges(stage.name), Watchdog(settings.watchdog_seconds)

    async with aclosing(Positions(settings)) as positions:
        while not runtime.stopping.is_set():
            try:
                now = await positions.read(group, topics)
                runtime.health.has("lag")
                assigned = assigned_to(app)
                gauges.show(now, assigned, ledger)
                if runtime.waiting:
                    watchdog.excuse()
                elif reason := watchdog.stuck(time.monotonic(), now, assigned):
                    runtime.fail(reason)
            except Unavailable as error:
                runtime.health.lacks("lag", error.reason)
                watchdog.excuse()
            await asyncio.sleep(settings.lag_seconds)
