"""Kafka and PostgreSQL together: given ones are used and left alone, local ones end with whoever started them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.local.errors import NoBroker, PartError
from deploy.local.parts import DATABASE_VARIABLE, KAFKA_VARIABLE, LocalParts
from tests.deploy.waiting import gone, until

START = """
import json, sys; from pathlib import Path; from deploy.local.parts import LocalParts
parts = LocalParts(Path(sys.argv[1]))
parts.start()
print(json.dumps(parts.pids()), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KAFKA_VARIABLE, raising=False)
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """For local parts; whatever still runs on it after the test is ended."""
    directory = tmp_path / "parts"
    yield directory
    LocalParts(directory).down()
    shutil.rmtree(directory, ignore_errors=True)


def test_given_parts_are_used_and_left_alone(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KAFKA_VARIABLE, "broker-1:9092,broker-2:9092")
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://me@db/gouji")
    with LocalParts(directory) as parts:
        assert (parts.bootstrap, parts.dsn) == ("broker-1:9092,broker-2:9092", "postgresql://me@db/gouji")
        assert (parts.kafka_is_local, parts.postgres_is_local) == (False, False)
        for ours_only in [parts.stop_kafka, parts.kill_kafka, parts.restart_kafka]:
            with pytest.raises(PartError, match="KAFKA_BOOTSTRAP_SERVERS and is not ours"):
                ours_only()
        for ours_only in [parts.stop_postgres, parts.kill_postgres, parts.restart_postgres]:
            with pytest.raises(PartError, match="DATABASE_URL and is not ours"):
                ours_only()
    assert not directory.exists()


def test_an_empty_variable_gives_nothing(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KAFKA_VARIABLE, "")
    monkeypatch.setenv(DATABASE_VARIABLE, "")
    parts = LocalParts(directory)
    assert (parts.kafka_is_local, parts.postgres_is_local) == (True, True)


def test_neither_java_nor_a_broker_is_told_apart(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    parts = LocalParts(directory)
    with pytest.raises(NoBroker, match=r"no Java.*KAFKA_BOOTSTRAP_SERVERS"):
        parts.start()
    assert parts.pids() == {"kafka": None, "postgres": None}


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PartError, match=r"cannot write in .*file/parts/kafka .*choose another"):
        LocalParts(tmp_path / "file" / "parts").start()


@pytest.mark.kafka
def test_when_one_does_not_start_the_other_is_stopped(directory: Path) -> None:
    (directory / "postgres" / "data").mkdir(parents=True)
    (directory / "postgres" / "data" / "PG_VERSION").write_text("15\n")
    parts = LocalParts(directory)
    with pytest.raises(PartError, match="PostgreSQL 15"):
        parts.start()
    assert parts.pids() == {"kafka": None, "postgres": None}


@pytest.mark.kafka
@pytest.mark.postgres
def test_nothing_is_left_when_the_starter_is_killed_and_the_next_one_goes_on(directory: Path) -> None:
    line = [sys.executable, "-c", START, str(directory)]
    starter = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert starter.stdin is not None
    assert starter.stdout is not None
    pids = json.loads(starter.stdout.readline())
    everything = [starter.pid, *(child.pid for child in psutil.Process(starter.pid).children(recursive=True))]
    assert {pids["kafka"], pids["postgres"]} < set(everything)
    with psycopg.connect(LocalParts(directory).dsn) as client:
        client.execute("CREATE TABLE kept ()")

    starter.kill()
    starter.wait()  # a signal takes its time on a busy machine, and whoever is not dead yet is not gone
    with LocalParts(directory) as parts, psycopg.connect(parts.dsn) as client:  # at once, while the old ones are ending
        assert client.execute("SELECT to_regclass('kept')::text").fetchone() == ("kept",)
        assert None not in parts.pids().values()

    until(lambda: all(map(gone, everything)))
    assert parts.pids() == {"kafka": None, "postgres": None}
    starter.communicate()


@pytest.mark.kafka
@pytest.mark.postgres
def test_by_hand_they_stay_until_they_are_told(directory: Path) -> None:
    def by_hand(command: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "deploy.local", command, "--data", str(directory)]
        return subprocess.run(line, capture_output=True, text=True, check=False)

    up = by_hand("up")
    assert up.returncode == 0, up.stderr
    given = dict(re.findall(r"export (\w+)='?([^'\n]+)'?", up.stdout))
    assert given == {KAFKA_VARIABLE: LocalParts(directory).bootstrap, DATABASE_VARIABLE: LocalParts(directory).dsn}
    with LocalParts(directory) as visitor:
        pids = visitor.pids()
    assert by_hand("status").stdout.split() == [
        "kafka", "running,", "process", str(pids["kafka"]), "postgres", "running,", "process", str(pids["postgres"]),
    ]  # fmt: skip
    assert by_hand("down").returncode == 0
    status = by_hand("status")
    assert (status.returncode, status.stdout.count("not running")) == (1, 2)


def test_by_hand_a_failure_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "deploy.local", "up", "--data", str(tmp_path)]
    nowhere = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"} | {"PATH": str(tmp_path)}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=nowhere)
    assert done.returncode == 1
    assert done.stderr.startswith("no Java on this machine")
    assert done.stderr.count("\n") == 1
