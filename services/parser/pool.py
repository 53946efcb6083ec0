"""Worker processes for hostile documents: spawned, warm, limited in time and memory, killed when stuck, gone with their parent.

Spawned, because a forked worker inherits the parent's threads, sockets and signal handlers: it delayed SIGTERM and outlived a
killed parent.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import TracebackType
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from services.parser.reasons import reason

Result = TypeVar("Result")

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_MEBIBYTE = 1024 * 1024


class WorkerFailed(Exception):
    """A document that its worker did not survive, for a reason of ``reasons.yaml``."""

    def __init__(self, name: str, **about: object) -> None:
        self.reason = reason(name, **about)
        super().__init__(str(self.reason))


class TimedOut(WorkerFailed):
    """The worker took longer than it may and was killed."""


class OutOfMemory(WorkerFailed):
    """The worker asked for more memory than it may have."""


class Died(WorkerFailed):
    """The worker's process ended: a crash inside a library, or the system killed it."""


class WorkerPool:
    """``workers`` processes, each with ``seconds`` of time per task and ``memory`` MiB, the ``preload`` modules imported.

    Use as an async context manager, or call ``close``.
    """

    def __init__(self, workers: int = 2, seconds: float = 120, memory: int = 2048, preload: Sequence[str] = ()) -> None:
        self.seconds = seconds
        self._pool: Any = ProcessPool(
            max_workers=workers,
            context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(os.getpid(), memory * _MEBIBYTE, tuple(preload)),
        )

    async def run(self, function: Callable[..., Result], *args: object) -> Result:
        """``function(*args)`` in a worker; both must be picklable. Cancelling kills the worker.

        Raises what the function raises, or ``TimedOut``, ``OutOfMemory``, ``Died``: the next task finds a fresh worker.
        """
        future = self._pool.schedule(function, args=args, timeout=self.seconds)
        try:
            result: Result = await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise TimedOut("timed-out", seconds=f"{self.seconds:g}") from error
        except MemoryError as error:
            raise OutOfMemory("out-of-memory") from error
        except ProcessExpired as error:
            raise Died("died", cause=_cause(error.exitcode)) from error
        return result

    async def close(self) -> None:
        """Kills the workers; tasks under way are lost."""
        self._pool.stop()
        await asyncio.to_thread(self._pool.join)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


def _prepare(parent: int, memory: int, preload: Sequence[str]) -> None:
    """First thing in a worker: die with the parent, bound the memory, leave Ctrl-C to the parent, get warm."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before it could be watched
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for module in preload:
        import_module(module)
    gc.freeze()  # what is imported stays


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
