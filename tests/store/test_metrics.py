"""What the database holds, as metrics."""

from __future__ import annotations

import asyncpg
import pytest

from schemas.validation import State
from services.runtime.metrics import REGISTRY
from services.store.metrics import take_census
from services.store.writer import write
from tests.store.test_writer import said

pytestmark = [pytest.mark.postgres]


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_the_census_counts_by_region_state_and_rule_and_forgets_what_is_no_more(store, connection, examples):
    found = examples["Discrepancy"]
    region = "".join(found.identity.region[:2])
    await write(connection, said(*examples.values(), found.model_copy(update={"discrepancy_id": "second"})))
    async with asyncpg.create_pool(store, min_size=1, max_size=1) as pool:
        await take_census(pool)
        assert value("gouji_store_discrepancies", region=region, severity=found.severity, state="opened") == 2
        assert value("gouji_store_open_by_rule", rule=found.rule, severity=found.severity) == 2
        assert value("gouji_store_reports", kind=str(found.identity.kind)) >= 1

        resolved = [
            found.model_copy(update={"discrepancy_id": i, "state": State.RESOLVED}) for i in (found.discrepancy_id, "second")
        ]
        await write(connection, said(*resolved, since=60))
        await take_census(pool)
    assert value("gouji_store_discrepancies", region=region, severity=found.severity, state="resolved") == 2
    assert value("gouji_store_discrepancies", region=region, severity=found.severity, state="opened") is None
    assert value("gouji_store_open_by_rule", rule=found.rule, severity=found.severity) is None
