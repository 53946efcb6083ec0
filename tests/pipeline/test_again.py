"""``gouji replay --from raw|reports``: everything is read or checked anew, and only what is seen differently is written."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from typer.testing import CliRunner

from services.cli import app
from tests.pipeline.conftest import contents, until_settled
from tests.pipeline.site import Site, budgets

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


async def execute(dsn: str, statement: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.execute(statement)
    finally:
        await connection.close()


async def test_what_is_archived_is_worked_on_anew(pipeline_on, monkeypatch):
    async with Site(budgets(2)) as site, pipeline_on(site) as pipeline:

        async def gouji(*arguments):
            result = await asyncio.to_thread(CliRunner().invoke, app, ["replay", "--lang", "en", *arguments])
            await until_settled(pipeline)
            return result

        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", pipeline.bootstrap)
        monkeypatch.setenv("DATABASE_URL", pipeline.dsn)
        monkeypatch.setenv("GOUJI_TOPIC_PREFIX", pipeline.environment["GOUJI_TOPIC_PREFIX"])
        monkeypatch.setenv("GOUJI_ARCHIVE_URL", str(pipeline.directory / "archive"))
        await pipeline.crawl_once()
        await until_settled(pipeline)
        stored = await contents(pipeline.dsn)
        before = await pipeline.counts()
        assert any("discrepancy" in table and rows for table, rows in stored.items())

        result = await gouji("--from", "raw", "--since", "2025-01-01", "--dry-run")
        assert "would be read and checked anew: 2 documents" in result.stdout and site.url in result.stdout
        assert await pipeline.counts() == before, "a dry run sends nothing"

        result = await gouji("--from", "raw", "--since", "2025-01-01")
        assert (result.exit_code, result.stdout) == (0, "read and checked anew: 2 documents\n")
        after = await pipeline.counts()
        assert after["disclosures.raw.v1"] == 4 and after["disclosures.reports.v1"] == 4
        assert await contents(pipeline.dsn) == stored, "the same code sees the same"

        # as if an older parser had read nothing: its report says so, and the better one is written over it
        await execute(pipeline.dsn, "DELETE FROM disclosures.fact")
        await execute(pipeline.dsn, "UPDATE disclosures.report_version SET event_id = 'an older reading'")
        await gouji("--from", "raw", "--since", "2025-01-01", "--issuer", "第1图书馆")
        facts = "SELECT DISTINCT issuer FROM disclosures.fact JOIN disclosures.report r ON r.latest = fact.version_id"
        connection = await asyncpg.connect(pipeline.dsn)
        assert [row[0] for row in await connection.fetch(facts)] == ["云溪市青禾区第1图书馆"], "only what was chosen"
        await connection.close()
        await gouji("--from", "raw", "--since", "2025-01-01")
        assert await contents(pipeline.dsn) == stored

        # reports are on their topic: the parser is not asked
        raws = (await pipeline.counts())["disclosures.raw.v1"]
        await execute(pipeline.dsn, "DELETE FROM disclosures.discrepancy_event; DELETE FROM disclosures.discrepancy")
        result = await gouji("--from", "reports", "--since", "2025-01-01")
        assert (result.exit_code, result.stdout) == (0, "checked anew: 2 reports\n")
        assert await contents(pipeline.dsn) == stored
        assert (await pipeline.counts())["disclosures.raw.v1"] == raws

        result = await gouji("--from", "reports", "--since", "2099-01-01")
        assert (result.exit_code, result.stdout) == (0, "no document is like that\n")

        # a body that is gone cannot be read anew, and it is said which
        for body in (pipeline.directory / "archive").rglob("?" * 64):
            body.unlink()
        result = await gouji("--from", "raw", "--since", "2025-01-01")
        assert result.exit_code == 1 and result.stdout.count("gone  ") == 2 and "no longer in the archive: 2" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--from", "raw"), "--from raw needs --since"),
        (
            ("--from", "reports", "--since", "2025-01-01", "--stage", "parser"),
            "--stage, --code and --origin are for dead letters",
        ),
        (("--since", "2025-01-01"), "--since and --issuer are for --from raw"),
    ],
)
def test_options_that_do_not_fit_together(arguments, reason):
    result = CliRunner().invoke(app, ["replay", *arguments])
    assert result.exit_code == 2 and reason in result.stderr
