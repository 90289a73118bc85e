"""The ledger of scheduled operation: the same tables in PostgreSQL, and what is decided stays as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from pipelines.ledger import Ledger, open_ledger
from pipelines.settings import settings
from tests.pipeline.fetch import servers

SIDES = (("police_drug_user", "U1", "subject", "i1"), ("police_case_suspect", "A1|01", "subject", "i2"))


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Postgres]:
    with servers.postgres_server() as running:
        yield running


@pytest.fixture
def ledger(server: servers.Postgres, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A ledger in a database of its own, which is gone after the test."""
    with server.connect() as owner:
        owner.execute("create database ledger")
    url = f"postgresql+psycopg://postgres:owner@127.0.0.1:{server.port}/ledger"
    monkeypatch.setenv("HUILIU_LEDGER_URL", url)
    settings.cache_clear()
    yield open_ledger()
    with server.connect() as owner:
        owner.execute("drop database ledger with (force)")


def test_what_is_decided_and_withdrawn_is_read_back(ledger: Ledger) -> None:
    first = ledger.decide_link("cannot", SIDES, "file 12", "clerk")
    second = ledger.decide_link("must", SIDES, "file 13", "clerk")
    ledger.withdraw_link(first, "wrong file", "clerk")
    assert [decision.decision_id for decision in open_ledger().links_in_force()] == [second]
    with ledger.step_run("link", "all") as run:
        run.result = "done"


@pytest.mark.parametrize(
    "statement",
    [
        "update link_decision set reason = 'another'",
        "delete from link_withdrawal",
        "update link_withdrawal set withdrawn_by = 'another'",
        "delete from release_pin",
    ],
)
def test_the_database_refuses_to_change_or_delete_what_was_written(ledger: Ledger, statement: str) -> None:
    decided = ledger.decide_link("cannot", SIDES, "file 12", "clerk")
    ledger.withdraw_link(decided, "wrong file", "clerk")
    ledger.pin_release("20251231-0", "a report", "clerk")
    with (
        create_engine(settings().ledger_database).connect() as database,
        pytest.raises(DBAPIError, match="is append-only"),
    ):
        database.execute(text(statement))


def test_every_log_of_what_people_did_is_guarded(ledger: Ledger) -> None:
    guarded = "select tgrelid::regclass::text from pg_trigger where tgname like '%append_only'"
    with create_engine(settings().ledger_database).connect() as database:
        assert set(database.execute(text(guarded)).scalars()) == {
            "link_decision", "link_withdrawal", "access_log", "review_answer", "dispute", "dispute_resolution",
            "dispute_correction", "release_pin",
        }  # fmt: skip
