"""What ``topics`` and ``replay`` share: asking the broker once, and saying so in a sentence where it is away."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from services.cli.output import fail

if TYPE_CHECKING:
    from services.runtime.settings import Settings

Answer = TypeVar("Answer")


def ask(question: Callable[[Settings], Coroutine[Any, Any, Answer]]) -> Answer:
    """The answer of the broker that the environment names. Ends the command where it cannot be reached."""
    import asyncio
    import logging

    from services.runtime.errors import Unavailable
    from services.runtime.settings import Settings

    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # its failures are told once, by the exception
    settings = Settings()
    try:
        return asyncio.run(question(settings))
    except Unavailable as error:
        fail(f"{error} ({settings.kafka_bootstrap_servers}; set KAFKA_BOOTSTRAP_SERVERS)")
