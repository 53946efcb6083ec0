"""What the tests share: one real Kafka and one real PostgreSQL a session, started when a test first asks, or at the beginning
where several workers share them.

A test that asks for `kafka`, `postgres` or `database` gets what KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL name, else
local parts (docs/local.md) with their data in a directory that is deleted at the end. The fixtures are ordinary
functions, for tests of any kind, synchronous or not.
"""

import contextlib
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from xdist.workermanage import WorkerController

from deploy.local.errors import NoPrometheus, PartError
from deploy.local.parts import LocalParts
from deploy.local.postgres import fresh_database
from deploy.local.prometheus import find_programs

ROOT = Path(__file__).resolve().parent.parent
SHARED: pytest.StashKey[LocalParts] = pytest.StashKey()
# No test reaches the internet, so nobody's certificates are wanted: to load them all is a tenth of every service's start.
os.environ.setdefault("SSL_CERT_FILE", os.devnull)

# a machine that is busy with something else is no failure
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end: to look for cycles among it (Python's ``gc``) would take a third of
    collecting and a tenth of the tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes first, then those that wait for real parts: what is short fills the gaps and ends together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    waiting = {item.path for item in items if "kafka" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path not in slow, item.path not in waiting))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """The process above the workers starts what they share; it outlives each of them."""
    shared = contextlib.ExitStack()
    config.add_cleanup(shared.close)
    config.stash[SHARED] = local = shared.enter_context(_parts_of_its_own())
    with contextlib.suppress(PartError):  # who asks for what does not start is told why
        local.start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput["parts"] = str(node.config.stash[SHARED].directory)


@contextlib.contextmanager
def _parts_of_its_own() -> Iterator[LocalParts]:
    # not under pytest's own directory, which keeps the data of the last three sessions
    local = LocalParts(Path(tempfile.mkdtemp(prefix="gouji-test-")))
    try:
        yield local
    finally:
        local.stop()
        shutil.rmtree(local.directory)


@pytest.fixture(scope="session")
def parts(request: pytest.FixtureRequest) -> Iterator[LocalParts]:
    """The session's Kafka and PostgreSQL, nothing started yet where there is one worker. Whoever kills or restarts them takes
    `own_parts`."""
    if shared := getattr(request.config, "workerinput", {}).get("parts"):
        yield LocalParts(Path(shared))
    else:
        with _parts_of_its_own() as local:
            yield local


@pytest.fixture(scope="module")
def own_parts() -> Iterator[LocalParts]:
    """A Kafka and a PostgreSQL of this file's own, to be killed and restarted; nothing started yet."""
    with _parts_of_its_own() as local:
        if not (local.kafka_is_local and local.postgres_is_local):
            pytest.skip("the Kafka or the PostgreSQL of these tests was given; it is not ours to stop")
        yield local


@pytest.fixture(scope="session")
def kafka(parts: LocalParts) -> str:
    """Bootstrap servers of a running Kafka that creates no topics by itself."""
    return parts.start_kafka()


@pytest.fixture(scope="session")
def postgres(parts: LocalParts) -> str:
    """DSN of a running PostgreSQL; its role may create databases and is no superuser."""
    return parts.start_postgres()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """DSN of an empty database of the test's own, dropped after it."""
    with fresh_database(postgres) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def shared_database(postgres: str) -> Iterator[str]:
    """DSN of a database that the tests of one file share, each of which leaves it ``emptied``: a database each takes longer
    than what they do in it."""
    with fresh_database(postgres) as dsn:
        yield dsn


def emptied(dsn: str, schema: str) -> None:
    """Delete every row of a service's schema, but not what is known of its migrations."""
    with psycopg.connect(dsn) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'migrations'"
        for (table,) in connection.execute(query, [schema]).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, table)))


@pytest.fixture(scope="session")
def prometheus_programs() -> Path:
    """The directory of prometheus and promtool; where they cannot be had the test is skipped, saying so."""
    try:
        return find_programs()
    except NoPrometheus as reason:
        pytest.skip(str(reason))


@pytest.fixture
def topic_prefix() -> str:
    """A beginning for topic and group names that no other test has."""
    return f"test-{uuid.uuid4().hex[:12]}."


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The directory of real disclosures: $GOUJI_CORPUS, by default ../shared/corpus beside the checkout."""
    directory = Path(os.environ.get("GOUJI_CORPUS") or ROOT.parent / "shared" / "corpus")
    if not directory.is_dir():
        pytest.skip(f"no corpus of real disclosures at {directory}: set GOUJI_CORPUS")
    return directory
