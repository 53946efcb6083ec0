"""The outside of a service: its help, its settings, its refusal to start wrongly, and what a source does."""

import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from schemas.topics import RAW
from services.runtime.settings import Settings, describe
from tests.runtime.bench import ROOT, Bench, until


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_help_prints_every_setting() -> None:
    environment = {**os.environ, "PROBE_EFFECTS": os.devnull}
    command = [sys.executable, "-m", "tests.runtime.probe", "--help"]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert describe(Settings) in shown
    for variable in ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "GOUJI_WATCHDOG_SECONDS", "GOUJI_HTTP_PORT"):
        assert variable in shown


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "broker:1234")
    monkeypatch.setenv("GOUJI_DRAIN_SECONDS", "3.5")
    settings = Settings()
    assert (settings.kafka_bootstrap_servers, settings.drain_seconds) == ("broker:1234", 3.5)


def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_DEFECT_SHARE", "2")
    with pytest.raises(ValidationError, match="defect_share"):
        Settings()


@pytest.mark.kafka
async def test_a_source_publishes_and_drains(bench: Bench) -> None:
    probe = bench.start("tests.runtime.source")
    await until(lambda: probe.lines("published"), "a document published")
    assert (await probe.get("/readyz"))[0] == 200
    assert (await probe.get("/nothing"))[0] == 404
    assert await probe.terminate() == 0
    (drained,) = probe.lines("drained")
    assert drained["number"] == len(await bench.messages(RAW)) > 0


@pytest.mark.kafka
async def test_a_source_that_fails_ends_the_process(bench: Bench) -> None:
    probe = bench.start("tests.runtime.source", SOURCE_FAILS="1")
    assert await probe.ended() == 1
    assert probe.lines("service fails")[0]["reason"] == "RuntimeError: no more"


@pytest.mark.kafka
async def test_a_message_too_large_to_send_is_bad_input(bench: Bench) -> None:
    probe = bench.start("tests.runtime.source", SOURCE_TITLE_BYTES=str(3 * 1024**2))
    assert await probe.ended() == 1
    assert "output_too_large" in probe.lines("service fails")[0]["reason"]
