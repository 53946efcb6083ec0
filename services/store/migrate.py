"""Brings the store's schema up to date. ``python -m services.store.migrate`` does it once and ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from services.runtime.errors import Unavailable
from services.runtime.settings import Settings
from services.store.settle import settle

LOCK = 0x676F756A  # one number for all who migrate this schema
PATIENCE = 120.0  # seconds to wait for another who migrates
MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(dsn: str, revision: str = "head") -> None:
    """Migrate forward to ``revision``. Two who start at once migrate once; a role that may only write has nothing to do once
    another has migrated. Raises Unavailable without a database, or where the role may not do what is to be done."""
    _run(dsn, lambda config: command.upgrade(config, revision), to=head() if revision == "head" else revision)


def downgrade(dsn: str, revision: str) -> None:
    """Migrate back to ``revision``; the rows stay, but for those of tables that it does not have. Raises Unavailable."""
    _run(dsn, lambda config: command.downgrade(config, revision), to=revision)


def head() -> str:
    """The newest revision that there is."""
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert newest is not None
    return newest


def _run(dsn: str, migrate: Callable[[Config], None], *, to: str) -> None:
    url = make_url(dsn)
    engine = sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool
    )
    try:
        with engine.connect() as holder:
            _take(holder)
            if _revision(holder) == to and not _may_create(holder):
                return
            with engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
                connection.execute(sqlalchemy.text("CREATE SCHEMA IF NOT EXISTS disclosures"))
                connection.commit()
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS))
                config.attributes["connection"] = connection
                migrate(config)
                connection.commit()
            if to == head():
                with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as plain:
                    settle(plain)
    except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.ProgrammingError, psycopg.Error) as error:
        reason = getattr(error, "orig", error)
        if isinstance(reason, psycopg.errors.InsufficientPrivilege):
            advice = "let its owner run `python -m services.store.migrate`"
            raise Unavailable(f"database: role {url.username} may not change the schema ({reason}): {advice}") from error
        if isinstance(reason, psycopg.OperationalError):
            raise Unavailable(f"database: {reason}") from error
        raise


def _take(connection: sqlalchemy.Connection) -> None:
    """Take the lock by asking again: a blocked session would hold back CREATE INDEX CONCURRENTLY."""
    deadline = time.monotonic() + PATIENCE
    while not connection.scalar(sqlalchemy.text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
        if time.monotonic() > deadline:
            raise Unavailable("database: another process is migrating")
        time.sleep(0.1)


def _revision(connection: sqlalchemy.Connection) -> str | None:
    """Which revision the schema is at, if there is one."""
    if connection.scalar(sqlalchemy.text("SELECT to_regclass('disclosures.migration')")) is None:
        return None
    found = connection.scalar(sqlalchemy.text("SELECT version_num FROM disclosures.migration"))
    return None if found is None else str(found)


def _may_create(connection: sqlalchemy.Connection) -> bool:
    return bool(connection.scalar(sqlalchemy.text("SELECT has_schema_privilege('disclosures', 'CREATE')")))


def main() -> None:
    """The one-shot program."""
    settings = Settings()
    upgrade(settings.database_url)
    sys.stdout.write("the database schema is up to date\n")


if __name__ == "__main__":
    main()
