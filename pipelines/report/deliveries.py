"""What a release rests on: the deliveries of a period, by dataset, and how good they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.report.source import Dataset, Period, Release
from pipelines.report.wording import Number, count

_BY_DATASET = """
    select dataset, count(*)::double,
        count(*) filter (where status = 'accepted')::double, count(*) filter (where status = 'rejected')::double,
        count(*) filter (where received_at > due_at)::double, min(staged_share) filter (where status = 'accepted'),
        max(exported_at)
    from {schema}.fact_submission
    where status <> 'duplicate' and period_start < ? and period_end > ?
    group by dataset order by min(agency), dataset
"""
# The mart has shares alone: the total of a small delivery could tell of a single case.
_SHARE = {
    "mart": "resolved_share",
    "core": "case when claimed <> 0 then round((resolved / claimed)::double, 4) end",
}
_TOTALS = """
    select dataset, column_name, count(*)::double,
        count(*) filter (where total.status = 'agrees')::double,
        count(*) filter (where total.status = 'quarantined')::double,
        count(*) filter (where total.status = 'differs')::double,
        count(*) filter (where total.status = 'refused')::double,
        min({share}) filter (where total.status <> 'refused')
    from {schema}.control_total as total
    inner join {schema}.fact_submission as delivery using (dataset, delivery_id)
    where period_start < ? and period_end > ?
    group by dataset, column_name order by dataset, column_name
"""
TOTALS = "control-totals"


@dataclass(frozen=True)
class TotalRow:
    """Control totals senders gave for one column of a dataset, against what the records add up to.

    `counts` are: given, agree, explained by quarantined rows, differ, of refused deliveries.
    """

    title: str
    column: str
    counts: tuple[Number, ...]
    least_share: Number | None


@dataclass(frozen=True)
class DatasetRow:
    """The deliveries of one dataset that speak about a period."""

    dataset: str
    title: str
    office: str
    deliveries: Number
    accepted: Number
    rejected: Number
    late: Number
    worst_share: Number | None
    newest: str

    @property
    def anchor(self) -> str:
        """The id of the dataset's line in the appendix."""
        return f"d-{self.dataset}"


def by_dataset(release: Release, period: Period, datasets: dict[str, Dataset]) -> list[DatasetRow]:
    """Deliveries about the period by dataset; `datasets` says what they are called."""
    return [
        _row(release, period, dataset, datasets[dataset], *rest)
        for dataset, *rest in release.rows(_BY_DATASET, [period.end, period.start])
    ]


def _row(
    release: Release,
    period: Period,
    dataset: str,
    named: Dataset,
    deliveries: float,
    accepted: float,
    rejected: float,
    late: float,
    share: float | None,
    newest: datetime | None,
) -> DatasetRow:
    hint = f"数据报送 {dataset} · {period.period_id} · 发布 {release.release_id}"

    def number(value: float, text: str) -> Number:
        return Number(text, value, f"d-{dataset}", hint)

    return DatasetRow(
        dataset=dataset,
        title=named.title,
        office=named.office,
        deliveries=number(deliveries, count(deliveries)),
        accepted=number(accepted, count(accepted)),
        rejected=number(rejected, count(rejected)),
        late=number(late, count(late)),
        worst_share=None if share is None else number(share, f"{share:.2%}"),
        newest=f"{newest:%Y-%m-%d}" if newest else "",
    )


def totals(release: Release, period: Period, datasets: dict[str, Dataset]) -> list[TotalRow]:
    """Control totals of the deliveries about the period, by dataset and column."""
    hint = f"控制总数 · {period.period_id} · 发布 {release.release_id}"
    query = _TOTALS.replace("{share}", _SHARE[release.schema])
    return [
        TotalRow(
            title=datasets[dataset].title,
            column=datasets[dataset].headers.get(column, column),
            counts=tuple(Number(count(value), value, TOTALS, hint) for value in counts),
            least_share=None if share is None else Number(f"{share:.2%}", share, TOTALS, hint),
        )
        for dataset, column, *counts, share in release.rows(query, [period.end, period.start])
    ]
