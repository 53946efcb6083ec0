"""Brings the store's schema up to date. ``python -m services.store.migrate`` does it once and ends."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from services.runtime.errors import Unavailable
from services.runtime.settings import Settings

LOCK = 0x676F756A  # one number for all who migrate this schema
PATIENCE = 120.0  # seconds to wait for another who migrates


def upgrade(dsn: str, revision: str = "head") -> None:
    """Migrate forward to ``revision``. Two who start at once migrate once. Raises Unavailable without a database."""
    _run(dsn, lambda config: command.upgrade(config, revision))


def downgrade(dsn: str, revision: str) -> None:
    """Migrate back to ``revision``. Raises Unavailable without a database."""
    _run(dsn, lambda config: command.downgrade(config, revision))


def _run(dsn: str, migrate: object) -> None:
    assert callable(migrate)
    url = make_url(dsn).set(drivername="postgresql+psycopg")
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    try:
        with engine.connect() as holder:
            _take(holder)
            with engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
                connection.execute(sqlalchemy.text("CREATE SCHEMA IF NOT EXISTS disclosures"))
                connection.commit()
                config = Config()
                config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
                config.attributes["connection"] = connection
                migrate(config)
                connection.commit()
    except sqlalchemy.exc.OperationalError as error:
        raise Unavailable(f"database: {error.orig}") from error


def _take(connection: sqlalchemy.Connection) -> None:
    """Take the lock by asking again: a blocked session would hold back CREATE INDEX CONCURRENTLY."""
    deadline = time.monotonic() + PATIENCE
    while not connection.scalar(sqlalchemy.text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
        if time.monotonic() > deadline:
            raise Unavailable("database: another process is migrating")
        time.sleep(0.1)


def main() -> None:
    """The one-shot program."""
    settings = Settings()
    upgrade(settings.database_url)
    sys.stdout.write("the database schema is up to date\n")


if __name__ == "__main__":
    main()
