"""What is news, and to whom."""

from __future__ import annotations

import json

from schemas.validation import State, Text
from services.forwarder.news import News, news
from services.forwarder.subscriptions import parse_subscriptions
from tests.forwarder.making import found, received

BOTH = parse_subscriptions(
    """\
subscriptions:
  - id: everything
    feed: {file: a.xml, url: https://desk.example.org/a.xml}
  - id: second
    issuers: ["*第2*"]
    feed: {file: b.xml, url: https://desk.example.org/b.xml}
"""
)


def told_of(made: list[News]) -> dict[tuple[str, str], bytes]:
    return {(each.subscription.id, each.found.discrepancy_id): each.mark for each in made}


def test_each_is_told_what_it_wants_in_order() -> None:
    batch = [received(found(1, report=1), 0), received(found(2, report=2), 1), received(found(1, 1, State.RESOLVED), 2)]
    made = news(BOTH, {}, batch)
    assert [(n.subscription.id, n.message.offset) for n in made] == [
        ("everything", 0), ("everything", 1), ("second", 1), ("everything", 2),
    ]  # fmt: skip
    assert len({n.event for n in made}) == 3, "the event's id is its own, and the same for every subscription"


def test_what_was_told_already_is_no_news_in_whatever_version_it_is_seen() -> None:
    told = told_of(news(BOTH, {}, [received(found())]))
    again = found(day=3, document="1" * 64, url="https://www.example.gov.cn/moved.pdf")
    assert news(BOTH, told, [received(again, 1)]) == []


def test_other_words_or_another_state_are_news_and_so_is_what_comes_back() -> None:
    batch = [
        received(found(), 0),
        received(found(message=Text(zh="另一句", en="another")), 1),
        received(found(state=State.RESOLVED), 2),
        received(found(state=State.RESOLVED, day=1), 3),
        received(found(day=2), 4),
    ]
    assert [n.message.offset for n in news(BOTH[:1], {}, batch)] == [0, 1, 2, 4]
    assert [n.message.offset for n in news(BOTH[:1], told_of(news(BOTH[:1], {}, batch[:1])), batch[1:])] == [1, 2, 4]


def test_the_event_keeps_its_attributes() -> None:
    (made,) = news(BOTH[:1], {}, [received(found())])
    attributes = json.loads(made.attributes)
    assert attributes["ce-id"] == made.event
    assert attributes["ce-type"] == "gouji.disclosure.discrepancy.v1"
    assert attributes["ce-subject"] == found().discrepancy_id
