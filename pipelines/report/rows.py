"""The rows behind a figure: its own query, as the release keeps it, with every count turned into a list of its rows.

A release publishes no row of minors and of persons three years clean, whom figures count. So the query runs on what the
release was built from: the records and identities its queries name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.build.build import QUERIES, SEEDS
from pipelines.duck import connect

# Counts of which no list of persons may be made: only whoever opens the vault sees their rows.
COUNTS_ONLY = ("R37", "R46")
_SCRATCH = re.compile(r'"scratch"\."(\w+)"\."(\w+)"')
_CELL = """
    select unit, numerator, denominator from measured
    where cell_region = '{region}' and cell_period = '{period}' and standing = 'settled'
"""
_ROW = "{'rule': '%s', 'counted': cast(counted as varchar), 'source_row_token': source_row_token}"
# What an aggregate of a figure counts, by its name and whether it takes each value once.
_RULES = {
    ("count_star", False): "rows",
    ("count", False): "values",
    ("count", True): "distinct",
    ("sum", False): "sum",
    ("median", False): "median",
    ("max", False): "maximum",
}
# What is counted once is numbered: a case number or the like stays in the vault.
_LISTED = """
    create or replace temp table listed as
    with part as (
        select unit, 'numerator' as part, unnest(numerator, recursive := true) from cell
        union all by name
        select unit, 'denominator' as part, unnest(denominator, recursive := true) from cell
    )
    select
        part.unit,
        part.part,
        part.rule,
        case part.rule
            when 'values' then null
            when 'distinct' then dense_rank() over (partition by part.unit, part.rule order by part.counted)::varchar
            else part.counted
        end as counted,
        part.source_row_token,
        source.dataset,
        source.record_key,
        source.delivery_id,
        source.file_name,
        source.line_number,
        source.dataset in (select dataset from vault.mention)
        and ({counts_only} or unit.region_floor = 'prefecture' or part.source_row_token not in (from published))
            as is_kept_back
    from part
    inner join warehouse.core.dim_indicator as unit on unit.indicator_id = '{figure}' and part.unit = unit.unit
    left join vault.source_row as source on part.source_row_token = source.source_row_token
    where part.source_row_token is not null and (part.rule = 'rows' or part.counted is not null)
"""
_PARTS = """
    select
        unit, part, rule, count(*),
        case rule
            when 'distinct' then count(distinct counted)
            when 'median' then median(counted::double)
            when 'maximum' then max(counted::double)
            when 'rows' then count(*)
            when 'values' then count(*)
            else sum(counted::decimal(38, 6))
        end::double
    from listed
    group by unit, part, rule
    order by unit, part desc
"""
_FIRST = """
    select
        counted, is_kept_back,
        case when $resolved or not is_kept_back then source_row_token end,
        case
            when $resolved and dataset is not null
                then concat_ws(' ', dataset || '/' || record_key, delivery_id, file_name || ':' || line_number)
        end
    from listed
    where unit = $unit and part = $part
    order by source_row_token
    limit $most
"""


@dataclass(frozen=True)
class Row:
    """A row behind a figure; `counted` is what of it counts, None where that is the row itself.

    A person, case or venue is the number of the thing within the unit, never its key. A row that is kept back has no
    token, and `origin` (record, delivery, file and line) is known to whoever opens the vault alone.
    """

    counted: str | None
    is_kept_back: bool
    source_row_token: str | None
    origin: str | None


@dataclass(frozen=True)
class Part:
    """Rows of the numerator or denominator of a unit: how many there are, what they come to, and the first of them.

    `rule` says how: `rows` and `values` are counted, `distinct` things once, `sum`, `median` and `maximum` are of what
    counts, `signed` is the value of the one row.
    """

    unit: str
    part: str
    rule: str
    number: int
    amount: float
    rows: list[Row]


def _tree(duck: duckdb.DuckDBPyConnection, query: str) -> Any:
    """The tree DuckDB reads a query as."""
    found = duck.execute("select json_serialize_sql(?)", [query]).fetchall()
    return json.loads(found[0][0])


def _first_column(duck: duckdb.DuckDBPyConnection, expression: str) -> Any:
    return _tree(duck, f"select {expression}")["statements"][0]["node"]["select_list"][0]


def _put(tree: Any, values: dict[str, Any]) -> Any:
    """The tree with the columns of these names replaced by other trees."""
    if isinstance(tree, list):
        return [_put(one, values) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("class") == "COLUMN_REF" and tree["column_names"][-1] in values:
        return values[tree["column_names"][-1]]
    return {name: _put(one, values) for name, one in tree.items()}


def _as_list(duck: duckdb.DuckDBPyConnection, counting: Any) -> Any:
    """The tree of a numerator or denominator as that of the list of its rows; a constant counts none.

    Raises ValueError for an aggregate whose rows cannot be listed.
    """
    if counting["class"] in ("CONSTANT", "CAST"):
        return {**_first_column(duck, "[]"), "alias": counting["alias"]}
    token = {**_first_column(duck, "source_row_token"), "alias": "source_row_token"}
    if counting["class"] == "COLUMN_REF":
        # A signed value stands as it is; its row is that of the relation it is a column of.
        token["column_names"] = [*counting["column_names"][:-1], "source_row_token"]
        return {
            **_put(_first_column(duck, f"[{_ROW % 'signed'}]"), {"counted": counting, "source_row_token": token}),
            "alias": counting["alias"],
        }
    how = (counting["function_name"], counting["distinct"])
    if how not in _RULES:
        raise ValueError(f"a figure counts by {how}, whose rows cannot be listed; add it to {__name__}")
    counted = counting["children"][0] if counting["children"] else _first_column(duck, "null")
    listed = _put(_first_column(duck, f"list({_ROW % _RULES[how]})"), {"counted": counted, "source_row_token": token})
    return {**listed, "filter": counting["filter"], "alias": counting["alias"]}


def _selects(node: Any) -> Iterator[Any]:
    """The single queries of a union."""
    if node["type"] == "SELECT_NODE":
        yield node
    else:
        yield from _selects(node["left"])
        yield from _selects(node["right"])


def rows_query(duck: duckdb.DuckDBPyConnection, query: str, region: str, period: str) -> str:
    """The query of a figure, asked for lists of the rows of one cell: unit, numerator, denominator."""
    tree = _tree(duck, query)
    node = tree["statements"][0]["node"]
    for entry in node["cte_map"]["map"]:
        for select in _selects(entry["value"]["query"]["node"]) if entry["key"] == "measured" else ():
            # Its columns are those of macro `measure_unit`: region, period, unit, standing, numerator, denominator.
            select["select_list"][4:] = [_as_list(duck, counting) for counting in select["select_list"][4:]]
    cell = _tree(duck, _CELL.format(region=region, period=period))["statements"][0]["node"]
    tree["statements"][0]["node"] = {**cell, "cte_map": node["cte_map"]}
    found = duck.execute("select json_deserialize_sql(?::json)", [json.dumps(tree)]).fetchall()
    return str(found[0][0])


class RowsBehind:
    """What one release was built from, open for asking; relations that figures share are made once."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, queries: Path) -> None:
        self._duck = duck
        self._queries = queries
        self._laid: set[str] = set()

    def _lay(self, query: str) -> None:
        """Make every relation a query names in catalog `scratch`, first those it rests on."""
        for schema, name in _SCRATCH.findall(query):
            if name in self._laid:
                continue
            if schema == SEEDS:
                below, kind = f"from read_parquet('{self._queries / SEEDS / name}.parquet')", "view"
            else:
                below = (self._queries / f"{name}.sql").read_text(encoding="utf-8")
                self._lay(below)
                # Of staged records a figure reads a few columns; what lies between is read several times.
                kind = "view" if schema == "staging" else "table"
            self._duck.execute(f'create schema if not exists scratch."{schema}"')
            self._duck.execute(f'create {kind} scratch."{schema}"."{name}" as (\n{below}\n)')
            self._laid.add(name)

    def of(self, figure: str, region: str, period: str, *, resolved: bool, most: int | None) -> list[Part]:
        """Rows of a figure of a region and period, per unit and part: of each `most`, or all.

        With `resolved` no row is kept back and each says where it lies. Raises FileNotFoundError where the release
        does not keep the query, or what it reads is gone.
        """
        try:
            query = (self._queries / f"indicator_r{int(figure[1:]):02}.sql").read_text(encoding="utf-8")
            self._lay(query)
            cell = rows_query(self._duck, query, region, period)
            self._duck.execute(f"create or replace temp table cell as ({cell})")
        except (FileNotFoundError, duckdb.IOException) as gone:
            raise FileNotFoundError(
                f"the rows of {figure} cannot be listed: {str(gone).splitlines()[0]}. The release keeps no query of "
                "it, or the records it was built from are gone; `huiliu run` makes a release that has both"
            ) from gone
        self._duck.execute(_LISTED.format(figure=figure, counts_only=figure in COUNTS_ONLY))
        return [
            Part(unit, part, rule, number, amount, self._first(unit, part, resolved=resolved, most=most))
            for unit, part, rule, number, amount in self._duck.execute(_PARTS).fetchall()
        ]

    def _first(self, unit: str, part: str, *, resolved: bool, most: int | None) -> list[Row]:
        values = {"unit": unit, "part": part, "resolved": resolved, "most": most}
        return [Row(*row) for row in self._duck.execute(_FIRST, values).fetchall()]


@contextmanager
def open_rows(release: Path, vault: Path) -> Iterator[RowsBehind]:
    """Open what a release was built from: `release` is its folder, `vault` its vault file."""
    with connect() as duck:
        duck.execute(f"attach ':memory:' as scratch; attach '{vault}' as vault (read_only)")
        duck.execute(f"attach '{release / 'warehouse.duckdb'}' as warehouse (read_only)")
        # Rows that are in a table of the warehouse; a row of a person that is in none is kept back.
        tokens = duck.execute(
            "select string_agg('select source_row_token from warehouse.core.' || table_name, ' union all ') "
            "from duckdb_columns() where database_name = 'warehouse' and column_name = 'source_row_token'"
        ).fetchall()[0][0]
        duck.execute(f"create temp table published as ({tokens})")
        yield RowsBehind(duck, release / QUERIES)
