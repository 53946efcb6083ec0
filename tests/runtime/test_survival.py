"""What the runtime keeps when workers are killed, stopped, slow, idle or many, on the real Kafka."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.runtime.bench import Bench, until

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"


async def test_a_standby_takes_over_from_a_killed_worker(narrow: Bench, tmp_path: Path) -> None:
    """Naive Faust with ``concurrency=2``: what overtook a slow head is committed past it, and the head is lost. And a
    worker without partitions leaves the group after ``broker_max_poll_interval`` and never returns."""
    worker = narrow.start()
    await worker.ready()
    standby = narrow.start()
    await standby.ready()
    names = await narrow.send(f"slow-once 600 {tmp_path / 'tried'}", *["fine"] * 5, key=ONE)
    await worker.begun(names[0])
    await worker.kill()
    assert await narrow.lag() == len(names)
    await narrow.did(names)
    await narrow.committed_all()
    assert narrow.done() == dict.fromkeys(names, 1)
    assert len(standby.notes("done")) == len(names)


async def test_sigterm_finishes_what_is_in_hand_and_begins_nothing(bench: Bench) -> None:
    names = await bench.send("slow 1.5", "fine", key=ONE)
    probe = bench.start(GOUJI_DRAIN_SECONDS="10")
    await probe.begun(names[0])
    assert await probe.terminate() == 0
    assert bench.done() == {names[0]: 1}
    assert await bench.lag() == 1


async def test_sigterm_in_a_message_that_does_not_finish(bench: Bench, tmp_path: Path) -> None:
    """Naive Faust never exits (``stream_wait_empty``), or cancels **and commits** the event. Ours exits, and it is
    delivered again."""
    names = await bench.send(f"slow-once 600 {tmp_path / 'tried'}", "fine", key=ONE)
    probe = bench.start(GOUJI_DRAIN_SECONDS="0.3")
    await probe.begun(names[0])
    assert await probe.terminate() == 0
    assert await bench.lag() == 2
    bench.start()
    await bench.did(names)
    await bench.committed_all()
    assert bench.done() == dict.fromkeys(names, 1)


async def test_a_worker_that_slept_longer_than_its_session_works_on(narrow: Bench, tmp_path: Path) -> None:
    """A closed laptop, a paused machine: its partition went to another, what it holds is stale, and it may not commit."""
    sleeper = narrow.start()
    await sleeper.ready()
    other = narrow.start()
    await other.ready()
    names = await narrow.send(f"slow-once 2 {tmp_path / 'tried'}", "fine", key=ONE)
    await sleeper.begun(names[0])
    sleeper.process.send_signal(signal.SIGSTOP)
    await narrow.did(names)
    await narrow.committed_all()
    sleeper.process.send_signal(signal.SIGCONT)
    later = await narrow.send("fine", "fine", key=ONE, first=10)
    await narrow.did(later)
    await narrow.committed_all()
    assert await other.terminate() == 0
    last = await narrow.send("fine", key=ONE, first=20)
    await narrow.did(last)
    assert sleeper.process.poll() is None


async def test_workers_that_left_the_group_unnoticed_are_ended(narrow: Bench) -> None:
    """What Faust does where ``broker_max_poll_interval`` is shorter than full buffers, or than a standby's idleness: it
    leaves the group and lives on without working. The watchdog ends the process, so that another can begin."""
    unlucky = {"GOUJI_POLL_SECONDS": "2", "GOUJI_BUFFER_MESSAGES": "1", "GOUJI_WATCHDOG_SECONDS": "4"}
    worker = narrow.start(**unlucky)
    await worker.ready()
    standby = narrow.start(**unlucky)
    await standby.ready()
    names = await narrow.send("slow 600", *["fine"] * 10, key=ONE)
    await worker.begun(names[0])
    assert [await worker.ended(), await standby.ended()] == [1, 1]
    for each in (worker, standby):
        assert "nothing committed" in each.lines("service fails")[0]["reason"]
    assert standby.notes("begin") == []


async def test_a_newcomer_takes_partitions_in_mid_message(bench: Bench) -> None:
    """Naive Faust: a message longer than the rebalance timeout and ``stream_wait_empty`` make a livelock. And an agent that
    loses its partition in mid-message counts as crashed, is started anew without one, and ends the app where two do so at
    once. Ours: the newcomer takes its share, the old worker keeps and finishes the rest."""
    names = await bench.send(*["slow 2"] * 8)
    first = bench.start(GOUJI_REBALANCE_SECONDS="2")
    await until(lambda: len(first.notes("begin")) >= 4, "several partitions in mid-message")
    second = bench.start(GOUJI_REBALANCE_SECONDS="2")
    await bench.did(names)
    await bench.committed_all()
    assert set(bench.done()) == set(names)
    await second.ready()
    assert await first.terminate() == 0
    assert await second.terminate() == 0


async def test_two_workers_struck_at_random_lose_nothing(bench: Bench) -> None:
    """TERM and KILL of two workers under way, bad input among the good."""
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    titles = ["bad" if number % 25 == 7 else "slow 0.02" for number in range(250)]
    names = await bench.send(*titles)
    workers = [bench.start(), bench.start()]
    for strike in ("kill", "term", "kill"):
        before = bench.done().total()
        await until(lambda before=before: bench.done().total() > before + 15, "work going on")
        await asyncio.sleep(dice.random() / 2)
        victim = workers.pop(dice.randrange(2))
        await (victim.kill() if strike == "kill" else victim.terminate())
        workers.append(bench.start())
    await bench.committed_all()
    good = {name for name, title in zip(names, titles, strict=True) if title != "bad"}
    assert set(bench.done()) == good
    assert {output.report_id for output in await bench.outputs()} == good
    buried = {(letter.topic, letter.partition, letter.offset) for letter in await bench.letters()}
    assert len(buried) == len(names) - len(good)
    assert [worker.process.poll() for worker in workers] == [None, None], "who was not struck lives"
