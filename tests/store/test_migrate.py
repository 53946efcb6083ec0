"""The schema goes forward and back, and two who start at once migrate once."""

from __future__ import annotations

import threading

import psycopg
import pytest

from services.runtime import Unavailable
from services.store.migrate import downgrade, upgrade


def tables(dsn):
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'disclosures'")
        return {name for (name,) in found}


def test_forward_back_and_forward_again(database):
    upgrade(database)
    head = tables(database)
    assert {"fact", "discrepancy", "open_discrepancies"} <= head
    downgrade(database, "base")
    assert tables(database) == {"migration"}
    upgrade(database)
    assert tables(database) == head


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
    assert "fact" in tables(database)


def test_without_a_database_it_is_unavailable_not_broken():
    with pytest.raises(Unavailable, match="database"):
        upgrade("postgresql://127.0.0.1:9/none")


def test_every_table_says_what_it_is(database):
    upgrade(database)
    with psycopg.connect(database) as connection:
        silent = connection.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'disclosures' "
            "AND relkind IN ('r', 'v') AND relname <> 'migration' AND obj_description(c.oid) IS NULL"
        ).fetchall()
    assert silent == []
