"""What becomes of a batch: its effect, or dead letters. Returns only when one of the two is durable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import structlog

from schemas.base import Contract
from schemas.dead_letter import Failure
from schemas.envelope import ForeignMessage, unseal
from schemas.topics import TOPICS
from services.runtime import logging, metrics, tracing
from services.runtime.dead_letters import DefectShare, attempt_of, dead_letter, is_about_dead_letter
from services.runtime.errors import BadInput
from services.runtime.received import Context, Incoming, Received
from services.runtime.runtime import Runtime
from services.runtime.stage import Handler

log = structlog.get_logger()
_MODELS: dict[str, type[Contract]] = {topic.name: topic.model for topic in TOPICS}


class Delivery:
    """The policy of failure (three kinds, told apart by type) around one stage's handler."""

    def __init__(self, stage: str, handler: Handler, runtime: Runtime[Any]) -> None:
        settings = runtime.settings
        self._stage = stage
        self._handler = handler
        self._runtime = runtime
        self._prefix = settings.topic_prefix
        for outcome in ("done", "dead_letter", "dropped"):
            metrics.MESSAGES.labels(stage, outcome)  # shown as 0: to a series that begins at 1 Prometheus sees no increase
        # In base64 it grows by a third, and the dead letter itself must never be too large to send.
        self._value_limit = min(settings.dead_letter_value_bytes, settings.message_bytes_max // 2)
        self._defects = DefectShare(window=settings.defect_window, least=settings.defect_least, share=settings.defect_share)

    async def deliver(self, messages: Sequence[Incoming]) -> None:
        """Handle messages of one partition, in order. When this returns, all of them may be committed.

        Leaves by exception only when it is cancelled; then none of them may.
        """
        received = []
        for message in messages:
            try:
                received.append(self._read(message))
            except ForeignMessage as error:
                await self._bury(message, BadInput("foreign_message", str(error)), error)
            except Exception as error:  # reading is ours: whatever else it does is a defect, not the end of the loop
                await self._bury(message, error, error)
        if received:
            await self._handle(received)

    def _read(self, message: Incoming) -> Received[Any]:
        event = unseal(_MODELS[message.topic.removeprefix(self._prefix)], message.value, message.headers)
        return Received(event, Context(self._stage, message, attempt_of(message), tracing.trace_id(message)))

    async def _handle(self, batch: Sequence[Received[Any]]) -> None:
        try:
            await self._take_effect(batch)
        except asyncio.CancelledError as error:
            if _being_cancelled():
                raise
            await self._divide(batch, error)  # a cancellation from within the handler is an error like any other
        except Exception as error:
            await self._divide(batch, error)
        else:
            for _ in batch:
                self._sealed("done")
            metrics.LAST_SUCCESS.labels(self._stage).set_to_current_time()

    async def _take_effect(self, batch: Sequence[Received[Any]]) -> None:
        messages = [received.context.message for received in batch]
        with tracing.handling(self._stage, messages) as trace, logging.about(batch, trace):
            began = time.perf_counter()
            try:
                outputs = await self._runtime.persist("handler", lambda: self._handler(batch))
            finally:
                metrics.SECONDS.labels(self._stage).observe(time.perf_counter() - began)
            await self._runtime.publish(outputs)
            log.debug("done", messages=len(batch), published=len(outputs))

    async def _divide(self, batch: Sequence[Received[Any]], error: BaseException) -> None:
        """Find the message that fails by halving; the others still take effect, in order."""
        if len(batch) == 1:
            await self._bury(batch[0].context.message, error, error)
            return
        middle = len(batch) // 2
        await self._handle(batch[:middle])
        await self._handle(batch[middle:])

    async def _bury(self, message: Incoming, failure: BaseException, error: BaseException) -> None:
        """Make a dead letter of ``message`` and wait until the broker has it."""
        letter = dead_letter(self._stage, message, failure, value_limit=self._value_limit)
        metrics.FAILURES.labels(self._stage, letter.failure, letter.code).inc()
        trace = tracing.trace_id(message)
        log.warning(
            "dead letter",
            failure=letter.failure,
            code=letter.code,
            reason=letter.reason,
            origin=f"{message.topic}/{message.partition}/{message.offset}",
            subject=message.header("ce_subject"),
            trace_id=trace,
            exc_info=error if letter.failure is Failure.DEFECT else None,
        )
        defect = letter.failure is Failure.DEFECT
        if is_about_dead_letter(message):
            self._sealed("dropped", defect=defect)
            return
        await self._runtime.publish([letter])
        metrics.DEAD_LETTERS.labels(self._stage, message.topic).inc()
        self._sealed("dead_letter", defect=defect)

    def _sealed(self, outcome: str, *, defect: bool = False) -> None:
        metrics.MESSAGES.labels(self._stage, outcome).inc()
        self._defects.count(defect=defect)
        if excess := self._defects.excess:
            self._runtime.fail(excess)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
