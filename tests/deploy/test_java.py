"""Kafka's jars: fetched once, complete or not at all, the pinned ones or none - and clear words where that fails.

Nothing is downloaded here: `mvn` is a script that delivers the jars the session's Kafka runs on.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import NoBroker
from deploy.local.java import CHECKSUMS, cache_directory, checksums, ensure_jars, find_java, kafka_version

Program = Callable[[str, str], None]


@pytest.fixture
def jars(kafka: str) -> Path:
    """The jars the session's Kafka runs on, which a machine with a broker of its own may not have."""
    directory = cache_directory()
    if not directory.is_dir():
        pytest.skip("Kafka is not local here: no jars")
    return directory


@pytest.fixture
def cache(jars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache instead of the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_directory().parent == tmp_path / "cache" / "gouji"
    return cache_directory()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a shell script of that name first on the path."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory), prepend=":")

    def install(name: str, script: str) -> None:
        (directory / name).write_text(f"#!/bin/sh\n{script}\n")
        (directory / name).chmod(0o755)

    return install


def delivering(jars: Path, also: str = "") -> str:
    """A Maven that writes down each call, takes its time, and links the jars into -DoutputDirectory."""
    return f"""
        for word; do case "$word" in -DoutputDirectory=*) to="${{word#*=}}";; esac; done
        echo called >> "$to/../calls"
        sleep 0.3
        ln -s {jars}/*.jar "$to"
        {also}
    """


def test_the_jars_of_the_running_kafka_are_the_pinned_ones(jars: Path) -> None:
    assert checksums(jars) == CHECKSUMS.read_text()
    assert f"kafka_2.13-{kafka_version()}.jar" in CHECKSUMS.read_text()


def test_the_handbook_names_the_version() -> None:
    handbook = Path(__file__).parents[2] / "docs" / "local.md"
    assert f"| version | {kafka_version()} (" in handbook.read_text()


def test_concurrent_starters_fetch_once(jars: Path, cache: Path, program: Program) -> None:
    program("mvn", delivering(jars))
    line = [sys.executable, "-c", "from deploy.local.java import ensure_jars; print(ensure_jars())"]
    starters = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert {starter.communicate()[0].strip() for starter in starters} == {str(cache)}
    assert (cache.parent / "calls").read_text() == "called\n"
    assert checksums(cache) == CHECKSUMS.read_text()


def test_a_fetch_cut_off_halfway_is_done_again(jars: Path, cache: Path, program: Program) -> None:
    half = cache.with_name(f"{cache.name}.half")
    half.mkdir(parents=True)
    (half / "kafka.jar").write_bytes(b"half of i")
    program("mvn", delivering(jars))
    assert checksums(ensure_jars()) == CHECKSUMS.read_text()
    assert not half.exists()


@pytest.mark.parametrize(
    "tampering",
    [
        'rm "$to/scala-library"*',
        'rm "$to/kafka-clients"*; echo something else > "$to/kafka-clients-4.3.1.jar"',
        'echo one more > "$to/more.jar"',
    ],
)
def test_other_jars_than_the_pinned_ones_are_refused(jars: Path, cache: Path, program: Program, tampering: str) -> None:
    program("mvn", delivering(jars, tampering))
    with pytest.raises(NoBroker, match=r"not the pinned ones; they differ in:\n\w+  (scala-library|kafka-clients|more)"):
        ensure_jars()
    assert not cache.exists()


def test_without_network_maven_s_words_are_passed_on(cache: Path, program: Program) -> None:
    program("mvn", 'echo "[ERROR] Could not transfer artifact: unknown host"; exit 1')
    with pytest.raises(NoBroker, match=r"(?s)needs the network.*KAFKA_BOOTSTRAP_SERVERS.*unknown host"):
        ensure_jars()
    assert not cache.exists()


def test_without_maven_it_says_what_to_install(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBroker, match=r"no Maven to fetch them.*apt-get install maven.*KAFKA_BOOTSTRAP_SERVERS"):
        ensure_jars()


def test_a_cache_that_cannot_be_written_is_named(jars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(NoBroker, match=r"cannot keep Kafka's jars in .*XDG_CACHE_HOME"):
        ensure_jars()


def test_without_java_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBroker, match=r"no Java.*17 or later.*apt-get install.*KAFKA_BOOTSTRAP_SERVERS"):
        find_java()


@pytest.mark.parametrize("version", ["1.8.0_392", "11.0.21", "16"])
def test_an_old_java_is_named(program: Program, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    program("java", f"""echo 'openjdk version "{version}" 2023-10-17' >&2""")
    with pytest.raises(NoBroker, match=rf"is Java {version}; Kafka needs 17"):
        find_java()


@pytest.mark.parametrize("version", ["17.0.15", "21", "25.0.1+8-LTS", "26-ea"])
def test_a_newer_java_is_taken_and_java_home_comes_first(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program("java", f"""echo 'openjdk version "{version}" 2026-04-15' >&2""")
    (tmp_path / "bin").rename(tmp_path / "home-bin")
    (tmp_path / "jdk").mkdir()
    (tmp_path / "home-bin").rename(tmp_path / "jdk" / "bin")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    java = find_java()
    assert (java.program, java.version) == (str(tmp_path / "jdk" / "bin" / "java"), version)


def test_something_else_called_java_is_no_java(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    program("java", "echo Please install a Java runtime")
    with pytest.raises(NoBroker, match="does not tell a version: Please install"):
        find_java()
