"""Inputs of a build from a few hand-written rows: records, identities and deliveries, without ingest or link."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.build.build import empty_records
from pipelines.contracts import load_contracts
from pipelines.ingest.delivered import TOTALS
from pipelines.store import Store, write_json

Row = dict[str, Any]
# What a row says of its mention, not of its record.
_ABOUT = ("person", "case", "strict", "loose", "party")
WHOLE = {"period_start": date(2023, 1, 1), "period_end": date(2026, 1, 1)}
NOON = datetime(2025, 12, 31, 12)


def delivery(dataset: str, **changes: Any) -> Row:
    counts = {
        f"rows_{name}": 0
        for name in ("claimed", "physical", "quarantined", "duplicate", "non_data", "cleared", "corrected")
    }
    times = {"due_at": NOON, "received_at": NOON, "exported_at": NOON}
    row: Row = {"delivery_id": "d", "dataset": dataset, "agency": "a", "status": "accepted", "contract_version": "1"}
    row["correction_of"] = None
    return {**row, "sha256": "", "file_name": "f", "rows_staged": 1, **counts, **times, **WHOLE, **changes}


def _documents(rows: dict[str, list[Row]]) -> list[Row]:
    """The numbers of filings, indictments and trials the rows name, with their cases; a token is the number's own."""
    types = ("filing_doc_no", "indictment_no", "court_case_no")
    return [
        {
            "dataset": dataset,
            "record_key": row.get("record_key", f"k{place}"),
            "document_type": name,
            "document_number": number,
            "document_token": f"token of {number}",
            "case_id": row.get("case", "c1"),
        }
        for dataset in ("procuratorate_charge", "court_judgment")
        for place, row in enumerate(rows.get(dataset, []))
        for name in types
        if row.get(name)
        for number in row[name].split("、")
    ]


def _cases(mentions: list[Row]) -> set[str]:
    return {row["case_id"] for row in mentions if row["case_id"] is not None}


def write_inputs(
    store: Store,
    folder: Path,
    rows: dict[str, list[Row]],
    people: list[Row],
    deliveries: list[Row] | None = None,
    rules: list[Row] | None = None,
    totals: list[Row] | None = None,
    withheld: dict[str, list[Row]] | None = None,
) -> None:
    """Point the store at these records. A row may name its `person` and `case`; default p1 and c1, None for nobody.

    It may name who that is under the `strict` and the `loose` threshold of the linkage, and the person as whom it is a
    `party` to the case; default its person. Rows that are `withheld` wait in quarantine. Without `deliveries` every
    dataset has one accepted delivery about 2023 to 2025.
    """
    folder.mkdir()
    paths, waiting, mentions = {}, {}, []
    for name, contract in load_contracts().items():
        path = folder / f"{name}.parquet"
        schema = pq.read_schema(empty_records(contract, path))
        records = []
        for place, row in enumerate(rows.get(name, [])):
            columns = {key: value for key, value in row.items() if key not in _ABOUT}
            own = {"record_key": f"k{place}", "source_row_token": f"{name}{place}", "delivery_id": "d"}
            record = {**own, "is_current": True, "is_deleted": False, **columns}
            record.setdefault("record_token", f"{name}/{record['record_key']}")
            records.append(record)
            if row.get("person", "p1") is None:
                continue
            mentions.append(
                {
                    "dataset": name,
                    "record_key": record["record_key"],
                    "person_group": "subject",
                    "person_id": row.get("person", "p1"),
                    "case_id": row.get("case", "c1"),
                    "person_strict": row.get("strict", row.get("person", "p1")),
                    "person_loose": row.get("loose", row.get("person", "p1")),
                    "party_person": row.get("party", row.get("person", "p1")),
                }
            )
        pq.write_table(pa.Table.from_pylist(records, schema), path)
        paths[name] = str(path)
        if held := (withheld or {}).get(name):
            waiting[name] = str(folder / f"withheld_{name}.parquet")
            known = {record["record_key"]: {**record, "standing": "outdated"} for record in records}
            later = [{**row, "standing": "revision" if row["record_key"] in known else "withheld"} for row in held]
            outdated = [known[row["record_key"]] for row in later if row["standing"] == "revision"]
            pq.write_table(pa.Table.from_pylist([*later, *outdated], schema), waiting[name])
    rule = {"delivery_id": "d", "rule_id": "r", "severity": "error", "checked": 1, "failed": 0}
    document = {
        "record_key": "k0",
        "document_type": "t",
        "document_number": "n",
        "document_token": "d",
        "case_id": "c1",
    }
    golden = {"name": "甲", "id_no": "x", "birth_date": date(1990, 1, 1), "sex": "1"}
    golden |= {"hukou_code": "430102", "residence_code": "430102"}
    founder = {"id_no_kind": "resident_18", "founder_dataset": "court_judgment", "founder_record_key": "k0"}
    person = {**golden, **{f"{field}_source": "court_judgment0" for field in golden}, **founder}
    tables = {
        "deliveries": deliveries or [delivery(name) for name in paths],
        "rules": rules or [{"dataset": "court_judgment", **rule}],
        "mention": mentions,
        "person": [{**person, **one} for one in people],
        "alias": [{"former_id": one["person_id"], "person_id": one["person_id"]} for one in people],
        "document": [{"dataset": "court_judgment", **document}, *_documents(rows)],
        "case_alias": [{"former_id": case, "case_id": case} for case in sorted({*_cases(mentions), "c1"})],
    }
    at = {name: str(folder / f"{name}.parquet") for name in tables}
    for name, table in tables.items():
        schema = pa.Table.from_pylist(table).schema
        if name == "deliveries":
            # A table of deliveries of which none is a correction has nothing to tell the type from.
            schema = schema.set(schema.get_field_index("correction_of"), pa.field("correction_of", pa.string()))
        pq.write_table(pa.Table.from_pylist(table, schema), at[name])
    at["control_totals"] = str(folder / "control_totals.parquet")
    pq.write_table(pa.Table.from_pylist(totals or [], TOTALS), at["control_totals"])
    write_json(store.records / "current.json", {"fingerprint": "r", "datasets": paths, "withheld": waiting, **at})
    write_json(store.identity / "current.json", {"fingerprint": "i", "model_version": "v1", **at})
