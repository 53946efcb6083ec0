"""Whatever becomes of receiver and forwarder, each discrepancy is delivered, in order; nobody waits for another's endpoint."""

from __future__ import annotations

import signal
from itertools import pairwise

import pytest
from lxml import etree

from schemas.envelope import seal
from schemas.topics import DEAD_LETTERS, DISCREPANCIES
from schemas.validation import Discrepancy, State
from services.runtime.broker import administering, partitions, reading, records
from services.runtime.replay import Outcome, Selection, replay
from tests.forwarder.making import SECRET, found
from tests.runtime.bench import until

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

HOOK = """\
  - id: {id}
    webhook:
      url: {url}
      secret: {{env: HOOK_SECRET}}
      local: true
      first_wait: {wait}
      most_wait: {wait}
      give_up: {give_up}
"""
LIVES = (State.OPENED, State.CHANGED, State.RESOLVED)


def lives(reports: int, each: int) -> list[Discrepancy]:
    """Events of so many reports, ``each`` discrepancies a report, through their whole lives."""
    return [found(n, report, state, day) for day, state in enumerate(LIVES) for report in range(reports) for n in range(each)]


def ids(events: list[Discrepancy]) -> set[str]:
    headers = [dict(seal(event, source="validator").headers) for event in events]
    return {each["ce_id"].decode() for each in headers}


async def test_down_then_failing_then_killed_then_fine(forwarder, receiver) -> None:
    forwarder.file.write_text("subscriptions:\n" + HOOK.format(id="desk", url=receiver.url, wait="1s", give_up="1h"))
    events = lives(reports=4, each=3)
    await receiver.down()
    await forwarder.publish(*events)
    await forwarder.start()
    await until(lambda: forwarder.log.read_text().count('"not delivered"') >= 2, "failures to connect")

    receiver.status = 500
    await receiver.up()
    await until(lambda: len(receiver.asked) >= 2, "requests that are answered 500")
    assert receiver.taken == []

    receiver.status = 200
    await until(lambda: len(receiver.taken) >= 5, "the first deliveries")
    await forwarder.end(signal.SIGKILL)
    await forwarder.publish(*events)  # and the broker has everything twice
    await forwarder.start()
    await until(lambda: {event for event, _ in receiver.taken} >= ids(events), "all deliveries")
    await until(lambda: forwarder.log.read_text().count('"started"') == 2, "the second one, if the first had delivered all")

    assert {event for event, _ in receiver.taken} == ids(events)
    first: dict[str, Discrepancy] = {}
    for event, body in receiver.taken:
        first.setdefault(event, Discrepancy.model_validate_json(body))
    for report in {event.report_id for event in events}:
        told = [each for each in first.values() if each.report_id == report]
        assert all(one.last_seen <= other.last_seen for one, other in pairwise(told)), "in order, report by report"
    assert await forwarder.end() == 0, "SIGTERM ends it well"
    assert SECRET not in forwarder.log.read_text() and "/hook" not in forwarder.log.read_text()


async def test_one_endpoint_that_is_dead_holds_up_nobody_and_its_events_become_dead_letters(
    forwarder, receiver, tmp_path
) -> None:
    dead = HOOK.format(id="dead", url="http://127.0.0.1:1/", wait="1s", give_up="2s")
    well = HOOK.format(id="well", url=receiver.url, wait="1s", give_up="1h")
    feed = f"    feed: {{file: {tmp_path / 'feed.xml'}, url: https://desk.example.org/feed.xml}}\n"
    forwarder.file.write_text("subscriptions:\n" + dead + well + feed)
    events = lives(reports=2, each=2)
    await forwarder.publish(*events)
    await forwarder.start()
    await until(lambda: len({event for event, _ in receiver.taken}) == len(events), "the other's deliveries")

    async def letters() -> list[str]:
        settings = forwarder.settings
        async with administering(settings) as admin, reading(settings) as reader:
            places = await reader.beginning_offsets(await partitions(admin, [settings.topic_prefix + DEAD_LETTERS.name]))
            return [record.value.decode() async for record in records(reader, places)]

    async def all_given_up() -> bool:
        return len(await letters()) >= len(events)

    await until(all_given_up, "dead letters")
    assert all("subscription dead: not delivered within 0:00:02" in letter for letter in await letters())

    def entries() -> set[str]:
        tree = etree.fromstring((tmp_path / "feed.xml").read_bytes())
        return set(tree.xpath("//a:entry/a:category/@term", namespaces={"a": "http://www.w3.org/2005/Atom"}))

    await until(lambda: "resolved" in entries() and "opened" not in entries(), "the feed as it stands at the end")

    # the dead endpoint is replaced: what was buried comes back to it, and to nobody else
    await forwarder.end()
    taken = len(receiver.taken)
    forwarder.file.write_text("subscriptions:\n" + HOOK.format(id="dead", url=receiver.url, wait="1s", give_up="1h") + well)
    sent = [each async for each in replay(forwarder.settings, Selection(stage="forwarder", code="undeliverable"))]
    assert [each.outcome for each in sent] == [Outcome.SENT] * len(events)
    assert {each.letter.topic for each in sent} == {forwarder.settings.topic_prefix + DISCREPANCIES.name}
    await forwarder.start()
    await until(lambda: len({event for event, _ in receiver.taken[taken:]}) == len(events), "what was buried")
