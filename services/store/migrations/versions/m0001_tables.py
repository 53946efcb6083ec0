"""The tables of what was found, read, checked, not agreed and due."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

HERE = Path(__file__).parent
TABLES = (
    "source", "document", "document_version", "annex", "removal", "dead_letter", "report", "report_version", "section",
    "paragraph", "report_table", "fact", "claim", "classification", "validation", "check_outcome", "obligation", "discrepancy",
    "discrepancy_event", "expectation", "expectation_event",
)  # fmt: skip


def upgrade() -> None:
    """Create everything."""
    for part in ("found", "read", "checked"):
        op.execute((HERE / f"m0001_{part}.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop everything."""
    op.execute(f"DROP TABLE {', '.join(f'disclosures.{table}' for table in TABLES)} CASCADE")
