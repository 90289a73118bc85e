"""Every rule of every contract can fail, and nothing but its own violation makes it fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.contracts import Contract, load_contracts
from pipelines.ingest.delivery import Delivery
from pipelines.ingest.history import FEW_ROWS, HistoryOutcome, reference, rekeyed, volume
from pipelines.settings import settings
from pipelines.store import Store
from tests.contract.rows import broken_rules, conformed, valid_row, violating_rows
from tests.pipeline import exports as make

CONTRACTS = load_contracts()
WITH_TOTALS = [name for name, contract in CONTRACTS.items() if contract.delivery_rules]
WITH_HISTORY = [name for name, contract in CONTRACTS.items() if contract.history_rules]


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_a_valid_row_keeps_every_rule(dataset: str) -> None:
    contract = CONTRACTS[dataset]
    assert broken_rules(contract, [valid_row(contract)]) == [set()]


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_each_rule_rejects_the_row_that_breaks_it_and_no_other_rule_does(dataset: str) -> None:
    contract = CONTRACTS[dataset]
    found = {}
    for rule in contract.row_rules:
        rows = violating_rows(contract, rule)
        found[rule.rule_id] = broken_rules(contract, rows)
        assert found[rule.rule_id] == [{rule.rule_id}] * len(rows)
    assert set(found) == {rule.rule_id for rule in contract.row_rules}


@pytest.mark.parametrize(
    ("flaw", "rule_id"),
    [
        ("whole", "row_shape"),
        ("decoded", "row_decoded"),
        ("agreed_encoding", "row_encoding"),
        ("computed", "row_computed"),
    ],
)
def test_a_row_the_reader_found_flawed_breaks_the_rule_of_that_flaw_alone(flaw: str, rule_id: str) -> None:
    contract = CONTRACTS["police_drug_user"]
    assert broken_rules(contract, [valid_row(contract)], flaw) == [{rule_id}]


def _files(contract: Contract, row: make.Row) -> dict[str, bytes]:
    """One row as the agency of the contract would send it."""
    line = {column.header: row[column.name] for column in contract.columns}
    if contract.format == "json":
        return {"page-0001.json": make.page_bytes([dict(line)])}
    if contract.format == "xlsx":
        return {"export.xlsx": make.flat_workbook_bytes([line])}
    if contract.format == "xml":
        return {"export.xml": make.xml_bytes([line], contract.format_options["recordPath"])}
    text = make.csv_text([line])
    match contract.format_options.get("container"):
        case "zip":
            return {"export.zip": make.zip_bytes(text.encode("gb18030"))}
        case "gzip":
            return {"export.csv.gz": make.gzip_bytes(text)}
    return {"export.csv": text.encode(contract.format_options["encoding"])}


def _received(contract: Contract, delivery_id: str, **manifest: Any) -> dict[str, str]:
    """Deliver the valid row; the delivery's rules by id, and whether they failed."""
    make.deliver(
        settings().exports_path,
        contract.server.location,
        delivery_id,
        _files(contract, valid_row(contract)),
        rows=1,
        **manifest,
    )
    ids = steps.land(contract.dataset)
    steps.judge(contract.dataset, [delivery_id])
    assert steps.stage(contract.dataset, ids)[delivery_id]["staged"] == 1
    path = Store(settings().home_path).quarantine_of(contract.dataset, delivery_id) / "rows.parquet"
    return dict(duckdb.sql(f"select rule_id, severity from read_parquet('{path}')").fetchall())


@pytest.mark.parametrize("dataset", WITH_TOTALS)
def test_a_control_total_that_differs_from_the_rows_is_named(store: Store, dataset: str) -> None:
    contract = CONTRACTS[dataset]
    row = valid_row(contract)
    headers = {contract.column(rule.column or "").header: rule for rule in contract.delivery_rules}
    right = {header: float(row[rule.column or ""]) for header, rule in headers.items()}
    wrong = {header: total + 1 for header, total in right.items()}
    assert _received(contract, "right", control_totals=right) == {}
    for folder in (store.landing, store.judged, store.staging, store.quarantine):
        folder.rename(folder.with_name(f"former-{folder.name}"))
    named = {rule.rule_id: rule.severity for rule in contract.delivery_rules}
    for path in settings().exports_path.rglob("right"):
        path.rename(path.with_name(".right"))
    assert _received(contract, "wrong", control_totals=wrong) == named


def _delivery(dataset: str, position: int) -> Delivery:
    manifest = {"exported_at": f"2025-{position + 1:02d}-28T23:00:00", "received_at": "2026-01-01T00:00:00"}
    return Delivery(dataset, f"d{position}", Path(), (), f"{position:064d}", manifest)


def _sizes(dataset: str, sizes: list[int]) -> list[tuple[Delivery, dict[str, Any]]]:
    return [
        (_delivery(dataset, position), {"accounts": {"staged": size, "quarantined": 0}})
        for position, size in enumerate(sizes)
    ]


def _rows_again(store: Store, contract: Contract, identity: list[str], keys: str) -> None:
    """Stage the same rows twice, the second time under record keys that start with `keys`."""
    frame = conformed(contract, [valid_row(contract)] * FEW_ROWS).to_pandas()
    frame[identity[0]] = [f"identity {n}" for n in range(FEW_ROWS)]
    for position, prefix in enumerate(("k", keys)):
        frame["record_key"] = [f"{prefix}{n}" for n in range(FEW_ROWS)]
        folder = store.staging_of(contract.dataset, f"d{position}")
        folder.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(folder / "rows.parquet", index=False)


def _records(path: Path, columns: dict[str, str]) -> str:
    """Records whose columns hold their prefix and a number."""
    table = pa.table(
        {
            **{name: [f"{prefix}{n}" for n in range(FEW_ROWS)] for name, prefix in columns.items()},
            "is_current": [True] * FEW_ROWS,
            "is_deleted": [False] * FEW_ROWS,
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return str(path)


def _judge(store: Store, contract: Contract, rule_id: str, *, broken: bool) -> list[HistoryOutcome]:
    rule = next(rule for rule in contract.history_rules if rule.rule_id == rule_id)
    if rule.check == "volume":
        return volume(rule, _sizes(contract.dataset, [1000, 1000, 1000, 10 if broken else 1000]))
    if rule.check == "rekeyed":
        _rows_again(store, contract, rule.parameters["identity"], "new" if broken else "k")
        return rekeyed(store, rule, _sizes(contract.dataset, [FEW_ROWS] * 2))
    column = contract.column(rule.column or "")
    target, name = str(column.refers_to).split(".")
    pointed = "other" if broken else "same"
    records = {
        target: _records(store.records / "there.parquet", {name: pointed}),
        contract.dataset: _records(store.records / "here.parquet", {column.name: "same"}),
    }
    if target == contract.dataset:
        records[target] = _records(store.records / "both.parquet", {name: pointed, column.name: "same"})
    return reference(contract, rule, records, _delivery(contract.dataset, 0))


@pytest.mark.parametrize("dataset", WITH_HISTORY)
def test_each_rule_about_the_resolved_set_holds_for_good_history_and_fails_for_bad(store: Store, dataset: str) -> None:
    contract = CONTRACTS[dataset]
    for rule in contract.history_rules:
        assert [outcome.success for outcome in _judge(store, contract, rule.rule_id, broken=False)] == [True]
        assert [outcome.success for outcome in _judge(store, contract, rule.rule_id, broken=True)] == [False]
