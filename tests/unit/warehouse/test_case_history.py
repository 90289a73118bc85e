"""Merges and splits of cases between releases, and what every former case id leads to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.publish.history import case_history
from pipelines.store import Store, repoint
from tests.homes import open_home
from tests.unit.warehouse.inputs import Row, write_inputs

# Record key and case, release by release: an indictment joins c2 to c1; c3 is parted; the records of c4 are none any
# more; k5 never was in a case.
RELEASES: list[dict[str, str | None]] = [
    {"k0": "c1", "k1": "c2", "k2": "c3", "k3": "c3", "k4": "c4", "k5": None},
    {"k0": "c1", "k1": "c1", "k2": "c3", "k3": "c5", "k5": None},
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[Store]:
    """A store whose current release is the second of two."""
    home = tmp_path_factory.mktemp("history")
    with open_home(home, parsed) as made:
        for number, cases in enumerate(RELEASES):
            rows: list[Row] = [{"record_key": key, "case": case} for key, case in cases.items()]
            write_inputs(made, home / f"made{number}", {"police_drug_user": rows}, [{"person_id": "p1"}])
            candidate = made.candidate / build(made)
            folder = made.private_releases / f"r{number}"
            folder.mkdir(parents=True)
            shutil.move(candidate / "vault.duckdb", folder / "vault.duckdb")
            shutil.rmtree(candidate)
            repoint(made.private_releases / "current", folder.name)
        yield made


def _rows(store: Store, release: str, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(store.private_releases / release / "vault.duckdb"), read_only=True) as vault:
        return vault.sql(query).fetchall()


def test_merges_splits_and_lost_cases_are_listed_and_none_at_first(store: Store) -> None:
    assert _rows(store, "r0", "select * from case_change") == []
    assert _rows(store, "r1", "select event, former_id, case_id, mentions from case_change order by all") == [
        ("gone", "c4", None, 1),
        ("merge", "c1", "c1", 1),
        ("merge", "c2", "c1", 1),
        ("split", "c3", "c3", 1),
        ("split", "c3", "c5", 1),
    ]


def test_every_case_id_ever_published_leads_to_the_cases_of_today(store: Store) -> None:
    assert _rows(store, "r1", "select former_id, case_id from case_alias where was_published order by all") == [
        ("c1", "c1"),
        ("c2", "c1"),
        ("c3", "c3"),
        ("c3", "c5"),
        ("c4", None),
        ("c5", "c5"),
    ]


def test_what_became_of_a_case_is_told_in_words(store: Store) -> None:
    said = case_history(store, ["c2"])
    assert len(said) == 1
    assert said[0].endswith(": c2 with 1 records became part of c1")
