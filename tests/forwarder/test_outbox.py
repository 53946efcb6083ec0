"""What waits, is due, is hopeless and is forgotten; and who delivers."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from schemas.validation import State
from services.forwarder.outbox import MIGRATIONS, Outbox, forget, latest, receive
from services.forwarder.subscriptions import parse_subscriptions
from services.runtime.database import open_pool
from tests.forwarder.making import found, received
from tests.runtime.bench import until

pytestmark = pytest.mark.postgres
DAY = timedelta(days=1)
BOTH = parse_subscriptions(
    """\
subscriptions:
  - id: desk
    webhook: {url: "https://desk.example.org/", secret: {env: S}}
  - id: readers
    feed: {file: a.xml, url: "https://desk.example.org/a.xml"}
"""
)


@pytest.fixture
async def pool(database):
    pool = await open_pool(database, "forwarder", MIGRATIONS)
    yield pool
    await pool.close()


@pytest.fixture
async def outbox(database):
    connection = await asyncpg.connect(database)
    yield Outbox(connection, "desk")
    connection.terminate()


async def test_a_repeated_batch_changes_nothing(pool, outbox) -> None:
    batch = [
        received(found(n, report=n % 2, state=s), 2 * n + i)
        for n in range(4)
        for i, s in enumerate((State.OPENED, State.RESOLVED))
    ]
    for _ in range(3):
        await receive(pool, BOTH, batch)
    assert (await outbox.waiting())[0] == 8, "of the webhook, not of the feed"
    assert len(await latest(pool, "readers", 100)) == 4, "of each discrepancy what was told last"
    assert {b'"state":"resolved"' in content for _, content in await latest(pool, "readers", 100)} == {True}


async def test_the_first_of_each_report_is_due_and_the_next_one_only_after_it(pool, outbox) -> None:
    await receive(pool, BOTH, [received(found(n, report=n % 2), n) for n in range(6)])
    first, second = await outbox.heads(10)
    assert [first.report, second.report] == [found(report=0).report_id, found(report=1).report_id]
    await outbox.failed(first, timedelta(hours=1))
    assert [each.id for each in await outbox.heads(10)] == [second.id], "what failed holds up what is about the same report"
    assert await outbox.failures() == 1
    await outbox.delivered(second)
    assert await outbox.failures() == 0, "the endpoint works"
    assert [each.report for each in await outbox.heads(10)] == [second.report]


async def test_what_failed_or_whose_endpoint_failed_for_too_long_is_hopeless(pool, outbox) -> None:
    await receive(pool, BOTH, [received(found(n, report=n), n) for n in range(3)])
    (poison, *others) = await outbox.heads(10)
    await outbox.failed(poison, timedelta())
    assert await outbox.hopeless(DAY, 10) == []
    await pool.execute(
        "UPDATE forwarder.outbox SET enqueued = now() - interval '2 days', failing_since = failing_since - interval '2 days'"
    )
    assert [each.id for each in await outbox.hopeless(DAY, 10)] == [poison.id], "the others have not been tried"
    await pool.execute("UPDATE forwarder.endpoint SET failing_since = now() - interval '2 days'")
    assert [each.id for each in await outbox.hopeless(DAY, 10)] == [poison.id, *(each.id for each in others)]
    await outbox.give_up(await outbox.hopeless(DAY, 10))
    assert (await outbox.waiting())[0] == 0


async def test_a_dead_letter_that_comes_back_is_tried_again_by_whom_it_never_reached(pool, outbox) -> None:
    batch = [received(found(n, report=n), n) for n in range(2)]
    await receive(pool, BOTH, batch)
    first, second = await outbox.heads(10)
    await outbox.delivered(first)
    await outbox.failed(second, timedelta())
    await outbox.give_up(await outbox.hopeless(timedelta(), 10))
    assert await outbox.heads(10) == []
    await receive(pool, BOTH, [received(each.event, each.context.message.offset, attempt=2) for each in batch])
    assert [each.event for each in await outbox.heads(10)] == [second.event]


async def test_what_was_settled_long_ago_is_forgotten(pool, outbox) -> None:
    await receive(pool, BOTH, [received(found(n, report=n), n) for n in range(3)])
    done, *_ = await outbox.heads(10)
    await outbox.delivered(done)
    assert await forget(pool, ["desk"]) == 0
    await pool.execute(
        "UPDATE forwarder.outbox SET settled = settled - interval '8 days', enqueued = enqueued - interval '30 days'"
    )
    assert await forget(pool, ["desk"]) == 0, "what waits is kept as long as somebody waits for it"
    assert await pool.fetchval("SELECT count(*) FROM forwarder.outbox") == 2
    assert await forget(pool, ["another"]) == 2


async def test_one_process_delivers_for_a_subscription_and_another_takes_over(pool, database, outbox) -> None:
    other = await asyncpg.connect(database)
    standby = Outbox(other, "desk")
    assert await outbox.mine() and await outbox.mine()
    assert not await standby.mine()
    assert await Outbox(other, "readers").mine(), "each subscription by itself"
    outbox._connection.terminate()
    await until(standby.mine, "the standby's turn")
    other.terminate()
