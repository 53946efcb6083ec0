"""Runs the migrations, by Alembic, for whoever holds the lock (``services.store.migrate``). Raises psycopg's errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url


def forward(dsn: str, revision: str) -> None:
    """Migrate forward to ``revision``, making the schema where there is none."""
    _run(dsn, lambda config: command.upgrade(config, revision))


def back(dsn: str, revision: str) -> None:
    """Migrate back to ``revision``."""
    _run(dsn, lambda config: command.downgrade(config, revision))


def _run(dsn: str, migrate: Callable[[Config], None]) -> None:
    engine = sqlalchemy.create_engine(make_url(dsn).set(drivername="postgresql+psycopg"), poolclass=sqlalchemy.NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("CREATE SCHEMA IF NOT EXISTS disclosures"))
            connection.commit()
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent))
            config.attributes["connection"] = connection
            migrate(config)
            connection.commit()
    except sqlalchemy.exc.DBAPIError as error:
        assert error.orig is not None
        raise error.orig from error
