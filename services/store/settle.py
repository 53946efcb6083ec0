"""What belongs to the schema besides its shape: what its parts mean, what codes are called, who may do what.

Done after every migration, and harmless to do again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import structlog
from psycopg import sql

from schemas.shipped import read_yaml
from schemas.taxonomy.codes import economy, functions

WRITER = "gouji_writer"
READER = "gouji_reader"
log = structlog.get_logger()


def settle(connection: psycopg.Connection) -> None:
    """All three, in the caller's transaction; the connection's role owns the schema. Raises psycopg's errors."""
    describe(connection)
    name_codes(connection)
    if create_roles(connection, (WRITER, READER)):
        grant(connection)


def describe(connection: psycopg.Connection) -> None:
    """Write the data dictionary (``comments.yaml``) into the database, where it differs."""
    dictionary: dict[str, Any] = read_yaml(Path(__file__).with_name("comments.yaml"))
    everywhere, tables = dictionary["everywhere"], dictionary["tables"]
    found = connection.execute(
        """SELECT c.relname, c.relkind, coalesce(a.attname, ''),
               CASE WHEN a.attnum IS NULL THEN obj_description(c.oid) ELSE col_description(c.oid, a.attnum) END
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                            UNION ALL SELECT NULL, NULL) a
        WHERE n.nspname = 'disclosures' AND c.relkind IN ('r', 'v')"""
    ).fetchall()
    for relation, kind, column, comment in found:
        meant = tables.get(relation, {}).get(column) or (everywhere.get(column) if column else None)
        if meant is None or meant == comment:
            continue
        name = sql.Identifier("disclosures", relation, column) if column else sql.Identifier("disclosures", relation)
        what = sql.SQL("COLUMN" if column else "TABLE" if kind == "r" else "VIEW")
        connection.execute(sql.SQL("COMMENT ON {} {} IS {}").format(what, name, sql.Literal(meant)))


def name_codes(connection: psycopg.Connection) -> None:
    """Make ``classification`` say what ``schemas/taxonomy`` says."""
    entries = [
        (scheme, entry.code, entry.first or 0, entry.last, entry.name, entry.source)
        for scheme, codes in (("function", functions()), ("economy", economy()))
        for entry in codes.entries
    ]
    connection.execute("CREATE TEMP TABLE named ON COMMIT DROP AS SELECT * FROM disclosures.classification WITH NO DATA")
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY named (scheme, code, first_year, last_year, name, source) FROM STDIN") as rows,
    ):
        for entry in dict.fromkeys(entries):
            rows.write_row(entry)
    connection.execute(
        "DELETE FROM disclosures.classification c WHERE NOT EXISTS (SELECT FROM named n WHERE n IS NOT DISTINCT FROM c)"
    )
    connection.execute("INSERT INTO disclosures.classification SELECT DISTINCT * FROM named ON CONFLICT DO NOTHING")


def create_roles(connection: psycopg.Connection, roles: tuple[str, ...]) -> bool:
    """Whether the roles are there now. Where they may not be created it says what an administrator has to do."""
    there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(roles)])}
    missing = [role for role in roles if role not in there]
    try:
        with connection.transaction():
            for role in missing:
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return True  # another database of the same server was migrated at the same moment
    except psycopg.errors.InsufficientPrivilege:
        statements = " ".join(f"CREATE ROLE {role} NOLOGIN;" for role in missing)
        log.warning(
            "roles not created: the database role may not create roles",
            role=connection.info.user,
            missing=missing,
            to_do=f"let an administrator run: {statements} then run python -m services.store.migrate again",
        )
        return False
    return True


def grant(connection: psycopg.Connection) -> None:
    """The writer may do what the store does, the reader may read."""
    writer, reader = sql.Identifier(WRITER), sql.Identifier(READER)
    for statement in (
        "GRANT USAGE ON SCHEMA disclosures TO {writer}, {reader}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA disclosures TO {writer}, {reader}",
        "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA disclosures TO {writer}",
        "REVOKE INSERT, UPDATE, DELETE ON disclosures.migration FROM {writer}",
    ):
        connection.execute(sql.SQL(statement).format(writer=writer, reader=reader))
