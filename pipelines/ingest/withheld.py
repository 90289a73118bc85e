"""What the quarantine withholds from the records: rows that would count, were they right.

Figures are counted from the records and given with a range; its other end is what they would be with these rows.
A row is withheld while it is open (`quarantine.load_entries`) and the records hold no version of its record as late
as it. Rows of a refused delivery are withheld unless an accepted one speaks for the same dataset and period. Rows
without a readable key are told apart by nothing: of a snapshot only those of the newest one count. A deletion that
stands in quarantine withholds nothing.

What cannot be read of a row is taken from its neighbour, the record whose key comes just before it: offices number
their records one after the other, so a neighbour is of the same office and time. Where keys hold no order, a
neighbour is a record drawn by chance, and rows spread over regions and periods as the records do.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.ingest.delivery import RECEIPT, Delivery, landed_deliveries, receipt_of
from pipelines.ingest.quarantine import load_entries, text_files
from pipelines.ingest.verdicts import ROW_RULES, quoted, rules_of
from pipelines.store import Json, Store, fingerprint, fresh_folder, write_json

# Who a row is about is the linkage's to know, and it has not seen these rows.
_PERSONAL = frozenset({"person_name", "id_type", "resident_id"})
# What a domain derives from columns of a contract (conform_rows).
_DERIVED = ("drug_code", "drug_category", "is_drug_offence", "quantity_kind", "quantity_value")


def _columns(duck: duckdb.DuckDBPyConnection, contract: Contract, records: str) -> list[str]:
    """Columns of a withheld row: those of the contract that name nobody, and what is derived from them."""
    held = {row[0] for row in duck.execute("describe select * from read_parquet(?)", [records]).fetchall()}
    named = [c.name for c in contract.columns if c.semantic not in _PERSONAL and c.name != "birth_date"]
    transport = ("exported_at", "record_status", "updated_at")
    return [name for name in (*named, *_DERIVED) if name in held and name not in transport]


def _speaking(landed: dict[str, Delivery], receipts: dict[str, Json]) -> list[str]:
    """Accepted deliveries, and refused ones that no accepted delivery of the same period stands in for."""
    status = {name: receipt.get("status") for name, receipt in receipts.items()}
    covered = {landed[name].period for name in landed if status[name] == "accepted"}
    return [
        name
        for name in landed
        if status[name] == "accepted" or (status[name] == "rejected" and landed[name].period not in covered)
    ]


def _load_open(duck: duckdb.DuckDBPyConnection, store: Store, contract: Contract, speaking: list[str]) -> bool:
    """Make table `unheard`: every open row of these deliveries, as read, with the rules it breaks; False for none."""
    found = duck.execute(
        "select delivery_id, bool_or(rule_id = 'conflicting_version') from entry "
        "where status = 'open' and list_contains(?, delivery_id) group by delivery_id order by delivery_id",
        [speaking],
    ).fetchall()
    texts = [
        f"select * exclude (raw), '{name}' as delivery_id from read_parquet('{path}')"
        for name, conflicting in found
        for path in text_files(store, contract.dataset, name, conflicting=conflicting)
    ]
    if not texts:
        return False
    duck.sql(
        f"""
        create table unheard as
        with broken as (
            select delivery_id, line_number, list(rule_id) as rule_ids from entry where status = 'open' group by all
        )
        select read.*, broken.rule_ids, delivery.position, replace(read.record_key, '|', '') <> '' as has_key
        from ({" union all by name ".join(texts)}) read
        join broken using (delivery_id, line_number) join delivery using (delivery_id)
        """
    )
    return True


def _load_withheld(duck: duckdb.DuckDBPyConnection, contract: Contract, records: str) -> None:
    """Make table `withheld` of those rows the records have nothing as late of, one per record, the latest."""
    newest = "select max(position) from delivery where is_accepted and is_whole"
    keyless = f"has_key or position >= ({newest})" if contract.delivery_mode == "snapshot" else "true"
    duck.execute(
        f"""
        create table withheld as
        select * from unheard
        where ({keyless}) and record_status is distinct from '删' and not exists (
            select 1 from read_parquet(?) known
            where known.record_key = unheard.record_key and known.updated_at >= unheard.updated_at
        )
        qualify row_number() over (
            partition by record_key, case when not has_key then delivery_id || '|' || line_number end
            order by position desc, line_number desc
        ) = 1
        """,
        [records],
    )


def _lending(column: str, contract: Contract, broken: set[str]) -> tuple[list[str], list[str]]:
    """Of the broken rules those of a column, which is not believed then, and those of the whole row."""
    if any(key.name == column for key in contract.key):
        return [], []
    own = [rule.rule_id for rule in rules_of(contract) if rule.column == column and rule.rule_id in broken]
    return own, [rule.rule_id for rule in ROW_RULES if rule.rule_id in broken]


def _as_read(column: str, own: list[str], whole: list[str]) -> str:
    """A column of a withheld row `w`, from its neighbour `n` where it cannot be read."""
    name = quoted(column)
    if column in _DERIVED:
        return f"coalesce(w.{name}, n.{name}) as {name}"
    if not own and not whole:
        return f"w.{name}"
    return (
        f"case when list_has_any(w.rule_ids, {own}::text[]) then n.{name} "
        f"when list_has_any(w.rule_ids, {whole}::text[]) then coalesce(w.{name}, n.{name}) else w.{name} end as {name}"
    )


def _write(duck: duckdb.DuckDBPyConnection, contract: Contract, records: str, path: Path) -> int:
    """Write the withheld rows with what their neighbours lend; returns their number."""
    broken = {row[0] for row in duck.sql("select distinct unnest(rule_ids) from withheld").fetchall()}
    columns = {name: _lending(name, contract, broken) for name in _columns(duck, contract, records)}
    wanted = ", ".join(_as_read(name, *lending) for name, lending in columns.items())
    lent = "".join(f", {quoted(name)}" for name, lending in columns.items() if any(lending) or name in _DERIVED)
    duck.execute(
        f"""
        create table filled as
        with standing as (select * from read_parquet($1) where is_current and not is_deleted),
        later as (
            select w.record_key, {wanted},
                if(w.record_key in (select record_key from standing), 'revision', 'withheld') as standing
            from withheld w
            asof left join (select record_key{lent} from standing) n on w.record_key >= n.record_key
            order by w.record_key, w.delivery_id, w.line_number
        )
        from later
        union all by name
        select record_key, {", ".join(quoted(name) for name in columns)}, 'outdated' as standing
        from standing where record_key in (select record_key from withheld)
        order by standing, record_key
        """,
        [records],
    )
    duck.table("filled").write_parquet(str(path))
    found = duck.sql("select count(*) from filled where standing <> 'outdated'").fetchone()
    return int(found[0]) if found else 0


def withheld_rows(store: Store, contract: Contract, records: str) -> str | None:
    """Write the withheld rows of a dataset under `private/records/_withheld/`; returns the file, None for none.

    `records` is its current records file. A row has the columns of its record but for those that name a person, and its
    `standing`: `withheld`, or `revision` where the records hold an earlier version; that stands beside, as `outdated`.
    """
    landed = landed_deliveries(store, contract.dataset)
    receipts = {name: receipt_of(store, contract.dataset, name) for name in landed}
    decided = [[name, landed[name].sha256, receipts[name]] for name in sorted(landed)]
    inputs = fingerprint([decided, contract.fingerprint, Path(records).parent.name])
    final = store.records / "_withheld" / contract.dataset / inputs
    path = final / "rows.parquet"
    if (final / RECEIPT).exists():
        return str(path) if path.exists() else None
    with connect() as duck, fresh_folder(final) as fresh:
        rows = 0
        if load_entries(duck, store, contract) and _load_open(duck, store, contract, _speaking(landed, receipts)):
            _load_withheld(duck, contract, records)
            rows = _write(duck, contract, records, fresh / path.name)
        write_json(fresh / RECEIPT, {"dataset": contract.dataset, "withheld": rows})
    return str(path) if path.exists() else None
