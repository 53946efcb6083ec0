"""What is remembered of documents, polls and hosts, in memory and in PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from services.fetcher.backoff import DOWN_AFTER
from services.fetcher.found import Article, File, Kept, Missed, Role, Trail
from services.fetcher.state import MIGRATIONS, MemoryState, PostgresState, State, Version
from services.fetcher.state.model import Ending, Memory, Poll, Rules, Task, Terms
from services.runtime.database import migrate
from services.runtime.errors import Unavailable
from tests.conftest import emptied

WHEN = datetime(2024, 8, 30, tzinfo=UTC)
URL = "http://example.org/决算.pdf"
FIRST = Version(URL, 1, "f" * 64, "a" * 64, "a", WHEN, "c" * 64, "application/pdf", 200, {"etag": '"1"', "x": "甲"})
KEPT = Kept(URL, "决算.pdf", "application/pdf", "a" * 64, 7, WHEN, 200, {"etag": '"1"'})
TERMS = Terms(pause=0.0, concurrency=2, pages=5, duration=3600.0)
GONE = Missed(refused=False, reason="http_404", status=404)
ME, OTHER = "me", "other"


@asynccontextmanager
async def in_postgres(dsn: str) -> AsyncIterator[PostgresState]:
    opened = await PostgresState.open(dsn)
    yield opened
    await opened.close()
    emptied(dsn, "fetcher")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    if request.param == "memory":
        yield MemoryState()
        return
    async with in_postgres(request.getfixturevalue("shared_database")) as opened:
        yield opened


async def begun(state: State, *urls: str, source: str = "a", terms: Terms = TERMS) -> None:
    await state.frontier.enrol([source])
    assert await state.frontier.begin(source, [Trail(url, Role.START) for url in urls], terms, due=True)


async def claim(state: State, owner: str = ME, *, source: str = "a", room: int = 9, lease: float = 60.0) -> list[Task]:
    tasks: list[Task] = []
    while more := (await state.frontier.claim(owner, [source], room - len(tasks), lease))[0]:
        tasks += more
    return tasks


async def closed(state: State, source: str = "a") -> Poll:
    assert await state.frontier.settled([source]) == [source]
    poll = await state.frontier.close(ME, source, 60.0)
    assert poll is not None
    return poll


def urls(tasks: list[Task]) -> list[str]:
    return [task.trail.url.rpartition("/")[2] for task in tasks]


# ---- documents


async def test_the_latest_version_is_remembered(state: State) -> None:
    assert await state.versions.latest([URL]) == {}
    await state.versions.remember([FIRST])
    second = replace(FIRST, number=2, sha256="b" * 64)
    await state.versions.remember([second])
    await state.versions.remember([FIRST])
    assert await state.versions.latest([URL, "http://example.org/"]) == {URL: second}


async def test_who_sees_what_and_what_is_gone(state: State) -> None:
    await state.versions.remember([FIRST])
    await state.versions.see("a", [URL])
    await state.versions.see("b", [URL])
    present = await state.versions.present("a")
    assert present == {URL: replace(FIRST, seen=present[URL].seen)}
    assert present[URL].seen > WHEN
    assert await state.versions.elsewhere("a", [URL]) == {URL}
    await state.versions.remove("a", [FIRST], [])
    assert await state.versions.present("a") == {}
    assert (await state.versions.latest([URL]))[URL].removed is False
    assert await state.versions.elsewhere("b", [URL]) == set()
    await state.versions.remove("b", [FIRST], [URL])
    assert await state.versions.latest([URL]) == {URL: replace(FIRST, removed=True)}
    await state.versions.see("b", [URL])
    assert await state.versions.present("b") == {}


# ---- when


async def test_a_new_source_is_due_at_once_and_again_when_the_last_poll_said(state: State) -> None:
    assert await state.frontier.enrol(["a", "b"]) == {"a": None, "b": None}
    assert set(await state.frontier.due(["a"])) == {"a"}
    await begun(state, "http://h/")
    assert await state.frontier.due(["a", "b"]) == {"b": pytest.approx(0, abs=60)}
    assert await state.frontier.going_on(["a", "b"]) == {"a"}
    assert not await state.frontier.begin("a", [], TERMS, due=False), "one poll at a time"
    (task,) = await claim(state)
    await state.frontier.finish(ME, task, GONE, [], None)
    await state.frontier.end(await closed(state), Ending(True, True, 3600.0, 0, 0))
    assert set(await state.frontier.due(["a", "b"])) == {"b"}
    assert not await state.frontier.begin("a", [], TERMS, due=True)
    assert (await state.frontier.enrol(["a"]))["a"] is not None
    assert await state.frontier.begin("a", [Trail("http://h/", Role.START)], TERMS, due=False)


# ---- addresses


async def test_addresses_are_claimed_in_order_and_asked_for_once(state: State) -> None:
    await begun(state, "http://h/1", terms=replace(TERMS, concurrency=9))
    (start,) = await claim(state)
    assert await claim(state) == [], "it is in hand"
    found = [
        Trail("http://h/9", Role.LIST, turn=1),
        Trail("http://h/2"),
        Trail("http://h/3", text="甲\x00\ud800"),
        Trail("http://h/1"),
    ]
    done = await state.frontier.finish(ME, start, Article(True, None, None, 0), found, None)
    assert (done.lost, done.dropped, done.left) == (False, 0, True)
    tasks = await claim(state)
    assert urls(tasks) == ["2", "3", "9"], "pages that are turned later come later"
    for task in tasks[:2]:
        assert (await state.frontier.finish(ME, task, File(KEPT), [], None)).left
    assert not (await state.frontier.finish(ME, tasks[2], GONE, [], None)).left
    assert (await state.frontier.finish(ME, tasks[2], GONE, [], None)).lost, "finished is finished"
    poll = await closed(state)
    assert [result.trail.url for result in poll.results] == ["http://h/1", "http://h/2", "http://h/3", "http://h/9"]
    assert poll.results[0].outcome == Article(True, None, None, 0)
    assert poll.results[1].outcome == File(KEPT)
    assert poll.results[3].outcome == GONE


async def test_a_poll_asks_for_no_more_than_it_may(state: State) -> None:
    await begun(state, "http://h/1")
    (start,) = await claim(state)
    done = await state.frontier.finish(ME, start, GONE, [Trail(f"http://h/{n}") for n in range(9)], None)
    assert done.dropped == 4
    for _ in range(4):
        (task,) = await claim(state, room=1)
        await state.frontier.finish(ME, task, GONE, [Trail("http://h/new")], None)
    poll = await closed(state)
    assert len(poll.results) == 5
    assert poll.dropped == 8


async def test_no_more_at_once_than_permitted_over_all_owners_and_sources(state: State) -> None:
    await begun(state, "http://h/1", "http://h/2", "http://h/3", "http://other/1")
    await begun(state, "http://h/9", source="b")
    assert sorted(urls(await claim(state, ME))) == ["1", "1", "2"]
    assert await claim(state, OTHER) == []
    assert await claim(state, OTHER, source="b") == []


async def test_a_host_has_its_turns_at_a_pace(state: State) -> None:
    await begun(state, "http://h/1", "http://h/2", terms=replace(TERMS, pause=30.0))
    assert urls(await claim(state)) == ["1"]
    _, wait = await state.frontier.claim(OTHER, ["a"], 9, 60.0)
    assert 0 < wait < 2
    assert await state.hosts.turn("h", 30.0) == pytest.approx(30, abs=14)
    assert await state.hosts.turn("h", 30.0) == pytest.approx(60, abs=14)
    assert await state.hosts.turn("unheard.of", 30.0) == pytest.approx(0, abs=14)


async def test_what_failed_is_asked_for_later(state: State) -> None:
    await begun(state, "http://h/1")
    (task,) = await claim(state)
    assert task.attempt == 0
    await state.frontier.postpone(ME, task, 0.0, failed=False)
    (task,) = await claim(state)
    assert task.attempt == 0
    before = asyncio.get_running_loop().time()
    await state.frontier.postpone(ME, task, 0.1, failed=True)
    async with asyncio.timeout(60):
        while not (again := await claim(state)):
            await asyncio.sleep(0.02)
    assert asyncio.get_running_loop().time() - before >= 0.09, "two clocks"
    assert again[0].attempt == 1


async def test_what_is_known_of_an_address_comes_with_it(state: State) -> None:
    file = Memory(WHEN, False, "http://h/1?x", '"1"', "Fri, 30 Aug 2024 02:20:00 GMT", KEPT)
    page = Memory(WHEN, True, "http://h/2", body=b"\x00\xff")
    for memories in ((None, None), (file, page)):
        await state.frontier.enrol(["a"])
        await state.frontier.begin("a", [Trail("http://h/1"), Trail("http://h/2")], TERMS, due=False)
        tasks = sorted(await claim(state), key=lambda task: task.trail.url)
        assert tuple(task.memory for task in tasks) == memories
        await state.frontier.finish(ME, tasks[0], File(KEPT), [], file)
        await state.frontier.finish(ME, tasks[1], GONE, [], page)
        poll = await closed(state)
        assert poll.pages == {"http://h/2"}
        await state.frontier.end(poll, Ending(True, False, 0.0, 1, 2))
    await begun(state, "http://h/1")
    task = (await claim(state))[0]
    await state.frontier.finish(ME, task, GONE, [], None)
    poll = await closed(state)
    assert (poll.doubts, poll.failures, poll.changed) == (1, 2, None)


# ---- hosts


async def test_the_failures_of_a_host_and_its_rest(state: State) -> None:
    await begun(state, "http://h/1")
    assert [await state.hosts.failed("h") for _ in range(3)] == [1, 2, 3]
    assert (await claim(state))[0].failures == 3
    await state.hosts.answered("h")
    assert await state.hosts.failed("h") == 1
    await state.hosts.hold("h", 50.0)
    await state.hosts.hold("h", 1.0)
    assert await state.hosts.turn("h", 0.0) == pytest.approx(50, abs=25)


async def test_a_host_that_asks_for_a_slower_pace_gets_it(state: State) -> None:
    await state.hosts.slow_down("h", 20.0)
    await state.hosts.turn("h", 1.0)
    assert await state.hosts.turn("h", 1.0) == pytest.approx(20, abs=15)


async def test_rules_are_kept(state: State) -> None:
    assert await state.hosts.rules("http://h") is None
    for rules in (Rules(b"", WHEN), Rules(b"User-agent: *\n", WHEN + timedelta(days=1))):
        await state.hosts.keep_rules("http://h", rules)
        assert await state.hosts.rules("http://h") == rules


# ---- closing


async def test_a_poll_is_closed_by_one_and_only_when_nothing_is_left(state: State) -> None:
    await begun(state, "http://h/1")
    assert await state.frontier.close(ME, "a", 60.0) is None
    (task,) = await claim(state)
    assert await state.frontier.settled(["a"]) == []
    await state.frontier.finish(ME, task, GONE, [], None)
    poll = await closed(state)
    assert await state.frontier.close(OTHER, "a", 60.0) is None
    assert await state.frontier.settled(["a"]) == []
    await state.frontier.probe(poll, [Trail("http://h/old", Role.PROBE)])
    assert await state.frontier.settled(["a"]) == []
    (probe,) = await claim(state, OTHER)
    assert probe.trail == Trail("http://h/old", Role.PROBE)
    await state.frontier.finish(OTHER, probe, GONE, [], None)
    poll = await closed(state)
    assert poll.probed
    await state.frontier.end(poll, Ending(True, False, 0.0, 0, 0))
    assert await state.frontier.going_on(["a"]) == set()


async def test_what_is_behind_a_host_that_is_down_is_given_up(state: State) -> None:
    await begun(state, "http://up/1", "http://down/1")
    for _ in range(DOWN_AFTER):
        await state.hosts.failed("down")
    await state.hosts.hold("down", 60.0)
    (task,) = await claim(state)
    assert task.trail.url == "http://up/1"
    assert await state.frontier.settled(["a"]) == []
    await state.frontier.finish(ME, task, GONE, [], None)
    poll = await closed(state)
    assert [result.outcome for result in poll.results] == [GONE, Missed(refused=False, reason="circuit")]


async def test_what_wants_rest_beyond_the_time_of_the_poll_is_given_up(state: State) -> None:
    await begun(state, "http://h/1")
    await state.hosts.hold("h", 7200.0)
    assert (await closed(state)).results[0].outcome == Missed(refused=False, reason="circuit")


async def test_a_poll_ends_with_its_time(state: State) -> None:
    await begun(state, "http://h/1", "http://h/2", terms=replace(TERMS, duration=1.0, concurrency=1))
    (task,) = await claim(state)
    async with asyncio.timeout(60):
        while not await state.frontier.settled(["a"]):
            await asyncio.sleep(0.05)
    assert await claim(state, OTHER) == []
    poll = await closed(state)
    assert [result.outcome for result in poll.results] == [Missed(refused=False, reason="deadline")] * 2
    await state.frontier.end(poll, Ending(False, False, 0.0, 0, 1))
    assert (await state.frontier.finish(ME, task, GONE, [], None)).lost
    await begun(state, "http://h/1")
    assert urls(await claim(state)) == ["1"], "what a poll that is over had in hand blocks nothing"


# ---- several processes, which only the database can have


@pytest.mark.postgres
async def test_a_lease_that_nobody_renews_is_taken_over(shared_database: str) -> None:
    async with in_postgres(shared_database) as state:
        await begun(state, "http://h/1", "http://h/2")
        killed = await claim(state, OTHER)
        assert urls(killed) == ["1", "2"]
        await state.frontier.renew(OTHER, [("a", "http://h/1")], [], 0.2)
        async with asyncio.timeout(60):
            while not (mine := await claim(state, ME)):
                await asyncio.sleep(0.05)
        assert urls(mine) == ["1"], "the other one is renewed"
        assert (await state.frontier.finish(OTHER, killed[0], GONE, [Trail("http://h/3")], None)).lost
        assert not (await state.frontier.finish(ME, mine[0], GONE, [], None)).lost
        assert not (await state.frontier.finish(OTHER, killed[1], GONE, [], None)).lost
        assert await state.frontier.close(OTHER, "a", 0.2) is not None
        async with asyncio.timeout(60):
            while (poll := await state.frontier.close(ME, "a", 60.0)) is None:
                await asyncio.sleep(0.05)
        assert len(poll.results) == 2


@pytest.mark.postgres
async def test_many_who_claim_at_once_get_different_addresses(shared_database: str) -> None:
    async with in_postgres(shared_database) as state:
        names = [f"http://h{n % 5}/{n}" for n in range(60)]
        await begun(state, *names, terms=replace(TERMS, concurrency=16, pages=100))
        claimed = await asyncio.gather(*(claim(state, f"owner {n}", room=20) for n in range(6)))
        got = [task.trail.url for tasks in claimed for task in tasks]
        assert len(got) == len(set(got))
        got += [task.trail.url for task in await claim(state, "last", room=60)]
        assert sorted(got) == sorted(names)


@pytest.mark.postgres
async def test_every_migration_is_applied_once(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await migrate(connection, "fetcher", MIGRATIONS) == sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
        assert await migrate(connection, "fetcher", MIGRATIONS) == []
    finally:
        await connection.close()


async def test_a_database_that_is_away_is_said_to_be_unavailable() -> None:
    with pytest.raises(Unavailable, match="database"):
        await PostgresState.open("postgresql://127.0.0.1:1/none")
