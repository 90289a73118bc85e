"""Rules about the resolved set warn or hold the release; a held one waits for a person."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines import steps
from pipelines.ingest.resolve import current_records
from pipelines.ledger import open_ledger
from pipelines.publish.publish import PublishError
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.test_resolve import drop, ingest

__all__ = ["drop"]
MONTHS = ("2025-07-31", "2025-08-31", "2025-09-30", "2025-10-31")


def register(drop: Path, sizes: list[int], first_key: int = 0) -> None:
    """Monthly snapshots of the register with so many people each; the last under keys moved by `first_key`."""
    for position, (day, size) in enumerate(zip(MONTHS, sizes, strict=True)):
        moved = first_key if position == len(sizes) - 1 else 0
        at = f"{day} 23:00:00"
        rows = [make.drug_user(n, 导出时间=at, 人员编号=f"U{n + moved:04d}") for n in range(1, size + 1)]
        make.deliver_users(drop, f"u{position}", rows, exported_at=at.replace(" ", "T"), received_at=f"{day}T23:30:00")


def outcomes(store: Store, rule_id: str) -> list[tuple[str, str, int, int]]:
    path = current_records(store)["rules"]
    query = "select delivery_id, severity, checked, failed from read_parquet(?) where rule_id = ? order by all"
    return duckdb.execute(query, [path, rule_id]).fetchall()


def test_a_collapsed_register_holds_the_release_until_somebody_accepts_the_delivery(store: Store, drop: Path) -> None:
    register(drop, [40, 41, 42, 5])
    ingest("police_drug_user")
    steps.resolve()
    assert outcomes(store, "volume_as_usual") == [("u3", "hold", 1, 1)]
    steps.link()
    release_id = steps.build()
    with pytest.raises(PublishError, match=r"held: police_drug_user delivery u3: .*huiliu delivery accept u3"):
        steps.check(release_id)
    open_ledger().decide("police_drug_user", "u3", "accept", "the county was dissolved", "clerk")
    assert steps.check(release_id)["passed"]


def test_a_register_of_the_usual_size_holds_nothing(store: Store, drop: Path) -> None:
    register(drop, [40, 41, 42, 43])
    ingest("police_drug_user")
    steps.resolve()
    assert outcomes(store, "volume_as_usual") == [("u3", "hold", 1, 0)]
    assert current_records(store)["holding"] == []


def test_a_rekeyed_register_is_reported_at_the_delivery_that_changed_the_keys(store: Store, drop: Path) -> None:
    register(drop, [40, 41, 42, 43], first_key=5000)
    ingest("police_drug_user")
    steps.resolve()
    assert outcomes(store, "not_rekeyed") == [
        ("u1", "warning", 40, 0),
        ("u2", "warning", 41, 0),
        ("u3", "warning", 42, 42),
    ]
    assert current_records(store)["holding"] == []


def test_the_outcomes_do_not_depend_on_the_order_of_arrival(store: Store, drop: Path) -> None:
    register(drop, [40, 41, 42, 43], first_key=5000)
    waiting = [drop / "police" / "police_drug_user" / f"u{n}" for n in (3, 1, 0, 2)]
    hidden = [path.rename(path.with_name(f".{path.name}")) for path in waiting]
    for here, there in zip(hidden, waiting, strict=True):
        here.rename(there)
        ingest("police_drug_user")
        steps.resolve()
    assert [row[3] for row in outcomes(store, "not_rekeyed")] == [0, 0, 42]


def test_references_to_nothing_are_counted_once_the_other_dataset_is_there(store: Store, drop: Path) -> None:
    make.deliver_handovers(drop, "h1", [make.handover(n) for n in range(1, 31)])
    ingest("transport_handover")
    steps.resolve()
    assert outcomes(store, "checkpoint_code_known") == []
    point = {
        "站点编号": "C99",
        "站点名称": "某站",
        "类型": "入省",
        "路线": "某路",
        "所在地": "430102",
        "启用日期": "2020-01-01",
        "停用日期": "",
        **make.TAIL,
    }
    files = {"c1.csv.gz": make.gzip_bytes(make.csv_text([point]))}
    make.deliver(drop, "transport/transport_checkpoint", "c1", files, rows=1)
    ingest("transport_checkpoint")
    steps.resolve()
    assert outcomes(store, "checkpoint_code_known") == [("h1", "warning", 30, 30)]


def test_a_column_left_empty_in_a_whole_delivery_is_named(store: Store, drop: Path) -> None:
    make.deliver_handovers(drop, "h1", [make.handover(n, 证件号码="", 证件种类="") for n in range(1, 41)])
    ingest("transport_handover")
    path = store.quarantine_of("transport_handover", "h1") / "rows.parquet"
    query = f"select rule_id, severity from read_parquet('{path}') where line_number is null"
    assert duckdb.sql(query).fetchall() == [("id_no_fill_rate", "warning")]


def test_a_header_agreed_later_may_be_missing_and_counts_as_left_empty(store: Store, drop: Path) -> None:
    book = make.workbook_bytes([make.prisoner(1)])
    make.deliver(drop, "justice/prison_admission", "p1", {"p1.xlsx": book}, rows=1)
    ingest("prison_admission")
    path = store.staging_of("prison_admission", "p1") / "rows.parquet"
    query = f"select prisoner_no, execution_notice_no from read_parquet('{path}')"
    assert duckdb.sql(query).fetchall() == [("P0001", None)]
