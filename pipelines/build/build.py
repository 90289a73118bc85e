"""The step `build`: the four database files of one candidate release, made by dbt from nothing but its inputs."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.build.project import CLEARANCES, BuildError, definitions, run, write_profile
from pipelines.contracts import Contract, load_contracts
from pipelines.duck import connect
from pipelines.settings import settings
from pipelines.store import Json, Store, fingerprint, fresh_folder, read_json, write_json

RECEIPT = "receipt.json"
QUERIES = "queries"
SEEDS = "seeds"
_CELL = dict.fromkeys(("indicator_id", "region_code", "period_id", "unit", "status"), "varchar")
# What a release takes over from the one before it: persons and cases then, what became of earlier
# ones, and the figures then.
HISTORY: dict[str, tuple[str, dict[str, str]]] = {
    "mention": (
        "vault.main.mention",
        dict.fromkeys(("dataset", "record_key", "person_group", "person_id", "case_id"), "varchar"),
    ),
    "person_event": (
        "vault.main.person_event",
        {
            **dict.fromkeys(("release_id", "previous_release_id", "event", "former_id", "person_id"), "varchar"),
            "mentions": "bigint",
        },
    ),
    "person_alias": (
        "vault.main.person_alias",
        {"former_id": "varchar", "person_id": "varchar", "was_published": "boolean"},
    ),
    "case_change": (
        "vault.main.case_change",
        {
            **dict.fromkeys(("release_id", "previous_release_id", "event", "former_id", "case_id"), "varchar"),
            "mentions": "bigint",
        },
    ),
    "case_alias": (
        "vault.main.case_alias",
        {"former_id": "varchar", "case_id": "varchar", "was_published": "boolean"},
    ),
    "indicator": ("warehouse.core.indicator", {**_CELL, "value": "double"}),
    "mart_indicator": ("mart.main.indicator", _CELL),
    "fact_submission": (
        "warehouse.core.fact_submission",
        dict.fromkeys(("dataset", "delivery_id", "status"), "varchar"),
    ),
    "release_info": ("mart.main.release_info", {"definitions_fingerprint": "varchar"}),
}
_ARROW = {
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "number": pa.decimal128(18, 3),
}


def _inputs(store: Store) -> tuple[Json, Json]:
    """Current records and identities. Raises FileNotFoundError before the first resolve or link."""
    records = read_json(store.records / "current.json")
    identity = read_json(store.identity / "current.json")
    if not records or not identity:
        raise FileNotFoundError("there are no records or identities yet; run the steps resolve and link first")
    return records, identity


def as_of(records: Json) -> datetime:
    """The newest export among the accepted deliveries: the date the release speaks for.

    An answer to a work list is no export: it says what became of one hand-off, not how things stand on its day.
    """
    exports = [("status", "==", "accepted"), ("dataset", "!=", "handoff_answer")]
    table = pq.read_table(records["deliveries"], columns=["exported_at"], filters=exports)
    times: list[datetime] = [time for time in table["exported_at"].to_pylist() if time]
    if not times:
        raise FileNotFoundError("no accepted delivery carries a time of export; see `huiliu delivery list`")
    return max(times)


def release_id(store: Store) -> str:
    """The name of the release the present inputs lead to: its date, then a fingerprint of all it depends on."""
    records, identity = _inputs(store)
    parts = [
        records["fingerprint"],
        identity["fingerprint"],
        definitions(),
        settings().province,
    ]
    return f"{as_of(records):%Y%m%d}-{fingerprint(parts)[:12]}"


def empty_records(contract: Contract, path: Path) -> str:
    """A records file without rows, for a dataset of which nothing has been accepted yet."""
    fields = [(column.name, _ARROW.get(column.type, pa.string())) for column in contract.columns]
    names = {name for name, _ in fields}
    fields += [
        (name, kind)
        for name, kind in (
            ("record_key", pa.string()),
            ("source_row_token", pa.string()),
            ("record_token", pa.string()),
            ("drug_code", pa.string()),
            ("drug_category", pa.string()),
            ("is_drug_offence", pa.bool_()),
            ("quantity_kind", pa.string()),
            ("quantity_value", pa.decimal128(18, 3)),
            ("delivery_id", pa.string()),
            ("line_number", pa.int64()),
            ("is_current", pa.bool_()),
            ("is_deleted", pa.bool_()),
            ("standing", pa.string()),
        )
        if name not in names
    ]
    pq.write_table(pa.schema(fields).empty_table(), path)
    return str(path)


def _no_records(store: Store, contract: Contract) -> str:
    """The file without rows of a dataset, under the name of its columns; made on first use."""
    columns = [[column.name, column.type] for column in contract.columns]
    folder = store.records / contract.dataset / f"none-{fingerprint(columns)}"
    if not folder.exists():
        with fresh_folder(folder) as fresh:
            empty_records(contract, fresh / "records.parquet")
    return str(folder / "records.parquet")


def previous_release(store: Store, name: str) -> str | None:
    """The release whose persons those of release `name` are compared with: the one current when it is first built."""
    standing = read_json(store.releases / name / "manifest.json")
    if standing:
        previous: str | None = standing.get("previous_release")
        return previous
    current = store.private_releases / "current"
    return current.readlink().name if current.is_symlink() else None


def _write_history(store: Store, previous: str | None, scratch: Path) -> Json:
    """What is taken over from the previous release as Parquet, empty where there is none; the variables naming it."""
    variables = {}
    with connect() as duck:
        for clearance in sorted({relation.split(".")[0] for relation, _ in HISTORY.values()}) if previous else []:
            releases = store.private_releases if clearance == "vault" else store.releases
            path = releases / str(previous) / f"{clearance}.duckdb"
            if path.exists():
                duck.execute(f"attach '{path}' as {clearance} (read_only)")
        held = set(
            duck.sql(
                "select database_name || '.' || schema_name || '.' || table_name, column_name from duckdb_columns() "
                "where not internal"
            ).fetchall()
        )
        for name, (relation, columns) in HISTORY.items():
            path = scratch / f"previous_{name}.parquet"
            empty = ", ".join(f"null::{kind} as {column}" for column, kind in columns.items())
            known = f"select {', '.join(columns)} from {relation}"
            # A release of an older design may lack a table or a column; what it cannot say is not guessed.
            stands = all((relation, column) in held for column in columns)
            duck.sql(known if stands else f"select {empty} where false").write_parquet(str(path))
            variables[f"previous_{name}"] = str(path)
    return variables


def _variables(store: Store, name: str, previous: str | None, scratch: Path) -> Json:
    records, identity = _inputs(store)
    contracts = load_contracts()
    # The queries a release keeps name them too, so they stay.
    none = {name: _no_records(store, contract) for name, contract in contracts.items()}
    datasets = {name: records["datasets"].get(name) or path for name, path in none.items()}
    return {
        "datasets": sorted(datasets),
        **{f"records_{dataset}": path for dataset, path in datasets.items()},
        **{f"withheld_{name}": records.get("withheld", {}).get(name) or path for name, path in none.items()},
        **{f"identity_{name}": identity[name] for name in ("mention", "person", "alias", "document", "case_alias")},
        **_write_history(store, previous, scratch),
        "previous_release_id": previous,
        "deliveries": records["deliveries"],
        "rules": records["rules"],
        "control_totals": records["control_totals"],
        "release_id": name,
        "as_of": as_of(records).isoformat(),
        "province": settings().province,
        "records_fingerprint": records["fingerprint"],
        "identity_fingerprint": identity["fingerprint"],
        "definitions_fingerprint": fingerprint(definitions()),
        "model_version": identity["model_version"],
    }


def _require_declared(results: list[Any]) -> None:
    """Raise BuildError unless every published relation declares its purpose and the clearance of its file."""
    published = [result.node for result in results if getattr(result.node, "database", "") in CLEARANCES]
    undeclared = [
        node.name
        for node in published
        if node.resource_type == "model"
        and (node.config.meta.get("clearance") != node.database or not node.config.meta.get("purpose"))
    ]
    if undeclared:
        raise BuildError(
            f"{', '.join(undeclared)}: declare meta.purpose and meta.clearance (the file it is published in) in "
            "dbt_project.yml or in the model. The last release stands."
        )


def _write_queries(folder: Path, results: list[Any], scratch: Path) -> None:
    """Keep the query of every figure as it ran, with its header, and of all it rests on, down to records and seeds.

    The models may have moved on when somebody asks for the rows behind a figure.
    """
    (folder / SEEDS).mkdir(parents=True)
    for result in results:
        if result.node.resource_type == "model" and result.node.database not in CLEARANCES:
            (folder / f"{result.node.name}.sql").write_text(result.node.compiled_code, encoding="utf-8")
    with connect(scratch / "scratch.duckdb", read_only=True) as duck:
        for (name,) in duck.sql("select table_name from duckdb_tables() where schema_name = 'seeds'").fetchall():
            duck.table(f"{SEEDS}.{name}").write_parquet(str(folder / SEEDS / f"{name}.parquet"))


def _require_no_scores(folder: Path) -> None:
    """Raise BuildError when a table of persons rates or predicts them (match weights stay with the identities)."""
    for name in CLEARANCES:
        with connect(folder / f"{name}.duckdb", read_only=True) as duck:
            scored = duck.execute(
                "select table_name || '.' || column_name from duckdb_columns() where not internal "
                "and regexp_matches(column_name, '(?i)risk|score|predict|预警|评分') and table_name in "
                "(select table_name from duckdb_columns() where column_name = 'person_id') order by all"
            ).fetchall()
        if scored:
            raise BuildError(f"{scored[0][0]}: no table of persons may score or predict; take the column out")


def _close_files(folder: Path) -> None:
    """Let go of dbt's connection and fold each file's log into it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    DuckDBConnectionManager.close_all_connections()
    reset_adapters()
    for name in CLEARANCES:
        with connect(folder / f"{name}.duckdb") as duck:
            duck.execute("checkpoint")


def build(store: Store, *, again: bool = False) -> str:
    """Build the candidate of the present inputs; returns its release id.

    Does nothing when that candidate or release stands, but for `again`: then `publish` compares the two. Raises
    BuildError when a model or a test fails.
    """
    name = release_id(store)
    final = store.candidate / name
    if not again and ((final / RECEIPT).exists() or (store.releases / name / "manifest.json").exists()):
        return name
    with fresh_folder(final) as folder:
        scratch = folder / "scratch"
        scratch.mkdir()
        write_profile(folder, scratch)
        previous = previous_release(store, name)
        variables = _variables(store, name, previous, scratch)
        results = run(store, scratch, variables)
        _require_declared(results)
        _close_files(folder)
        _write_queries(folder / QUERIES, results, scratch)
        _require_no_scores(folder)
        shutil.rmtree(scratch)
        write_json(folder / RECEIPT, {"release_id": name, "as_of": variables["as_of"], "previous_release": previous})
    return name
