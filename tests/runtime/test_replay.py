"""Dead letters go back to where they came from, once, as they were."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.dead_letter import DeadLetter, Failure
from schemas.envelope import Message
from schemas.topics import RAW
from services.runtime.dead_letters import REPLAY_ATTEMPT, REPLAY_OF
from services.runtime.replay import Outcome, Replayed, Selection, origin_of, replay
from tests.runtime.bench import Bench

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"


async def replayed(bench: Bench, **conditions: object) -> list[Replayed]:
    return [each async for each in replay(bench.settings, Selection(**conditions))]  # type: ignore[arg-type]


async def test_a_cured_failure_takes_effect_when_replayed(bench: Bench, tmp_path: Path) -> None:
    cure = tmp_path / "cure"
    (name,) = await bench.send(f"defect-until {cure}", key=ONE)
    probe = bench.start()
    await bench.committed_all()
    (original,) = await bench.messages(RAW)
    (letter,) = await bench.letters()
    cure.touch()

    assert [each.outcome for each in await replayed(bench)] == [Outcome.SENT]
    await bench.did([name])
    _, again = await bench.messages(RAW)
    assert (again.key, again.value, again.partition) == (original.key, original.value, original.partition)
    marks = {REPLAY_OF: origin_of(letter).encode(), REPLAY_ATTEMPT: b"2"}
    assert dict(again.headers) == dict(original.headers) | marks
    assert probe.notes("done")[0]["attempt"] == 2

    assert [each.outcome for each in await replayed(bench)] == [Outcome.ALREADY], "a second replay sends nothing"
    assert bench.done() == {name: 1}


async def test_what_fails_again_is_a_new_dead_letter_that_counts_its_attempts(bench: Bench) -> None:
    await bench.send("defect", key=ONE)
    bench.start()
    await bench.committed_all()
    await replayed(bench)
    await bench.committed_all()
    assert [letter.attempts for letter in await bench.letters()] == [1, 2]
    assert [each.outcome for each in await replayed(bench)] == [Outcome.ALREADY, Outcome.SENT]
    await bench.committed_all()
    assert [letter.attempts for letter in await bench.letters()] == [1, 2, 3]


async def test_only_what_is_selected_is_replayed(bench: Bench) -> None:
    await bench.send("bad", "defect", "bad", key=ONE)
    bench.start()
    await bench.committed_all()
    last = (await bench.letters())[2]
    assert await replayed(bench, stage="another") == []
    assert [each.letter.offset for each in await replayed(bench, code="ValueError")] == [1]
    assert [each.letter.offset for each in await replayed(bench, origins=[origin_of(last)])] == [2]


async def test_a_large_or_keyless_message_goes_back_as_it_was(bench: Bench) -> None:
    foreign = Message(RAW.name, None, b"x" * 5000, (("some", b"header"),))
    await bench.send_raw(foreign)
    bench.start(GOUJI_DEAD_LETTER_VALUE_BYTES="4999")
    await bench.committed_all()
    assert [each.outcome for each in await replayed(bench)] == [Outcome.SENT]
    records = await bench.messages(RAW)
    assert [(each.key, each.value, each.headers[0]) for each in records] == [(None, b"x" * 5000, ("some", b"header"))] * 2


async def test_a_dead_letter_of_another_topic_is_not_sent_there(bench: Bench) -> None:
    """Whoever can write dead letters must not be able to make the replay write anywhere."""
    letter = DeadLetter(
        stage="probe",
        failure=Failure.DEFECT,
        code="x",
        reason="x",
        topic="somebody.elses",
        partition=0,
        offset=0,
        value=b"x",
        failed_at=datetime.now(UTC),
    )
    await bench.publish(letter)
    assert [each.outcome for each in await replayed(bench)] == [Outcome.FOREIGN]
    assert await bench.messages(RAW) == []
