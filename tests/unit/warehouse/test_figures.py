"""Hand-worked figures: a few rows per dataset, counted by eye."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.build.build import _empty_records, build
from pipelines.contracts import load_contracts
from pipelines.store import Store, write_json

DAY = date(2025, 3, 4)
SUSPECT = {"solved_date": DAY, "arrested_date": DAY, "handling_region_code": "430102", "arrest_region_code": "430104"}
VERDICT = {"court_case_no": "J1", "court_region_code": "430102", "instance": "一审", "judgment_date": DAY}
PRISON = {"prison_region_code": "430102", "admitted_date": DAY, "refused": False, "offence_name": "非法持有毒品罪"}
POINT = {"checkpoint_code": "P1", "region_code": "430102", "checkpoint_type": "入省", "opened_date": DAY}
CENTRE = {"region_code": "430102", "facility_type": "病残收治中心", "beds": 40}
ROWS = {
    "police_case_suspect": [{**SUSPECT, "police_case_no": "A"}, {**SUSPECT, "police_case_no": "A"}],
    "court_judgment": [{**VERDICT, "penalty": "拘役"}, {**VERDICT, "penalty": "无罪"}],
    "prison_admission": [PRISON, {**PRISON, "offence_name": "盗窃罪"}, {**PRISON, "refused": True}],
    "transport_checkpoint": [POINT, {**POINT, "checkpoint_code": "P2", "closed_date": date(2025, 6, 1)}],
    "health_facility_month": [{**CENTRE, "facility_code": "F1", "report_month": "2025-12"}],
}
# Region 430100, year 2025. The two suspects are one person.
WANTED = {
    ("R3", "case"): 1, ("R4", "person"): 1, ("R4", "event"): 2, ("R8", "case"): 1, ("R8", "person"): 1,
    ("R8", "event"): 1, ("R9", "person"): 1, ("R9", "event"): 1, ("R12", "checkpoint"): 1,
    ("R12", "checkpoint_entry"): 1, ("R12", "checkpoint_midway"): 0, ("R23", "facility"): 1, ("R23", "bed"): 40,
    ("R23", "project"): None,
}  # fmt: skip


def _made(store: Store, folder: Path) -> None:
    folder.mkdir()
    paths, mentions, deliveries = {}, [], []
    for name, contract in load_contracts().items():
        path = folder / f"{name}.parquet"
        schema = pq.read_schema(_empty_records(contract, path))
        rows = [
            {"record_key": f"k{i}", "source_row_token": f"{name}{i}", "is_current": True, "is_deleted": False, **row}
            for i, row in enumerate(ROWS.get(name, []))
        ]
        pq.write_table(pa.Table.from_pylist(rows, schema), path)
        paths[name] = str(path)
        mentions += [
            {
                "dataset": name,
                "record_key": r["record_key"],
                "person_group": "subject",
                "person_id": "p1",
                "case_id": "c1",
            }
            for r in rows
        ]
        counts = dict.fromkeys(("rows_claimed", "rows_physical", "rows_quarantined", "rows_duplicate"), 0)
        when = {
            "due_at": datetime(2026, 1, 1),
            "received_at": datetime(2026, 1, 1),
            "exported_at": datetime(2026, 1, 1),
        }
        period = {"period_start": date(2023, 1, 1), "period_end": date(2026, 1, 1)}
        deliveries.append({
            "delivery_id": "d", "dataset": name, "agency": "a", "status": "accepted", "contract_version": "1",
            "sha256": "", "file_name": "f", "rows_staged": 1, "rows_non_data": 0, **counts, **when, **period,
        })  # fmt: skip
    rules = [
        {
            "delivery_id": "d",
            "dataset": "court_judgment",
            "rule_id": "r",
            "severity": "error",
            "checked": 1,
            "failed": 0,
        }
    ]
    person = [
        {"person_id": "p1", "birth_date": date(1990, 1, 1), "sex": "1", "hukou_code": "430102", "residence_code": ""}
    ]
    document = [
        {"dataset": "court_judgment", "record_key": "k0", "document_type": "t", "document_number": "n", "case_id": "c1"}
    ]
    tables = {"deliveries": deliveries, "rules": rules, "mention": mentions, "person": person, "document": document}
    at = {name: str(folder / f"{name}.parquet") for name in tables}
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows), at[name])
    write_json(store.records / "current.json", {"fingerprint": "r", "datasets": paths, **at})
    write_json(
        store.identity / "current.json", {"fingerprint": "i", "model_version": "v1", "edge": "", "review": "", **at}
    )


def test_figures_counted_by_hand(store: Store, tmp_path: Path) -> None:
    _made(store, tmp_path / "made")
    candidate = store.candidate / build(store)
    with duckdb.connect(str(candidate / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select indicator_id, unit, value from core.indicator where region_code = '430100' and period_id = '2025'"
        ).fetchall()
    found = {(figure, unit): value for figure, unit, value in rows}
    assert {key: found[key] for key in WANTED} == WANTED
