"""The validator as a service: reports → validations and discrepancies. ``python -m services.validator.service``"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from schemas.base import Contract
from schemas.report import Report
from schemas.topics import REPORTS
from services.runtime import Context, Handler, Runtime, Settings, Stage, each, run
from services.validator import metrics
from services.validator.follow import follow
from services.validator.history import PostgresHistory
from services.validator.registry import rules


@asynccontextmanager
async def opened(runtime: Runtime[Settings]) -> AsyncIterator[Handler]:
    """Open the history, then check one report at a time."""
    metrics.prepare(rule.id for rule in rules())
    history = await PostgresHistory.open(runtime.settings.database_url)

    async def handle(report: Report, context: Context) -> Sequence[Contract]:
        seen = datetime.fromtimestamp(context.message.timestamp, UTC)
        validation, discrepancies = await follow(report, history, seen=seen)
        metrics.count(report, validation, datetime.now(UTC))
        return (validation, *discrepancies)

    try:
        yield each(handle)
    finally:
        history.close()


STAGE = Stage(name="validator", inputs=(REPORTS,), open=opened, settings=Settings)

if __name__ == "__main__":
    run(STAGE)
