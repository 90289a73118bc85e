"""Merges and splits between releases, and what every former id leads to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.store import repoint
from tests.homes import open_home
from tests.unit.warehouse.inputs import Row, write_inputs

# Record key and person, release by release: p1 splits; p3 is merged into p2, then parted again as p3 and p8 (which
# was no person before); p4 is renamed; p7 is gone, later p6 as well.
RELEASES: list[dict[str, str]] = [
    {"k0": "p1", "k1": "p1", "k2": "p2", "k3": "p3", "k4": "p4", "k5": "p7"},
    {"k0": "p1", "k1": "p5", "k2": "p2", "k3": "p2", "k4": "p6", "k6": "p9"},
    {"k0": "p1", "k1": "p5", "k2": "p2", "k3": "p3", "k6": "p9"},
]


@pytest.fixture(scope="module")
def vaults(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[list[Path]]:
    """The vaults of three releases, each built while the one before was current."""
    home = tmp_path_factory.mktemp("history")
    with open_home(home, parsed) as store:
        found = []
        for number, persons in enumerate(RELEASES):
            rows: list[Row] = [{"record_key": key, "person": person} for key, person in persons.items()]
            people: list[Row] = [{"person_id": person} for person in sorted(set(persons.values()))]
            write_inputs(store, home / f"made{number}", {"police_drug_user": rows}, people)
            candidate = store.candidate / build(store)
            folder = store.private_releases / f"r{number}"
            folder.mkdir(parents=True)
            shutil.move(candidate / "vault.duckdb", folder / "vault.duckdb")
            shutil.rmtree(candidate)
            repoint(store.private_releases / "current", folder.name)
            found.append(folder / "vault.duckdb")
    yield found


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as vault:
        return vault.sql(query).fetchall()


def test_the_first_release_has_no_events_and_every_id_is_its_own(vaults: list[Path]) -> None:
    assert _rows(vaults[0], "select * from person_event") == []
    ids = sorted({(person, person) for person in RELEASES[0].values()})
    assert _rows(vaults[0], "select former_id, person_id from person_alias where was_published order by all") == ids


def test_merges_splits_new_ids_and_persons_without_records_are_events(vaults: list[Path]) -> None:
    events = _rows(vaults[1], "select event, former_id, person_id, mentions from person_event order by all")
    assert events == [
        ("gone", "p7", None, 1),
        ("merge", "p2", "p2", 1),
        ("merge", "p3", "p2", 1),
        ("renamed", "p4", "p6", 1),
        ("split", "p1", "p1", 1),
        ("split", "p1", "p5", 1),
    ]


def test_events_of_earlier_releases_are_kept(vaults: list[Path]) -> None:
    later = _rows(vaults[2], "select previous_release_id, event, former_id, person_id from person_event order by all")
    assert later[:6] == [
        ("r0", *row[:3])
        for row in _rows(vaults[1], "select event, former_id, person_id from person_event order by all")
    ]
    assert later[6:] == [("r1", "gone", "p6", None), ("r1", "split", "p2", "p2"), ("r1", "split", "p2", "p3")]


def test_every_id_ever_published_leads_to_the_persons_of_today(vaults: list[Path]) -> None:
    assert _rows(vaults[2], "select former_id, person_id from person_alias where was_published order by all") == [
        ("p1", "p1"),
        ("p1", "p5"),
        ("p2", "p2"),
        ("p2", "p3"),
        ("p3", "p2"),
        ("p3", "p3"),
        ("p4", None),
        ("p5", "p5"),
        ("p6", None),
        ("p7", None),
        ("p9", "p9"),
    ]
