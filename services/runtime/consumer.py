"""The Faust app of a stage, in the configuration that loses nothing; docs/delivery.md says why each part is as it is."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.runtime import metrics
from services.runtime.batching import batches
from services.runtime.delivery import Delivery
from services.runtime.ledger import Ledger
from services.runtime.received import Incoming
from services.runtime.runtime import Runtime
from services.runtime.stage import Stage

log = structlog.get_logger()


class _Consumer(driver.Consumer):
    """Faust's consumer, committing what the ledger says is done and nothing else."""

    transport: _Transport
    logger = driver.logger

    def _new_offset(self, tp: TP) -> int | None:
        offset = self.transport.ledger.committable((tp.topic, tp.partition))
        if offset is not None:  # Faust's own notes are tidied, not believed
            done = [acked for acked in self._acked[tp] if acked < offset]
            self._acked_index[tp].difference_update(done)
            self._acked[tp][:] = [acked for acked in self._acked[tp] if acked >= offset]
        return offset

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        self.transport.ledger.forget((tp.topic, tp.partition) for tp in revoked)
        await super().on_partitions_revoked(revoked)


class _Transport(driver.Transport):
    Consumer = _Consumer
    ledger: Ledger


def group_of(stage: str, prefix: str) -> str:
    """The consumer group of a stage."""
    return f"{prefix}gouji.{stage}"


def build(stage: Stage[Any], runtime: Runtime[Any], delivery: Delivery, ledger: Ledger) -> faust.App:
    """The app: one agent, one instance of it per assigned partition. Must be called inside the running loop."""
    settings = runtime.settings
    app = faust.App(
        group_of(stage.name, settings.topic_prefix),
        broker=[f"kafka://{server.strip()}" for server in settings.kafka_bootstrap_servers.split(",")],
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
        broker_heartbeat_interval=settings.heartbeat_seconds,
        broker_rebalance_timeout=settings.rebalance_seconds,
        broker_max_poll_interval=settings.poll_seconds,
        producer_acks=-1,
    )
    transport = _Transport(app.conf.broker_consumer, app)
    transport.ledger = ledger
    app.transport = transport
    # Bytes are read as bytes: a decoding serializer that meets a bad payload loses it and kills the agent.
    topic = app.topic(*(settings.topic_prefix + each.name for each in stage.inputs), key_serializer="raw", value_serializer="raw")

    async def agent(stream: Any) -> None:
        try:
            await _consume(stream, stage, runtime, delivery, ledger)
        except asyncio.CancelledError:
            raise
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

    async def taken() -> AsyncIterator[tuple[Any, Incoming]]:
        async for event in stream.noack().events():
            message = _incoming(event.message)
            ledger.took((message.topic, message.partition), message.offset, message.timestamp)
            gauge.set(ledger.in_hand())
            yield event, message

    grouped = batches(
        taken(), most=stage.batch, linger=stage.linger, size=lambda pair: pair[1].size, size_limit=stage.batch_bytes
    )
    async for batch in grouped:
        messages = [message for _, message in batch]
        tp = (messages[0].topic, messages[0].partition)
        try:
            if runtime.stopping.is_set():  # drain: nothing new is begun; the broker gives it to the next worker
                ledger.dropped(tp, (message.offset for message in messages))
                await asyncio.Event().wait()
            await delivery.deliver(messages)
            for event, message in batch:
                ledger.done(tp, message.offset)
                await stream.ack(event)
        finally:
            ledger.dropped(tp, (message.offset for message in messages))
            gauge.set(ledger.in_hand())


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
