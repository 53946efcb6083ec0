"""Sends events: idempotent, acknowledged by every in-sync replica, and not reported sent before that."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError, RecordTooLargeError

from schemas.base import Contract
from schemas.envelope import Message, seal
from services.runtime import metrics, tracing
from services.runtime.errors import BadInput, Unavailable
from services.runtime.security import connection
from services.runtime.settings import Settings

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError, RecordTooLargeError)
CLOSE_SECONDS = 5.0


class Producer:
    """Opens its connection when first needed, and anew after any failure.

    An idempotent producer whose batch failed may have lost count of its sequence numbers; a new one starts a new count.
    """

    def __init__(self, source: str, settings: Settings) -> None:
        self._source = source
        self._settings = settings
        self._inner: AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()

    async def publish(self, events: Sequence[Contract | Message]) -> None:
        """Send events, sealed already or not, to their topics; returns when the broker has acknowledged them all.

        Raises Unavailable (some of them may have been sent; sending all again is harmless) and BadInput
        (``output_too_large``).
        """
        with tracing.publishing(self._source) as trace:
            messages = [event if isinstance(event, Message) else seal(event, source=self._source) for event in events]
            await self.send([message.under(trace) for message in messages])

    async def send(self, messages: Sequence[Message]) -> None:
        """Send sealed messages; raises as ``publish`` does. The configured prefix is put before their topics."""
        if not messages:
            return
        inner = await self._open()
        try:
            acknowledgements = [
                await inner.send(
                    self._settings.topic_prefix + message.topic,
                    value=message.value,
                    key=message.key,
                    headers=[(name, value) for name, value in message.headers],
                )
                for message in messages
            ]
            await asyncio.gather(*acknowledgements)
        except TOO_LARGE as error:
            sizes = ", ".join(f"{message.topic}: {len(message.value or b'')} bytes" for message in messages)
            raise BadInput("output_too_large", f"larger than a message may be ({sizes})") from error
        except (KafkaError, OSError) as error:
            await self._discard(inner)
            raise Unavailable(f"broker: {type(error).__name__} {error}") from error
        for message in messages:
            metrics.PUBLISHED.labels(self._source, message.topic).inc()

    async def aclose(self) -> None:
        """Send what is buffered and close; gives up after some seconds."""
        if self._inner is not None:
            await self._discard(self._inner)

    async def _open(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._inner is None:
                inner = AIOKafkaProducer(
                    **connection(self._settings),
                    client_id=f"gouji.{self._source}",
                    enable_idempotence=True,
                    acks="all",
                    compression_type=self._settings.compression or None,
                    max_request_size=self._settings.message_bytes_max,
                )
                try:
                    await inner.start()
                except (KafkaError, OSError) as error:
                    await _stop(inner)
                    raise Unavailable(f"broker: {type(error).__name__} {error}") from error
                self._inner = inner
            return self._inner

    async def _discard(self, inner: AIOKafkaProducer) -> None:
        if self._inner is inner:
            self._inner = None
        await _stop(inner)


async def _stop(inner: AIOKafkaProducer) -> None:
    # A producer that lost its broker waits for it even in closing; its failure to close has nothing more to tell.
    with contextlib.suppress(TimeoutError, KafkaError, OSError):
        await asyncio.wait_for(inner.stop(), CLOSE_SECONDS)
