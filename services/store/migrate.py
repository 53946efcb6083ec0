"""Brings the store's schema up to date. ``python -m services.store.migrate`` does it once and ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from services.runtime.errors import Unavailable
from services.runtime.settings import Settings
from services.store.settle import settle

LOCK = 0x676F756A  # one number for all who migrate this schema
PATIENCE = 120.0  # seconds to wait for another who migrates
VERSIONS = Path(__file__).with_name("migrations") / "versions"


def upgrade(dsn: str) -> None:
    """Migrate forward to the newest revision. Two who start at once migrate once; a role that may only write has nothing to do
    once another has migrated. Raises Unavailable without a database, or where the role may not do what is to be done."""
    with _alone(dsn) as connection:
        if _revision(connection) != head():
            # a start with nothing to migrate, which is every start but one, needs none of what migrating imports
            from services.store.migrations.run import forward

            forward(dsn, head())
        elif not _may_create(connection):
            return
        with connection.transaction():
            settle(connection)


def downgrade(dsn: str, revision: str) -> None:
    """Migrate back to ``revision``; the rows stay, but for those of tables that it does not have. Raises Unavailable."""
    from services.store.migrations.run import back

    with _alone(dsn):
        back(dsn, revision)


def head() -> str:
    """The newest revision that there is: the last number of the files in ``migrations/versions``."""
    return max(file.stem[1:5] for file in VERSIONS.glob("m[0-9]*.py"))


@contextmanager
def _alone(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection that holds the lock of all who migrate. What the database refuses is Unavailable."""
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            role = connection.info.user
            _take(connection)
            try:
                yield connection
            except psycopg.errors.InsufficientPrivilege as error:
                advice = "let its owner run `python -m services.store.migrate`"
                raise Unavailable(f"database: role {role} may not change the schema ({error}): {advice}") from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"database: {error}") from error


def _take(connection: psycopg.Connection) -> None:
    """Take the lock by asking again: a blocked session would hold back CREATE INDEX CONCURRENTLY."""
    deadline = time.monotonic() + PATIENCE
    while not _one(connection, "SELECT pg_try_advisory_lock(%s)", LOCK):
        if time.monotonic() > deadline:
            raise Unavailable("database: another process is migrating")
        time.sleep(0.1)


def _revision(connection: psycopg.Connection) -> object:
    """Which revision the schema is at, null where there is none."""
    if _one(connection, "SELECT to_regclass('disclosures.migration')") is None:
        return None
    return _one(connection, "SELECT max(version_num) FROM disclosures.migration")


def _may_create(connection: psycopg.Connection) -> bool:
    return bool(_one(connection, "SELECT has_schema_privilege('disclosures', 'CREATE')"))


def _one(connection: psycopg.Connection, query: str, *values: object) -> object:
    """The first column of the one row that a query gives."""
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


def main() -> None:
    """The one-shot program."""
    settings = Settings()
    upgrade(settings.database_url)
    sys.stdout.write("the database schema is up to date\n")


if __name__ == "__main__":
    main()
