"""The validator as a service: reports → validations and discrepancies. ``python -m services.validator.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from schemas.base import Contract
from schemas.report import Report
from schemas.topics import REPORTS
from services.runtime import Context, Handler, Runtime, Settings, Stage, each, run
from services.validator import metrics
from services.validator.follow import follow
from services.validator.history import PostgresHistory
from services.validator.registry import rules
from services.validator.rulebook import EVERY_RULE, load_rulebook


class ValidatorSettings(Settings):
    """What the validator reads from the environment."""

    rules_file: Path | None = Field(
        None, description="rules switched off or lowered, for all or for one source, with reasons (docs/checking.md), YAML"
    )


@asynccontextmanager
async def opened(runtime: Runtime[ValidatorSettings]) -> AsyncIterator[Handler]:
    """Read the rulebook, open the history, then check one report at a time. Raises ConfigurationError for a wrong rulebook."""
    metrics.prepare(rule.id for rule in rules())
    settings = runtime.settings
    rulebook = await asyncio.to_thread(load_rulebook, settings.rules_file) if settings.rules_file else EVERY_RULE
    history = await PostgresHistory.open(settings.database_url)

    async def handle(report: Report, context: Context) -> Sequence[Contract]:
        seen = datetime.fromtimestamp(context.message.timestamp, UTC)
        validation, discrepancies = await follow(report, history, seen=seen, rulebook=rulebook)
        metrics.count(report, validation, datetime.now(UTC))
        return (validation, *discrepancies)

    try:
        yield each(handle)
    finally:
        history.close()


STAGE = Stage(name="validator", inputs=(REPORTS,), open=opened, settings=ValidatorSettings)

if __name__ == "__main__":
    run(STAGE)
