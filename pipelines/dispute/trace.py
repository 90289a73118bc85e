"""Every row a person rests on in the current release, the tables they are in, and the agencies they came from."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.publish.opened import attach
from pipelines.store import Store

REGISTER = "police_drug_user"
_FILES = ("warehouse", "health")


@dataclass(frozen=True)
class TracedRow:
    """One source row of a person: where it came from and which published tables hold it."""

    dataset: str
    record_key: str
    agency: str
    delivery_id: str
    file_name: str | None
    line_number: int | None
    tables: tuple[str, ...]

    @property
    def record(self) -> str:
        """The record as clerks write it."""
        return f"{self.dataset}/{self.record_key}"

    @property
    def registers(self) -> bool:
        """Whether it puts the person on the register."""
        return self.dataset == REGISTER


@dataclass(frozen=True)
class Trace:
    """What a person rests on: persons of today (several after a split), rows, published tables with their rows."""

    release_id: str
    person_ids: tuple[str, ...]
    rows: tuple[TracedRow, ...]
    tables: dict[str, int]

    @property
    def agencies(self) -> tuple[str, ...]:
        """Agencies whose rows are in it."""
        return tuple(sorted({row.agency for row in self.rows}))


def persons_of(vault: duckdb.DuckDBPyConnection, person_id: str) -> tuple[str, ...]:
    """The persons of today a present or former id leads to, with the vault attached as `vault`."""
    found = vault.execute(
        "select distinct person_id from vault.person_alias where former_id = ? and person_id is not null order by all",
        [person_id],
    ).fetchall()
    return tuple(row[0] for row in found)


def _tables_with(duck: duckdb.DuckDBPyConnection, column: str) -> list[tuple[str, str]]:
    """Published tables that have a column: how a query names them, and how readers write them."""
    found = duck.execute(
        "select database_name, schema_name, table_name from duckdb_columns() "
        "where list_contains(?, database_name) and column_name = ? order by all",
        [list(_FILES), column],
    ).fetchall()
    return [
        (f'{database}."{schema}"."{table}"', f"{database if schema == 'main' else schema}.{table}")
        for database, schema, table in found
    ]


def trace(store: Store, contracts: dict[str, Contract], person_id: str) -> Trace:
    """Trace a person of the current release, by a present or former id.

    Raises ValueError for an id no release ever held, FileNotFoundError before the first release.
    """
    with connect() as duck:
        release = attach(duck, store)
        persons = persons_of(duck, person_id)
        if not persons:
            raise ValueError("no person of the current release has or had that id; look it up in vault.person")
        tables: dict[str, list[str]] = {}
        for query_name, name in _tables_with(duck, "source_row_token"):
            held = (
                duck.execute(
                    f"select source_row_token from {query_name} where list_contains(?, person_id)", [list(persons)]
                ).fetchall()
                if (query_name, name) in _tables_with(duck, "person_id")
                else []
            )
            for (token,) in held:
                tables.setdefault(token, []).append(name)
        counts = {
            name: duck.execute(
                f"select count(*) from {query_name} where list_contains(?, person_id)", [list(persons)]
            ).fetchall()[0][0]
            for query_name, name in _tables_with(duck, "person_id")
        }
        rows = duck.execute(_ROWS, [list(persons)]).fetchall()
    traced = tuple(
        TracedRow(dataset, key, contracts[dataset].agency, delivery, file, line, tuple(sorted(tables.get(token, []))))
        for dataset, key, token, delivery, file, line in rows
    )
    return Trace(release, persons, traced, {name: count for name, count in counts.items() if count})


_ROWS = """
    select source.dataset, source.record_key, source.source_row_token, row.delivery_id, row.file_name, row.line_number
    from vault.bridge_person_source as source
    left join vault.source_row as row using (source_row_token)
    where list_contains(?, source.person_id)
    order by all
"""
