"""A server process is found, followed and ended whatever happened before - shown on a server of ten lines."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import process as under_test
from deploy.local.errors import PartError
from deploy.local.process import Process, exclusive, free_ports, port_is_free, remembered_ports
from tests.deploy.waiting import gone, until

# argv: a file in its directory (as a real server names its data there), and how it takes SIGTERM
SERVER = """
import signal, sys, time
from pathlib import Path
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[2] == "broken":
    sys.exit("no more of this")
Path(sys.argv[1]).touch()
time.sleep(600)
"""
STARTER = """
import json, signal, sys, time
from pathlib import Path
from deploy.local.process import Process
directory, command = Path(sys.argv[1]), json.loads(sys.argv[2])
server = Process(directory, "server", stop_signal=signal.SIGTERM, grace=5)
server.start(command, (directory / "up").exists, follow=sys.argv[3] == "follow")
print("started", flush=True)
time.sleep(600)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Process]:
    server = Process(tmp_path, "server", stop_signal=signal.SIGTERM, grace=1)
    yield server
    server.kill()


def command(directory: Path, manner: str = "willing") -> list[str]:
    return [sys.executable, "-c", SERVER, str(directory / "up"), manner]


def start(server: Process, manner: str = "willing") -> int:
    server.start(command(server.directory, manner), (server.directory / "up").exists, follow=True)
    found = server.find()
    assert found is not None
    return found.pid


def start_elsewhere(directory: Path, follow: str) -> tuple[subprocess.Popen[str], int]:
    """Another process that starts the server; that process and the server's id."""
    line = [sys.executable, "-c", STARTER, str(directory), json.dumps(command(directory)), follow]
    starter = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "started\n"
    starter.stdout.close()
    return starter, int((directory / "server.pid").read_text().split()[0])


def test_it_stops_when_asked(server: Process) -> None:
    pid = start(server)
    server.stop()
    assert gone(pid)
    assert server.find() is None
    server.stop()  # once more is fine


def test_what_does_not_stop_in_time_is_killed(server: Process) -> None:
    pid = start(server, "stubborn")
    server.stop()
    assert gone(pid)


def test_a_frozen_server_is_killed(server: Process) -> None:
    pid = start(server)
    os.kill(pid, signal.SIGSTOP)
    server.stop()
    assert gone(pid)


def test_a_server_that_fails_to_start_says_why(server: Process) -> None:
    with pytest.raises(PartError, match=r"(?s)server ended while starting.*no more of this"):
        server.start(command(server.directory, "broken"), lambda: False, follow=True)


def test_a_server_that_never_gets_ready_is_not_left_behind(server: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "START_TIMEOUT", 0.5)
    with pytest.raises(PartError, match="not ready within"):
        server.start(command(server.directory), lambda: False, follow=True)
    assert server.find() is None


def test_an_interrupted_start_leaves_nothing_behind(server: Process) -> None:
    seen: list[int] = []

    def interrupted() -> bool:
        until(lambda: server.find() is not None)
        seen.append(int(server.pid_file.read_text().split()[0]))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.start(command(server.directory), interrupted, follow=True)
    assert gone(seen[0])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_ends_with_its_starter(tmp_path: Path, how: signal.Signals) -> None:
    starter, pid = start_elsewhere(tmp_path, "follow")
    os.kill(starter.pid, how)
    starter.wait()
    until(lambda: gone(pid))


def test_the_server_ends_with_its_guard(tmp_path: Path) -> None:
    starter, pid = start_elsewhere(tmp_path, "follow")
    guard = psutil.Process(pid).ppid()
    os.kill(guard, signal.SIGKILL)
    until(lambda: gone(pid))
    starter.kill()
    starter.wait()


def test_a_server_that_follows_nobody_outlives_its_starter(server: Process) -> None:
    starter, pid = start_elsewhere(server.directory, "stay")
    starter.kill()
    starter.wait()
    assert server.serves()
    assert not gone(pid)


def test_a_server_whose_starter_is_gone_does_not_count(server: Process) -> None:
    starter, pid = start_elsewhere(server.directory, "follow")
    starter.kill()
    starter.wait()
    assert not server.serves()
    assert gone(pid)


def test_a_left_over_pid_file_is_not_a_server(server: Process) -> None:
    """The number may belong to anybody after a crash: here to this very test."""
    server.pid_file.write_text(f"{os.getpid()} 0")
    assert server.find() is None
    server.stop()
    assert start(server) != os.getpid()


def test_a_server_that_is_ready_at_once_can_be_found_when_it_has_started(server: Process) -> None:
    server.start(command(server.directory), lambda: True, follow=True)
    assert server.find() is not None


def test_a_server_that_names_its_data_in_an_option_is_found(server: Process) -> None:
    program, c, code, file, manner = command(server.directory)
    code = code.replace("Path(sys.argv[1])", "Path(sys.argv[1].removeprefix('--data='))")
    server.start([program, c, code, f"--data={file}", manner], (server.directory / "up").exists, follow=True)
    assert server.find() is not None


def test_the_neighbours_server_is_not_ours(tmp_path: Path) -> None:
    ours, theirs = (Process(tmp_path / name, "server", stop_signal=signal.SIGTERM, grace=1) for name in ("a", "a2"))
    ours.directory.mkdir()
    theirs.directory.mkdir()
    pid = start(theirs)
    ours.pid_file.write_text(f"{pid} 0")
    assert ours.find() is None
    theirs.stop()


def test_a_tool_that_fails_says_why(server: Process) -> None:
    with pytest.raises(PartError, match="no more of this"):
        server.run(command(server.directory, "broken"))


def test_ports_are_kept_while_they_are_free(tmp_path: Path) -> None:
    file = tmp_path / "ports"
    first = remembered_ports(file, 2)
    assert remembered_ports(file, 2) == first
    with socket.create_server(("127.0.0.1", first[0])):
        second = remembered_ports(file, 2)
    assert first[0] not in second
    assert remembered_ports(file, 2) == second


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    assert all(map(port_is_free, ports))


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "new" / "lock"
    code = (
        "import sys, time; from pathlib import Path; from deploy.local.process import exclusive\n"
        "with exclusive(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.stdout.close()
    holder.kill()
    holder.wait()
    with exclusive(lock):
        pass
