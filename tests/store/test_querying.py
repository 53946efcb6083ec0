"""What docs/querying.md shows is what the sample site gives, and no view is without an example."""

from __future__ import annotations

import pytest

from tests.store.querying import documented, fill, name_of, result
from tests.store.test_migrate import VIEWS


@pytest.fixture
async def filled(connection):
    await fill(connection)
    return connection


async def test_every_documented_query_gives_the_documented_result(filled):
    for query, shown in documented():
        assert await result(filled, query) == shown, "look at what is different, then: python -m tests.store.querying"


def test_every_view_has_a_documented_query():
    assert {name_of(query) for query, _ in documented()} >= VIEWS
