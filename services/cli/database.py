"""What the commands that ask the database share: which one it is, and saying so in a sentence where there is none."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from services.cli.output import fail

if TYPE_CHECKING:
    import asyncpg

Answer = TypeVar("Answer")

DataOption = Annotated[
    Path,
    typer.Option("--data", help="Where gouji up keeps its database, which is asked unless DATABASE_URL names another."),
]
DATA = Path(".gouji")


def ask(data: Path, question: Callable[[asyncpg.Connection], Coroutine[Any, Any, Answer]]) -> Answer:
    """The answer of the database. Ends the command where it cannot be reached, or has nothing to ask.

    Raises OSError of files that the question writes.
    """
    import asyncio

    return asyncio.run(asking(data, question))


async def asking(data: Path, question: Callable[[asyncpg.Connection], Coroutine[Any, Any, Answer]]) -> Answer:
    """The same, for what runs in a loop already."""
    import asyncpg

    from services.runtime.database import passes

    with _database(data) as dsn:
        try:
            connection = await asyncpg.connect(dsn)
            try:
                return await question(connection)
            finally:
                connection.terminate()
        except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.InvalidSchemaNameError):
            fail("this database has no disclosures, or of another version of gouji: python -m services.store.migrate makes them")
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
            fail(f"the database says: {error}; DATABASE_URL is postgresql://user:password@host:port/name")
        except Exception as error:
            if not passes(error):
                raise
            if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError | socket.gaierror):
                raise  # of a file that is written
            fail(f"the database cannot be reached: {error or type(error).__name__}")


@contextmanager
def _database(data: Path) -> Iterator[str]:
    """The DSN: of DATABASE_URL, else of the local PostgreSQL, which runs as long as it is asked."""
    from services.runtime.settings import Settings

    if os.environ.get("DATABASE_URL"):
        yield Settings().database_url
        return
    from deploy.local.errors import PartError
    from deploy.local.parts import LocalParts

    if not (data / "postgres").is_dir():
        fail(f"there is no database: set DATABASE_URL, or run gouji up first ({data / 'postgres'} is not there)")
    parts = LocalParts(data)
    try:
        try:
            dsn = parts.start_postgres()
        except PartError as error:
            fail(str(error))
        yield dsn
    finally:
        parts.stop()
