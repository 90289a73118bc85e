"""Read the quarantine: how many rows of which delivery break which rule, and the text of one row.

The quarantine is written by `stage` (rows of deliveries) and `resolve` (conflicting versions) and only read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.contracts import Column, Contract
from pipelines.duck import connect
from pipelines.ingest.delivery import DeliveryError, receipt_of
from pipelines.ingest.judge import REFUSED
from pipelines.ingest.stage import KEPT
from pipelines.ingest.verdicts import ROW_SHAPE, quoted
from pipelines.store import Store

# Clearances whose values a data engineer sees without asking for the vault.
OPEN_CLEARANCES = frozenset({"warehouse", "mart"})
# A number this long in a column of another kind is a document or telephone number that slipped.
_LONG_NUMBER = re.compile(r"[0-9０-９]{11}")


@dataclass(frozen=True)
class Count:
    """Rows of one delivery under one rule; a finding about the whole delivery has no rows."""

    agency: str
    dataset: str
    delivery_id: str
    rule_id: str
    severity: str
    rows: int


@dataclass(frozen=True)
class Row:
    """One quarantined row: where it stood, the rules it breaks, and its text by the agency's headers."""

    line_number: int
    rule_ids: tuple[str, ...]
    text: dict[str, str | None]


def _files(store: Store, dataset: str) -> list[str]:
    """The quarantine of each delivery of a dataset, and that of its conflicting versions."""
    return [str(path) for path in sorted((store.quarantine / dataset).glob("[!.]*/rows.parquet"))]


def load_entries(duck: duckdb.DuckDBPyConnection, store: Store, contract: Contract) -> bool:
    """Make table `entry` (one row per row or delivery and rule) of a dataset; False when it has no quarantine."""
    files = _files(store, contract.dataset)
    if files:
        duck.execute("create or replace table entry as select * from read_parquet(?)", [files])
    return bool(files)


def counts(store: Store, contracts: Iterable[Contract]) -> list[Count]:
    """Every rule of every delivery that put something into quarantine, by agency, dataset, delivery and rule."""
    found: list[Count] = []
    with connect() as duck:
        for contract in sorted(contracts, key=lambda one: (one.agency, one.dataset)):
            if load_entries(duck, store, contract):
                grouped = duck.sql(
                    "select delivery_id, rule_id, severity, count(distinct line_number) from entry "
                    "group by all order by all"
                ).fetchall()
                found += [Count(contract.agency, contract.dataset, *row) for row in grouped]
    return found


def _text_files(store: Store, dataset: str, delivery_id: str) -> list[Path]:
    """Where the text of a delivery's rows lies: of rows in quarantine, and of staged ones that conflict."""
    quarantine = store.quarantine_of(dataset, delivery_id)
    places = [quarantine / REFUSED, quarantine / KEPT, store.staging_of(dataset, delivery_id) / "rows.parquet"]
    return [path for path in places if path.exists()]


def rows(store: Store, contract: Contract, delivery_id: str, rule_id: str | None = None) -> list[Row]:
    """The quarantined rows of a delivery in file order, those that break `rule_id` only if given.

    Raises DeliveryError when the delivery was not decided about, or before its text was kept.
    """
    name = f"{contract.dataset} delivery {delivery_id}"
    if not receipt_of(store, contract.dataset, delivery_id):
        raise DeliveryError(f"{name} has not been decided about; see `huiliu delivery list`")
    with connect() as duck:
        load_entries(duck, store, contract)
        wanted = duck.execute(
            "select line_number, list(rule_id order by rule_id) from entry where delivery_id = $1 and line_number "
            "is not null group by line_number having $2::text is null or list_contains(list(rule_id), $2)",
            [delivery_id, rule_id],
        ).fetchall()
        broken = dict(wanted)
        if not broken:
            return []
        headers = ", ".join(f"raw.{quoted(header)}" for header in contract.headers)
        files = [str(path) for path in _text_files(store, contract.dataset, delivery_id)]
        if not files:
            raise DeliveryError(f"{name}: its text was not kept; run `huiliu delivery reprocess {delivery_id}`")
        found = duck.execute(
            f"select line_number, {headers} from read_parquet(?, union_by_name = true) "
            "where line_number in (select unnest(?)) order by line_number",
            [files, list(broken)],
        ).fetchall()
    return [Row(line, tuple(broken[line]), dict(zip(contract.headers, cells, strict=True))) for line, *cells in found]


def shape(text: str) -> str:
    """What a value looks like without what it says: digits 9, Latin letters A, other letters 文, the rest as it is."""
    return "".join(
        "9" if sign.isdecimal() else "A" if sign.isascii() and sign.isalpha() else "文" if sign.isalpha() else sign
        for sign in text
    )


def masked(column: Column, row: Row) -> str | None:
    """The value of a column as a data engineer may see it.

    Columns of the vault and of health show their shape only; so does every column of a row whose fields have
    shifted, and a long number wherever it stands.
    """
    text = row.text[column.header]
    if text is None:
        return None
    slipped = ROW_SHAPE.rule_id in row.rule_ids or _LONG_NUMBER.search(text)
    return text if column.clearance in OPEN_CLEARANCES and not slipped else shape(text)
