-- Grain: as core.fact_submission.
-- Inputs: fact_submission.
-- Caveats: shares only: the rows of a small delivery could tell of a single case.
{{ config(alias='fact_submission') }}
select
    delivery_id,
    dataset,
    agency,
    period_start,
    period_end,
    due_at,
    received_at,
    exported_at,
    status,
    correction_of,
    staged_share
from {{ ref('fact_submission') }}
order by dataset, delivery_id
