"""What was delivered, as tables for the warehouse: deliveries with their accounts, rule outcomes, control totals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.conform.numbers import number
from pipelines.contracts import Contract, Rule
from pipelines.duck import connect
from pipelines.ingest.delivery import RECEIPT, Delivery, landed_deliveries, receipt_of
from pipelines.ingest.history import HistoryOutcome
from pipelines.ingest.judge import REFUSED
from pipelines.ingest.quarantine import rows_sent_again
from pipelines.ingest.resent import Correction, corrections
from pipelines.ingest.verdicts import quoted
from pipelines.store import Json, Store, fingerprint, fresh_folder, write_json

_AMOUNT = pa.decimal128(18, 3)
TOTALS = pa.schema(
    [
        *((name, pa.string()) for name in ("dataset", "delivery_id", "rule_id", "column_name", "status")),
        *((name, _AMOUNT) for name in ("claimed", "resolved", "quarantined")),
    ]
)


def _delivery_row(contract: Contract, delivery: Delivery, receipt: Json, cleared: int, root: Delivery) -> Json:
    """One decided delivery. A correction whose sender names no period is about that of its `root`."""
    manifest = delivery.manifest
    start, end = delivery.period or root.period or (None, None)
    return {
        "delivery_id": delivery.delivery_id,
        "dataset": contract.dataset,
        "agency": contract.agency,
        "period_start": start,
        "period_end": end,
        "due_at": manifest.get("due_at"),
        "received_at": manifest["received_at"],
        "exported_at": manifest.get("exported_at") or manifest["received_at"],
        "status": receipt["status"],
        "correction_of": None if root is delivery else root.delivery_id,
        "contract_version": receipt["contract_version"],
        "rows_claimed": manifest.get("rows"),
        **{f"rows_{name}": count for name, count in receipt["accounts"].items()},
        "rows_cleared": cleared,
        "rows_corrected": receipt.get("corrected", 0),
        "sha256": delivery.sha256,
        "file_name": ", ".join(delivery.files),
    }


def _rule_rows(contract: Contract, delivery_id: str, receipt: Json) -> list[Json]:
    """Outcomes of the rules of one delivery; a finding about the whole of it counts as one checked, one failed."""
    here = {"delivery_id": delivery_id, "dataset": contract.dataset}
    named = {rule["rule_id"] for rule in receipt["rules"]}
    findings = [
        {"rule_id": f["rule_id"], "severity": f["severity"], "checked": 1, "failed": 1}
        for f in receipt["findings"]
        if f["rule_id"] not in named
    ]
    return [{**here, **rule} for rule in [*receipt["rules"], *findings]]


def _part_of(delivery_id: str, resent: dict[str, Correction]) -> list[str]:
    """A delivery and the corrections of it that apply."""
    return [delivery_id, *(one.delivery_id for one in resent.values() if one.applies and delivery_id in one.corrects)]


def _load_versions(duck: duckdb.DuckDBPyConnection, contract: Contract, records: str | None) -> None:
    """Make table `version`: one version per record and time of change, with the columns that have totals."""
    amounts = "".join(f", {quoted(rule.column or '')}" for rule in contract.delivery_rules)
    if records is not None and contract.delivery_rules:
        duck.execute(
            f"create table version as select record_key, updated_at{amounts} from read_parquet(?) "
            "qualify row_number() over (partition by record_key, updated_at order by valid_from desc) = 1",
            [records],
        )


def _resolved_total(duck: duckdb.DuckDBPyConnection, store: Store, column: str, parts: list[Delivery]) -> Any:
    """The sum of a column over the versions that stand in the records for the rows of a delivery."""
    files = [str(store.staging_of(part.dataset, part.delivery_id) / "rows.parquet") for part in parts]
    return duck.execute(
        f"""
        with sent as (select distinct record_key, updated_at from read_parquet(?, union_by_name = true))
        select coalesce(sum(version.{column}), 0) from sent asof join version using (record_key, updated_at)
        """,
        [files],
    ).fetchall()[0][0]


def _quarantined_total(
    duck: duckdb.DuckDBPyConnection, store: Store, column: str, delivery: Delivery, corrected: list[int]
) -> tuple[Any, int]:
    """The sum of a column over the rows of a delivery that nothing has corrected, and how many have no value."""
    refused = store.quarantine_of(delivery.dataset, delivery.delivery_id) / REFUSED
    if not refused.exists():
        return 0, 0
    total, unread = duck.execute(
        f"select coalesce(sum({column}), 0), count(*) filter (where {column} is null) from read_parquet(?) "
        "where not list_contains(?::bigint[], line_number)",
        [str(refused), corrected],
    ).fetchall()[0]
    return total, unread


def _thousandths(amount: Any) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.001"))


def _total(
    duck: duckdb.DuckDBPyConnection,
    store: Store,
    contract: Contract,
    rule: Rule,
    parts: list[Delivery],
    delivery: Delivery,
    corrected: list[int],
) -> Json | None:
    """One control total of a delivery against the records; None when its sender gave none."""
    column = contract.column(rule.column or "")
    sent = delivery.manifest.get("control_totals") or {}
    claimed = number(str(sent.get(column.header, sent.get(column.name, ""))))
    if claimed is None:
        return None
    row: Json = {"dataset": contract.dataset, "delivery_id": delivery.delivery_id, "rule_id": rule.rule_id}
    row |= {"column_name": column.name, "claimed": _thousandths(claimed)}
    if not parts:
        return {**row, "status": "refused"}
    resolved = _resolved_total(duck, store, quoted(column.name), parts)
    waiting, unread = _quarantined_total(duck, store, quoted(column.name), delivery, corrected)
    status = "agrees" if resolved == claimed else "differs"
    if status == "differs" and (resolved + waiting == claimed or unread):
        status = "quarantined"
    return {**row, "resolved": _thousandths(resolved), "quarantined": _thousandths(waiting), "status": status}


def _dataset(store: Store, contract: Contract, records: str | None) -> tuple[list[Json], list[Json], list[Json]]:
    """Deliveries, rule outcomes and control totals of one dataset."""
    landed = landed_deliveries(store, contract.dataset)
    receipts = {name: receipt for name in landed if (receipt := receipt_of(store, contract.dataset, name))}
    accepted = {name for name, receipt in receipts.items() if receipt["status"] == "accepted"}
    resent, came_again = corrections(contract, landed, receipts), rows_sent_again(store, contract)
    deliveries, rules, totals = [], [], []
    with connect() as duck:
        _load_versions(duck, contract, records)
        for name, receipt in receipts.items():
            root = landed.get(resent[name].root, landed[name]) if name in resent else landed[name]
            again = came_again.get(name, {})
            deliveries.append(_delivery_row(contract, landed[name], receipt, len(again), root))
            rules += _rule_rows(contract, name, receipt)
            if receipt["status"] == "duplicate":
                continue
            parts = [landed[part] for part in _part_of(name, resent) if part in accepted and records]
            corrected = [line for line, status in again.items() if status == "corrected"]
            for rule in contract.delivery_rules:
                total = _total(duck, store, contract, rule, parts, landed[name], corrected)
                totals += [total] if total else []
    return deliveries, rules, totals


def _typed(deliveries: pd.DataFrame) -> pd.DataFrame:
    for name in ("due_at", "received_at", "exported_at"):
        deliveries[name] = pd.to_datetime(deliveries[name], format="ISO8601").astype("datetime64[us]")
    for name in ("period_start", "period_end"):
        deliveries[name] = deliveries[name].astype("date32[pyarrow]")
    deliveries["correction_of"] = deliveries["correction_of"].astype("string[pyarrow]")
    deliveries["rows_claimed"] = deliveries["rows_claimed"].astype("Int64")
    return deliveries.sort_values(["dataset", "delivery_id"])


def write_delivered(
    store: Store, contracts: dict[str, Contract], records: dict[str, str], history: list[HistoryOutcome]
) -> Path:
    """Write deliveries, rules and control_totals Parquet under `private/records/_deliveries/`; returns the folder.

    `records` are the current records files by dataset, `history` the outcomes of rules about them.
    """
    names = ("delivery_id", "dataset", "rule_id", "severity", "checked", "failed")
    parts = [_dataset(store, contract, records.get(dataset)) for dataset, contract in contracts.items()]
    deliveries = _typed(pd.DataFrame([row for part in parts for row in part[0]]))
    outcomes = [{name: getattr(outcome, name) for name in names} for outcome in history]
    rules = pd.DataFrame([*outcomes, *(row for part in parts for row in part[1])])
    rules = rules.sort_values(["dataset", "delivery_id", "rule_id"])
    totals = pa.Table.from_pylist([row for part in parts for row in part[2]], TOTALS)
    told = [deliveries.to_csv(index=False), rules.to_csv(index=False), totals.to_pylist()]
    final = store.records / "_deliveries" / fingerprint(told)
    if not (final / RECEIPT).exists():
        with fresh_folder(final) as fresh:
            deliveries.to_parquet(fresh / "deliveries.parquet", index=False)
            rules.to_parquet(fresh / "rules.parquet", index=False)
            pq.write_table(totals, fresh / "control_totals.parquet")
            write_json(fresh / RECEIPT, {"deliveries": len(deliveries), "rules": len(rules)})
    return final
