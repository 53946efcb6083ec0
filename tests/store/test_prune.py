"""Old readings go, and nothing that counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.validation import State
from services.store.parts import PARTS
from services.store.prune import prune
from services.store.writer import write
from tests.store.conftest import contents
from tests.store.test_writer import said

pytestmark = [pytest.mark.postgres]
ALL = {part for parts in PARTS.values() for part in parts}


@pytest.fixture
async def two_versions(connection, examples):
    """A report that was published anew, with what was found in the first version; the first one's digest."""
    report, validation = examples["Report"], examples["Validation"]
    found = examples["Discrepancy"].model_copy(update={"report_id": report.report_id, "document": report.document})
    await write(connection, said(report, validation.model_copy(update={"document": report.document}), found))
    anew = {"document": "e" * 64, "version": report.version + 1, "fetched_at": report.fetched_at + timedelta(days=30)}
    await write(connection, said(report.model_copy(update=anew), since=60))
    return report.document, found


async def left(connection, document):
    """The tables that hold something of a version."""
    version = "SELECT version_id FROM disclosures.report_version WHERE document = $1"
    return {
        part for part in ALL if await connection.fetch(f"SELECT FROM disclosures.{part} WHERE version_id = ({version})", document)
    }


async def test_what_an_open_discrepancy_stands_in_stays_until_it_is_resolved(connection, two_versions):
    old, found = two_versions
    before = await contents(connection)
    assert await prune(connection, days=0) == 0
    assert await contents(connection) == before

    await write(connection, said(found.model_copy(update={"state": State.RESOLVED}), since=120))
    before = await contents(connection)
    assert await prune(connection, days=1) == 0, "it is not old"
    assert await contents(connection) == before

    assert await left(connection, old) == ALL
    assert await prune(connection, days=0) == 1
    assert await left(connection, old) == {"obligation"}
    assert await left(connection, "e" * 64) == set(PARTS["report_version"])
    after = await contents(connection)
    assert {table for table in after if after[table] != before[table]} == ALL - {"obligation"}
    assert await prune(connection, days=0) == 0
