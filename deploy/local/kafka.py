"""Apache Kafka on this machine: one KRaft node, from jars, on free ports, with its data in one directory."""

import base64
import logging
import os
import signal
import socket
import struct
import tempfile
import uuid
from pathlib import Path

from deploy.local.errors import PartError
from deploy.local.java import Java, ensure_jars, find_java
from deploy.local.process import Process, exclusive, remembered_ports

log = logging.getLogger(__name__)

SETTINGS = Path(__file__).with_name("server.properties")
LOGGING = Path(__file__).with_name("log4j2.properties")
ENVIRONMENT = {"LC_ALL": "C.UTF-8"}  # else Java opens no file with Chinese in its path where the locale is C
GRACE = 20.0  # seconds to stop cleanly in
# A small heap and the quick compiler only: the machine has services to run too.
JVM = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={LOGGING}"]


class LocalKafka:
    """The broker whose data is in `directory`, running or not.

    With `follow` (the default) a broker started here ends when this process does, however it ends. The port stays the
    same over restarts. `more` is added to its server.properties, where a later line wins. Methods raise NoBroker where
    this machine cannot run Kafka, PartError where it does not start.
    """

    def __init__(self, directory: Path, *, follow: bool = True, more: str = "") -> None:
        self.directory = directory.resolve()
        self._follow = follow
        self._more = more
        self._process = Process(self.directory, "kafka", stop_signal=signal.SIGTERM, grace=GRACE)
        self._ports = self.directory / "ports"

    @property
    def bootstrap(self) -> str:
        """`127.0.0.1:port`, for clients; known once it has been started."""
        return f"127.0.0.1:{self._ports.read_text().split()[0]}"

    @property
    def pid(self) -> int | None:
        """The broker's process id while it runs."""
        server = self._process.find()
        return server.pid if server else None

    def start(self) -> bool:
        """Start it and wait until it answers. Returns False, having done nothing, if it was running already."""
        with exclusive(self.directory / ".lock"):
            if self._process.serves():
                return False
            java, jars = find_java(), ensure_jars()
            command = _command(java, jars, f"-XX:SharedArchiveFile={class_archive(java, jars)}")
            _start(self._process, self._ports, command, command, follow=self._follow, more=self._more)
            return True

    def stop(self) -> None:
        self._process.stop()

    def kill(self) -> None:
        """Kill -9."""
        self._process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()


def class_archive(java: Java, jars: Path) -> Path:
    """Kafka's classes, loaded and laid out once for this Java: the broker then starts in less than half the time.

    Java writes the archive when a program ends, so a broker is run here for that, once per Java version.
    """
    archive = jars / f"java-{java.version}.jsa"
    if not archive.exists() and os.access(jars, os.W_OK):
        with exclusive(jars / ".lock"), tempfile.TemporaryDirectory(prefix="gouji-kafka-") as scratch:
            if not archive.exists():
                log.info("preparing Kafka for Java %s, once", java.version)
                half = archive.with_suffix(".half")
                half.unlink(missing_ok=True)
                directory = Path(scratch).resolve()
                broker = Process(directory, "kafka", stop_signal=signal.SIGTERM, grace=4 * GRACE)
                plain, writing = _command(java, jars), _command(java, jars, f"-XX:ArchiveClassesAtExit={half}")
                _start(broker, directory / "ports", plain, writing, follow=True)
                broker.stop()
                half.touch()  # a Java that writes none goes on without, and is not asked again
                half.rename(archive)
    return archive


def _command(java: Java, jars: Path, *options: str) -> list[str]:
    return [java.program, *JVM, *options, "-cp", f"{jars}/*"]


def _start(process: Process, ports_file: Path, formatter: list[str], server: list[str], *, follow: bool, more: str = "") -> None:
    """Format the directory if it is new, start the broker, wait until it answers."""
    directory = process.directory
    settings = directory / "server.properties"
    broker, controller = remembered_ports(ports_file, 2)
    settings.write_text(_settings(directory, broker, controller) + more)
    if not (directory / "data" / "meta.properties").exists():  # written last
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        process.run(
            [*formatter, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(settings)], env=ENVIRONMENT
        )
    process.start([*server, "kafka.Kafka", str(settings)], lambda: answers(broker), follow=follow, env=ENVIRONMENT)


def _settings(directory: Path, broker: int, controller: int) -> str:
    if "," in str(directory):
        raise PartError(f"Kafka takes the comma in {directory} for two directories: choose another one")
    return SETTINGS.read_text() + (
        "node.id=1\n"
        f"controller.quorum.voters=1@127.0.0.1:{controller}\n"
        f"listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}\n"
        f"advertised.listeners=PLAINTEXT://127.0.0.1:{broker}\n"
        f"log.dirs={_escaped(directory / 'data')}\n"
    )


def _escaped(path: Path) -> str:
    """For a Java properties file, which is read as Latin-1: other characters as UTF-16 escapes."""
    units = str(path).encode("utf-16-be", "surrogatepass")
    codes = struct.unpack(f">{len(units) // 2}H", units)
    return "".join(chr(code) if 32 <= code < 127 and chr(code) != "\\" else f"\\u{code:04x}" for code in codes)


def answers(port: int) -> bool:
    """Whether a broker on this port answers the protocol's first question, which versions it speaks.

    A KRaft broker lets its clients in only when it has registered and caught up, so an answer means ready.
    """
    api_versions, version, correlation, no_client_id = 18, 0, 7, -1
    request = struct.pack(">hhih", api_versions, version, correlation, no_client_id)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(8)
    except OSError:
        return False
    return len(answer) == 8 and struct.unpack(">ii", answer)[1] == correlation
