"""What a command needs that publishes: archive, database and broker as the environment names them, each tried once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from schemas.base import Contract
    from services.fetcher.once import Aside
    from services.runtime.archive import Archive
    from services.runtime.producer import Producer
    from services.runtime.settings import Settings

T = TypeVar("T")


class Once:
    """The way out of a desk for a person, who decides whether to try again: what is away raises Unavailable at once."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer

    async def publish(self, events: Sequence[Contract]) -> None:
        """Returns when the broker has the events."""
        await self._producer.publish(events)

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        """The operation's result."""
        return await operation()


@dataclass(frozen=True)
class Parts:
    """Where documents are kept, known and sent."""

    archive: Archive
    state: Aside
    out: Once


@asynccontextmanager
async def parts(settings: Settings) -> AsyncIterator[Parts]:
    """The archive, database and broker of ``settings``. Raises Unavailable where one is away."""
    from schemas.topics import RAW
    from services.fetcher.once import Aside
    from services.runtime.archive import Archive
    from services.runtime.errors import Unavailable
    from services.runtime.producer import Producer
    from services.runtime.topics import missing_topics

    if missing := await missing_topics(settings, [RAW]):
        raise Unavailable(f"broker: no topic {missing[0]}; gouji topics --create makes it")
    state = await Aside.open(settings.database_url)
    try:
        async with aclosing(Producer("fetcher", settings)) as producer:
            yield Parts(Archive(settings.archive_url), state, Once(producer))
    finally:
        await state.close()
