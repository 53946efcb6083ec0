"""A source for tests: publishes a document again and again until it is asked to end."""

import asyncio
import os

import structlog

from services.runtime import Runtime, Settings, Source, run
from tests.runtime.bench import document

log = structlog.get_logger()


async def work(runtime: Runtime[Settings]) -> None:
    if os.environ.get("SOURCE_FAILS"):
        raise RuntimeError("no more")
    title = "x" * int(os.environ.get("SOURCE_TITLE_BYTES", "1"))
    number = 0
    while not runtime.stopping.is_set():
        number += 1
        await runtime.publish([document(f"doc-{number}", title=title)])
        log.info("published", number=number)
        await asyncio.sleep(0.1)
    log.info("drained", number=number)


if __name__ == "__main__":
    run(Source("source", work, Settings))
