"""Which releases are cited in reports and stay: append-only."""

import sqlalchemy as sa
from alembic import op

from pipelines.ledger.append_only import make_append_only

revision = "0004_release_pin"
down_revision = "0003_casework"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the triggers that keep it append-only."""
    op.create_table(
        "release_pin",
        sa.Column("pin_id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("release_id", sa.String(40), nullable=False),
        sa.Column("cited_in", sa.Text(), nullable=False),
        sa.Column("pinned_by", sa.String(100), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
    )
    make_append_only("release_pin")


def downgrade() -> None:
    """Drop the table; its triggers go with it."""
    op.drop_table("release_pin")
