-- Grain: one row per report period, from start_date up to but not including end_date.
-- Inputs: seed report_period.
-- Caveats: distinct persons do not add up over periods.
select
    period_id,
    period_kind,
    start_date,
    end_date
from {{ ref('report_period') }}
order by period_id
