"""What the quarantine withholds: rows that would count, were they right, and nothing the records know already."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines import steps
from pipelines.ingest.resolve import current_records
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.test_resolve import NOVEMBER, OCTOBER, drop, ingest, snapshot

__all__ = ["drop"]
LATER = {"更新时间": "2025-11-05 08:00:00"}


def withheld(store: Store, dataset: str, columns: str) -> list[tuple[str, ...]]:
    """Standing, record key and these columns of the withheld rows as they are now."""
    ingest(dataset)
    steps.resolve()
    path = current_records(store)["withheld"].get(dataset)
    if path is None:
        return []
    found: list[tuple[str, ...]] = duckdb.sql(
        f"select standing, record_key, {columns} from read_parquet('{path}') order by all"
    ).fetchall()
    return found


def test_a_row_in_quarantine_is_withheld_unless_the_records_hold_what_it_says(store: Store, drop: Path) -> None:
    users = [make.drug_user(serial) for serial in range(1, 25)]
    users[3]["初次查获日期"] = "2024-08-09"
    snapshot(drop, "oct", OCTOBER, users)
    nameless = make.drug_user(1, 姓名="")
    changed = make.drug_user(2, 姓名="", 登记地="430104", **LATER)
    fresh = make.drug_user(30, 姓名="", **LATER)
    # Numbered after U0004, which lends what cannot be read: the day, but not the place.
    undated = {**make.drug_user(31, 登记地="430104", 初次查获日期="2025-02-30", **LATER), "人员编号": "U0004A"}
    snapshot(drop, "nov", NOVEMBER, [nameless, changed, *users[2:], fresh, undated])
    assert withheld(store, "police_drug_user", "register_region_code, first_detected_date::text") == [
        ("outdated", "U0002", "430102", "2024-05-06"),
        ("revision", "U0002", "430104", "2024-05-06"),
        ("withheld", "U0004A", "430104", "2024-08-09"),
        ("withheld", "U0030", "430102", "2024-05-06"),
    ]


def test_withheld_rows_name_nobody(store: Store, drop: Path) -> None:
    snapshot(drop, "oct", OCTOBER, [*(make.drug_user(serial) for serial in range(1, 6)), make.drug_user(6, 姓名="")])
    assert len(withheld(store, "police_drug_user", "sex")) == 1
    path = current_records(store)["withheld"]["police_drug_user"]
    columns = {row[0] for row in duckdb.sql(f"describe select * from read_parquet('{path}')").fetchall()}
    assert {"drug_user_no", "hukou_code", "first_detected_date", "drug_code"} <= columns
    assert not columns & {"name", "former_name", "id_type", "id_no", "birth_date", "raw"}


def test_a_refused_delivery_withholds_its_rows_until_an_accepted_one_speaks_for_the_period(
    store: Store, drop: Path
) -> None:
    sent = [make.handover(serial) for serial in range(1, 4)]
    make.deliver_handovers(drop, "short", sent[:2], rows=3)
    make.deliver_handovers(drop, "before", sent[2:], period={"start": "2025-09-01", "end": "2025-10-01"})
    assert withheld(store, "transport_handover", "drug_code") == [
        ("withheld", "H0001|1", "heroin"),
        ("withheld", "H0002|1", "heroin"),
    ]
    make.deliver_handovers(drop, "whole", sent, exported_at="2025-11-01T23:00:00")
    assert withheld(store, "transport_handover", "drug_code") == []
