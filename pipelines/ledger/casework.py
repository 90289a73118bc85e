"""Work of clerks on the identities: answers to doubts, disputes, and who looked at what. All append-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Engine, Float, ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from pipelines.ledger.tables import Base


class AccessRow(Base):
    """Somebody looked at, or did something about, persons: who, when, what and why."""

    __tablename__ = "access_log"

    access_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    user_name: Mapped[str] = mapped_column(String(100))
    accessed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text)


class ReviewAnswer(Base):
    """A clerk's answer to one pair of the queue; two clerks may answer the same pair."""

    __tablename__ = "review_answer"

    answer_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    pair_id: Mapped[str] = mapped_column(String(40))
    left_record: Mapped[str] = mapped_column(String(520))
    right_record: Mapped[str] = mapped_column(String(520))
    answer: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(100))
    answered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("link_decision.decision_id"))


class Dispute(Base):
    """Somebody says that records are wrongly held to be about a person."""

    __tablename__ = "dispute"

    dispute_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(String(40))
    complaint: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DisputeResolution(Base):
    """How a dispute ended: the decisions made and those withdrawn for it; none when it was rejected."""

    __tablename__ = "dispute_resolution"

    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.dispute_id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    decision_ids: Mapped[list[int]] = mapped_column(JSON)
    withdrawn_ids: Mapped[list[int]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    resolved_by: Mapped[str] = mapped_column(String(100))
    resolved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DisputeCorrection(Base):
    """The first release in which a resolved dispute is corrected, and the hours since it was opened."""

    __tablename__ = "dispute_correction"

    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.dispute_id"), primary_key=True)
    release_id: Mapped[str] = mapped_column(String(40))
    corrected_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    hours: Mapped[float] = mapped_column(Float)


def _utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; all are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Casework:
    """Appends and reads, each in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _append(self, row: Base) -> None:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.add(row)

    def log_access(self, user: str, action: str, subject: str, purpose: str) -> None:
        """Note that a user looked at or decided about something (ids only, no names or numbers)."""
        self._append(
            AccessRow(
                user_name=user, accessed_at=datetime.now(UTC), action=action, subject=subject[:200], purpose=purpose
            )
        )

    def accesses(self) -> list[AccessRow]:
        """The access log in order."""
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(select(AccessRow).order_by(AccessRow.access_id)))

    def answer(
        self, pair_id: str, records: tuple[str, str], answer: str, reason: str, user: str, decision_id: int | None
    ) -> None:
        """Append a clerk's answer, with the decision made of it if any."""
        self._append(
            ReviewAnswer(
                pair_id=pair_id,
                left_record=records[0],
                right_record=records[1],
                answer=answer,
                reason=reason,
                answered_by=user,
                answered_at=datetime.now(UTC),
                decision_id=decision_id,
            )
        )

    def answers(self) -> list[ReviewAnswer]:
        """Every answer in order."""
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(select(ReviewAnswer).order_by(ReviewAnswer.answer_id)))

    def open_dispute(self, person_id: str, complaint: str, user: str) -> int:
        """Append a dispute; returns its number."""
        row = Dispute(person_id=person_id, complaint=complaint, opened_by=user, opened_at=datetime.now(UTC))
        self._append(row)
        return row.dispute_id

    def resolve_dispute(
        self,
        dispute_id: int,
        outcome: str,
        decision_ids: Sequence[int],
        withdrawn_ids: Sequence[int],
        reason: str,
        user: str,
    ) -> None:
        """Append how a dispute ended."""
        self._append(
            DisputeResolution(
                dispute_id=dispute_id,
                outcome=outcome,
                decision_ids=list(decision_ids),
                withdrawn_ids=list(withdrawn_ids),
                reason=reason,
                resolved_by=user,
                resolved_at=datetime.now(UTC),
            )
        )

    def correct_dispute(self, dispute: Dispute, release_id: str) -> float:
        """Append that a release holds the correction; returns the hours from opening to now."""
        now = datetime.now(UTC)
        hours = round((now - _utc(dispute.opened_at)).total_seconds() / 3600, 4)
        self._append(
            DisputeCorrection(dispute_id=dispute.dispute_id, release_id=release_id, corrected_at=now, hours=hours)
        )
        return hours

    def disputes(self) -> list[tuple[Dispute, DisputeResolution | None, DisputeCorrection | None]]:
        """Every dispute with its resolution and correction, in order."""
        query = (
            select(Dispute, DisputeResolution, DisputeCorrection)
            .outerjoin(DisputeResolution, DisputeResolution.dispute_id == Dispute.dispute_id)
            .outerjoin(DisputeCorrection, DisputeCorrection.dispute_id == Dispute.dispute_id)
            .order_by(Dispute.dispute_id)
        )
        with Session(self._engine, expire_on_commit=False) as session:
            return [(one, resolution, correction) for one, resolution, correction in session.execute(query)]
