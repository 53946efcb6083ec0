"""The register as a service: reports, a clock → expectations. ``python -m services.register.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pydantic import Field

from schemas.base import Contract
from schemas.report import Report
from schemas.topics import REPORTS
from services.register.entries import load_duties
from services.register.register import Register, open_register_pool
from services.runtime import Context, Handler, Runtime, Settings, Stage, each, run

log = structlog.get_logger()


class RegisterSettings(Settings):
    """What the register reads from the environment."""

    sources: Path = Field(
        Path("sources"), description="the sources, a folder or a file, that name the registers (docs/register.md)"
    )
    register_seconds: float = Field(60.0, gt=0, description="how often due dates are compared with the clock, seconds")
    register_grace_seconds: float = Field(
        86400.0, ge=0, description="what was overdue when it was first registered is not called missing for so long, seconds"
    )


@asynccontextmanager
async def opened(runtime: Runtime[RegisterSettings]) -> AsyncIterator[Handler]:
    """Bring the table in line with the registers, then follow the reports; a timer looks at the due dates meanwhile."""
    settings = runtime.settings
    duties = await asyncio.to_thread(load_duties, settings.sources)
    log.info("registered", duties=len(duties))
    pool = await open_register_pool(settings.database_url)
    timer: asyncio.Task[None] | None = None
    try:
        grace = timedelta(seconds=settings.register_grace_seconds)
        register = Register(pool, duties, runtime.publish, lambda: datetime.now(UTC), grace)
        await register.enroll()
        timer = asyncio.create_task(_watch(register, runtime))
        timer.add_done_callback(lambda task: _unwatched(task, runtime))

        async def handle(report: Report, context: Context) -> Sequence[Contract]:
            await register.see(report, datetime.fromtimestamp(context.message.timestamp, UTC))
            return ()

        yield each(handle)
    finally:
        if timer is not None:
            timer.cancel()
            await asyncio.wait({timer})
        pool.terminate()


async def _watch(register: Register, runtime: Runtime[RegisterSettings]) -> None:
    while True:
        await runtime.persist("register", register.tick)
        await asyncio.sleep(runtime.settings.register_seconds)


def _unwatched(timer: asyncio.Task[None], runtime: Runtime[RegisterSettings]) -> None:
    """A register whose clock stands still must not go on as if nothing were due."""
    if not timer.cancelled() and (error := timer.exception()):
        runtime.fail(f"the timer: {error!r}")


STAGE = Stage(name="register", inputs=(REPORTS,), open=opened, settings=RegisterSettings)

if __name__ == "__main__":
    run(STAGE)
