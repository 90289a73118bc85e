"""Tables of the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, DateTime, Integer, String, Text
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
