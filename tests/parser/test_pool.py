"""Worker processes: a document that hangs, eats memory or crashes its worker costs nothing but itself."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.parser.layout import Unreadable
from services.parser.pool import Died, OutOfMemory, TimedOut, WorkerPool
from services.parser.readers import read

SECONDS = 2


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(workers=1, seconds=SECONDS, memory=512, preload=["json"])
    yield pool
    asyncio.run(pool.close())


def hang_in_c() -> None:
    """Never returns to the interpreter, as a stuck library does."""
    ctypes.PyDLL(None).sleep(3600)


def eat_memory() -> int:
    hoard = [bytes(50_000_000) for _ in range(100)]
    return len(hoard)


def crash() -> None:
    ctypes.string_at(0)


def is_warm(module: str) -> bool:
    return module in sys.modules


def refuse() -> None:
    raise Unreadable("large-file", size=12_345, limit=10_000)


async def test_a_task_gives_its_result_and_its_exception(pool: WorkerPool) -> None:
    layout = await pool.run(read, "合计\t1.00\n其他\t2.00".encode())
    assert layout.reader == "text"
    with pytest.raises(Unreadable) as refused:
        await pool.run(refuse)
    assert (refused.value.code, "12,345" in refused.value.reason.zh) == ("too-large", True)


async def test_workers_are_other_processes_and_warm(pool: WorkerPool) -> None:
    assert await pool.run(os.getpid) != os.getpid()
    assert await pool.run(is_warm, "json")


async def test_a_stuck_worker_is_killed_and_replaced(pool: WorkerPool) -> None:
    stuck = await pool.run(os.getpid)
    with pytest.raises(TimedOut) as failed:
        await pool.run(hang_in_c)
    assert "2 seconds" in failed.value.reason.en
    assert await pool.run(os.getpid) != stuck
    assert not psutil.pid_exists(stuck)


async def test_a_memory_eater_gets_no_more_than_its_share(pool: WorkerPool) -> None:
    with pytest.raises(OutOfMemory):
        await pool.run(eat_memory)
    assert await pool.run(is_warm, "json")


async def test_a_crash_is_told_from_the_rest(pool: WorkerPool) -> None:
    with pytest.raises(Died) as failed:
        await pool.run(crash)
    assert "SIGSEGV" in failed.value.reason.en
    assert await pool.run(is_warm, "json")


async def test_cancelling_ends_the_work(pool: WorkerPool) -> None:
    worker = await pool.run(os.getpid)
    task = asyncio.ensure_future(pool.run(time.sleep, 3600))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await pool.run(os.getpid) != worker


PARENT = """
import asyncio, time
from services.parser.pool import WorkerPool
import os

async def main():
    pool = WorkerPool(workers=2, seconds=3600)
    pids = set()
    while len(pids) < 2:
        pids |= set(await asyncio.gather(*(pool.run(os.getpid) for _ in range(8))))
    work = [asyncio.ensure_future(pool.run(time.sleep, 3600)) for _ in range(2)]
    await asyncio.sleep(0.5)
    print(*pids, flush=True)
    await asyncio.gather(*work)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_nothing_is_left_after_kill_9_of_the_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        family = [process.pid for process in psutil.Process(parent.pid).children(recursive=True)]
        parent.send_signal(signal.SIGKILL)
    assert len(pids) == 2 and set(pids) <= set(family)
    deadline = time.monotonic() + 20
    while (left := [pid for pid in family if psutil.pid_exists(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
