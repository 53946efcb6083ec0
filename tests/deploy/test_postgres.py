"""A local PostgreSQL keeps what it committed, over stops and crashes, lets nobody in without its password, and may be
thrown away."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.local.errors import PartError
from deploy.local.postgres import LocalPostgres
from tests.deploy.waiting import gone, until

pytestmark = pytest.mark.postgres
START = """
import sys; from pathlib import Path; from deploy.local.postgres import LocalPostgres
server = LocalPostgres(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A server to mistreat, not the session's."""
    server = LocalPostgres(tmp_path_factory.mktemp("postgres"))
    server.start()
    yield server
    server.kill()
    shutil.rmtree(server.directory)


def test_committed_rows_survive_kill_9_with_clients_at_work(own: LocalPostgres) -> None:
    before, pid = own.dsn, own.pid
    assert pid is not None
    with pytest.raises(psycopg.OperationalError, match="postmaster exit"), psycopg.connect(own.dsn) as client:
        client.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        client.commit()
        client.execute("INSERT INTO kept VALUES (-1)")  # not committed
        family = [child.pid for child in psutil.Process(pid).children()]

        own.kill()

    assert all(map(gone, [pid, *family]))
    assert own.start()
    assert own.dsn == before
    assert count(own) == (1000, 1)


def test_a_crash_that_leaves_a_stale_pid_file_is_forgotten(own: LocalPostgres) -> None:
    """After a crash of the machine the number in postmaster.pid may belong to anybody: here to this very test."""
    own.kill()
    file = own.directory / "data" / "postmaster.pid"
    file.write_text(file.read_text().replace(file.read_text().split()[0], str(os.getpid()), 1))
    assert own.start()
    assert count(own) == (1000, 1)


def test_a_guard_killed_takes_the_server_with_it(own: LocalPostgres) -> None:
    pid = own.pid
    assert pid is not None
    os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
    until(lambda: gone(pid))
    own.restart()
    assert count(own) == (1000, 1)


def test_a_stop_does_not_wait_for_idle_clients(own: LocalPostgres) -> None:
    with psycopg.connect(own.dsn) as client:
        own.restart()
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")
    assert count(own) == (1000, 1)


def test_nobody_comes_in_without_the_password(own: LocalPostgres) -> None:
    password = (own.directory / "password").read_text()
    for wrong in [own.dsn.replace(password, "guess"), own.dsn.replace(f":{password}", ""), superuser(own, password)]:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)
    assert (own.directory / "password").stat().st_mode & 0o077 == 0


def test_it_sorts_alike_on_every_machine(own: LocalPostgres) -> None:
    with psycopg.connect(own.dsn) as client:
        row = client.execute(
            "SELECT current_setting('server_encoding'), datlocprovider::text, datlocale, current_setting('timezone') "
            "FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("UTF8", "b", "C.UTF-8", "UTC")


def test_data_may_be_deleted_and_two_starters_make_one_server(own: LocalPostgres) -> None:
    own.stop()
    shutil.rmtree(own.directory)

    line = [sys.executable, "-c", START, str(own.directory)]
    starters = [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [starter.stdout.readline().split() for starter in starters if starter.stdout]
    assert sorted(started for started, _ in said) == ["False", "True"]
    assert {pid for _, pid in said} == {str(own.pid)}
    with psycopg.connect(own.dsn) as client:
        assert client.execute("SELECT to_regclass('kept')").fetchone() == (None,)

    for starter in starters:
        starter.communicate()
    assert own.start(), "it had ended with the one that started it"


def test_a_creation_cut_off_halfway_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "data.half").mkdir()
    (tmp_path / "data.half" / "PG_VERSION").write_text("18\n")
    server = LocalPostgres(tmp_path)
    assert server.start()
    with psycopg.connect(server.dsn) as client:
        assert client.execute("SELECT current_user::text").fetchone() == ("gouji",)
    server.stop()
    shutil.rmtree(tmp_path)


def test_data_of_another_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(PartError, match=r"made by PostgreSQL 15, this is 18: delete .* DATABASE_URL"):
        LocalPostgres(tmp_path).start()


def count(server: LocalPostgres) -> tuple[int, int]:
    """Rows, and the smallest."""
    with psycopg.connect(server.dsn) as client:
        row = client.execute("SELECT count(*), min(number) FROM kept").fetchone()
    assert row is not None
    return row[0], row[1]


def superuser(server: LocalPostgres, password: str) -> str:
    return server.dsn.replace(f"gouji:{password}", f"postgres:{password}")
