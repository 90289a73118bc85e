"""Hand-made records: one line per mention, as resolve would leave them."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Contract
from pipelines.link.case_steps import STEPS
from pipelines.link.link import link
from pipelines.store import Store, fingerprint, read_json, write_json

DOCUMENTS = {
    "police_case_suspect": ("police_case_no", "filing_doc_no"),
    "court_judgment": ("court_case_no", "indictment_no"),
    "procuratorate_charge": ("procuratorate_case_no", "filing_doc_no", "indictment_no"),
    "court_delivery": ("court_case_no", "execution_notice_no"),
    "prison_admission": ("judgment_case_no", "execution_notice_no"),
    "transport_handover": ("handover_no",),
}
_COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("record_key", "source_row_token", "name", "former_name")),
        *((name, pa.string()) for name in ("id_no_kind", "id_no", "sex", "hukou_code", "residence_code")),
        ("birth_date", pa.date32()),
        *((name, pa.timestamp("us")) for name in ("exported_at", "updated_at")),
        *((name, pa.bool_()) for name in ("is_current", "is_deleted")),
    ]
)
# What steps of a case are told by beside their days.
_STEP_COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "police_case_suspect": {"handling_region_code": pa.string()},
    "procuratorate_charge": {"procuratorate_region_code": pa.string(), "charge_decision": pa.string()},
    "court_judgment": {"court_region_code": pa.string()},
    "court_delivery": {},
    "prison_admission": {"is_drug_offence": pa.bool_()},
    "corrections_supervision": {},
}
START = datetime(2025, 1, 1)


def resident(birth: str = "19900307", serial: int = 1, region: str = "430102") -> str:
    """A valid resident number."""
    body = f"{region}{birth}{serial:03d}"
    total = sum(int(digit) * (2 ** (17 - place)) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def mention(
    record_key: str, name: str | None = "陈国强", dataset: str = "police_drug_user", **known: Any
) -> dict[str, Any]:
    """One mention of a man born 1990-03-07 in 430102 without a number, but for what is `known` otherwise."""
    row = {
        "dataset": dataset,
        "record_key": record_key,
        "source_row_token": f"s-{dataset}-{record_key}",
        "name": name,
        "former_name": None,
        "id_no": None,
        "birth_date": date(1990, 3, 7),
        "sex": "1",
        "hukou_code": "430102",
        "residence_code": "430104",
        "exported_at": START,
        "is_current": True,
        "is_deleted": False,
        **known,
    }
    row.setdefault("id_no_kind", "resident" if row["id_no"] else None)
    row.setdefault("updated_at", row["exported_at"])
    return row


def bare(record_key: str, name: str, dataset: str = "court_judgment", **known: Any) -> dict[str, Any]:
    """A row that holds a name and little else, as courts write them."""
    nothing = {"birth_date": None, "sex": None, "hukou_code": None, "residence_code": None}
    return mention(record_key, name, dataset, **{**nothing, **known})


def later(days: int) -> datetime:
    """A time of export after the first."""
    return START + timedelta(days=days)


def put_records(store: Store, rows: list[dict[str, Any]]) -> None:
    """Write records of all datasets in the order given and point `records/current.json` at them."""
    paths = {}
    for dataset, group in itertools.groupby(
        sorted(rows, key=lambda row: row["dataset"]), key=lambda row: row["dataset"]
    ):
        here = list(group)
        schema = _COLUMNS
        for column in DOCUMENTS.get(dataset, ()):
            schema = schema.append(pa.field(column, pa.string()))
        for step in (step for step in STEPS if step.dataset == dataset):
            for column in step.days:
                schema = schema.append(pa.field(column, pa.date32()))
            for column, kind in _STEP_COLUMNS[dataset].items():
                schema = schema.append(pa.field(column, kind))
        folder = store.records / dataset / fingerprint(here)
        folder.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in here], schema=schema)
        pq.write_table(table, folder / "records.parquet")
        paths[dataset] = str(folder / "records.parquet")
    write_json(store.records / "current.json", {"fingerprint": fingerprint(paths), "datasets": paths})


def linked(store: Store, contracts: dict[str, Contract], *rows: dict[str, Any]) -> dict[str, str]:
    """Link the rows; the person id by record key."""
    put_records(store, list(rows))
    link(store, contracts)
    mentions = table(store, "mention")
    return dict(zip(mentions["record_key"], mentions["person_id"], strict=True))


def table(store: Store, name: str) -> pd.DataFrame:
    """A relation of the current identities."""
    return pd.read_parquet(read_json(store.identity / "current.json")[name])
