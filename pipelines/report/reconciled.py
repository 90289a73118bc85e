"""Totals of ours against what facilities and offices report themselves: how many agree, and why others may not."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report.source import Dataset, Period, Region, Release, Unit, UnitKey
from pipelines.report.wording import DIFFERENCES, Number, count

# Control totals have a table of their own.
_COMPARED = """
    select source, dataset, measure, likely_cause, {totals}::double
    from {schema}.reconciliation
    where source <> 'control_total' and period_start < ? and period_end > ?
    group by source, dataset, measure, likely_cause order by source, dataset, measure
"""
# The mart says how many totals there are, not how large they are.
_TOTALS = {"mart": "sum(totals)", "core": "count(*)"}
_LARGEST = """
    select dataset, measure, facility_code, region_code, period_start, theirs::double, ours::double, likely_cause
    from {schema}.reconciliation
    where source <> 'control_total' and difference <> 0 and period_start < ? and period_end > ?
        and starts_with(region_code, ?)
    order by abs(difference) desc, total_id limit 20
"""
TABLE = "reconciliation"


@dataclass(frozen=True)
class ComparedRow:
    """One number agencies report: how many totals of it were compared, then by cause in the order of DIFFERENCES."""

    title: str
    measure: str
    counts: tuple[Number, ...]


@dataclass(frozen=True)
class DifferenceRow:
    """One total that differs: of what, where and when, then theirs, ours and the difference."""

    title: str
    measure: str
    place: str
    month: str
    amounts: tuple[Number, ...]
    cause: str


def _measure(dataset: Dataset, measure: str, units: dict[UnitKey, Unit]) -> str:
    """What a measure is called: a column of a monthly report, or a unit of R24 that an office signed."""
    figure = units.get(("R24", measure))
    return figure.name_zh if figure else dataset.headers.get(measure, measure)


def _hint(release: Release, period: Period) -> str:
    return f"与部门自报数核对 · {period.period_id} · 发布 {release.release_id}"


def compared(release: Release, period: Period, datasets: dict[str, Dataset]) -> list[ComparedRow]:
    """Totals about the period by what they are of, all facilities and offices together."""
    units, hint = release.units(), _hint(release, period)
    query = _COMPARED.replace("{totals}", _TOTALS[release.schema])
    found: dict[tuple[str, str], dict[str, float]] = {}
    for _, dataset, measure, cause, totals in release.rows(query, [period.end, period.start]):
        found.setdefault((dataset, measure), {})[cause] = totals
    return [
        ComparedRow(
            title=datasets[dataset].title,
            measure=_measure(datasets[dataset], measure, units),
            counts=tuple(
                Number(count(value), value, TABLE, hint)
                for value in (sum(causes.values()), *(causes.get(cause, 0.0) for cause in DIFFERENCES))
            ),
        )
        for (dataset, measure), causes in found.items()
    ]


def largest(release: Release, region: Region, period: Period, datasets: dict[str, Dataset]) -> list[DifferenceRow]:
    """The largest differences in a region; none where the clearance may not say how large they are."""
    if release.clearance == "mart":
        return []
    units, hint = release.units(), _hint(release, period)
    names = {one.code: one.name for one in release.regions()}
    return [
        DifferenceRow(
            title=datasets[dataset].title,
            measure=_measure(datasets[dataset], measure, units),
            place=f"{names.get(code, code)} {facility or ''}".strip(),
            month=f"{start:%Y-%m-%d}",
            amounts=tuple(Number(f"{value:,.0f}", value, TABLE, hint) for value in (theirs, ours, theirs - ours)),
            cause=DIFFERENCES[cause],
        )
        for dataset, measure, facility, code, start, theirs, ours, cause in release.rows(
            _LARGEST, [period.end, period.start, region.prefix]
        )
    ]
