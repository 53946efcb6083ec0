"""Waiting for what other processes do."""

import time
from collections.abc import Callable

import psutil


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Poll until it holds; fails when it does not within `seconds`, which is only to end a hung test."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended - its parent may not have noticed, or may never: some containers' init does not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
