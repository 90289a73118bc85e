"""PostgreSQL exchange tables (前置机): new and changed rows by a watermark column, written as one CSV delivery.

Rows whose watermark equals the last one may still be written after we read, and a long transaction may commit
rows with an earlier one. So every fetch reads again from the last watermark minus a look-back, and leaves out
the rows it has seen, known by hashes kept in the state.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.sql import Composable

from pipelines.contracts import Contract, Server
from pipelines.ingest.delivery import MANIFEST, content_hash
from pipelines.ingest.fetch.connection import Connection, FetchError, told
from pipelines.ingest.fetch.inbox import Inbox, own_manifest
from pipelines.store import write_json

BATCH = 10_000
TIMES = frozenset({"timestamp without time zone", "timestamp with time zone"})
# Types a watermark may have, as they are written in a cast.
ORDERED = {
    "timestamp without time zone": sql.SQL("timestamp"),
    "timestamp with time zone": sql.SQL("timestamptz"),
    "date": sql.SQL("date"),
    "smallint": sql.SQL("bigint"),
    "integer": sql.SQL("bigint"),
    "bigint": sql.SQL("bigint"),
    "numeric": sql.SQL("numeric"),
}


@dataclass
class Rows:
    """What one reading of the table left: rows read, new ones among them, highest watermark, hashes near it."""

    read: int = 0
    written: int = 0
    watermark: str | None = None
    near: list[str] = field(default_factory=list)


class ExchangeTable:
    """One exchange table in a read-only transaction that sees one moment, to be used in a `with` block."""

    def __init__(self, server: Server, connection: Connection) -> None:
        url = urlsplit(server.location)
        database, schema = url.path.strip("/").split("/")
        host, port = connection.address(server, 5432)
        extra = connection.extra
        self.name = connection.name
        self.place = f"{host}:{port}"
        self.schema, self.table = schema, str(server.options["table"])
        self.lookback = int(server.options.get("lookbackSeconds", 0))
        with told(
            f"connection {self.name}: {self.place} cannot be reached or refuses the login",
            (psycopg.Error, OSError),
            "check host, password and sslmode (verify-full unless the connection says otherwise), then run again",
        ):
            self._db = psycopg.connect(
                host=host,
                port=port,
                dbname=connection.path.strip("/") or database,
                user=connection.login,
                password=connection.password,
                sslmode=extra.get("sslmode", "verify-full"),
                sslrootcert=extra.get("sslrootcert"),
                connect_timeout=20,
                keepalives_idle=30,
                tcp_user_timeout=60_000,
                application_name="huiliu",
                # The same text for the same moment, whatever the server's own settings.
                options="-c TimeZone=Asia/Shanghai -c DateStyle=ISO -c statement_timeout=3600000",
            )
        self._db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._db.read_only = True

    def __enter__(self) -> ExchangeTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def broken(self) -> Any:
        """The context in which errors of the database become ours; their texts may quote rows."""
        return told(
            f"connection {self.name}: table {self.schema}.{self.table} at {self.place} cannot be read",
            (psycopg.Error, OSError),
            "nothing half is kept; check the right to select and the connection, then run again",
        )

    def columns(self) -> dict[str, str]:
        """Types of the table's columns by name, in table order."""
        with self.broken():
            found = self._db.execute(
                "select column_name, data_type from information_schema.columns "
                "where table_schema = %s and table_name = %s order by ordinal_position",
                (self.schema, self.table),
            ).fetchall()
        if not found:
            raise FetchError(
                f"connection {self.name}: {self.place} shows no table {self.schema}.{self.table}; ask the agency for "
                "the right to select, or correct the contract"
            )
        return {str(name): str(kind) for name, kind in found}

    def _marks(self, column: str | None, kind: str | None, since: str | None) -> tuple[Composable, ...]:
        """The two marks of a row, the source they are taken from, and which rows are wanted."""
        table = sql.Identifier(self.schema, self.table)
        if column is None or kind is None:
            return sql.SQL("null::text, null::text"), table, sql.SQL("")
        mark = sql.Identifier(column)
        back: Composable = sql.SQL("")
        if kind in TIMES:
            back = sql.SQL(" - make_interval(secs => {})").format(self.lookback)
        marks = sql.SQL("{0}::text, ({0} >= top.mark{1} or {0} is null)::text").format(mark, back)
        source = sql.SQL("{0}, (select max({1}) as mark from {0}) as top").format(table, mark)
        if since is None:
            return marks, source, sql.SQL("")
        earliest = sql.SQL("{}::{}{}").format(since, ORDERED[kind], back)
        return marks, source, sql.SQL(" where {0} >= {1} or {0} is null").format(mark, earliest)

    def rows(
        self, columns: list[str], order: list[str], mark: str | None, kind: str | None, since: str | None
    ) -> Iterator[tuple[str | None, ...]]:
        """Rows as text, streamed: the columns, then the watermark, and whether it lies within the look-back.

        With `since`, only rows from there minus the look-back, and those without a watermark.
        """
        marks, source, where = self._marks(mark, kind, since)
        fields = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns]
        keys = [sql.Identifier(name) for name in ([mark] if mark else []) + order]
        query = sql.SQL("select {}, {} from {}{}{}").format(
            sql.SQL(", ").join(fields),
            marks,
            source,
            where,
            sql.SQL(" order by {}").format(sql.SQL(", ").join(keys)) if keys else sql.SQL(""),
        )
        with self._db.cursor(name="huiliu") as cursor:
            cursor.itersize = BATCH
            yield from cursor.execute(query)

    def is_empty(self) -> bool:
        """Whether the table holds no row at all."""
        query = sql.SQL("select 1 from {} limit 1").format(sql.Identifier(self.schema, self.table))
        with self.broken():
            return self._db.execute(query).fetchone() is None


def _mark_column(table: ExchangeTable, contract: Contract, kinds: dict[str, str]) -> str | None:
    """The watermark column, if rows are told apart by one."""
    if contract.delivery_mode == "snapshot":
        return None
    column = str(contract.server.options["watermarkColumn"])
    if kinds.get(column) not in ORDERED:
        raise FetchError(
            f"{contract.dataset}: watermark column {column} is {kinds.get(column, 'missing')} in "
            f"{table.schema}.{table.table}; it must be a time, a date or a number"
        )
    return column


def _write(
    table: ExchangeTable, contract: Contract, target: Path, state: dict[str, Any], kinds: dict[str, str]
) -> Rows:
    """Write the new rows under the agency's headers; a column that bears our name gets the agency's header."""
    mark = _mark_column(table, contract, kinds)
    headers = {column.name: column.header for column in contract.columns}
    # A watermark that is no column of the contract (a running number) serves us alone.
    names = [name for name in kinds if name != mark or name in (*headers, *contract.headers)]
    order = [name for column in contract.key for name in (column.header, column.name) if name in kinds]
    seen, result = set(state.get("seen", [])), Rows(watermark=state.get("watermark"))
    options = contract.format_options
    with target.open("x", encoding=options["encoding"], newline="") as stream, table.broken():
        writer = csv.writer(stream, delimiter=options["delimiter"])
        writer.writerow(headers.get(name, name) for name in names)
        kind = kinds[mark] if mark else None
        for *values, marked, near in table.rows(names, order, mark, kind, state.get("watermark")):
            digest = hashlib.sha256(json.dumps([values, marked]).encode()).hexdigest()[:32] if mark else ""
            if near == "true":
                result.near.append(digest)
            result.read += 1
            result.watermark = marked or result.watermark
            if digest not in seen:
                writer.writerow("" if value is None else value for value in values)
                result.written += 1
    return result


def _check_not_reset(table: ExchangeTable, contract: Contract, state: dict[str, Any], rows: Rows) -> None:
    """A table that holds rows but none from the last watermark on was reset: its new rows would never be seen."""
    if state.get("watermark") and not rows.read and not table.is_empty():
        raise FetchError(
            f"{contract.dataset}: the watermark of {table.schema}.{table.table} went back behind the last one fetched; "
            f"if the agency loaded the table anew, remove {contract.dataset}'s state file in the inbox to fetch it all"
        )


def fetch_rows(table: ExchangeTable, contract: Contract, inbox: Inbox, received_at: str) -> list[str]:
    """Bring new rows (of a snapshot: all rows, when any changed) as one delivery; returns its name or nothing."""
    state, kinds, snapshot = inbox.state(), table.columns(), contract.delivery_mode == "snapshot"
    brought = []
    with inbox.scratch() as scratch:
        path = scratch / f"{contract.dataset}.csv"
        rows = _write(table, contract, path, state, kinds)
        _check_not_reset(table, contract, state, rows)
        content = content_hash([path])
        if content != state.get("content") if snapshot else rows.written:
            manifest = own_manifest(contract, [path], rows.written, received_at)
            with inbox.arriving(manifest["delivery_id"]) as folder:
                path.rename(folder / path.name)
                write_json(folder / MANIFEST, manifest)
            brought.append(str(manifest["delivery_id"]))
    inbox.remember({"content": content} if snapshot else {"watermark": rows.watermark, "seen": sorted(rows.near)})
    return brought
