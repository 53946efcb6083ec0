"""The schema goes forward and back with its rows, says what it is, and two who start at once migrate once."""

from __future__ import annotations

import threading
import uuid

import asyncpg
import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy.engine import make_url

from services.runtime import Unavailable
from services.store.migrate import VERSIONS, downgrade, head, upgrade
from services.store.settle import READER, WRITER, create_roles
from services.store.writer import prepare, write
from tests.store.conftest import contents
from tests.store.test_writer import batch_of

VIEWS = {
    "open_discrepancies", "department_year", "three_public_expenses", "spending_by_function", "spending_by_economy", "coverage",
    "timeliness", "rule_statistics",
}  # fmt: skip


def tables(dsn):
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'disclosures'")
        return {name for (name,) in found}


def test_forward_back_and_forward_again(database):
    upgrade(database)
    there = tables(database)
    assert there > {"fact", "discrepancy"} | VIEWS
    downgrade(database, "base")
    assert tables(database) == {"migration"}
    upgrade(database)
    assert tables(database) == there


@pytest.mark.parametrize(("back", "views"), [("0002", VIEWS), ("0001", set())])
async def test_a_filled_database_keeps_its_rows_when_it_goes_back_and_forward(store, connection, examples, back, views):
    await write(connection, batch_of(examples))
    before = await contents(connection)
    assert all(before.values())
    await connection.close()
    downgrade(store, back)
    assert tables(store) & VIEWS == views
    connection = await asyncpg.connect(store)
    assert await contents(connection) == before
    await prepare(connection)
    await write(connection, batch_of(examples))
    await connection.close()
    upgrade(store)
    assert tables(store) >= VIEWS
    connection = await asyncpg.connect(store)
    assert await contents(connection) == before
    await prepare(connection)
    await write(connection, batch_of(examples))
    assert await contents(connection) == before
    await connection.close()


def test_two_who_start_at_once_migrate_once(database):
    failures = []

    def migrate():
        try:
            upgrade(database)
        except Exception as error:  # whatever it is, the test names it
            failures.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert tables(database) >= VIEWS


def test_without_a_database_it_is_unavailable_not_broken():
    with pytest.raises(Unavailable, match="database"):
        upgrade("postgresql://127.0.0.1:9/none")


def test_every_table_view_and_column_says_what_it_is(database):
    upgrade(database)
    with psycopg.connect(database) as connection:
        silent = connection.execute(
            """SELECT relname, attname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
            CROSS JOIN LATERAL (SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                                UNION ALL SELECT '', 0) a
            WHERE nspname = 'disclosures' AND relkind IN ('r', 'v')
            AND coalesce(CASE attnum WHEN 0 THEN obj_description(c.oid) ELSE col_description(c.oid, attnum) END, '') = ''"""
        ).fetchall()
        codes = connection.execute("SELECT name FROM disclosures.classification WHERE code = '30101'").fetchall()
    assert silent == []
    assert codes == [("基本工资",)]


@pytest.fixture
def login(store):
    """``login(role)``: DSN of a new role that is a member of another, or of none."""
    made = []

    def create(member_of=None):
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(store, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(name)))
            if member_of:
                connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(member_of), sql.Identifier(name)))
        made.append(name)
        return make_url(store).set(username=name, password="x").render_as_string(hide_password=False)

    yield create
    with psycopg.connect(store, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


async def test_the_writer_writes_and_the_reader_reads(store, login, examples):
    upgrade(login(WRITER))  # there is nothing to do, and so nothing that it may not do
    writer = await asyncpg.connect(login(WRITER))
    await prepare(writer)
    await write(writer, batch_of(examples))
    await write(writer, batch_of(examples))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await writer.execute("DROP TABLE disclosures.fact")
    await writer.close()
    reader = await asyncpg.connect(login(READER))
    assert await reader.fetchval("SELECT count(*) FROM disclosures.coverage") == 2
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute("DELETE FROM disclosures.fact")
    await reader.close()


def test_a_role_that_may_not_migrate_waits_and_says_who_may(store, login):
    downgrade(store, "0001")
    with pytest.raises(Unavailable, match=r"may not change the schema .* services\.store\.migrate"):
        upgrade(login(WRITER))
    upgrade(store)
    upgrade(login(WRITER))


def test_roles_are_created_where_that_is_permitted(store, login, capsys):
    with psycopg.connect(store) as connection:
        assert create_roles(connection, ("gouji_test_role",))
        assert create_roles(connection, ("gouji_test_role",))
        connection.rollback()
    with psycopg.connect(login()) as connection:
        assert not create_roles(connection, ("gouji_test_role",))
    assert "CREATE ROLE gouji_test_role NOLOGIN; then run python -m services.store.migrate" in capsys.readouterr().out


def test_the_newest_revision_is_the_one_that_alembic_would_run_to():
    assert head() == ScriptDirectory(str(VERSIONS.parent)).get_current_head()
