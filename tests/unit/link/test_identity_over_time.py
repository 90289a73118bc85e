"""Ids and bytes: what changes them and what does not."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from pipelines.contracts import Contract
from pipelines.link.certain import Edge
from pipelines.link.cluster import Clusters
from pipelines.link.link import link
from pipelines.store import Store, read_json, sha256_file
from tests.unit.link.province import bare, later, linked, mention, put_records, resident, table

Contracts = dict[str, Contract]
NUMBER = resident("19900307", 11)
CASE = "(2025)湘0102刑初45号"
ROWS = [
    mention("U1", id_no=NUMBER),
    mention("U2", "程国强", id_no=NUMBER, exported_at=later(3)),
    mention("U3", "周小虎", id_no=NUMBER, birth_date=date(1985, 6, 1)),
    mention("U4", "欧阳志远", id_no=resident("19900307", 15)),
    mention("H1", "欧阳志远", "health_centre_episode", hukou_code=None),
    mention("P1", dataset="prison_admission", id_no=NUMBER, judgment_case_no=CASE),
    bare(f"{CASE}|1", "陈国强", court_case_no=CASE),
    bare(f"{CASE}|2", "周小虎", court_case_no=CASE),
    mention("A1|1", "陈国墙", "police_case_suspect", residence_code=None),
]


def _hashes(store: Store) -> dict[str, str]:
    current = read_json(store.identity / "current.json")
    return {name: sha256_file(Path(current[name])) for name in ("mention", "person", "document", "edge", "review")}


@pytest.mark.parametrize("seed", range(3))
def test_bytes_do_not_depend_on_the_order_of_rows(store: Store, contracts: Contracts, seed: int) -> None:
    linked(store, contracts, *ROWS)
    before = _hashes(store)
    shuffled = random.Random(seed).sample(ROWS, len(ROWS))
    linked(store, contracts, *shuffled)
    assert _hashes(store) == before


def test_linking_the_same_records_again_does_nothing(store: Store, contracts: Contracts) -> None:
    linked(store, contracts, *ROWS)
    fp = read_json(store.identity / "current.json")["fingerprint"]
    made = (store.identity / fp / "receipt.json").stat().st_mtime_ns
    assert link(store, contracts) == fp
    assert (store.identity / fp / "receipt.json").stat().st_mtime_ns == made


def test_a_later_mention_does_not_change_the_id(store: Store, contracts: Contracts) -> None:
    first = linked(store, contracts, mention("U2", id_no=NUMBER))
    second = linked(store, contracts, mention("U2", id_no=NUMBER), mention("U1", id_no=NUMBER, exported_at=later(1)))
    assert second["U1"] == second["U2"] == first["U2"]


def test_after_a_merge_the_older_founder_lends_the_id_and_after_a_split_it_keeps_it(
    store: Store, contracts: Contracts
) -> None:
    old = mention("U9", id_no=NUMBER)
    young = mention("A1|1", dataset="police_case_suspect", hukou_code=None, birth_date=None, exported_at=later(5))
    apart = linked(store, contracts, old, young)
    merged = linked(store, contracts, old, {**young, "id_no": NUMBER, "id_no_kind": "resident"})
    split = linked(store, contracts, old, young)
    assert apart["U9"] != apart["A1|1"]
    assert merged["U9"] == merged["A1|1"] == apart["U9"]
    assert split == apart


def test_founder_is_by_the_first_version_of_a_record(store: Store, contracts: Contracts) -> None:
    former = mention("U9", id_no=NUMBER, is_current=False)
    current = mention("U9", id_no=NUMBER, exported_at=later(9), residence_code="430105")
    other = mention("U1", id_no=NUMBER, exported_at=later(4))
    linked(store, contracts, former, current, other)
    assert table(store, "person")["founder_record_key"].tolist() == ["U9"]
    assert len(table(store, "mention")) == 2


def test_deleted_records_are_no_mentions(store: Store, contracts: Contracts) -> None:
    people = linked(store, contracts, mention("U1"), mention("U2", "周小虎", is_deleted=True))
    assert set(people) == {"U1"}


def test_ids_hold_no_source_key_and_differ_between_environments(
    store: Store, contracts: Contracts, tmp_path: Path
) -> None:
    here = linked(store, contracts, mention("U1"))["U1"]
    elsewhere = Store(tmp_path / "elsewhere")
    elsewhere.prepare()
    there = linked(elsewhere, contracts, mention("U1"))["U1"]
    assert here != there
    assert here[0] == "p"
    assert len(here) == 21


def test_link_before_resolve_says_what_to_do(store: Store, contracts: Contracts) -> None:
    with pytest.raises(FileNotFoundError, match="resolve"):
        link(store, contracts)


def test_records_without_any_person_of_a_dataset_link(store: Store, contracts: Contracts) -> None:
    put_records(store, [mention("U1", is_deleted=True), mention("U2")])
    link(store, contracts)
    assert len(table(store, "person")) == 1


@pytest.mark.parametrize("seed", range(20))
def test_clusters_never_break_a_constraint_and_do_not_depend_on_the_order_of_edges(seed: int) -> None:
    chance = random.Random(seed)
    numbers = [("resident", str(chance.randrange(4))) if chance.random() < 0.5 else (None, None) for _ in range(20)]
    apart = [tuple(sorted(chance.sample(range(20), 2))) for _ in range(5)]
    edges = [
        Edge(*sorted(chance.sample(range(20), 2)), "model", chance.randrange(3), chance.random()) for _ in range(40)
    ]
    partitions = []
    for _ in range(3):
        clusters = Clusters(numbers, apart)
        clusters.join_all(chance.sample(edges, len(edges)))
        partitions.append([frozenset(i for i in range(20) if clusters.root(i) == clusters.root(p)) for p in range(20)])
    assert partitions[0] == partitions[1] == partitions[2]
    for members in partitions[0]:
        assert len({numbers[member] for member in members} - {(None, None)}) <= 1
        assert not any(left in members and right in members for left, right in apart)
