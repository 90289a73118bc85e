"""Exact figures of the warehouse against those counted from the lives."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.store import Store

_KEY = "indicator_id, region_code, period_id, unit"
# Equal up to the rounding of a double.
_RELATIVE = 1e-9


def _equal(column: str) -> str:
    return (
        f"(t.{column} is not distinct from f.{column} or "
        f"abs(t.{column} - f.{column}) <= {_RELATIVE} * greatest(abs(t.{column}), abs(f.{column})))"
    )


def score_figures(store: Store, truth: Path) -> dict[str, float]:
    """Cells of the truth whose numerator, denominator and value are all equal; count cells off without a reason.

    A difference is explained up to the number of records that planted defects kept from, or added to, the cell. Of the
    cells of a prefecture and year: the share whose true value lies in the range, and the median width of the range
    relative to the figure, over figures that are not zero.
    """
    path = store.releases / "current" / "warehouse.duckdb"
    if not path.exists() or not (truth / "figure.parquet").exists():
        return {}
    disturbance = truth / "figure_disturbance.parquet"
    with duckdb.connect() as duck:
        duck.sql(f"attach '{path}' as release (read_only)")
        duck.sql(f"create view truth as select * from read_parquet('{truth / 'figure.parquet'}')")
        duck.sql(
            f"create view disturbed as select * from read_parquet('{disturbance}')"
            if disturbance.exists()
            else f"create view disturbed as select {_KEY}, 0 as records from truth where false"
        )
        exact, total, unexplained, in_range, width = duck.sql(_COMPARISON).fetchall()[0]
    scores = {"figures.exact": exact, "figures.total": total, "figures.unexplained": unexplained}
    ranges = {"figures.in_range": in_range, "figures.range_width": width}
    return scores | {name: score for name, score in ranges.items() if score is not None}


_COMPARISON = f"""
    with compared as (
        select
            f.indicator_id is not null
                and {_equal("numerator")} and {_equal("denominator")} and {_equal("value")} as is_exact,
            t.denominator is null as is_count,
            abs(coalesce(t.value, 0) - coalesce(f.value, 0)) as difference,
            coalesce(d.records, 0) as records,
            f.region_level = 'prefecture' and period_kind = 'year' as is_ranged,
            {_equal("value")} or coalesce(
                t.value between f.value_low - {_RELATIVE} * abs(f.value_low)
                and f.value_high + {_RELATIVE} * abs(f.value_high), false
            ) as is_in_range,
            (f.value_high - f.value_low) / nullif(abs(f.value), 0) as width
        from truth t
        left join release.core.indicator f using ({_KEY})
        left join release.core.dim_period using (period_id)
        left join disturbed d using ({_KEY})
    )
    select
        count(*) filter (where is_exact),
        count(*),
        count(*) filter (where not is_exact and is_count and difference > records),
        avg(is_in_range::integer) filter (where is_ranged),
        median(width) filter (where is_ranged)
    from compared
"""
