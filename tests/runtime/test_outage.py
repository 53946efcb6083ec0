"""What the runtime keeps when the broker itself goes away, on a real Kafka that is this file's own."""

import pytest

from deploy.local.parts import LocalParts
from tests.runtime.bench import Bench, until

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"


@pytest.fixture(scope="module")
def kafka(own_parts: LocalParts) -> str:
    return own_parts.start_kafka()


async def test_the_broker_goes_and_comes_back(bench: Bench, own_parts: LocalParts) -> None:
    """In mid-work, and before a worker's start: both wait, say so, and go on by themselves."""
    before = await bench.send("slow 0.1", "fine", "fine")
    working = bench.start()
    await bench.did(before)
    await bench.committed_all()
    names = await bench.send("slow 3", "fine", first=10, key=ONE)
    await working.begun(names[0])
    own_parts.stop_kafka()
    try:
        newcomer = bench.start()
        await until(lambda: newcomer.lines("unavailable"), "the newcomer waiting for the broker")
        assert (await newcomer.get("/readyz"))[0] == 503
        assert (await newcomer.get("/healthz"))[0] == 200
        gives_up = bench.start()
        await until(lambda: gives_up.lines("unavailable"), "another newcomer waiting for the broker")
        assert await gives_up.terminate() == 0
    finally:
        own_parts.restart_kafka()
    later = await bench.send("fine", "fine", "fine", first=20)
    await bench.did(names + later)
    await bench.committed_all()
    await newcomer.ready()
    assert {output.report_id for output in await bench.outputs()} == set(before + names + later)
    assert await bench.letters() == []
    assert working.process.poll() is None, "the worker outlived its broker"
