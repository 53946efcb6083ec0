"""That a part has its whole, and goes with it, is seen to once a statement, not once a row."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"

PARTS = {
    "report_version": ("section", "paragraph", "report_table", "fact", "claim"),
    "validation": ("check_outcome", "obligation"),
}


def upgrade() -> None:
    """Triggers for foreign keys."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    declares = op.get_bind().scalar(text("SELECT current_setting('server_version_num')::int >= 180000"))
    for whole, parts in PARTS.items():
        for part in parts:
            _drop_key(part)
            op.execute(
                f"CREATE TRIGGER {part}_has_whole AFTER INSERT ON disclosures.{part} REFERENCING NEW TABLE AS written "
                f"FOR EACH STATEMENT EXECUTE FUNCTION disclosures.has_whole('{whole}')"
            )
            if declares:
                _add_key(part, whole, "NOT ENFORCED")
        arguments = ", ".join(f"'{part}'" for part in parts)
        op.execute(
            f"CREATE TRIGGER {whole}_takes_parts AFTER DELETE ON disclosures.{whole} REFERENCING OLD TABLE AS gone "
            f"FOR EACH STATEMENT EXECUTE FUNCTION disclosures.takes_parts({arguments})"
        )


def downgrade() -> None:
    """Foreign keys for triggers."""
    op.execute("DROP FUNCTION disclosures.has_whole(), disclosures.takes_parts() CASCADE")  # and the triggers that call them
    for whole, parts in PARTS.items():
        for part in parts:
            _drop_key(part)
            _add_key(part, whole, "ON DELETE CASCADE")


def _drop_key(part: str) -> None:
    op.execute(f"ALTER TABLE disclosures.{part} DROP CONSTRAINT IF EXISTS {part}_version_id_fkey")


def _add_key(part: str, whole: str, how: str) -> None:
    op.execute(
        f"ALTER TABLE disclosures.{part} ADD CONSTRAINT {part}_version_id_fkey "
        f"FOREIGN KEY (version_id) REFERENCES disclosures.{whole} {how}"
    )
