"""What a report reads: the file of one clearance in the current release, and the release's manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.duck import connect
from pipelines.store import Store, read_json

# Name of a clearance, and the schema its file keeps its tables in.
SCHEMAS = {"mart": "mart", "warehouse": "core"}
TABLES = (
    "indicator",
    "dim_indicator",
    "dim_period",
    "dim_region",
    "dim_agency",
    "dim_handoff_rule",
    "handoff",
    "fact_submission",
    "bridge_indicator_dataset",
    "control_total",
    "reconciliation",
)

UnitKey = tuple[str, str]
"""A figure and its unit: ("R44", "share_reported")."""


@dataclass(frozen=True)
class Cell:
    """One row of the indicator table; numbers are absent unless status is ok."""

    indicator_id: str
    unit: str
    region_code: str
    period_id: str
    numerator: float | None
    denominator: float | None
    value: float | None
    value_low: float | None
    value_high: float | None
    coverage: float | None
    status: str


@dataclass(frozen=True)
class Unit:
    """What dim_indicator says about a figure and unit."""

    indicator_id: str
    unit: str
    name_zh: str
    kind: str

    @property
    def is_share(self) -> bool:
        """Whether its value is shown as a percentage."""
        return self.kind in ("share", "ratio", "submitted_share")

    @property
    def is_signed(self) -> bool:
        """Whether an office answers for its value, for the very period it signs and no other."""
        return self.kind.startswith("submitted")


@dataclass(frozen=True)
class Period:
    """A report period, up to but not including `end`."""

    period_id: str
    kind: str
    start: date
    end: date


@dataclass(frozen=True)
class Dataset:
    """What a dataset is called, the office that answers for it, and its columns' headers, in Chinese."""

    title: str
    office: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Region:
    """A region of the grid."""

    code: str
    name: str
    level: str

    @property
    def prefix(self) -> str:
        """What the codes of its counties begin with."""
        return {"province": self.code[:2], "prefecture": self.code[:4]}.get(self.level, self.code)


class Release:
    """One clearance of one release, open for reading."""

    def __init__(self, folder: Path, vault: Path, clearance: str, duck: duckdb.DuckDBPyConnection) -> None:
        manifest = read_json(folder / "manifest.json")
        self.folder = folder
        self.vault = vault
        self.clearance = clearance
        self.schema = SCHEMAS[clearance]
        self.release_id = str(manifest["release_id"])
        self.as_of = datetime.fromisoformat(manifest["as_of"])
        self._duck = duck

    def rows(self, query: str, values: list[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of a query; `{schema}` in it stands for the schema of this clearance."""
        return self._duck.execute(query.format(schema=self.schema), values or []).fetchall()

    def period(self, period_id: str) -> Period:
        """A period by id. Raises ValueError naming the known ones and how to add another."""
        known = {period.period_id: period for period in self.periods()}
        if period_id not in known:
            raise ValueError(
                f"period {period_id!r} is not one of release {self.release_id}; known are {', '.join(known)}. To add "
                "one, write a row (period_id,period_kind,start_date,end_date) into warehouse/seeds/report_period.csv "
                "and run `huiliu run`"
            )
        return known[period_id]

    def periods(self) -> list[Period]:
        """Every period, in order of its end, longer ones last."""
        rows = self.rows(
            "select period_id, period_kind, start_date, end_date from {schema}.dim_period "
            "order by end_date, start_date desc, period_id"
        )
        return [Period(*row) for row in rows]

    def region(self, code: str) -> Region:
        """A region that has figures. Raises ValueError for another."""
        found = [region for region in self.regions() if region.code == code]
        if not found:
            raise ValueError(
                f"region {code!r} has no figures in release {self.release_id}; see `huiliu sql --clearance "
                f'{self.clearance} "select distinct region_code from {self.schema}.indicator"`'
            )
        return found[0]

    def regions(self) -> list[Region]:
        """Every region that has figures, in order of its code, with the name it had last."""
        rows = self.rows(
            "select grid.region_code, coalesce(arg_max(region_name, coalesce(valid_to, date '9999-12-31')), "
            "grid.region_code), any_value(grid.region_level) "
            "from (select distinct region_code, region_level from {schema}.indicator) as grid "
            "left join {schema}.dim_region using (region_code) group by grid.region_code order by grid.region_code"
        )
        return [Region(*row) for row in rows]

    def units(self) -> dict[UnitKey, Unit]:
        """Figures and units this clearance may show, in the order of their figures."""
        rows = self.rows(
            "select indicator_id, unit, name_zh, kind from {schema}.dim_indicator "
            "where region_floor <> 'restricted' or ? order by cast(indicator_id[2:] as integer), unit",
            [self.clearance == "warehouse"],
        )
        return {(row[0], row[1]): Unit(*row) for row in rows}

    def cells(self, regions: list[str], periods: list[str]) -> dict[tuple[str, str, str, str], Cell]:
        """Cells by figure, unit, region and period."""
        rows = self.rows(
            "select indicator_id, unit, region_code, period_id, numerator, denominator, value, value_low, value_high, "
            "coverage, status from {schema}.indicator "
            "where list_contains(?, region_code) and list_contains(?, period_id)",
            [regions, periods],
        )
        return {(row[0], row[1], row[2], row[3]): Cell(*row) for row in rows}

    def datasets(self) -> dict[UnitKey, list[str]]:
        """Datasets each figure and unit rests on."""
        rows = self.rows(
            "select indicator_id, unit, list(dataset order by dataset) from {schema}.bridge_indicator_dataset "
            "group by indicator_id, unit"
        )
        return {(indicator, unit): names for indicator, unit, names in rows}

    def agencies(self) -> dict[str, str]:
        """Chinese names of agencies by code."""
        return dict(self.rows("select agency_code, name_zh from {schema}.dim_agency"))  # type: ignore[arg-type]


@contextmanager
def open_release(store: Store, release_id: str, clearance: str) -> Iterator[Release]:
    """Open one clearance of a release. Raises ValueError for an unknown clearance or a release made before reports."""
    if clearance not in SCHEMAS:
        raise ValueError(f"clearance {clearance!r}; use one of {', '.join(SCHEMAS)}")
    folder = store.releases / release_id
    with connect(folder / f"{clearance}.duckdb", read_only=True) as duck:
        held = {name for (name,) in duck.execute("select table_name from duckdb_tables()").fetchall()}
        missing = [name for name in TABLES if name not in held]
        if missing:
            raise ValueError(
                f"release {release_id} was made before reports and has no {', '.join(missing)}; `huiliu run` makes one"
            )
        yield Release(folder, store.private_releases / release_id / "vault.duckdb", clearance, duck)
