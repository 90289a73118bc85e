-- Grain: one row per region, period and unit of R23.
-- Definition: special-care centres and their beds in the last month of the period.
-- Inputs: stg_health_facility_month.
-- Caveats: projects are signed values nobody has submitted.
with stock as (
    {{ at_period_end(ref('stg_health_facility_month'), 'region_code') }}
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
)

{{ on_grid('R23') }}
