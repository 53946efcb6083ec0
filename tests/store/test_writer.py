"""Whatever the order and however often, the same events make the same rows."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from schemas.expectation import Standing
from schemas.raw import Annex
from schemas.validation import State
from services.store.columns import COLUMNS
from services.store.told import tell
from services.store.writer import write
from tests.store.conftest import contents

START = datetime(2025, 8, 20, 10, tzinfo=UTC)


def at(minute):
    return START + timedelta(minutes=minute)


def said(*events, since=0):
    """The events, said one a minute."""
    return [tell(event, at(since + i)) for i, event in enumerate(events)]


def life_of(discrepancy):
    """The events of a discrepancy that is opened, changed and resolved by three versions, and of one that stays."""
    later = discrepancy.last_seen
    events = []
    for i, state in enumerate((State.OPENED, State.CHANGED, State.RESOLVED)):
        seen = later + timedelta(days=i)
        events.append(discrepancy.model_copy(update={"state": state, "document": f"{i:064d}", "last_seen": seen}))
    return [*events, discrepancy.model_copy(update={"discrepancy_id": "stays"})]


def batch_of(examples):
    raw, report, expectation = examples["RawDocument"], examples["Report"], examples["Expectation"]
    annex = Annex(url="https://a.example/1", name="1", media_type="text/html", sha256="2" * 64, size=2)
    return said(
        *examples.values(),
        raw.model_copy(update={"version": 2, "sha256": "1" * 64, "annexes": (annex,)}),
        report.model_copy(update={"document": "1" * 64, "version": 2}),
        report.model_copy(update={"document": "1" * 64, "version": 2, "facts": (), "parser_version": "next"}),
        report.model_copy(update={"report_id": "other", "identity": report.identity.model_copy(update={"issuer": "other"})}),
        *life_of(examples["Discrepancy"]),
        expectation.model_copy(update={"standing": Standing.LATE, "noticed_at": expectation.noticed_at + timedelta(days=1)}),
    )


async def test_one_of_each_event_is_stored_with_all_that_belongs_to_it(connection, examples):
    await write(connection, said(*examples.values()))
    found = await contents(connection)
    empty = [table for table, rows in found.items() if not rows]
    assert empty == []
    fact = examples["Report"].facts[0]
    stored = await connection.fetchrow("SELECT * FROM disclosures.fact WHERE fact_id = $1", fact.id)
    assert (stored["value"], stored["decimals"], stored["unit"]) == (fact.value, fact.decimals, "CNY")


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_and_any_number_of_repeats_give_the_same_rows(connection, examples, seed):
    events = batch_of(examples)
    await write(connection, events)
    straight = await contents(connection)
    await connection.execute(f"TRUNCATE {', '.join(f'disclosures.{table}' for table in COLUMNS)}")

    chance = random.Random(seed)
    shuffled = events + chance.choices(events, k=len(events) // 2)
    chance.shuffle(shuffled)
    while shuffled:
        size = chance.randint(1, 4)
        await write(connection, shuffled[:size])
        shuffled = shuffled[size:]
    assert await contents(connection) == straight


async def test_a_discrepancy_does_not_come_back_to_life_when_an_old_event_is_repeated(connection, examples):
    opened, changed, resolved, _ = said(*life_of(examples["Discrepancy"]))
    await write(connection, [opened, changed, resolved])
    await write(connection, [opened])
    assert await connection.fetchval("SELECT state FROM disclosures.discrepancy") == "resolved"
    assert await connection.fetchval("SELECT count(*) FROM disclosures.discrepancy_event") == 3
    assert await connection.fetchval("SELECT count(*) FROM disclosures.open_discrepancies") == 0


async def test_a_new_reading_of_the_same_bytes_replaces_the_old_one(connection, examples):
    report = examples["Report"]
    again = report.model_copy(update={"facts": report.facts[:1], "parser_version": "next"})
    await write(connection, said(report))
    await write(connection, said(again, since=1))
    await write(connection, said(report))
    assert await connection.fetchval("SELECT count(*) FROM disclosures.fact") == 1
    assert await connection.fetchval("SELECT parser_version FROM disclosures.report_version") == "next"


async def test_what_is_said_again_later_is_not_written_again(connection, examples):
    await write(connection, said(examples["Report"]))
    rows = "SELECT array_agg(ctid::text || xmin::text ORDER BY fact_id) FROM disclosures.fact"
    before = await connection.fetchval(rows)
    await write(connection, said(examples["Report"], since=5))
    assert await connection.fetchval(rows) == before
    assert await connection.fetchval("SELECT said_at FROM disclosures.report_version") == at(5)


async def test_a_reading_that_took_the_document_for_another_report_no_longer_counts(connection, examples):
    report = examples["Report"]
    mistaken = report.model_copy(update={"report_id": "mistaken"})
    wrong = examples["Discrepancy"].model_copy(update={"report_id": "mistaken"})
    await write(connection, said(mistaken, wrong))
    assert await connection.fetchval("SELECT count(*) FROM disclosures.open_discrepancies") == 1
    await write(connection, said(report, since=5))
    latest = {row[0]: row[1] for row in await connection.fetch("SELECT report_id, latest IS NOT NULL FROM disclosures.report")}
    assert latest == {report.report_id: True, "mistaken": False}
    assert await connection.fetchval("SELECT count(*) FROM disclosures.open_discrepancies") == 0


async def test_the_version_found_last_counts(connection, examples):
    report = examples["Report"]
    newer = report.model_copy(update={"document": "1" * 64, "version": 2, "fetched_at": report.fetched_at + timedelta(days=1)})
    await write(connection, said(newer, report))
    counts = "SELECT v.document FROM disclosures.report r JOIN disclosures.report_version v ON v.version_id = r.latest"
    assert await connection.fetchval(counts) == newer.document


async def test_a_batch_is_stored_whole_or_not_at_all(connection, examples):
    broken = examples["Report"].model_copy(update={"facts": (examples["Report"].facts[0],) * 2})  # one key twice
    with pytest.raises(Exception, match="duplicate key"):
        await write(connection, said(examples["RawDocument"], broken))
    assert await connection.fetchval("SELECT count(*) FROM disclosures.document_version") == 0


async def test_a_part_has_its_whole_and_goes_with_it(connection, examples):
    await write(connection, said(examples["Report"], examples["Validation"]))
    with pytest.raises(asyncpg.ForeignKeyViolationError, match=r"section of .*, which is not in report_version"):
        await connection.execute(
            "INSERT INTO disclosures.section SELECT gen_random_uuid(), 0, 'part', 1, NULL, '', NULL, NULL, 0, 0"
        )
    await connection.execute("UPDATE disclosures.report SET latest = NULL")
    await connection.execute("DELETE FROM disclosures.report_version")
    left = [table for table in ("section", "fact", "check_outcome") if await connection.fetch(f"SELECT FROM disclosures.{table}")]
    assert left == []
