-- Grain: one row per source, dataset, measure, period and likely cause.
-- Inputs: int_reconciliation.
-- Caveats: totals of all facilities and regions together, and how many they are, not how large: a difference of a few
-- persons could tell of a single case.
{{ config(alias='reconciliation') }}
select
    source,
    dataset,
    agency,
    measure,
    period_start,
    period_end,
    likely_cause,
    count(*)::integer as totals
from {{ ref('int_reconciliation') }}
group by source, dataset, agency, measure, period_start, period_end, likely_cause
order by all
