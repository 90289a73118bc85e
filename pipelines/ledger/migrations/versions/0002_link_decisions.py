"""Decisions of clerks about who is who, and their withdrawals: append-only."""

import sqlalchemy as sa
from alembic import op

from pipelines.ledger.append_only import make_append_only

revision = "0002_link_decisions"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the triggers that keep them append-only."""
    sides = [
        sa.Column(f"{side}_{name}", sa.String(length), nullable=side == "right")
        for side in ("left", "right")
        for name, length in (("dataset", 100), ("record_key", 400), ("person_group", 60), ("fingerprint", 40))
    ]
    op.create_table(
        "link_decision",
        sa.Column("decision_id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(20), nullable=False),
        *sides,
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "link_withdrawal",
        sa.Column("decision_id", sa.Integer(), sa.ForeignKey("link_decision.decision_id"), primary_key=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.String(100), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
    )
    make_append_only("link_decision")
    make_append_only("link_withdrawal")


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    op.drop_table("link_withdrawal")
    op.drop_table("link_decision")
