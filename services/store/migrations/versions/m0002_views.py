"""The views for people."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

VIEWS = (
    "open_discrepancies", "department_year", "three_public_expenses", "spending_by_function", "spending_by_economy", "coverage",
    "timeliness", "rule_statistics",
)  # fmt: skip


def upgrade() -> None:
    """Create them."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them."""
    for view in VIEWS:
        op.execute(f"DROP VIEW disclosures.{view}")
