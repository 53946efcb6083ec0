"""What the runtime promises, on the real Kafka: every row of docs/delivery.md that a single worker can show."""

from pathlib import Path

import pytest

from schemas.dead_letter import Failure
from schemas.envelope import Headers, Message
from schemas.topics import DEAD_LETTERS, RAW, VALIDATIONS
from tests.runtime.bench import Bench, document, sealed, until

pytestmark = pytest.mark.kafka
ONE = "http://example.org/one-partition"


async def test_a_failing_message_becomes_a_dead_letter_and_the_stream_goes_on(bench: Bench) -> None:
    """Naive Faust: an exception in an agent acks and commits the event, which is lost."""
    names = await bench.send("fine", "bad", "defect", "cancelled", "fine", key=ONE)
    probe = bench.start()
    await bench.did([names[0], names[4]])
    await bench.committed_all()
    letters = {letter.code: letter for letter in await bench.letters()}
    assert set(letters) == {"password", "ValueError", "CancelledError"}
    assert letters["password"].failure is Failure.BAD_INPUT
    assert letters["password"].reason == "the document asks for a password"
    assert letters["ValueError"].failure is Failure.DEFECT
    assert 'raise ValueError("unforeseen")' in (letters["ValueError"].traceback or "")
    assert bench.done() == {names[0]: 1, names[4]: 1}
    records = {(record.topic, record.partition, record.offset): record for record in await bench.messages(RAW)}
    for letter in letters.values():  # each holds the whole of where it comes from
        origin = records[letter.topic, letter.partition, letter.offset]
        assert (letter.key, letter.value, letter.headers) == (origin.key, origin.value, tuple(origin.headers))
        assert (letter.stage, letter.attempts) == ("probe", 1)
    assert await probe.terminate() == 0


OURS = sealed(document("x")).headers
FOREIGN: tuple[tuple[bytes | None, Headers], ...] = (
    (b"{not json", OURS),
    (b'{"url": 1}', OURS),
    (b"[" * 100_000, OURS),
    (b"\xff\xfe\x00", ()),
    (None, ()),
    (sealed(document("x")).value, (("ce_id", b"\xff"), ("ce_type", b"another.type"), ("ce_specversion", b"9"))),
)


async def test_foreign_messages_become_dead_letters(bench: Bench) -> None:
    """Naive Faust: a decoding serializer that meets a bad payload loses it and the agent crashes."""
    for value, headers in FOREIGN:
        await bench.send_raw(Message(RAW.name, ONE.encode(), value, headers))
    (after,) = await bench.send("fine", key=ONE)
    bench.start()
    await bench.did([after])
    await bench.committed_all()
    letters = await bench.letters()
    assert {(letter.code, letter.failure) for letter in letters} == {("foreign_message", Failure.BAD_INPUT)}
    assert [(letter.value, letter.headers) for letter in letters] == list(FOREIGN)


async def test_a_large_message_is_kept_by_reference(bench: Bench) -> None:
    """In a dead letter it would be larger still, and too large to send."""
    large = bench.settings.message_bytes_max // 2 + 1
    await bench.send_raw(Message(RAW.name, ONE.encode(), b"x" * large, ()))
    await bench.send_raw(Message(RAW.name, b"k" * large, b"", ()))
    await bench.send_raw(Message(RAW.name, ONE.encode(), b"", (("x", b""),) * (large // 12)))
    bench.start()
    await bench.committed_all()
    letters = await bench.letters()
    assert [(letter.key, letter.value, letter.headers) for letter in letters] == [(None, None, ())] * 3
    assert {letter.topic for letter in letters} == {bench.name(RAW)}


async def test_a_failed_dead_letter_begets_one_more_and_no_third(bench: Bench) -> None:
    """A stage that reads the dead letters and cannot handle one must not feed itself for ever."""
    await bench.send("defect", key=ONE)
    probe = bench.start(PROBE_READS_DEAD_LETTERS="1")

    async def dropped() -> bool:
        return await probe.metric("gouji_messages_total", outcome="dropped") == 1

    await until(dropped, "the third failure being dropped")
    await bench.committed_all(DEAD_LETTERS)
    letters = await bench.letters()
    assert [letter.topic for letter in letters] == [bench.name(RAW), bench.name(DEAD_LETTERS)]


async def test_what_is_away_is_waited_for(bench: Bench, tmp_path: Path) -> None:
    """Not lost, no dead letter, not ready, nothing committed; and then it goes on by itself."""
    back = tmp_path / "back"
    names = await bench.send(f"away-until {back}", "fine", key=ONE)
    probe = bench.start()
    await until(lambda: len(probe.notes("begin")) >= 3, "several attempts")
    assert await probe.get("/readyz") == (503, '{"ready": false, "lacking": {"handler": "the archive is away"}}')
    assert (await probe.get("/healthz"))[0] == 200
    assert await bench.lag() == 2
    back.touch()
    await bench.did(names)
    await bench.committed_all()
    assert (await probe.get("/readyz"))[0] == 200
    assert await probe.metric("gouji_retries_total", what="handler") >= 2
    assert await bench.letters() == []


async def test_a_batch_with_one_bad_message_loses_only_that(bench: Bench) -> None:
    """Naive Faust: ``take()`` and an exception ack the whole buffer, and the agent is dead."""
    names = await bench.send(*["fine"] * 30, "bad", *["fine"] * 30, "defect", key=ONE)
    bench.start(PROBE_BATCH="100")
    good = [name for name in names if name not in (names[30], names[61])]
    await bench.did(good)
    await bench.committed_all()
    assert set(bench.done()) == set(good)
    assert sorted(letter.code for letter in await bench.letters()) == ["ValueError", "password"]


async def test_too_many_defects_stop_the_service(bench: Bench) -> None:
    names = await bench.send(*["defect"] * 6, key=ONE)
    probe = bench.start(GOUJI_DEFECT_LEAST="3")
    assert await probe.ended() == 1
    letters = await bench.letters()
    assert [letter.code for letter in letters] == ["ValueError"] * 3
    assert await bench.lag() == len(names) - len(letters), "what it did not try is left for the next worker"


async def test_bad_input_never_stops_the_service(bench: Bench) -> None:
    """Whoever can write nonsense to a topic must not be able to stop the service."""
    await bench.send(*["bad"] * 6, key=ONE)
    probe = bench.start(GOUJI_DEFECT_LEAST="3", GOUJI_DEFECT_WINDOW="4")
    await bench.committed_all()
    assert len(await bench.letters()) == 6
    assert await probe.terminate() == 0


async def test_outputs_carry_the_trace_of_their_input(bench: Bench) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    message = sealed(document("doc", url=ONE))
    headers = (*message.headers, ("traceparent", f"00-{trace}-b7ad6b7169203331-01".encode()))
    await bench.send_raw(Message(message.topic, message.key, message.value, headers))
    probe = bench.start(GOUJI_LOG_LEVEL="DEBUG")
    await bench.committed_all()
    (output,) = await bench.messages(VALIDATIONS)
    assert dict(output.headers)["traceparent"].decode().split("-")[1] == trace
    assert dict(output.headers)["ce_source"] == b"/gouji/probe"
    (line,) = probe.lines("done")
    assert (line["trace_id"], line["document"], line["subject"]) == (trace, "doc", ONE)
    assert probe.notes("done")[0]["trace"] == trace
