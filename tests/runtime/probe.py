"""A service for tests: each message says, in its title, what shall happen to it. Run: ``python -m tests.runtime.probe``.

Its effect is a line in the file $PROBE_EFFECTS, written when a batch is done, and a Validation published for each. It
writes a line when it begins too, so that a test can strike in mid-message. A message's ``sha256`` is its name.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from schemas.base import Contract
from schemas.raw import RawDocument
from schemas.report import Identity
from schemas.topics import DEAD_LETTERS, RAW
from schemas.validation import Validation
from services.runtime import BadInput, Received, Runtime, Settings, Stage, Unavailable, run

EFFECTS = Path(os.environ["PROBE_EFFECTS"])


def note(what: str, batch: Sequence[Received[Any]]) -> None:
    """One line, written at once: several partitions write at the same time, and the process may be killed."""
    entry = {
        "what": what,
        "names": [getattr(received.event, "sha256", "") for received in batch],
        "trace": batch[0].context.trace_id,
        "attempt": batch[0].context.attempt,
        "pid": os.getpid(),
    }
    with EFFECTS.open("a") as file:
        file.write(json.dumps(entry) + "\n")


def there(path: str) -> bool:
    return Path(path).exists()


def first_time(path: str) -> bool:
    """True once, over all processes that use the same path."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


async def obey(document: RawDocument) -> None:
    match (document.title or "").split():
        case ["bad"]:
            raise BadInput("password", "the document asks for a password")
        case ["defect"]:
            raise ValueError("unforeseen")
        case ["defect-until", path] if not there(path):
            raise ValueError("not cured yet")
        case ["away-until", path] if not there(path):
            raise Unavailable("the archive is away")
        case ["cancelled"]:
            raise asyncio.CancelledError
        case ["slow", seconds]:
            await asyncio.sleep(float(seconds))
        case ["slow-once", seconds, path] if first_time(path):
            await asyncio.sleep(float(seconds))


@asynccontextmanager
async def opened(runtime: Runtime[Settings]) -> AsyncIterator[Any]:
    async def handle(batch: Sequence[Received[Any]]) -> Sequence[Contract]:
        note("begin", batch)
        for received in batch:
            await obey(received.event)
        note("done", batch)
        documents = [received.event for received in batch]
        return [Validation(report_id=each.sha256, document=each.sha256, identity=Identity()) for each in documents]

    yield handle


if __name__ == "__main__":
    inputs = (RAW, DEAD_LETTERS) if os.environ.get("PROBE_READS_DEAD_LETTERS") else (RAW,)
    run(Stage("probe", inputs, opened, Settings, batch=int(os.environ.get("PROBE_BATCH", "1"))))
