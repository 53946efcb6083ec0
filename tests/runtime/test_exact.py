"""What is committed: the ledger's word, not Faust's count."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from intervaltree import IntervalTree

from services.runtime.exact import ExactConsumer
from services.runtime.ledger import Ledger

ONE = TP("topic", 0)


def consumer(kind: type[driver.Consumer], acknowledged: list[int], ledger: Ledger) -> Any:
    """A consumer that holds these acknowledgements, the broker's committed offset being 5; connected to nothing."""
    made: Any = object.__new__(kind)
    made._acked = {ONE: list(acknowledged)}
    made._acked_index = defaultdict(set, {ONE: set(acknowledged)})
    made._gap = defaultdict(IntervalTree)
    made._committed_offset = defaultdict(lambda: None, {ONE: 5})
    made.transport = SimpleNamespace(ledger=ledger)
    return made


def test_an_acknowledgement_without_an_effect_is_not_committed() -> None:
    """5 is in hand; 6 was skipped by Faust itself during a rebalance, and so acknowledged."""
    ledger = Ledger()
    ledger.took((ONE.topic, ONE.partition), 5, 0.0)
    assert consumer(driver.Consumer, [6], ledger)._new_offset(ONE) == 7, "Faust loses 5: off by one at the gap"
    assert consumer(ExactConsumer, [6], ledger)._new_offset(ONE) is None


def test_what_was_finished_is_committed_and_tidied() -> None:
    ledger = Ledger()
    ledger.done((ONE.topic, ONE.partition), 6, 0.0)
    exact = consumer(ExactConsumer, [5, 6, 8], ledger)
    assert exact._new_offset(ONE) == 7
    assert exact._acked == {ONE: [8]}
    assert exact._acked_index == {ONE: {8}}
