"""Answers to doubts, disputes and the access log: append-only."""

import sqlalchemy as sa
from alembic import op

from pipelines.ledger.append_only import make_append_only

revision = "0003_casework"
down_revision = "0002_link_decisions"
branch_labels = None
depends_on = None


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    """Create the tables and the triggers that keep them append-only."""
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.Integer(), primary_key=True, autoincrement=True),
        _text("user_name", 100),
        _time("accessed_at"),
        _text("action", 40),
        _text("subject", 200),
        _text("purpose"),
    )
    op.create_table(
        "review_answer",
        sa.Column("answer_id", sa.Integer(), primary_key=True, autoincrement=True),
        _text("pair_id", 40),
        _text("left_record", 520),
        _text("right_record", 520),
        _text("answer", 20),
        _text("reason"),
        _text("answered_by", 100),
        _time("answered_at"),
        sa.Column("decision_id", sa.Integer(), sa.ForeignKey("link_decision.decision_id"), nullable=True),
    )
    op.create_table(
        "dispute",
        sa.Column("dispute_id", sa.Integer(), primary_key=True, autoincrement=True),
        _text("person_id", 40),
        _text("complaint"),
        _text("opened_by", 100),
        _time("opened_at"),
    )
    op.create_table(
        "dispute_resolution",
        sa.Column("dispute_id", sa.Integer(), sa.ForeignKey("dispute.dispute_id"), primary_key=True),
        _text("outcome", 20),
        sa.Column("decision_ids", sa.JSON(), nullable=False),
        sa.Column("withdrawn_ids", sa.JSON(), nullable=False),
        _text("reason"),
        _text("resolved_by", 100),
        _time("resolved_at"),
    )
    op.create_table(
        "dispute_correction",
        sa.Column("dispute_id", sa.Integer(), sa.ForeignKey("dispute.dispute_id"), primary_key=True),
        _text("release_id", 40),
        _time("corrected_at"),
        sa.Column("hours", sa.Float(), nullable=False),
    )
    for table in ("access_log", "review_answer", "dispute", "dispute_resolution", "dispute_correction"):
        make_append_only(table)


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    for table in ("dispute_correction", "dispute_resolution", "dispute", "review_answer", "access_log"):
        op.drop_table(table)
