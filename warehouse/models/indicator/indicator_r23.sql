-- Grain: one row per region, period and unit of R23.
-- Definition: special-care centres and their beds in the last month of the period; building projects, as signed.
-- Inputs: stg_health_facility_month, stg_commission_register, seed submission_unit.
-- Caveats: projects stand for the region and period they were signed for, and are never added up.
with stock as (
    {{ at_period_end(reported('health_facility_month'), 'region_code') }}
),

cell as (
    select *
    from stock
    where
        facility_type = '病残收治中心'
        and report_month = strftime(cell_end - interval 1 day, '%Y-%m')
),

measured as (
    {{ measure({'facility': ['count(distinct facility_code)'], 'bed': ['sum(beds)']}) }}
    union all
    {{ submitted('R23') }}
)

{{ on_grid('R23') }}
