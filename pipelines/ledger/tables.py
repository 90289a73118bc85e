"""Tables of the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Metadata of every ledger table; Alembic migrations are compared against it in the tests."""


class DeliveryRow(Base):
    """One delivery that was decided about. Rebuilt from the receipts under staging."""

    __tablename__ = "delivery"

    dataset: Mapped[str] = mapped_column(String(100), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[str] = mapped_column(String(40))
    contract_version: Mapped[str] = mapped_column(String(20))
    physical: Mapped[int] = mapped_column(Integer)
    staged: Mapped[int] = mapped_column(Integer)
    quarantined: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    non_data: Mapped[int] = mapped_column(Integer)
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class StepRun(Base):
    """One execution of a step: what it was given, how it ended."""

    __tablename__ = "step_run"

    step_run_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    step: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[str] = mapped_column(String(20))
    result: Mapped[str] = mapped_column(Text)


class DeliveryDecision(Base):
    """A person's decision about a delivery. Append-only: nothing else in the system knows it."""

    __tablename__ = "delivery_decision"

    decision_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    dataset: Mapped[str] = mapped_column(String(100))
    delivery_id: Mapped[str] = mapped_column(String(120))
    decision: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LinkDecision(Base):
    """A clerk's decision about who is who. Append-only, the database refuses updates and deletes.

    Records are named by mention (dataset, record key, person group) and by a keyed fingerprint of the identity they
    had, so that a source that changes its keys does not orphan the decision. `right_*` is empty for `detach`.
    """

    __tablename__ = "link_decision"

    decision_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    left_dataset: Mapped[str] = mapped_column(String(100))
    left_record_key: Mapped[str] = mapped_column(String(400))
    left_person_group: Mapped[str] = mapped_column(String(60))
    left_fingerprint: Mapped[str] = mapped_column(String(40))
    right_dataset: Mapped[str | None] = mapped_column(String(100))
    right_record_key: Mapped[str | None] = mapped_column(String(400))
    right_person_group: Mapped[str | None] = mapped_column(String(60))
    right_fingerprint: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LinkWithdrawal(Base):
    """That a decision no longer holds, since when and why. Append-only like the decision."""

    __tablename__ = "link_withdrawal"

    decision_id: Mapped[int] = mapped_column(ForeignKey("link_decision.decision_id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    withdrawn_by: Mapped[str] = mapped_column(String(100))
    withdrawn_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReleasePin(Base):
    """That something outside cites a release, so that it is not pruned. Append-only."""

    __tablename__ = "release_pin"

    pin_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    release_id: Mapped[str] = mapped_column(String(40))
    cited_in: Mapped[str] = mapped_column(Text)
    pinned_by: Mapped[str] = mapped_column(String(100))
    pinned_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
