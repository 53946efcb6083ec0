"""Makes a database large without sending it anything: the server copies what it has, with other keys."""

from __future__ import annotations

from collections.abc import Iterator

from services.store.columns import COLUMNS
from services.store.parts import PARTS

BASE = """
DROP TABLE IF EXISTS base;
CREATE TEMP TABLE base AS SELECT version_id, report_id, document FROM disclosures.report_version;
CREATE UNIQUE INDEX ON base (version_id);
ANALYZE base;
"""
"""What is there, to be copied."""

_OF = {
    "document": "sha256 IN (SELECT document FROM base)",
    "report": "report_id IN (SELECT report_id FROM base)",
    **dict.fromkeys(
        ("report_version", "validation", "discrepancy", *(part for parts in PARTS.values() for part in parts)),
        "version_id IN (SELECT version_id FROM base)",
    ),
}
_LATEST = """
UPDATE disclosures.report r SET latest = md5(o.latest || '{number}')::uuid
FROM disclosures.report o WHERE o.report_id IN (SELECT report_id FROM base) AND r.report_id = md5(o.report_id || '{number}')
"""


def copy(number: int) -> Iterator[str]:
    """The statements of one copy, in order."""
    keys = {
        "version_id": f"md5(version_id || '{number}')::uuid",
        "issuer": f"issuer || '-{number}'",
        "url": "NULL",
        **{name: f"md5({name} || '{number}')" for name in ("sha256", "document", "report_id", "discrepancy_id")},
    }
    for table, which in _OF.items():
        columns = COLUMNS[table]
        names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(keys.get(name, f'"{name}"') for name in columns)
        yield f"INSERT INTO disclosures.{table} ({names}) SELECT {values} FROM disclosures.{table} WHERE {which}"
    yield _LATEST.format(number=number)
