"""A small release made by hand: the tables a report reads, a few cells, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.report.source import SCHEMAS
from pipelines.settings import PROJECT
from pipelines.store import Store, repoint, write_json

RELEASE = "20251231-0123456789ab"
# Orders reported to in time, of all; `orders` stands for what the query of a figure rests on.
QUERY = """-- Grain: one row per region.
-- Definition: orders reported to.
with measured as (
    select
        region_code as cell_region,
        '2025' as cell_period,
        'share_reported' as unit,
        'settled' as standing,
        count(distinct person_id) filter (where is_reported) as numerator,
        count(*) as denominator
    from "scratch"."seeds"."orders"
    group by region_code
)

select numerator from measured
"""
SEEDS = PROJECT / "warehouse" / "seeds"
CELL = (
    "indicator_id varchar, region_code varchar, region_level varchar, period_id varchar, unit varchar, "
    "numerator double, denominator double, value double, value_low double, value_high double, coverage double, "
    "status varchar"
)
LEVELS = {"430000": "province", "430100": "prefecture", "430200": "prefecture", "430102": "county"}
NAMES = {"430000": "湖南省", "430100": "长沙市", "430200": "株洲市", "430102": "芙蓉区"}


@dataclass
class Made:
    """Rows of the release beside what the seeds give."""

    names: dict[str, str] = field(default_factory=lambda: dict(NAMES))
    cells: list[tuple[object, ...]] = field(default_factory=list)
    handoffs: list[tuple[object, ...]] = field(default_factory=list)
    deliveries: list[tuple[object, ...]] = field(default_factory=list)
    orders: list[tuple[str, str, str, bool]] = field(default_factory=list)
    """Source-row token, region, person and whether reported; those that begin with `sealed` are in no table of core."""
    totals: list[tuple[object, ...]] = field(default_factory=list)
    reconciled: list[tuple[object, ...]] = field(default_factory=list)

    def cell(
        self,
        figure: str,
        unit: str,
        numerator: float | None = None,
        denominator: float | None = None,
        *,
        region: str = "430000",
        period: str = "2025",
        status: str = "ok",
        spread: float = 0,
    ) -> None:
        """Add a cell; its value is numerator by denominator, its range `spread` around it."""
        value = numerator / (denominator or 1) if numerator is not None else None
        low, high = (None, None) if value is None else (value - spread, value + spread)
        self.cells.append(
            (figure, region, LEVELS[region], period, unit, numerator, denominator, value, low, high, 0.9875, status)
        )


def _write_origin(store: Store, folder: Path, orders: list[tuple[str, str, str, bool]]) -> None:
    """The vault of the release, and what the query of its figure reads."""
    (folder / "queries" / "seeds").mkdir(exist_ok=True)
    vault = store.private_releases / RELEASE / "vault.duckdb"
    vault.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(vault)) as duck:
        duck.execute("create table mention as select 'police_treatment_order' as dataset")
        duck.execute(
            "create table source_row (source_row_token varchar, dataset varchar, record_key varchar, "
            "delivery_id varchar, file_name varchar, line_number integer)"
        )
        duck.execute(
            "create temp table orders (source_row_token varchar, region_code varchar, person_id varchar, "
            "is_reported boolean)"
        )
        if orders:
            duck.executemany("insert into orders values (?, ?, ?, ?)", orders)
        duck.execute(
            "insert into source_row select source_row_token, 'police_treatment_order', 'K' || source_row_token, 'o1', "
            "'o1.csv', row_number() over (order by source_row_token) from orders"
        )
        duck.table("orders").write_parquet(str(folder / "queries" / "seeds" / "orders.parquet"))


def write(store: Store, made: Made, clearance: str = "mart") -> Path:
    """Write the file of one clearance and its manifest, and make the release current; returns its folder."""
    folder = store.releases / RELEASE
    (folder / "queries").mkdir(parents=True, exist_ok=True)
    schema = SCHEMAS[clearance]
    with duckdb.connect(str(folder / f"{clearance}.duckdb")) as duck:
        duck.execute(f"create schema if not exists {schema}; use {schema}" if schema == "core" else "select 1")
        duck.execute(f"create table indicator ({CELL})")
        duck.executemany(f"insert into indicator values ({', '.join('?' * 12)})", made.cells)
        for table, seed in (
            ("dim_indicator", "indicator_unit"),
            ("dim_period", "report_period"),
            ("dim_handoff_rule", "handoff_rule"),
            ("dim_agency", "agency"),
        ):
            duck.execute(f"create table {table} as from read_csv('{SEEDS / seed}.csv', all_varchar = false)")
        duck.execute("create table dim_region (region_code varchar, region_name varchar, valid_to date)")
        duck.executemany("insert into dim_region values (?, ?, null)", list(made.names.items()))
        duck.execute(
            "create table bridge_indicator_dataset as select dim_indicator.indicator_id, unit, dataset, delivery_mode "
            f"from dim_indicator join read_csv('{SEEDS}/indicator_source.csv') as source "
            "on source.indicator_id = "
            "case when kind like 'submitted%' then 'submitted' else dim_indicator.indicator_id end"
        )
        duck.execute(
            "create table fact_submission (delivery_id varchar, dataset varchar, agency varchar, period_start date, "
            "period_end date, due_at timestamp, received_at timestamp, exported_at timestamp, status varchar, "
            "staged_share double, rows_quarantined bigint)"
        )
        if made.deliveries:
            duck.executemany(f"insert into fact_submission values ({', '.join('?' * 11)})", made.deliveries)
        duck.execute(
            "create table control_total (dataset varchar, delivery_id varchar, column_name varchar, status varchar, "
            "claimed decimal(18, 3), resolved decimal(18, 3))"
        )
        if made.totals:
            duck.executemany("insert into control_total values (?, ?, ?, ?, ?, ?)", made.totals)
        duck.execute(
            "create table reconciliation (total_id varchar, source varchar, dataset varchar, facility_code varchar, "
            "region_code varchar, period_start date, period_end date, measure varchar, theirs decimal(18, 3), "
            "ours decimal(18, 3), difference decimal(18, 3), likely_cause varchar)"
        )
        if made.reconciled:
            duck.executemany(f"insert into reconciliation values ({', '.join('?' * 12)})", made.reconciled)
        if clearance == "mart":
            duck.execute(
                "create or replace table reconciliation as select source, dataset, measure, period_start, period_end, "
                "likely_cause, count(*)::integer as totals from reconciliation group by all"
            )
            duck.execute(
                "create or replace table control_total as select * exclude (claimed, resolved), "
                "(resolved / claimed)::double as resolved_share from control_total"
            )
            duck.execute(
                "create table handoff (rule_id varchar, region_code varchar, period_id varchar, "
                "handoff_status varchar, handoffs bigint, status varchar)"
            )
            duck.execute(
                "create table data_quality (dataset varchar, delivery_id varchar, severity varchar, failed int)"
            )
        else:
            duck.execute(
                "create table handoff (rule_id varchar, region_code varchar, opened_on date, status varchar, "
                "cause varchar)"
            )
            duck.execute("create table fact_treatment_order (source_row_token varchar)")
            for token, *_ in made.orders:
                if not token.startswith("sealed"):
                    duck.execute("insert into fact_treatment_order values (?)", [token])
            _write_origin(store, folder, made.orders)
        if made.handoffs:
            places = ", ".join("?" * len(made.handoffs[0]))
            duck.executemany(f"insert into handoff values ({places})", made.handoffs)
    (folder / "queries" / "indicator_r44.sql").write_text(QUERY, encoding="utf-8")
    write_json(
        folder / "manifest.json",
        {"release_id": RELEASE, "as_of": "2025-12-31T22:00:00", "published_at": "2026-01-01T00:00:00+00:00"},
    )
    repoint(store.releases / "current", RELEASE)
    return folder
