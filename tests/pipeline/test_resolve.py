"""Records are a function of the set of accepted deliveries, whatever order they arrived in."""

from __future__ import annotations

import hashlib
import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import steps
from pipelines.ingest.resolve import current_records
from pipelines.settings import settings
from pipelines.store import Store
from tests.pipeline import exports as make

OCTOBER, NOVEMBER, DECEMBER = "2025-10-31 23:00:00", "2025-11-30 23:00:00", "2025-12-31 23:00:00"


def ingest(dataset: str) -> None:
    ids = steps.land(dataset)
    steps.judge(dataset, ids)
    steps.stage(dataset, ids)


def records(store: Store, dataset: str, columns: str, where: str = "is_current and not is_deleted") -> list[Any]:
    steps.resolve()
    path = current_records(store)["datasets"][dataset]
    return duckdb.sql(f"select {columns} from read_parquet('{path}') where {where} order by all").fetchall()


@pytest.fixture
def drop(home: Path) -> Path:
    folder = settings().exports_path
    folder.mkdir(parents=True)
    return folder


def snapshot_at(drop: Path, name: str, rows: list[make.Row], at: str, **manifest: object) -> None:
    lines = [{**row, "导出时间": at} for row in rows]
    make.deliver_users(drop, name, lines, exported_at=at.replace(" ", "T"), **manifest)


def snapshot(drop: Path, name: str, at: str, rows: list[make.Row]) -> None:
    snapshot_at(drop, name, rows, at)


def test_a_row_missing_from_the_next_snapshot_is_deleted_then(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [make.drug_user(1), make.drug_user(2)])
    snapshot(drop, "nov", NOVEMBER, [make.drug_user(1)])
    ingest("police_drug_user")
    assert records(store, "police_drug_user", "record_key") == [("U0001",)]
    deleted = records(store, "police_drug_user", "record_key, valid_from::text", "is_deleted")
    assert deleted == [("U0002", NOVEMBER)]


def test_a_row_in_quarantine_is_not_a_deletion(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [make.drug_user(1), make.drug_user(2)])
    snapshot(drop, "nov", NOVEMBER, [make.drug_user(1), make.drug_user(2, 姓名="")])
    ingest("police_drug_user")
    assert records(store, "police_drug_user", "record_key") == [("U0001",), ("U0002",)]


def test_a_row_that_comes_back_is_alive_again(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [make.drug_user(1), make.drug_user(2)])
    snapshot(drop, "nov", NOVEMBER, [make.drug_user(1)])
    snapshot(drop, "dec", DECEMBER, [make.drug_user(1), make.drug_user(2)])
    ingest("police_drug_user")
    assert records(store, "police_drug_user", "record_key") == [("U0001",), ("U0002",)]


def test_a_correction_becomes_the_current_version_and_the_former_keeps_its_validity(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [make.drug_user(1)])
    changed = make.drug_user(1, 现状="死亡", 更新时间="2025-11-05 00:00:00", 记录状态="改")
    snapshot(drop, "nov", NOVEMBER, [changed])
    ingest("police_drug_user")
    assert records(store, "police_drug_user", "register_status, valid_to::text, is_current", "true") == [
        ("死亡", None, True),
        ("现有吸毒", NOVEMBER, False),
    ]


def test_a_record_keeps_its_token_over_all_its_versions_and_no_other_has_it(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [make.drug_user(1), make.drug_user(2)])
    snapshot(drop, "nov", NOVEMBER, [make.drug_user(1, 现状="死亡", 更新时间="2025-11-05 00:00:00"), make.drug_user(2)])
    ingest("police_drug_user")
    found = records(store, "police_drug_user", "record_key, record_token, source_row_token", "true")
    assert [key for key, *_ in found] == ["U0001", "U0001", "U0002"]
    assert len({(key, record) for key, record, _ in found}) == len({record for _, record, _ in found}) == 2
    assert len({row for *_, row in found}) == 3


def test_differing_content_at_equal_times_is_quarantined_and_the_version_before_stands(
    store: Store, drop: Path
) -> None:
    make.deliver_handovers(drop, "h1", [make.handover(1)])
    late = {"更新时间": "2025-11-02 00:00:00", "导出时间": NOVEMBER, "记录状态": "改"}
    make.deliver_handovers(drop, "h2", [make.handover(1, 数量="3", **late)])
    make.deliver_handovers(drop, "h3", [make.handover(1, 数量="4", **late)])
    ingest("transport_handover")
    assert records(store, "transport_handover", "quantity_value::double") == [(100.0,)]
    path = store.quarantine / "transport_handover" / "conflicting_version" / "rows.parquet"
    assert duckdb.sql(f"select delivery_id, rule_id from read_parquet('{path}') order by all").fetchall() == [
        ("h2", "conflicting_version"),
        ("h3", "conflicting_version"),
    ]


def _handover_history() -> list[tuple[str, list[make.Row]]]:
    """Eight deltas of one history: backlog, corrections, a deletion, repetitions, a late file, a contradiction."""

    def at(time: str, updated: str, status: str, row: make.Row) -> make.Row:
        return {**row, "导出时间": time, "更新时间": updated, "记录状态": status}

    first = [at(OCTOBER, "2025-10-01 08:00:00", "增", make.handover(i)) for i in range(1, 7)]
    return [
        ("h1", first),
        ("h2", [at(NOVEMBER, "2025-11-02 08:00:00", "改", make.handover(1, 数量="9"))]),
        ("h3", [at(NOVEMBER, "2025-11-03 08:00:00", "删", make.handover(2))]),
        ("h4", [at(DECEMBER, "2025-12-01 08:00:00", "改", make.handover(1, 数量="8"))]),
        ("h5", [at(DECEMBER, "2025-12-01 08:00:00", "增", make.handover(7))]),
        ("h6", [*first[:2], at(DECEMBER, "2025-12-02 08:00:00", "改", make.handover(3, 数量="5"))]),
        ("h7", [at(DECEMBER, "2025-12-01 08:00:00", "改", make.handover(1, 数量="7"))]),
        ("h8", first),
    ]


def _register_history() -> list[tuple[str, str, list[make.Row]]]:
    """Five snapshots: a row goes and comes back, one is corrected, one snapshot is sent twice under two names."""
    one, two, three = make.drug_user(1), make.drug_user(2), make.drug_user(3)
    dead = make.drug_user(1, 现状="死亡", 更新时间="2025-11-05 00:00:00", 记录状态="改")
    return [
        ("s1", OCTOBER, [one, two]),
        ("s2", NOVEMBER, [dead]),
        ("s3", NOVEMBER, [dead]),
        ("s4", DECEMBER, [dead, two, three]),
        ("s5", "2026-01-31 23:00:00", [dead, two]),
    ]


def _content(store: Store) -> str:
    """One hash of every version of every record: all its columns but the name of the delivery, for of two that
    hold the same file the one that came first is kept."""
    steps.resolve()
    digest = hashlib.sha256()
    for dataset, path in sorted(current_records(store)["datasets"].items()):
        rows = duckdb.sql(f"select * exclude (delivery_id) from read_parquet('{path}') order by all").fetchall()
        digest.update(f"{dataset} {rows}".encode())
    return digest.hexdigest()


def _hashes_of_orders(store: Store, drop: Path, orders: int) -> set[str]:
    """Bring both histories in, in so many random orders and groupings; returns the hashes of the records.

    What was judged is kept from order to order, as it is when a delivery is replayed.
    """
    handovers, snapshots = _handover_history(), _register_history()
    rng = random.Random(7)
    seen = set()
    for _ in range(orders):
        for folder in (drop, store.landing, store.staging, store.quarantine, store.records):
            shutil.rmtree(folder, ignore_errors=True)
        arrivals = [(make.deliver_handovers, name, rows) for name, rows in handovers]
        arrivals += [(partial(snapshot_at, at=at), name, rows) for name, at, rows in snapshots]
        rng.shuffle(arrivals)
        for deliver, name, rows in arrivals:
            deliver(drop, name, rows)
            if rng.random() < 0.3:
                ingest("transport_handover")
                ingest("police_drug_user")
        ingest("transport_handover")
        ingest("police_drug_user")
        seen.add(_content(store))
    return seen


def test_any_order_and_any_grouping_of_arrival_gives_the_same_records(store: Store, drop: Path) -> None:
    assert len(_hashes_of_orders(store, drop, 2)) == 1


@pytest.mark.accept
def test_200_random_orders_of_arrival_give_one_hash_of_the_records(store: Store, drop: Path) -> None:
    assert len(_hashes_of_orders(store, drop, 200)) == 1


def test_resolving_again_does_nothing(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [make.drug_user(1)])
    ingest("police_drug_user")
    first = steps.resolve()
    before = {path: path.stat().st_mtime_ns for path in store.records.rglob("*.parquet")}
    assert steps.resolve() == first
    assert {path: path.stat().st_mtime_ns for path in store.records.rglob("*.parquet")} == before
