"""The Faust app of a stage, in the configuration that loses nothing; docs/delivery.md says why each part is as it is."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.exceptions import ConsumerNotStarted

from services.runtime import metrics
from services.runtime.batching import batches
from services.runtime.delivery import Delivery
from services.runtime.exact import ExactTransport
from services.runtime.ledger import TP, Ledger
from services.runtime.received import Incoming
from services.runtime.runtime import Runtime
from services.runtime.security import credentials
from services.runtime.stage import Stage

log = structlog.get_logger()


def group_of(stage: str, prefix: str) -> str:
    """The consumer group of a stage."""
    return f"{prefix}gouji.{stage}"


def assigned_to(app: faust.App) -> set[TP]:
    """The partitions that this process has; none before it has joined the group."""
    try:
        return {(tp.topic, tp.partition) for tp in app.consumer.assignment()}
    except ConsumerNotStarted:
        return set()


def build(stage: Stage[Any], runtime: Runtime[Any], delivery: Delivery, ledger: Ledger) -> faust.App:
    """The app: one agent, one instance of it per assigned partition. Must be called inside the running loop."""
    settings = runtime.settings
    app = faust.App(
        group_of(stage.name, settings.topic_prefix),
        broker=[f"kafka://{server.strip()}" for server in settings.kafka_bootstrap_servers.split(",")],
        broker_credentials=credentials(settings),
        broker_client_id=f"gouji.{stage.name}",
        loop=asyncio.get_running_loop(),
        autodiscover=False,
        datadir=Path(tempfile.gettempdir()) / "gouji-faust",  # made at start, never used: there are no tables
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        stream_buffer_maxsize=settings.buffer_messages,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=settings.fetch_bytes,
        broker_commit_interval=settings.commit_seconds,
        broker_session_timeout=settings.session_seconds,
        # a broker just come back may not know the topic yet, and the assignor then gives none of it away: look again soon
        consumer_metadata_max_age_ms=int(settings.metadata_seconds * 1000),
        broker_heartbeat_interval=settings.heartbeat_seconds,
        broker_rebalance_timeout=settings.rebalance_seconds,
        broker_max_poll_interval=settings.poll_seconds,
        producer_acks=-1,
    )
    transport = ExactTransport(app.conf.broker_consumer, app)
    transport.ledger = ledger
    transport.joined = lambda: runtime.health.has("start")
    app.transport = transport
    # Bytes are read as bytes: a decoding serializer that meets a bad payload loses it and kills the agent.
    topic = app.topic(*(settings.topic_prefix + each.name for each in stage.inputs), key_serializer="raw", value_serializer="raw")

    async def agent(stream: Any) -> None:
        try:
            await _consume(stream, stage, runtime, delivery, ledger)
        except asyncio.CancelledError:
            # The partition was taken away, or the service ends. Faust counts an agent that ends by cancellation as crashed:
            # it starts it anew for a partition that is no longer there, and two at once end the whole app.
            return
        except BaseException as error:  # Faust would count the event as done and go on
            log.exception("the consuming loop itself failed")
            runtime.fail(f"consuming: {type(error).__name__}: {error}")
            await asyncio.Event().wait()

    app.agent(topic, name=f"gouji.{stage.name}", isolated_partitions=True)(agent)
    return app


async def _consume(stream: Any, stage: Stage[Any], runtime: Runtime[Any], delivery: Delivery, ledger: Ledger) -> None:
    """One partition's messages, in order. An event is acknowledged strictly after its effect is durable, and left only
    by success, by an acknowledged dead letter or by cancellation."""
    gauge = metrics.IN_HAND.labels(stage.name)
    held: set[TP] = set()

    def take(event: Any) -> tuple[Any, Incoming]:
        message = _incoming(event.message)
        held.add(message.place)
        ledger.took(message.place, message.offset, message.timestamp)
        gauge.set(ledger.in_hand())
        return event, message

    try:
        # Closed in order when this is left: a stream that is not stays registered for a partition that went elsewhere.
        async with aclosing(stream.noack().events()) as events:
            taken = (take(event) async for event in events)
            grouped = batches(taken, most=stage.batch, linger=stage.linger, size=_size, size_limit=stage.batch_bytes)
            async with aclosing(taken), aclosing(grouped):
                async for batch in grouped:
                    if runtime.stopping.is_set():
                        return  # drain: nothing new is begun; the broker gives it to the next worker
                    again = [ledger.finished(message.place, message.offset, message.timestamp) for _, message in batch]
                    await delivery.deliver([message for (_, message), known in zip(batch, again, strict=True) if not known])
                    for event, message in batch:
                        ledger.done(message.place, message.offset, message.timestamp)
                        await stream.ack(event)
                    gauge.set(ledger.in_hand())
    finally:
        for place in held:
            ledger.release(place)
        gauge.set(ledger.in_hand())


def _size(pair: tuple[Any, Incoming]) -> int:
    return pair[1].size


def _incoming(message: Any) -> Incoming:
    return Incoming(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        timestamp=message.timestamp or 0.0,
        key=message.key,
        value=message.value,
        headers=_headers(message.headers),
    )


def _headers(headers: Iterable[tuple[str, bytes | None]] | dict[str, bytes | None] | None) -> tuple[tuple[str, bytes], ...]:
    pairs = headers.items() if isinstance(headers, dict) else headers or ()
    return tuple((name, value or b"") for name, value in pairs)
