"""What the runtime keeps when workers are killed, stopped, slow, idle or many, on the real Kafka."""

import asyncio
import random
from pathlib import Path

import pytest

from deploy.local.parts import LocalParts
from schemas.envelope import unseal
from schemas.raw import RawDocument
from schemas.topics import RAW
from tests.runtime.bench import Bench, Probe, until

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"


async def test_kill_with_a_slow_head_loses_nothing(bench: Bench, tmp_path: Path) -> None:
    """Naive Faust with ``concurrency=2``: what overtook the head is committed past it, and the head is lost."""
    names = await bench.send(f"slow-once 60 {tmp_path / 'tried'}", *["fine"] * 5, key=ONE)
    others = await bench.send(*["fine"] * 20, first=100)
    victim = bench.start()
    await victim.begun(names[0])
    await bench.did([name for name in others if name not in await _same_partition(bench, names, others)])
    await victim.kill()
    assert await bench.lag() >= len(names)
    bench.start()
    await bench.did(names + others)
    await bench.committed_all()
    assert await bench.letters() == []


async def _same_partition(bench: Bench, names: list[str], others: list[str]) -> list[str]:
    """Those of ``others`` that wait behind the head."""
    places = {unseal(RawDocument, each.value, each.headers).sha256: each.partition for each in await bench.messages(RAW)}
    return [name for name in others if places[name] == places[names[0]]]


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


async def test_a_message_longer_than_the_rebalance_timeout(narrow: Bench) -> None:
    """Naive Faust with two workers and ``stream_wait_empty``: livelock. Ours: a worker that joins in mid-message does not
    stop it from being finished."""
    names = await narrow.send("slow 5", "fine", key=ONE)
    first = narrow.start(GOUJI_REBALANCE_SECONDS="2")
    await first.begun(names[0])
    second = narrow.start(GOUJI_REBALANCE_SECONDS="2")
    await second.ready()
    await narrow.did(names)
    await narrow.committed_all()
    assert await first.terminate() == 0
    assert await second.terminate() == 0


async def test_an_idle_standby_takes_over(narrow: Bench) -> None:
    """Naive Faust: a worker without partitions leaves the group after ``broker_max_poll_interval`` and never returns."""
    first = narrow.start()
    await narrow.did(await narrow.send("fine", key=ONE))
    second = narrow.start()
    await second.ready()
    busy, idle = await until(lambda: _busy_and_idle(first, second), "one of two workers having the partition")
    assert (await idle.get("/readyz"))[0] == 200
    await busy.kill()
    (name,) = await narrow.send("fine", key=ONE, first=1)
    await narrow.did([name])
    assert len(idle.notes("done")) >= 1


async def _busy_and_idle(*probes: Probe) -> list[Probe]:
    """The two, the one with the partition first; empty while that is not settled."""
    shown = [("gouji_lag_messages{" in (await probe.get("/metrics"))[1], probe) for probe in probes]
    return [probe for _, probe in sorted(shown, key=lambda each: not each[0])] if sum(has for has, _ in shown) == 1 else []


async def test_a_worker_that_left_the_group_unnoticed_is_ended(narrow: Bench) -> None:
    """What Faust does with a poll interval shorter than a message: it leaves, and lives on without working. The watchdog
    ends the process, and the next one works."""
    first = narrow.start(GOUJI_POLL_SECONDS="2", GOUJI_BUFFER_MESSAGES="1", GOUJI_WATCHDOG_SECONDS="4")
    names = await narrow.send("slow 600", *["fine"] * 10, key=ONE)
    await first.begun(names[0])
    assert await first.ended() == 1
    assert "nothing committed" in first.lines("service fails")[0]["reason"]


async def test_a_newcomer_takes_partitions_in_mid_message(bench: Bench) -> None:
    """Faust counts an agent that loses its partition in mid-message as crashed, starts it anew without one, and ends the
    app where two do so at once. Ours: the old worker works on with what it keeps."""
    names = await bench.send(*["slow 1"] * 36)
    first = bench.start()
    await until(lambda: len(first.notes("begin")) >= 6, "all partitions in mid-message")
    second = bench.start()
    await bench.did(names)
    await bench.committed_all()
    assert first.notes("done")
    assert second.notes("done")
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


async def test_the_broker_goes_and_comes_back(bench: Bench, parts: LocalParts) -> None:
    """In mid-work, and before a worker's start: both wait, say so, and go on by themselves."""
    if not parts.kafka_is_local:
        pytest.skip("the Kafka of these tests was given; it is not ours to stop")
    before = await bench.send("slow 0.1", "fine", "fine")
    working = bench.start()
    await bench.did(before)
    await bench.committed_all()
    names = await bench.send("slow 3", "fine", first=10, key=ONE)
    await working.begun(names[0])
    parts.stop_kafka()
    try:
        newcomer = bench.start()
        await until(lambda: newcomer.lines("unavailable"), "the newcomer waiting for the broker")
        assert (await newcomer.get("/readyz"))[0] == 503
        assert (await newcomer.get("/healthz"))[0] == 200
        gives_up = bench.start()
        await until(lambda: gives_up.lines("unavailable"), "another newcomer waiting for the broker")
        assert await gives_up.terminate() == 0
    finally:
        parts.restart_kafka()
    later = await bench.send("fine", "fine", "fine", first=20)
    await bench.did(names + later)
    await bench.committed_all()
    await newcomer.ready()
    assert {output.report_id for output in await bench.outputs()} == set(before + names + later)
    assert await bench.letters() == []
    assert working.process.poll() is None, "the worker outlived its broker"
