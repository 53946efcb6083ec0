"""The tables of what was found, read, checked and not agreed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    "discrepancy_event", "discrepancy", "obligation", "check_outcome", "validation", "claim", "fact", "report_table", "section",
    "report_version", "report", "document_version", "document", "source", "dead_letter",
)  # fmt: skip


def upgrade() -> None:
    """Create everything."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop everything."""
    op.execute("DROP VIEW IF EXISTS disclosures.open_discrepancies")
    for table in TABLES:
        op.execute(f"DROP TABLE disclosures.{table}")
