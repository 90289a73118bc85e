"""The ledger: an SQLAlchemy database, SQLite unless the settings name another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, delete, select
from sqlalchemy.orm import Session

from pipelines.ledger.casework import Casework
from pipelines.ledger.tables import DeliveryDecision, DeliveryRow, LinkDecision, LinkWithdrawal, ReleasePin, StepRun
from pipelines.settings import settings
from pipelines.store import Json

if TYPE_CHECKING:
    from pipelines.ingest.delivery import Delivery

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration for one ledger database, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


class Ledger:
    """Reads and writes of the ledger, each in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.casework = Casework(engine)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine) as session, session.begin():
            yield session

    def record_delivery(self, delivery: Delivery, receipt: Json) -> None:
        """Write or replace the row of a decided delivery from its receipt."""
        with self._session() as session:
            session.merge(
                DeliveryRow(
                    dataset=delivery.dataset,
                    delivery_id=delivery.delivery_id,
                    status=receipt["status"],
                    received_at=str(delivery.manifest["received_at"]),
                    contract_version=receipt["contract_version"],
                    findings=receipt["findings"],
                    **receipt["accounts"],
                )
            )

    def forget_deliveries(self) -> None:
        """Drop the rows that a rebuild writes again from receipts; decisions stay."""
        with self._session() as session:
            session.execute(delete(DeliveryRow))

    def deliveries(self, dataset: str | None = None) -> list[DeliveryRow]:
        """Decided deliveries by dataset and order of receipt."""
        query = select(DeliveryRow).order_by(DeliveryRow.dataset, DeliveryRow.received_at, DeliveryRow.delivery_id)
        if dataset:
            query = query.where(DeliveryRow.dataset == dataset)
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def decide(self, dataset: str, delivery_id: str, decision: str, reason: str, user: str) -> None:
        """Append a person's decision about a delivery."""
        with self._session() as session:
            session.add(
                DeliveryDecision(
                    dataset=dataset,
                    delivery_id=delivery_id,
                    decision=decision,
                    reason=reason,
                    decided_by=user,
                    decided_at=datetime.now(UTC),
                )
            )

    def acceptance(self, dataset: str, delivery_id: str) -> str | None:
        """The reason somebody gave for accepting a delivery in spite of its findings, if anybody did."""
        query = (
            select(DeliveryDecision)
            .where(
                DeliveryDecision.dataset == dataset,
                DeliveryDecision.delivery_id == delivery_id,
                DeliveryDecision.decision == "accept",
            )
            .order_by(DeliveryDecision.decision_id.desc())
        )
        with Session(self._engine) as session:
            found = session.scalars(query).first()
            return found.reason if found else None

    def decide_link(self, kind: str, sides: Sequence[Sequence[str]], reason: str, user: str) -> int:
        """Append a decision about one or two records (dataset, record key, group, fingerprint); returns its number."""
        named = {
            f"{place}_{name}": value
            for place, side in zip(("left", "right"), sides, strict=False)
            for name, value in zip(("dataset", "record_key", "person_group", "fingerprint"), side, strict=True)
        }
        with self._session() as session:
            row = LinkDecision(kind=kind, reason=reason, decided_by=user, decided_at=datetime.now(UTC), **named)
            session.add(row)
            session.flush()
            return row.decision_id

    def withdraw_link(self, decision_id: int, reason: str, user: str) -> None:
        """Append that a decision no longer holds. Raises ValueError for one unknown or withdrawn before."""
        with self._session() as session:
            if session.get(LinkDecision, decision_id) is None:
                raise ValueError(f"there is no decision {decision_id}; see `huiliu link decisions`")
            if session.get(LinkWithdrawal, decision_id) is not None:
                raise ValueError(f"decision {decision_id} was withdrawn before; see `huiliu link decisions --all`")
            session.add(
                LinkWithdrawal(
                    decision_id=decision_id, reason=reason, withdrawn_by=user, withdrawn_at=datetime.now(UTC)
                )
            )

    def link_decisions(self) -> list[tuple[LinkDecision, LinkWithdrawal | None]]:
        """Every decision with its withdrawal if there is one, in the order they were made."""
        query = (
            select(LinkDecision, LinkWithdrawal)
            .outerjoin(LinkWithdrawal, LinkWithdrawal.decision_id == LinkDecision.decision_id)
            .order_by(LinkDecision.decision_id)
        )
        with Session(self._engine, expire_on_commit=False) as session:
            return [(decision, withdrawal) for decision, withdrawal in session.execute(query)]

    def links_in_force(self) -> list[LinkDecision]:
        """Decisions that were not withdrawn."""
        return [decision for decision, withdrawal in self.link_decisions() if withdrawal is None]

    def decisions(self, dataset: str, delivery_id: str) -> list[DeliveryDecision]:
        """Every decision about a delivery, in the order they were taken."""
        query = (
            select(DeliveryDecision)
            .where(DeliveryDecision.dataset == dataset, DeliveryDecision.delivery_id == delivery_id)
            .order_by(DeliveryDecision.decision_id)
        )
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def pin_release(self, release_id: str, cited_in: str, user: str) -> None:
        """Append that a release is cited somewhere; it is not pruned any more."""
        with self._session() as session:
            session.add(
                ReleasePin(release_id=release_id, cited_in=cited_in, pinned_by=user, pinned_at=datetime.now(UTC))
            )

    def pinned_releases(self) -> set[str]:
        """Ids of the releases that are cited somewhere."""
        with Session(self._engine) as session:
            return set(session.scalars(select(ReleasePin.release_id)))

    @contextmanager
    def step_run(self, step: str, subject: str) -> Iterator[StepRun]:
        """Record one execution of a step; the caller may set `result` (counts and ids, no personal data)."""
        run = StepRun(step=step, subject=subject, started_at=datetime.now(UTC), status="running", result="")
        with Session(self._engine, expire_on_commit=False) as session:
            session.add(run)
            session.commit()
            run.status = "failed"
            try:
                yield run
                run.status = "succeeded"
            finally:
                run.ended_at = datetime.now(UTC)
                session.commit()


def open_ledger() -> Ledger:
    """Open the configured ledger, bringing its tables to the newest migration first."""
    url = settings().ledger_database
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": 60})
    else:
        engine = create_engine(url, pool_pre_ping=True)
    with engine.connect() as connection:
        config = alembic_config(url)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return Ledger(engine)
