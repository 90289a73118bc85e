"""Resolve: accepted deliveries to records, one current version per record key, earlier ones with their validity.

A pure function of the *set* of accepted deliveries, so the order of arrival cannot matter. Versions of a delta
are ordered by updated_at, exported_at, delivery hash; those of a snapshot by exported_at first, because a
snapshot says what was so at that time whatever the record's own date of change. Differing content at equal
times cannot be ordered by anything the agency said: those versions go to quarantine as `conflicting_version`
and the version before them stands.
A snapshot replaces the state as of its exported_at: a key it no longer holds is deleted then, unless the row was
there and only went to quarantine.
A correction (`resent`) is part of the delivery it corrects: its rows stand in place of the rows of the same record
there, and as of the same time where that is a snapshot.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.ingest.delivered import write_delivered
from pipelines.ingest.delivery import RECEIPT, Delivery, landed_deliveries, receipt_of
from pipelines.ingest.history import holding, in_export_order, judge_history
from pipelines.ingest.resent import Correction, corrections
from pipelines.ingest.verdicts import quoted
from pipelines.ingest.withheld import withheld_rows
from pipelines.store import Json, Store, fingerprint, fresh_folder, read_json, sha256_file, write_json

CURRENT = "current.json"
# Columns that say when and how a row was sent, not what it says.
_TRANSPORT = frozenset({"line_number", "exported_at", "updated_at", "record_status", "raw"})
# Columns we add to those staged; records made without one of them are made again.
_ADDED = ("valid_from", "valid_to", "is_current", "is_deleted", "source_row_token", "record_token")


def _corrections(store: Store, contract: Contract) -> dict[str, Correction]:
    landed = landed_deliveries(store, contract.dataset)
    return corrections(contract, landed, {name: receipt_of(store, contract.dataset, name) for name in landed})


def _accepted(store: Store, contract: Contract) -> list[tuple[Delivery, Json]]:
    """Accepted deliveries by content, without corrections that do not apply."""
    resent = _corrections(store, contract)
    decided = [
        (delivery, receipt_of(store, contract.dataset, delivery_id))
        for delivery_id, delivery in landed_deliveries(store, contract.dataset).items()
        if delivery_id not in resent or resent[delivery_id].applies
    ]
    accepted = [(delivery, receipt) for delivery, receipt in decided if receipt.get("status") == "accepted"]
    return sorted(accepted, key=lambda pair: pair[0].sha256)


def _load(duck: duckdb.DuckDBPyConnection, store: Store, accepted: list[tuple[Delivery, Json]]) -> list[str]:
    """Make table `staged` of every staged row and `unread` of the keys that sit in quarantine; returns columns."""
    parts, quarantined = [], []
    for delivery, _ in accepted:
        rows = store.staging_of(delivery.dataset, delivery.delivery_id) / "rows.parquet"
        refused = store.quarantine_of(delivery.dataset, delivery.delivery_id) / "rows.parquet"
        tag = f"'{delivery.delivery_id}' as delivery_id, '{delivery.sha256}' as delivery_hash"
        parts.append(f"select *, {tag} from read_parquet('{rows}')")
        quarantined.append(
            f"select record_key, '{delivery.delivery_id}' as delivery_id from read_parquet('{refused}') "
            "where line_number is not null"
        )
    duck.sql("create table staged as " + " union all by name ".join(parts))
    duck.sql("create table unread as " + " union all ".join(quarantined))
    columns = [row[0] for row in duck.sql("describe staged").fetchall()]
    return [name for name in columns if name not in ("delivery_id", "delivery_hash")]


def _correct(
    duck: duckdb.DuckDBPyConnection,
    accepted: list[tuple[Delivery, Json]],
    resent: dict[str, Correction],
    snapshot: bool,
) -> int:
    """Make table `member` (delivery, the delivery it is part of, its place there) and put corrected rows in place.

    Later corrections of one delivery outrank earlier ones, equal times by content. In a delta only the version of
    the same time of change is replaced. Returns the number of rows that were replaced.
    """
    there = {delivery.delivery_id for delivery, _ in accepted}
    members = []
    for place, (delivery, _) in enumerate(in_export_order(accepted), start=1):
        name = delivery.delivery_id
        root = resent[name].root if name in resent and resent[name].root in there else name
        members.append((name, root, place if root != name else 0))
    duck.execute("create table member (delivery_id text, part_of text, place integer)")
    duck.executemany("insert into member values (?, ?, ?)", members)
    if not any(place for *_, place in members):
        return 0
    same = "and o.updated_at is not distinct from r.updated_at" if not snapshot else ""
    replaced = duck.execute(
        f"""
        delete from staged r where exists (
            select 1 from staged o join member later on later.delivery_id = o.delivery_id
            join member here on here.delivery_id = r.delivery_id and here.part_of = later.part_of
            where later.place > here.place and o.record_key = r.record_key {same})
        """
    ).fetchone()
    if snapshot:
        duck.execute(
            """
            update staged set exported_at = taken.at from (
                select m.delivery_id, max(s.exported_at) as at from member m
                join staged s on s.delivery_id = m.part_of where m.place > 0 group by m.delivery_id
            ) taken where taken.delivery_id = staged.delivery_id
            """
        )
    return int(replaced[0]) if replaced else 0


def _versions(duck: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    content = [quoted(name) for name in columns if name not in _TRANSPORT]
    text = ", ".join(f"coalesce({name}::varchar, chr(31))" for name in content)
    duck.sql(
        f"create table version as select *, md5(concat_ws(chr(30), {text})) as content, "
        "record_status = '删' as is_deleted from staged"
    )


def _silent_deletions(duck: duckdb.DuckDBPyConnection) -> None:
    """Add a deletion for each key of one snapshot that the next one no longer holds."""
    duck.sql(
        """
        create table snapshot as
        select part_of, max(exported_at) as taken_at from staged join member using (delivery_id) group by part_of
        """
    )
    duck.sql(
        """
        create table present as
        select distinct s.taken_at, p.record_key
        from (
            select delivery_id, record_key from staged where record_status <> '删'
            union all select delivery_id, record_key from unread
        ) p join member using (delivery_id) join snapshot s using (part_of)
        """
    )
    duck.sql(
        """
        insert into version by name
        with gone as (
            select p.record_key, next.taken_at as gone_at
            from present p
            join (select taken_at as former, lead(taken_at) over (order by taken_at) as taken_at
                  from (select distinct taken_at from snapshot)) next on next.former = p.taken_at
            where next.taken_at is not null and not exists (
                select 1 from present q where q.record_key = p.record_key and q.taken_at = next.taken_at)
        )
        select v.* replace (g.gone_at as exported_at, g.gone_at as updated_at, true as is_deleted)
        from gone g
        join version v on v.record_key = g.record_key and v.exported_at < g.gone_at
        qualify row_number() over (
            partition by g.record_key, g.gone_at order by v.updated_at desc, v.exported_at desc, v.delivery_hash) = 1
        """
    )


def _ordered(duck: duckdb.DuckDBPyConnection, *, snapshot: bool) -> None:
    """Set conflicting versions apart, collapse repetitions, and give each version its validity."""
    order = "exported_at, updated_at" if snapshot else "updated_at, exported_at"
    duck.sql(
        """
        create table conflict as
        select record_key, updated_at, exported_at from version
        group by all having count(distinct content || is_deleted::varchar) > 1
        """
    )
    duck.sql(
        f"""
        create table resolved as
        with settled as (
            select v.* from version v
            anti join conflict c
                on c.record_key = v.record_key and c.updated_at = v.updated_at and c.exported_at = v.exported_at
        ),
        changed as (
            select *, row_number() over known as position,
                lag(content || is_deleted::varchar) over known is distinct from content || is_deleted::varchar as is_new
            from settled
            window known as (partition by record_key order by {order}, delivery_hash, line_number)
        )
        select * exclude (content, position, is_new, delivery_hash),
            exported_at as valid_from,
            lead(exported_at) over later as valid_to,
            lead(record_key) over later is null as is_current
        from changed where is_new
        window later as (partition by record_key order by position)
        order by record_key, position
        """
    )


def _keyed_hashes(key: bytes, letter: str, texts: Iterable[str]) -> pa.Array:
    """HMAC-SHA-256 of each text, cut to 96 bits, after a letter that says of what it is."""
    keyed = hmac.new(key, digestmod=hashlib.sha256)
    tokens = []
    for text in texts:
        # A copy has the key in it already: a quarter of the time less than keying anew.
        digest = keyed.copy()
        digest.update(text.encode())
        tokens.append(letter + digest.hexdigest()[:24])
    return pa.array(tokens, pa.string())


def _tokens(table: pa.Table, dataset: str, hashes: dict[str, str], key: bytes) -> dict[str, pa.Array]:
    """Opaque tokens that only the vault resolves: one per version, from where its row stands, one per record.

    The content of a file stands for the file, so that one sent under two names gives the same tokens whichever
    came first; `hashes` has the content hash of every delivery. A record keeps its token over all its versions.
    """
    frame = table.select(["delivery_id", "line_number", "record_key"]).to_pandas()
    rows = dataset + "\x1f" + frame["delivery_id"].map(hashes) + "\x1f" + frame["line_number"].astype(str)
    return {
        "source_row_token": _keyed_hashes(key, "s", rows),
        "record_token": _keyed_hashes(key, "r", dataset + "\x1f" + frame["record_key"]),
    }


def _write_conflicts(duck: duckdb.DuckDBPyConnection, store: Store, contract: Contract) -> int:
    """Put conflicting versions into quarantine beside those of the deliveries; returns their number."""
    with fresh_folder(store.quarantine / contract.dataset / "conflicting_version") as folder:
        rows = duck.sql(
            f"""
            select v.delivery_id, '{contract.dataset}' as dataset, v.record_key, v.line_number,
                'conflicting_version' as rule_id, 'error' as severity,
                '同一记录在同一时间有不同内容,请确认后重新报送。' as reason
            from version v join conflict c using (record_key, updated_at, exported_at)
            order by v.delivery_id, v.line_number
            """
        )
        rows.write_parquet(str(folder / "rows.parquet"))
        return int(pq.read_metadata(folder / "rows.parquet").num_rows)


def resolve_dataset(store: Store, contract: Contract) -> Path:
    """Records of one dataset under `private/records/<dataset>/<fingerprint>/`; returns the Parquet file."""
    accepted = _accepted(store, contract)
    key = store.key("token")
    inputs = fingerprint(
        [
            [[delivery.delivery_id, receipt["inputs"], receipt["rows_sha256"]] for delivery, receipt in accepted],
            contract.fingerprint,
            hashlib.sha256(key).hexdigest(),
            _ADDED,
        ]
    )
    final = store.records / contract.dataset / inputs
    if (final / RECEIPT).exists() or not accepted:
        return final / "records.parquet"
    with connect() as duck, fresh_folder(final) as fresh:
        columns = _load(duck, store, accepted)
        snapshot = contract.delivery_mode == "snapshot"
        replaced = _correct(duck, accepted, _corrections(store, contract), snapshot)
        _versions(duck, columns)
        if snapshot:
            _silent_deletions(duck)
        _ordered(duck, snapshot=snapshot)
        conflicts = _write_conflicts(duck, store, contract)
        table = duck.sql("select * from resolved").to_arrow_table()
        hashes = {delivery.delivery_id: delivery.sha256 for delivery, _ in accepted}
        for name, tokens in _tokens(table, contract.dataset, hashes, key).items():
            table = table.append_column(name, tokens)
        pq.write_table(table, fresh / "records.parquet")
        counts = duck.sql("select count(*) filter (where is_current and not is_deleted) from resolved").fetchone()
        receipt = {
            "dataset": contract.dataset,
            "deliveries": len(accepted),
            "versions": table.num_rows,
            "alive": int(counts[0]) if counts else 0,
            "conflicting": conflicts,
            "replaced": replaced,
        }
        write_json(fresh / RECEIPT, receipt)
    return final / "records.parquet"


def resolve(store: Store, contracts: dict[str, Contract]) -> str:
    """Resolve every dataset and point `records/current.json` at the result; returns its fingerprint.

    Raises FileNotFoundError when no delivery of any dataset was accepted yet.
    """
    paths = {name: resolve_dataset(store, contract) for name, contract in contracts.items()}
    present = {name: str(path) for name, path in paths.items() if path.exists()}
    if not present:
        raise FileNotFoundError("no delivery has been accepted yet; see `huiliu delivery list` for the reasons")
    history = [
        outcome
        for name in present
        for outcome in judge_history(store, contracts[name], present, _accepted(store, contracts[name]))
    ]
    deliveries = write_delivered(store, contracts, present, history)
    withheld = {name: rows for name, path in present.items() if (rows := withheld_rows(store, contracts[name], path))}
    current = {
        "datasets": present,
        "withheld": withheld,
        "deliveries": str(deliveries / "deliveries.parquet"),
        "rules": str(deliveries / "rules.parquet"),
        "control_totals": str(deliveries / "control_totals.parquet"),
        "holding": holding(history),
    }
    folders = [Path(path).parent.name for path in present.values()]
    inputs = fingerprint([folders, deliveries.name, [sha256_file(Path(path)) for path in withheld.values()]])
    write_json(store.records / CURRENT, {**current, "fingerprint": inputs})
    return inputs


def current_records(store: Store) -> Json:
    """What `records/current.json` points at; empty before the first resolve."""
    return read_json(store.records / CURRENT)
