"""What Faust loses when it is used as its tutorial does: the reasons for the runtime, on the real Kafka.

Each of these fails on the day Faust mends its ways; then read docs/delivery.md again.
"""

import asyncio
import signal

import pytest

from schemas.envelope import Message
from schemas.topics import RAW
from tests.runtime.bench import Bench, Probe, document, sealed, until

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"


def naive(bench: Bench, mode: str) -> Probe:
    return bench.start("tests.runtime.naive", NAIVE_MODE=mode)


async def committed(bench: Bench) -> int:
    """The highest committed offset."""
    return max(position.next for position in (await bench.positions()).values())


@pytest.mark.parametrize("mode", ["plain", "skip", "take"])
async def test_a_message_that_failed_is_committed(bench: Bench, mode: str) -> None:
    """An exception, an omitted acknowledgement, a buffer: each is committed past the message that failed."""
    names = await bench.send("fine", "defect", "fine", key=ONE)
    worker = naive(bench, mode)
    await until(lambda: any(names[1] in note["names"] for note in worker.notes("begin")), "the defect begun")

    async def passed() -> bool:
        return await committed(bench) >= 2

    await until(passed, "a commit past the failed message")
    assert names[1] not in bench.done()


async def test_what_overtakes_a_slow_head_is_committed_past_it(bench: Bench) -> None:
    names = await bench.send("slow 600", "fine", key=ONE)
    worker = naive(bench, "overtake")
    await worker.begun(names[0])

    async def passed() -> bool:
        return await committed(bench) >= 2

    await until(passed, "a commit past the head")
    assert names[0] not in bench.done()


async def test_a_cancelled_message_is_committed(bench: Bench) -> None:
    names = await bench.send("fine", "slow 600", key=ONE)
    worker = naive(bench, "plain")
    await worker.begun(names[1])
    await worker.terminate()
    assert names[1] not in bench.done()
    assert await committed(bench) == 2


async def test_sigterm_with_an_unacknowledged_message_never_ends(bench: Bench) -> None:
    names = await bench.send("fine", key=ONE)
    worker = naive(bench, "wait")
    await bench.did(names)
    worker.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(5)
    assert worker.process.poll() is None


async def test_a_bad_payload_is_lost(bench: Bench) -> None:
    await bench.send_raw(Message(RAW.name, ONE.encode(), b"{not json", ()))
    await bench.send_raw(sealed(document("after", url=ONE)))
    naive(bench, "codec")

    async def passed() -> bool:
        return await committed(bench) >= 1

    await until(passed, "a commit past the bad payload")
