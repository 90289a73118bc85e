"""What one figure rests on: definition, query, cells, deliveries, and the rows that make it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.build.build import QUERIES
from pipelines.report.chapters import outline
from pipelines.report.rows import Part, open_rows
from pipelines.report.source import Cell, Period, Release

_CELLS = """select unit, numerator, denominator, value, value_low, value_high, coverage, status
from {schema}.indicator
where indicator_id = '{figure}' and region_code = '{region}' and period_id = '{period}'
order by unit"""
# A snapshot speaks for everything before it, so one of a later period counts too.
_DELIVERIES = """
    select distinct dataset, delivery_id, delivery.status, received_at <= due_at, staged_share
    from {schema}.fact_submission as delivery
    left join (
        select distinct dataset, delivery_mode from {schema}.bridge_indicator_dataset where indicator_id = $figure
    ) as source using (dataset)
    where delivery.status <> 'duplicate' and period_end > $start
        and (period_start < $end or source.delivery_mode = 'snapshot') and (source.dataset is not null or $all)
    order by dataset, delivery_id
"""
_FAILED = """
    select dataset, delivery_id, sum(failed)::bigint from mart.data_quality
    where severity in ('error', 'warning') group by dataset, delivery_id
"""
_QUARANTINED = "select dataset, delivery_id, rows_quarantined::bigint from core.fact_submission"


@dataclass(frozen=True)
class DeliveryFacts:
    """A delivery a figure rests on. `flagged` are its quarantined rows; in the mart, its findings of all rules."""

    dataset: str
    delivery_id: str
    status: str
    on_time: bool | None
    staged_share: float | None
    flagged: int


@dataclass(frozen=True)
class FigureFacts:
    """All there is to say about a figure of a region and period in one release."""

    indicator_id: str
    release_id: str
    names: dict[str, str]
    basis: str
    header: str
    query: str
    cells_query: str
    cells: list[Cell]
    deliveries: list[DeliveryFacts]
    parts: list[Part] | None


def split_header(sql: str) -> tuple[str, str]:
    """The comment a query begins with, without its dashes, and the query."""
    lines = sql.strip().splitlines()
    head = 0
    while head < len(lines) and lines[head].startswith("--"):
        head += 1
    return "\n".join(line.removeprefix("--").strip() for line in lines[:head]), "\n".join(lines[head:]).strip()


def _query(release: Release, figure: str) -> str:
    path = release.folder / QUERIES / f"indicator_r{int(figure[1:]):02}.sql"
    if not path.exists():
        raise FileNotFoundError(
            f"release {release.release_id} keeps no query of {figure}; `huiliu run` makes one that does"
        )
    return path.read_text(encoding="utf-8")


def _deliveries(release: Release, figure: str, period: Period, *, every: bool) -> list[DeliveryFacts]:
    values = {"figure": figure, "start": period.start, "end": period.end, "all": every}
    flags = release.rows(_QUARANTINED if release.clearance == "warehouse" else _FAILED)
    flagged = {(dataset, delivery): number for dataset, delivery, number in flags}
    return [
        DeliveryFacts(dataset, delivery, status, on_time, share, flagged.get((dataset, delivery), 0))
        for dataset, delivery, status, on_time, share in release.rows(_DELIVERIES, values)
    ]


def _parts(
    release: Release, figure: str, region: str, period: str, rows: int | None, *, resolved: bool
) -> list[Part] | None:
    """Rows behind a figure by part; None in a clearance that shows none."""
    if release.clearance != "warehouse":
        return None
    with open_rows(release.folder, release.vault) as behind:
        return behind.of(figure, region, period, resolved=resolved, most=rows)


def explain_figure(
    release: Release, figure: str, region_code: str, period_id: str, rows: int | None = 0, *, resolved: bool = False
) -> FigureFacts:
    """Everything about a figure, with the first `rows` of each part of it (None: all) in the warehouse.

    Raises ValueError for a figure, region or period this clearance does not have, FileNotFoundError where the release
    cannot say its query or rows any more.
    """
    period, region = release.period(period_id), release.region(region_code)
    units = {key: unit for key, unit in release.units().items() if key[0] == figure}
    if not units:
        known = dict.fromkeys(indicator for indicator, _ in release.units())
        raise ValueError(
            f"figure {figure!r} is not in clearance {release.clearance}, which has {', '.join(known)}; R39 is in "
            "warehouse alone"
        )
    cells = release.cells([region.code], [period.period_id])
    header, query = split_header(_query(release, figure))
    sources = release.datasets()
    return FigureFacts(
        indicator_id=figure,
        release_id=release.release_id,
        names={unit: said.name_zh for (_, unit), said in units.items()},
        basis=outline().basis[figure],
        header=header,
        query=query,
        cells_query=_CELLS.format(schema=release.schema, figure=figure, region=region.code, period=period.period_id),
        cells=[cell for (indicator, *_), cell in cells.items() if indicator == figure],
        deliveries=_deliveries(release, figure, period, every=any(key not in sources for key in units)),
        parts=_parts(release, figure, region.code, period.period_id, rows, resolved=resolved),
    )
