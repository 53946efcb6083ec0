"""How often a process looks for cycles among its objects (Python's ``gc``)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECTING = 200_000
"""Objects made between two searches. What a process imports, a document read or a report from a message is tens of thousands
without cycles: looking for them every 700, as is usual, takes up to a third of the time."""


def collect_seldom() -> None:
    """From now on, for a process that reads documents or reports all its life."""
    gc.set_threshold(COLLECTING, *gc.get_threshold()[1:])


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For a while, in whatever process."""
    usual = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
