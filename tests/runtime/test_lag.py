"""Lag, the age of what waits, and the judgement that a stage is stuck."""

import time

from prometheus_client import generate_latest

from services.runtime import metrics
from services.runtime.lag import LagGauges, Position, Watchdog
from services.runtime.ledger import Ledger

ONE, TWO = ("topic", 0), ("topic", 1)


def test_waiting_without_progress_for_too_long_is_stuck() -> None:
    dog = Watchdog(60)
    assert dog.stuck(0, {ONE: Position(5, 7)}, {ONE}) is None
    assert dog.stuck(59, {ONE: Position(5, 9)}, {ONE}) is None
    assert dog.stuck(60, {ONE: Position(5, 9)}, {ONE}) == "nothing committed in topic/0 for 60 s, and 4 messages wait"


def test_progress_starts_the_clock_again() -> None:
    dog = Watchdog(60)
    dog.stuck(0, {ONE: Position(5, 7)}, {ONE})
    assert dog.stuck(59, {ONE: Position(6, 7)}, {ONE}) is None
    assert dog.stuck(118, {ONE: Position(6, 7)}, {ONE}) is None
    assert dog.stuck(119, {ONE: Position(6, 7)}, {ONE}) is not None


def test_idleness_is_not_stuck() -> None:
    dog = Watchdog(60)
    for now in range(0, 1000, 10):
        assert dog.stuck(now, {ONE: Position(7, 7)}, {ONE}) is None
    assert dog.stuck(1000, {ONE: Position(7, 8)}, {ONE}) is None, "what has just come has not waited"


def test_a_standby_is_not_blamed_for_another_worker_while_anything_moves() -> None:
    dog = Watchdog(60)
    for now in range(0, 200, 10):
        assert dog.stuck(now, {ONE: Position(5, 7), TWO: Position(now, 1000)}, set()) is None


def test_a_worker_with_nothing_assigned_is_stuck_where_the_whole_group_is() -> None:
    """It may have left the group without noticing."""
    dog = Watchdog(60)
    dog.stuck(0, {ONE: Position(5, 7), TWO: Position(1, 1)}, set())
    assert dog.stuck(60, {ONE: Position(5, 7), TWO: Position(1, 1)}, set()) is not None


def test_what_was_away_is_no_blame() -> None:
    dog = Watchdog(60)
    dog.stuck(0, {ONE: Position(5, 7)}, {ONE})
    dog.excuse()
    assert dog.stuck(100, {ONE: Position(5, 7)}, {ONE}) is None


def exposed(name: str) -> list[str]:
    lines = generate_latest(metrics.REGISTRY).decode().splitlines()
    return [line for line in lines if line.startswith(name) and 'stage="gauged"' in line]


def test_gauges_show_what_is_assigned_and_nothing_else() -> None:
    gauges, ledger = LagGauges("gauged"), Ledger()
    ledger.took(ONE, 5, time.time() - 100)
    gauges.show({ONE: Position(5, 7), TWO: Position(0, 3)}, {ONE}, ledger)
    assert exposed("gouji_lag_messages") == ['gouji_lag_messages{partition="0",stage="gauged",topic="topic"} 2.0']
    (age,) = exposed("gouji_oldest_unprocessed_seconds")
    assert 100 <= float(age.split()[-1]) < 110
    gauges.show({ONE: Position(7, 7), TWO: Position(3, 3)}, {TWO}, ledger)
    assert exposed("gouji_lag_messages") == ['gouji_lag_messages{partition="1",stage="gauged",topic="topic"} 0.0']
    assert exposed("gouji_oldest_unprocessed_seconds") == ['gouji_oldest_unprocessed_seconds{stage="gauged"} 0.0']


def test_what_waits_before_it_is_taken_ages_from_when_it_was_seen() -> None:
    gauges, now = LagGauges("gauged"), time.time()
    gauges.show({ONE: Position(5, 7)}, {ONE}, Ledger())
    gauges._waiting_since[ONE] = (5, now - 50)
    gauges.show({ONE: Position(5, 8)}, {ONE}, Ledger())
    assert float(exposed("gouji_oldest_unprocessed_seconds")[0].split()[-1]) >= 50
    gauges.show({ONE: Position(6, 8)}, {ONE}, Ledger())
    assert float(exposed("gouji_oldest_unprocessed_seconds")[0].split()[-1]) < 50
