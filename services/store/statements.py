"""The SQL of the writer, made of the table of columns. Every name in it is a constant of ours."""

from __future__ import annotations

from services.store.columns import COLUMNS, KEYS, STANDING


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _beside(table: str) -> str:
    return (
        f"CREATE TEMP TABLE IF NOT EXISTS staged_{table} ON COMMIT DELETE ROWS AS "  # noqa: S608
        f"SELECT {_names(COLUMNS[table])} FROM disclosures.{table} WITH NO DATA;"
    )


STAGING = "\n".join(["SET client_min_messages = warning;", *map(_beside, KEYS)])
"""A temporary table beside each table that is upserted: rows are copied into it and go from there, sorted and told apart."""


def renew(table: str) -> str:
    """Put in what is staged; of two rows with one key the one stays that was said later (``STANDING``) or first (the
    others), whichever comes first.

    In order of key, so that two writers never wait for each other in a ring. A row that is there stays locked until the end
    of the transaction, changed or not.
    """
    key, columns = _names(KEYS[table]), _names(COLUMNS[table])
    said = "said_at" in COLUMNS[table]
    way, compare = ("DESC", ">") if table in STANDING else ("ASC", "<")
    order = f"{key}, said_at {way} NULLS LAST, event_id {way}" if said else key
    renewed = ", ".join(f'"{column}" = excluded."{column}"' for column in COLUMNS[table] if column not in KEYS[table])
    better = (
        f"UPDATE SET {renewed} WHERE excluded.said_at IS NOT NULL "
        f"AND (t.said_at IS NULL OR (excluded.said_at, excluded.event_id) {compare} (t.said_at, t.event_id))"
    )
    return (
        f"INSERT INTO disclosures.{table} AS t ({columns}) "  # noqa: S608
        f"SELECT DISTINCT ON ({key}) {columns} FROM staged_{table} ORDER BY {order} "
        f"ON CONFLICT ({key}) DO {better if said else 'NOTHING'}"
    )


def marks(table: str) -> str:
    """What is known of some report versions ($1), if anything: when and by which event it was said."""
    return (
        f"SELECT version_id, said_at, event_id FROM disclosures.{table} "  # noqa: S608
        "WHERE version_id = ANY($1) AND said_at IS NOT NULL"
    )


def empty(table: str) -> str:
    """Delete the parts of some report versions ($1)."""
    return f"DELETE FROM disclosures.{table} WHERE version_id = ANY($1)"  # noqa: S608


SUPERSEDE = """
WITH now AS (
    SELECT v.version_id, (
        SELECT o.report_id FROM disclosures.report_version o
        WHERE o.document = v.document AND o.url IS NOT DISTINCT FROM v.url AND o.report_id <> v.report_id
          AND (o.said_at, o.event_id) > (v.said_at, v.event_id)
        ORDER BY o.said_at DESC, o.event_id DESC LIMIT 1) AS superseded_by
    FROM disclosures.report_version v WHERE v.document = ANY($1) AND v.said_at IS NOT NULL)
UPDATE disclosures.report_version v SET superseded_by = now.superseded_by FROM now
WHERE v.version_id = now.version_id AND v.superseded_by IS DISTINCT FROM now.superseded_by
"""
"""Some documents ($1) at one address, read again and taken for another report: the earlier reading was a mistake."""

LATEST = """
WITH touched AS (
    SELECT DISTINCT report_id FROM disclosures.report_version WHERE document = ANY($1)),
now AS (
    SELECT report_id, (
        SELECT v.version_id FROM disclosures.report_version v
        WHERE v.report_id = touched.report_id AND v.said_at IS NOT NULL AND v.superseded_by IS NULL
        ORDER BY v.fetched_at DESC NULLS LAST, v.version DESC, v.document DESC LIMIT 1) AS latest
    FROM touched)
UPDATE disclosures.report r SET latest = now.latest FROM now
WHERE r.report_id = now.report_id AND r.latest IS DISTINCT FROM now.latest
"""
"""The version that counts today of the reports of some documents ($1): found last, of those read and not superseded."""
