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
    select
        cell_region,
        cell_period,
        'facility' as unit,
        count(distinct facility_code) as numerator,
        null as denominator
    from cell
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'bed' as unit,
        sum(beds) as numerator,
        null as denominator
    from cell
    group by cell_region, cell_period
)

{{ on_grid('R23') }}
