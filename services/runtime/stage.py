"""What a service declares: a ``Stage`` (messages in, effect, messages out) or a ``Source`` (a loop of its own, messages out)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic

from schemas.base import Contract
from schemas.envelope import Message
from schemas.topics import Topic
from services.runtime.received import Context, E, Received
from services.runtime.runtime import Runtime, S

Handler = Callable[[Sequence[Received[Any]]], Awaitable[Sequence[Contract | Message]]]
"""Does the effect of a batch, all or nothing, and returns what is to be published: events, or messages that a worker process
has sealed already. Called again with the same events after ``Unavailable`` or a crash, so it must be idempotent."""


def each(handle: Callable[[E, Context], Awaitable[Sequence[Contract | Message]]]) -> Handler:
    """A handler of one event at a time, for a stage whose ``batch`` is 1."""

    async def handler(batch: Sequence[Received[Any]]) -> Sequence[Contract | Message]:
        outputs: list[Contract | Message] = []
        for received in batch:
            outputs.extend(await handle(received.event, received.context))
        return outputs

    return handler


@dataclass(frozen=True)
class Stage(Generic[S]):
    """A service that consumes.

    ``open`` acquires what the stage needs (a pool, a connection), yields the handler and releases at the end; it may raise
    ``Unavailable`` and is then tried again. ``batch`` messages of one partition at most are handled together, waiting
    ``linger`` seconds at most for the batch to fill and holding ``batch_bytes`` of values at most.
    """

    name: str
    inputs: tuple[Topic, ...]
    open: Callable[[Runtime[S]], AbstractAsyncContextManager[Handler]]
    settings: type[S]
    batch: int = 1
    linger: float = 0.1
    batch_bytes: int = 8 * 1024**2


@dataclass(frozen=True)
class Source(Generic[S]):
    """A service that only produces: ``work`` runs until it returns or ``runtime.stopping`` is set, then drains by itself."""

    name: str
    work: Callable[[Runtime[S]], Awaitable[None]]
    settings: type[S]
