"""Read the quarantine: how many rows of which delivery break which rule, what became of them, and their text.

The quarantine is written by `stage` (rows of deliveries) and `resolve` (conflicting versions) and only read here:
a row that was corrected stays where it is, and its status follows from the deliveries that came since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.contracts import Column, Contract
from pipelines.duck import connect
from pipelines.ingest.delivery import Delivery, DeliveryError, landed_deliveries, receipt_of
from pipelines.ingest.history import in_export_order
from pipelines.ingest.judge import REFERENCES, REFUSED
from pipelines.ingest.resent import corrected_id, corrections
from pipelines.ingest.stage import KEPT
from pipelines.ingest.verdicts import ROW_SHAPE, quoted
from pipelines.store import Store

# Clearances whose values a data engineer sees without asking for the vault.
OPEN_CLEARANCES = frozenset({"warehouse", "mart"})
# A number this long in a column of another kind is a document or telephone number that slipped.
_LONG_NUMBER = re.compile(r"[0-9０-９]{11}")


@dataclass(frozen=True)
class Count:
    """Rows of one delivery under one rule, and those still open; a finding about the whole delivery has no rows."""

    agency: str
    dataset: str
    delivery_id: str
    rule_id: str
    severity: str
    rows: int
    open_rows: int


@dataclass(frozen=True)
class Row:
    """One quarantined row: where it stood, the rules it breaks, what became of it, its text by agency header."""

    line_number: int
    rule_ids: tuple[str, ...]
    status: str
    text: dict[str, str | None]


def _files(store: Store, dataset: str) -> list[str]:
    """The quarantine of each delivery of a dataset, and that of its conflicting versions."""
    return [str(path) for path in sorted((store.quarantine / dataset).glob("[!.]*/rows.parquet"))]


def _load_deliveries(duck: duckdb.DuckDBPyConnection, store: Store, contract: Contract) -> list[Delivery]:
    """Make tables `delivery` (accepted ones in order of export) and `corrects`; returns the accepted deliveries."""
    landed = landed_deliveries(store, contract.dataset)
    receipts = {name: receipt_of(store, contract.dataset, name) for name in landed}
    resent = corrections(contract, landed, receipts)
    ordered = in_export_order([(delivery, receipts[name]) for name, delivery in landed.items()])
    duck.sql("create or replace table delivery (delivery_id text, position integer, is_accepted bool, is_whole bool)")
    duck.sql("create or replace table corrects (correction_id text, delivery_id text, is_nearest bool)")
    accepted = []
    for position, (delivery, receipt) in enumerate(ordered):
        name = delivery.delivery_id
        stands = receipt.get("status") == "accepted" and (name not in resent or resent[name].applies)
        duck.execute("insert into delivery values (?, ?, ?, ?)", [name, position, stands, name not in resent])
        if not stands:
            continue
        accepted.append(delivery)
        for place, corrected in enumerate(resent[name].corrects if name in resent else ()):
            duck.execute("insert into corrects values (?, ?, ?)", [name, corrected, place == 0])
    return accepted


def _load_held(duck: duckdb.DuckDBPyConnection, store: Store, accepted: list[Delivery]) -> None:
    """Make table `held`: the rows of accepted deliveries that may tell what became of an entry."""
    duck.sql(
        "create or replace table held (delivery_id text, record_key text, reference bigint, is_staged bool, "
        "is_alive bool)"
    )
    for delivery in accepted:
        staging = store.staging_of(delivery.dataset, delivery.delivery_id)
        references = staging / REFERENCES
        named = f"read_parquet('{references}')" if references.exists() else "(select 0 as line_number, 0 as reference)"
        duck.execute(
            f"""
            insert into held
            select $1, r.record_key, n.reference, r.is_staged, r.is_alive from (
                select record_key, line_number, true as is_staged, record_status <> '删' as is_alive
                from read_parquet($2)
                union all
                select distinct record_key, line_number, false, true from entry
                where delivery_id = $1 and line_number is not null and rule_id <> 'conflicting_version'
            ) r left join {named} n on n.line_number = r.line_number
            where n.reference is not null or r.record_key in (select record_key from entry)
            """,
            [delivery.delivery_id, str(staging / "rows.parquet")],
        )


# Whether a row `h` of a correction stands for entry `e`: it has its key, or names its line.
_STANDS_FOR = """
    h.delivery_id = c.correction_id and c.delivery_id = e.delivery_id
    and (e.has_key and h.record_key = e.record_key or c.is_nearest and h.reference = e.line_number)
"""


def _status_sql(snapshot: bool) -> str:
    """What became of each row of table `keyed`: corrected, resent, superseded or open."""
    gone = (
        """or exists (
            select 1 from delivery d where d.is_accepted and d.is_whole and d.position > e.position and not exists (
                select 1 from held h where e.has_key and h.delivery_id = d.delivery_id
                and h.record_key = e.record_key))"""
        if snapshot
        else ""
    )
    return f"""
        select e.delivery_id, e.line_number, case
            when exists (select 1 from held h, corrects c where {_STANDS_FOR} and h.is_staged) then 'corrected'
            when exists (select 1 from held h, corrects c where {_STANDS_FOR} and not h.is_staged) then 'resent'
            when exists (
                select 1 from held h join delivery d using (delivery_id)
                where d.position > e.position and h.is_staged and e.has_key and h.record_key = e.record_key
            ) {gone} then 'superseded'
            else 'open' end as status
        from keyed e
    """


def load_entries(duck: duckdb.DuckDBPyConnection, store: Store, contract: Contract) -> bool:
    """Make table `entry` of a dataset, one row per row (or delivery) and rule; False when it has no quarantine.

    `status` is worked out, never written: `corrected` (a correction of the delivery has the row, and it is staged),
    `resent` (the correction has it, and it went to quarantine there), `superseded` (a later delivery has the record
    staged, or a later snapshot no longer has it) or `open`. It is missing for findings about the whole delivery.
    """
    files = _files(store, contract.dataset)
    if not files:
        return False
    duck.execute("create or replace table entry as select * from read_parquet(?)", [files])
    _load_held(duck, store, _load_deliveries(duck, store, contract))
    duck.sql(
        """
        create or replace table keyed as
        select distinct delivery_id, line_number, record_key, replace(record_key, '|', '') <> '' as has_key, position
        from entry join delivery using (delivery_id) where line_number is not null
        """
    )
    duck.sql(f"create or replace table fate as {_status_sql(contract.delivery_mode == 'snapshot')}")
    duck.sql("create or replace table entry as from entry left join fate using (delivery_id, line_number)")
    return True


def counts(store: Store, contracts: Iterable[Contract]) -> list[Count]:
    """Every rule of every delivery that put something into quarantine, by agency, dataset, delivery and rule."""
    found: list[Count] = []
    with connect() as duck:
        for contract in sorted(contracts, key=lambda one: (one.agency, one.dataset)):
            if load_entries(duck, store, contract):
                grouped = duck.sql(
                    "select delivery_id, rule_id, severity, count(distinct line_number), "
                    "count(distinct line_number) filter (where status = 'open') from entry group by all order by all"
                ).fetchall()
                found += [Count(contract.agency, contract.dataset, *row) for row in grouped]
    return found


def rows_sent_again(store: Store, contract: Contract) -> dict[str, dict[int, str]]:
    """Of each delivery, the quarantined lines a correction has sent again, as `corrected` or `resent`.

    Without a correction of the dataset there is nothing to work out.
    """
    if not any(corrected_id(delivery) for delivery in landed_deliveries(store, contract.dataset).values()):
        return {}
    found: dict[str, dict[int, str]] = {}
    with connect() as duck:
        if load_entries(duck, store, contract):
            lines = duck.sql(
                "select distinct delivery_id, line_number, status from entry where status in ('corrected', 'resent') "
                "and rule_id <> 'conflicting_version' order by all"
            ).fetchall()
            for delivery_id, line, status in lines:
                found.setdefault(delivery_id, {})[line] = status
    return found


def text_files(store: Store, dataset: str, delivery_id: str, *, conflicting: bool = True) -> list[Path]:
    """Where the text of a delivery's rows lies: of rows in quarantine, and of staged ones when they conflict."""
    quarantine = store.quarantine_of(dataset, delivery_id)
    places = [quarantine / REFUSED, quarantine / KEPT]
    places += [store.staging_of(dataset, delivery_id) / "rows.parquet"] if conflicting else []
    return [path for path in places if path.exists()]


def _rows(
    duck: duckdb.DuckDBPyConnection, store: Store, contract: Contract, delivery_id: str, rule_id: str | None
) -> list[Row]:
    wanted = duck.execute(
        """
        select line_number, list(rule_id order by rule_id), any_value(status) from entry
        where delivery_id = $1 and line_number is not null
        group by line_number having $2::text is null or list_contains(list(rule_id), $2)
        """,
        [delivery_id, rule_id],
    ).fetchall()
    broken = {line: (tuple(rule_ids), status) for line, rule_ids, status in wanted}
    files = [str(path) for path in text_files(store, contract.dataset, delivery_id)]
    if not broken:
        return []
    if not files:
        raise DeliveryError(
            f"{contract.dataset} delivery {delivery_id}: its text was not kept; run "
            f"`huiliu delivery reprocess {delivery_id}`"
        )
    headers = ", ".join(f"raw.{quoted(header)}" for header in contract.headers)
    found = duck.execute(
        f"select line_number, {headers} from read_parquet(?, union_by_name = true) "
        "where line_number in (select unnest(?)) order by line_number",
        [files, list(broken)],
    ).fetchall()
    return [Row(line, *broken[line], dict(zip(contract.headers, cells, strict=True))) for line, *cells in found]


def rows(store: Store, contract: Contract, delivery_id: str, rule_id: str | None = None) -> list[Row]:
    """The quarantined rows of a delivery in file order, those that break `rule_id` only if given.

    Raises DeliveryError when the delivery was not decided about, or before its text was kept.
    """
    if not receipt_of(store, contract.dataset, delivery_id):
        raise DeliveryError(
            f"{contract.dataset} delivery {delivery_id} has not been decided about; see `huiliu delivery list`"
        )
    with connect() as duck:
        return _rows(duck, store, contract, delivery_id, rule_id) if load_entries(duck, store, contract) else []


def open_rows(store: Store, contract: Contract) -> dict[str, list[Row]]:
    """The rows of each delivery of a dataset that nothing has brought right yet."""
    with connect() as duck:
        if not load_entries(duck, store, contract):
            return {}
        names = duck.sql("select distinct delivery_id from entry where status = 'open' order by all").fetchall()
        return {
            name: [row for row in _rows(duck, store, contract, name, None) if row.status == "open"] for (name,) in names
        }


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
