"""What Faust loses when it is used as its tutorial does: the reasons for the runtime, on the real Kafka.

All of it at the same time, for each is mostly waiting. It fails on the day Faust mends its ways; then read
docs/delivery.md again.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from schemas.envelope import Message
from schemas.topics import RAW
from tests.runtime.bench import Bench, Probe, document, sealed, until

ONE = "http://example.org/one-partition"
TRIES = 8


def naive(bench: Bench, mode: str) -> Probe:
    return bench.start("tests.runtime.naive", NAIVE_MODE=mode)


async def committed(bench: Bench, offset: int) -> None:
    """Wait until ``offset`` is committed."""

    async def passed() -> bool:
        return max(position.next for position in (await bench.positions()).values()) >= offset

    await until(passed, f"a commit of {offset}")


async def a_failed_message_is_committed(bench: Bench, mode: str) -> None:
    names = await bench.send("fine", "defect", "fine", key=ONE)
    await naive(bench, mode).begun(names[1])
    await committed(bench, 2)
    assert names[1] not in bench.done()


async def an_exception_is_acknowledged(bench: Bench) -> None:
    await a_failed_message_is_committed(bench, "plain")


async def an_omitted_acknowledgement_is_committed_past(bench: Bench) -> None:
    """faust issue 606"""
    await a_failed_message_is_committed(bench, "skip")


async def a_buffer_with_an_exception_is_acknowledged_whole(bench: Bench) -> None:
    await a_failed_message_is_committed(bench, "take")


async def what_overtakes_a_slow_head_is_committed_past_it(bench: Bench) -> None:
    names = await bench.send("slow 600", "fine", key=ONE)
    await naive(bench, "overtake").begun(names[0])
    await committed(bench, 2)
    assert names[0] not in bench.done()


async def a_cancelled_message_is_committed(bench: Bench) -> None:
    """A race in Faust: the last commit of a stopping worker may come before or after the cancelled message counts as done.
    A worker that did not lose it leaves it to the next one, until one does."""
    _, slow = await bench.send("fine", "slow 600", key=ONE)
    for _ in range(TRIES):
        worker = naive(bench, "plain")
        await worker.begun(slow)
        await worker.terminate()
        assert slow not in bench.done()
        if await bench.lag() == 0:
            return
    raise AssertionError(f"{TRIES} workers were stopped in mid-message, and none of them lost it")


async def sigterm_with_an_unacknowledged_message_never_ends(bench: Bench) -> None:
    names = await bench.send("fine", key=ONE)
    worker = naive(bench, "wait")
    await bench.did(names)
    worker.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(5)
    assert worker.process.poll() is None


async def a_bad_payload_is_committed(bench: Bench) -> None:
    await bench.send_raw(Message(RAW.name, ONE.encode(), b"{not json", ()))
    await bench.send_raw(sealed(document("after", url=ONE)))
    naive(bench, "codec")
    await committed(bench, 1)


ROWS: tuple[Callable[[Bench], Awaitable[None]], ...] = (
    an_exception_is_acknowledged,
    an_omitted_acknowledgement_is_committed_past,
    a_buffer_with_an_exception_is_acknowledged_whole,
    what_overtakes_a_slow_head_is_committed_past_it,
    a_cancelled_message_is_committed,
    sigterm_with_an_unacknowledged_message_never_ends,
    a_bad_payload_is_committed,
)


@pytest.mark.kafka
async def test_faust_used_plainly_loses_messages(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as group:
        for row in ROWS:
            directory = tmp_path / row.__name__
            await asyncio.to_thread(directory.mkdir)
            group.create_task(_show(row, kafka, f"{topic_prefix}{row.__name__}.", directory))


async def _show(row: Callable[[Bench], Awaitable[None]], kafka: str, prefix: str, directory: Path) -> None:
    async with Bench.opened(kafka, prefix, directory) as bench:
        await row(bench)
