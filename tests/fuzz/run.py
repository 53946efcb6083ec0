"""Reads mutated files one after the other and notes what becomes of each."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from types import FrameType

from services.parser.layout import Layout, Unreadable
from services.parser.readers import read
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import SEEDS, SLOW

SECONDS = 30  # of CPU time for one file: what else the machine does is not counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result`` is ``layout``, the code of an Unreadable, or what else was raised - which is a defect."""

    number: int
    kind: str
    mutation: str
    result: str
    seconds: float
    defect: str = ""


class Hang(BaseException):
    """A file took longer than it may: not to be caught by a reader that survives every exception."""


def outcomes(count: int, first: int = 0, slow_share: float = 0.02) -> Iterator[Outcome]:
    """What becomes of mutations ``first`` to ``first + count``; each is the same at every run."""
    bodies = {kind: make() for kind, make in SEEDS.items()}
    quick = sorted(set(SEEDS) - set(SLOW))
    for number in range(first, first + count):
        chance = Random(number)
        kind = chance.choice(SLOW) if chance.random() < slow_share else quick[number % len(quick)]
        name, body = mutated(kind, bodies[kind], chance)
        started = time.process_time()
        result, defect = _result(body)
        yield Outcome(number, kind, name, result, time.process_time() - started, defect)


def _result(body: bytes) -> tuple[str, str]:
    try:
        with _limited():
            layout = read(body)
    except Unreadable as error:
        return error.code, "" if error.reason and error.code else "no reason"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return type(error).__name__, repr(error)[:300]
    return "layout", "" if isinstance(layout, Layout) and layout.reader else "no layout"


@contextmanager
def _limited() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang(f"longer than {SECONDS} seconds")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
