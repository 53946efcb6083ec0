"""One server process on this machine: started under its guard, found again by its pid file, stopped or killed."""

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.local.errors import PartError

GUARD = Path(__file__).with_name("guard.py")
START_TIMEOUT = 120.0  # seconds; a busy two-core machine is slow, a hung server is not waited for for ever
POLL = 0.02  # seconds between two questions whether the server is ready


class Process:
    """The server that works on `directory`, whoever started it.

    `name` names its pid file and log in the directory. A pid file alone proves nothing after a crash - the number may
    belong to somebody else by now - so the process's command line must also name something in `directory`.
    """

    def __init__(
        self, directory: Path, name: str, *, stop_signal: signal.Signals, grace: float, account: str | None = None
    ) -> None:
        self.directory = directory
        self.name = name
        self.log = directory / f"{name}.log"
        self.pid_file = directory / f"{name}.pid"
        self._stop_signal = stop_signal
        self._grace = grace
        self._account = account
        self._guard: subprocess.Popen[bytes] | None = None

    def find(self) -> psutil.Process | None:
        """The running server, or None; a left-over pid file is not one."""
        pid, _ = self._recorded()
        return running(pid, self.directory)

    def serves(self) -> bool:
        """Whether a server runs here to stay. One whose starter is gone is on its way out: it is seen out first."""
        _, starter = self._recorded()
        if self.find() and starter and not _exists(starter):
            self.stop()
        return self.find() is not None

    def run(self, command: Sequence[str], *, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> None:
        """Run a tool of the server's to its end, under the same account. Raises PartError with what it printed."""
        spec = self._spec(parent=os.getpid(), pid_file=None)
        done = subprocess.run([*_guarded(spec), *command], env=_environment(env), input=stdin, capture_output=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr).decode(errors="replace")
            raise PartError(f"{Path(command[0]).name} failed ({done.returncode}) for {self.directory}:\n{_tail(said)}")

    def start(
        self, command: Sequence[str], ready: Callable[[], bool], *, follow: bool, env: Mapping[str, str] | None = None
    ) -> None:
        """Start and wait until `ready()` and until it can be found. With `follow` the server ends when this process does.

        Raises PartError, with the end of the log, if the server ends instead or is not ready in time.
        """
        self.kill()  # what a crash, or somebody deleting the directory, left of an earlier one
        spec = self._spec(parent=os.getpid() if follow else 0, pid_file=self.pid_file)
        with self.log.open("wb") as log:  # one log per start: the tail shown with an error is about this start
            self._guard = subprocess.Popen(
                [*_guarded(spec), *command],
                env=_environment(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the starter, which stops its parts in order
            )
        try:
            self._wait(lambda: ready() and self.find() is not None)  # it may answer before its guard has written it down
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End it cleanly; by force after the grace period. Nothing to stop is fine."""
        self._end(self._stop_signal)

    def kill(self) -> None:
        """Kill -9, as a crash would."""
        self._end(signal.SIGKILL)

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not ready():
            if self._guard is None or self._guard.poll() is not None:
                raise PartError(f"{self.name} ended while starting. {self._last_words()}")
            if time.monotonic() > deadline:
                raise PartError(f"{self.name} was not ready within {START_TIMEOUT:.0f} s. {self._last_words()}")
            time.sleep(POLL)

    def _last_words(self) -> str:
        return f"Its log {self.log} ends:\n{_tail(self.log.read_text(errors='replace'))}"

    def _end(self, how: signal.Signals) -> None:
        server = self.find()
        if server is not None:
            family = [server, *_children(server)]  # PostgreSQL's sessions hold its shared memory until they are gone
            _send(server, how)
            for process in _still_there(family, self._grace):
                _send(process, signal.SIGKILL)
            _still_there(family, self._grace)
        if self._guard is not None:
            self._guard.terminate()  # it may not have come to write the pid file yet
            self._guard.wait()
            self._guard = None
        self.pid_file.unlink(missing_ok=True)

    def _recorded(self) -> tuple[int, int]:
        """The server and the process it follows (0: none), as its guard wrote them down; 0 0 when it did not."""
        try:
            pid, starter = map(int, self.pid_file.read_text().split())
            return pid, starter
        except (FileNotFoundError, ValueError):
            return 0, 0

    def _spec(self, *, parent: int, pid_file: Path | None) -> str:
        return json.dumps(
            {
                "parent": parent,
                "pid_file": str(pid_file) if pid_file else None,
                "stop_signal": int(self._stop_signal),
                "grace": self._grace,
                "account": self._account,
            }
        )


def running(pid: int, directory: Path) -> psutil.Process | None:
    """Process `pid`, if it lives and its command line names something in `directory`, alone or as --option=PATH."""
    try:
        process = psutil.Process(pid)
        inside = f"{directory}/"
        named = any(argument.startswith(inside) or f"={inside}" in argument for argument in process.cmdline())
    except psutil.Error:  # gone, or not ours to look at and so not ours
        return None
    return process if named and _alive(process) else None


def _exists(pid: int) -> bool:
    try:
        return _alive(psutil.Process(pid))
    except psutil.Error:
        return False


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def free_ports(number: int) -> list[int]:
    """Ports free on 127.0.0.1 now, below the range systems hand out to outgoing connections, so that they stay free
    while their server is down for a moment."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 2_000):
        if port_is_free(port):
            found.append(port)
        if len(found) == number:
            return found
    raise PartError("no free port on 127.0.0.1 between 20000 and 32000")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: closing connections don't count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def remembered_ports(file: Path, number: int) -> list[int]:
    """The ports written in `file` if they are still free - clients know them -, else free ones, written there."""
    try:
        ports = [int(word) for word in file.read_text().split()]
    except (FileNotFoundError, ValueError):
        ports = []
    if len(ports) != number or not all(map(port_is_free, ports)):
        ports = free_ports(number)
        file.write_text(" ".join(map(str, ports)))
    return ports


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the lock file against other processes; a holder's death frees it.

    Its directory is made. Raises PartError where that, or the file, cannot be written.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("w")
    except OSError as error:
        raise PartError(f"cannot write in {lock.parent} ({error}): choose another directory") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _guarded(spec: str) -> list[str]:
    return [sys.executable, "-I", "-S", str(GUARD), spec]


def _environment(extra: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, **(extra or {})}


def _still_there(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for them to end. A zombie has ended: it may stay one where the first process of a container reaps nobody."""
    deadline = time.monotonic() + seconds
    while (left := [process for process in processes if _alive(process)]) and time.monotonic() < deadline:
        time.sleep(POLL)
    return left


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _send(process: psutil.Process, how: signal.Signals) -> None:
    try:
        process.send_signal(how)
    except psutil.NoSuchProcess:
        return


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(text.splitlines()[-lines:])
