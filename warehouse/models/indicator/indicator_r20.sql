-- Grain: one row per region, period and unit of R20.
-- Definition: persons admitted to voluntary rehabilitation since the opening of each facility, as its last month in
-- the period says.
-- Inputs: stg_rehab_facility_month.
-- Caveats: as reported by the facilities.
with stock as (
    {{ at_period_end(reported('rehab_facility_month'), 'region_code') }}
),

cell as (
    select *
    from stock
    where report_month = strftime(cell_end - interval 1 day, '%Y-%m')
),

measured as (
    {{ measure({
        'event': ["sum(voluntary_total)"]
    }) }}
)

{{ on_grid('R20') }}
